// Fuzz: chunked bodies. Any octets: the same content however they are cut, and no other by the lenient policy
// than by the strict one. Content put into chunks of any size, with extensions: comes out as it went in.
#include <cstdio>
#include <cstdlib>
#include <string>

#include "http/characters.h"
#include "http/chunked.h"

using namespace glass;

namespace {

void require(bool holds) {
    if (!holds) std::abort();
}

struct Outcome {
    http::Status status = http::Status::need_more;
    std::string body;
    std::size_t used = 0;
    bool operator==(const Outcome&) const = default;
};

Outcome decode(http::Policy policy, const http::Limits& limits, std::string_view input, std::size_t piece) {
    http::ChunkedDecoder decoder(policy, limits);
    Outcome out;
    while (out.used < input.size() && out.status == http::Status::need_more) {
        const auto step = decoder.step(http::octets(input.substr(out.used, piece)));
        require(step.consumed != 0 || step.status == http::Status::error);
        require(step.data.size() <= step.consumed);
        out.status = step.status;
        out.used += step.consumed;
        out.body += http::text(step.data);
    }
    return out;
}

void any_octets(std::string_view input) {
    const http::Limits usual, small{.chunk_line = 20, .chunk_overhead = 40};
    for (const auto& limits : {usual, small}) {
        const Outcome strict = decode(http::Policy::strict, limits, input, input.size());
        const Outcome lenient = decode(http::Policy::lenient, limits, input, input.size());
        for (const std::size_t piece : {std::size_t{1}, std::size_t{3}, std::size_t{7}}) {
            require(decode(http::Policy::strict, limits, input, piece) == strict);
            require(decode(http::Policy::lenient, limits, input, piece) == lenient);
        }
        if (strict.status == http::Status::done) require(lenient == strict);
    }
}

/// The first octets say how long the chunks are and what extensions they have.
void round_trip(std::string_view input) {
    static constexpr const char* kExtensions[] = {"", ";a", ";a=b", " ; a = \"b\\\"\t\" ;c"};
    const std::string_view sizes = input.substr(0, input.size() / 8);
    const std::string_view content = input.substr(sizes.size());
    std::string coded;
    for (std::size_t at = 0, i = 0; at < content.size(); ++i) {
        const auto octet = static_cast<unsigned char>(sizes.empty() ? 5 : sizes[i % sizes.size()]);
        const std::string_view chunk = content.substr(at, 8 + octet % 64);
        char size[20];
        std::snprintf(size, sizeof size, octet & 1 ? "%zx" : "%04zX", chunk.size());
        coded += std::string(size) + kExtensions[octet >> 6] + "\r\n" + std::string(chunk) + "\r\n";
        at += chunk.size();
    }
    const Outcome expected{http::Status::done, std::string(content), coded.size() + 3};
    for (const auto policy : {http::Policy::strict, http::Policy::lenient})
        for (const std::size_t piece : {coded.size() + 9, std::size_t{1}})
            require(decode(policy, {}, coded + "0\r\nrest", piece) == expected);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input = http::text(ip::Bytes(data, size));
    any_octets(input);
    round_trip(input);
    return 0;
}
