#include "tools/name_lookup.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tools/resolve.h"

namespace glass::tools {
namespace {

constexpr char kError = '!';  // begins no address

[[noreturn]] void answer(const std::string& host, int to) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) std::signal(signal, SIG_IGN);  // the other one ends us
    std::string text;
    const auto addresses = resolve(host);
    if (addresses)
        for (const ip::Address& one : *addresses) text += ip::to_string(one) + '\n';
    else
        text = kError + addresses.error();
    // A pipe takes that much at once.
    const ssize_t told = write(to, text.data(), text.size());
    _exit(told == static_cast<ssize_t>(text.size()) ? 0 : 1);
}

std::expected<std::vector<ip::Address>, std::string> parse_answer(const std::string& text) {
    if (text.starts_with(kError)) return std::unexpected(text.substr(1));
    std::vector<ip::Address> addresses;
    for (std::size_t at = 0, end = 0; (end = text.find('\n', at)) != std::string::npos; at = end + 1)
        if (const auto one = ip::parse_address(text.substr(at, end - at))) addresses.push_back(*one);
    if (addresses.empty()) return std::unexpected("the look-up of the name was ended");
    return addresses;
}

}  // namespace

NameLookup::NameLookup(LiveLoop& loop, const std::string& host) : loop_(loop) {
    if (const auto address = ip::parse_address(host)) {
        addresses_ = std::vector{*address};
    } else {
        ask(host);
    }
}

void NameLookup::ask(const std::string& host) {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) == 0) {
        answer_ = ip::FileDescriptor(ends[0]);
        const ip::FileDescriptor to(ends[1]);
        child_ = fork();
        if (child_ == 0) answer(host, to.get());
    }
    if (child_ < 0) {
        addresses_ = std::unexpected(fmt::format("cannot look up {}: {}", host, std::strerror(errno)));
        answer_.close();
        return;
    }
    watch_ = loop_.watch(answer_.get(), EPOLLIN, *this);
}

NameLookup::~NameLookup() {
    if (!done()) finish();
}

void NameLookup::ready(std::uint32_t, ip::Time) {
    std::array<char, 4096> part{};
    ssize_t n = 0;
    while ((n = read(answer_.get(), part.data(), part.size())) > 0)
        text_.append(part.data(), static_cast<std::size_t>(n));
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
    finish();
    addresses_ = parse_answer(text_);
}

void NameLookup::finish() {
    loop_.forget(watch_);
    answer_.close();
    kill(child_, SIGKILL);
    waitpid(child_, nullptr, 0);
}

}  // namespace glass::tools
