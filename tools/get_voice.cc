#include "tools/get_voice.h"

#include <cstdio>
#include <fmt/format.h>
#include <unistd.h>

#include "tools/capture_loop.h"
#include "tools/duration_text.h"
#include "tools/text_value.h"

namespace glass::tools {
namespace {

/// Columns of the time in front of every line.
constexpr std::size_t kTime = 9;

}  // namespace

GetVoice::GetVoice(const LiveLoop& loop, bool verbose, bool progress, ColorChoice color)
    : loop_(loop),
      verbose_(verbose),
      style_(use_color(color, STDERR_FILENO)),
      progress_(progress && !verbose && isatty(STDERR_FILENO) != 0),
      began_(loop.now()) {}

void GetVoice::line(std::string_view mark, ip::Proto layer, std::string_view text,
                    std::optional<ip::Time> at) {
    if (!verbose_) return;
    const std::string time = duration_text(at.value_or(loop_.now()) - began_);
    std::string out(kTime - std::min(kTime, display_columns(time)), ' ');
    style_.put(out, Ink::dim, time);
    out += "  ";
    std::string clean;
    append_clean(text, clean);
    style_.put(out, layer, fmt::format("{} {}", mark, clean));
    fmt::print(stderr, "{}\n", out);
}

void GetVoice::tell(std::string_view sentence, std::optional<ip::Time> at) {
    line("*", ip::Proto::tcp, sentence, at);
}

void GetVoice::sent(std::string_view head) {
    while (!head.empty()) {
        const std::size_t end = std::min(head.find("\r\n"), head.size());
        line(">", ip::Proto::http, head.substr(0, end));
        head.remove_prefix(std::min(end + 2, head.size()));
    }
}

void GetVoice::received(const http::Message& response) {
    const http::Head& head = response.head;
    line("<", ip::Proto::http, fmt::format("{} {} {}", head.version_text, head.status, head.reason));
    received(head.fields);
    line("<", ip::Proto::http, "");
}

void GetVoice::received(const std::vector<http::Field>& trailers) {
    for (const http::Field& field : trailers)
        line("<", ip::Proto::http, fmt::format("{}: {}", field.name, field.value));
}

void GetVoice::complain(std::string_view text) {
    progress_.erase();
    std::string clean;
    append_clean(text, clean);
    tools::complain(clean);
}

}  // namespace glass::tools
