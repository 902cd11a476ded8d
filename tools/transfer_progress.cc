#include "tools/transfer_progress.h"

#include <algorithm>
#include <cstdio>
#include <fmt/format.h>

#include "tools/duration_text.h"
#include "tools/view_streams.h"

namespace glass::tools {
namespace {

constexpr ip::Duration kFirst = std::chrono::milliseconds(300);
constexpr ip::Duration kEvery = std::chrono::milliseconds(100);

}  // namespace

std::string progress_text(std::uint64_t octets, std::optional<std::uint64_t> whole, ip::Duration passed,
                          std::uint64_t passed_octets) {
    constexpr std::size_t kColumns = 24;
    const double seconds = std::max(std::chrono::duration<double>(passed).count(), 1e-9);
    const double rate = static_cast<double>(passed_octets) / seconds;
    const std::string rate_text = octets_text(static_cast<std::uint64_t>(rate)) + "/s";
    if (!whole || *whole < octets || *whole == 0)
        return fmt::format("{} so far   {}", octets_text(octets), rate_text);
    const double share = static_cast<double>(octets) / static_cast<double>(*whole);
    const auto full = static_cast<std::size_t>(share * kColumns);
    std::string text =
        fmt::format("[{:#<{}}{:.<{}}] {:3.0f} %   {} of {}   {}", "", full, "", kColumns - full,
                    std::min(100.0, share * 100), octets_text(octets), octets_text(*whole), rate_text);
    if (passed_octets == 0) return text;
    const double left = static_cast<double>(*whole - octets) / rate;
    if (left < 1e6)
        text += fmt::format("   {} left", duration_text(ip::Duration(static_cast<std::int64_t>(left * 1e9))));
    return text;
}

void TransferProgress::start(std::uint64_t there, std::optional<std::uint64_t> whole, ip::Time now) {
    there_ = there;
    whole_ = whole;
    began_ = now;
    next_ = now + kFirst;
}

void TransferProgress::update(std::uint64_t octets, ip::Time now) {
    if (!wanted_ || now < next_) return;
    next_ = now + kEvery;
    drawn_ = true;
    fmt::print(stderr, "\r\x1b[K{}", progress_text(octets, whole_, now - began_, octets - there_));
    std::fflush(stderr);
}

void TransferProgress::erase() {
    if (!drawn_) return;
    drawn_ = false;
    fmt::print(stderr, "\r\x1b[K");
    std::fflush(stderr);
}

}  // namespace glass::tools
