// Tests of what libpcap does for us, and with it as the judge of our own reader; link types' names.
#include <algorithm>
#include <arpa/inet.h>
#include <cstdlib>
#include <doctest/doctest.h>
#include <string>
#include <sys/socket.h>

#include "ip/pcap.h"
#include "tests/capture_bytes.h"

using namespace std::chrono_literals;
using namespace glass;
using namespace glass::test;

namespace {

/// An IPv4 UDP datagram from 10.0.0.1 port 5 to 10.0.0.2 port `port`, without payload.
ip::Buffer udp_datagram(std::uint16_t port) {
    ip::Buffer out;
    ip::Writer w(out);
    w.u32(0x4500001c);
    w.u32(0);
    w.u32(0x40110000);
    w.u32(0x0a000001);
    w.u32(0x0a000002);
    w.u16(5);
    w.u16(port);
    w.u32(0x00080000);
    return out;
}

ip::Buffer with_header(std::initializer_list<std::uint8_t> header, ip::Bytes payload) {
    ip::Buffer out(header);
    out.insert(out.end(), payload.begin(), payload.end());
    return out;
}

}  // namespace

TEST_CASE("BPF filters, compiled for the link type of the frame") {
    const ip::Buffer dns = udp_datagram(53);
    const ip::Buffer web = udp_datagram(80);
    struct Row {
        ip::LinkType link;
        std::initializer_list<std::uint8_t> header;
    };
    const Row rows[] = {{ip::LinkType::ethernet, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 8, 0}},
                        {ip::LinkType::raw, {}},
                        {ip::LinkType{12}, {}},
                        {ip::LinkType::ipv4, {}},
                        {ip::LinkType::linux_sll, {0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0, 0, 0, 8, 0}},
                        {ip::LinkType::loop, {0, 0, 0, 2}}};
    for (const Row& row : rows) {
        CAPTURE(to_string(row.link));
        const auto filter = ip::BpfFilter::compile("udp dst port 53", row.link);
        REQUIRE_MESSAGE(filter.has_value(), filter.error());
        CHECK(filter->matches(with_header(row.header, dns), 60));
        CHECK_FALSE(filter->matches(with_header(row.header, web), 60));
        CHECK_FALSE(filter->matches(ip::first(with_header(row.header, dns), 20), 60));
        CHECK_FALSE(filter->matches({}, 60));
    }
    const auto longer = ip::BpfFilter::compile("len > 100", ip::LinkType::raw);
    REQUIRE(longer);
    CHECK(longer->matches(dns, 101));
    CHECK_FALSE(longer->matches(dns, 100));
    const auto everything = ip::BpfFilter::compile("", ip::LinkType::ethernet);
    REQUIRE(everything);
    CHECK(everything->matches(dns, 28));
}

TEST_CASE("a filter that is wrong is answered with libpcap's reason") {
    const auto wrong = ip::BpfFilter::compile("tcp porrt 80", ip::LinkType::ethernet);
    REQUIRE_FALSE(wrong);
    CHECK(wrong.error() == "filter 'tcp porrt 80': can't parse filter expression: syntax error");
    const auto unfit = ip::BpfFilter::compile("ether host 1:2:3:4:5:6", ip::LinkType::raw);
    REQUIRE_FALSE(unfit);
    CHECK(unfit.error().starts_with("filter 'ether host 1:2:3:4:5:6': "));
}

TEST_CASE("live capture: an interface that is not there") {
    const auto capture = ip::LiveCapture::open("glass-none");
    REQUIRE_FALSE(capture);
    const bool no_right =
        capture.error() == "glass-none: capturing needs root, or the capability cap_net_raw";
    CHECK((no_right || capture.error().starts_with("glass-none: no such interface; there are ")));
}

TEST_CASE("live capture: a datagram over loopback") {
    const int receiver = socket(AF_INET, SOCK_DGRAM, 0);
    sockaddr_in here{};
    here.sin_family = AF_INET;
    here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof here;
    REQUIRE(bind(receiver, reinterpret_cast<sockaddr*>(&here), size) == 0);
    REQUIRE(getsockname(receiver, reinterpret_cast<sockaddr*>(&here), &size) == 0);
    const std::string filter = "udp dst port " + std::to_string(ntohs(here.sin_port));

    auto capture = ip::LiveCapture::open("lo", {.promiscuous = false, .filter = filter});
    if (!capture) {
        MESSAGE("not tested: " << capture.error());
        CHECK(capture.error() == "lo: capturing needs root, or the capability cap_net_raw");
        ::close(receiver);
        return;
    }
    ip::Frame frame;
    const auto nothing = capture->next(frame, 10ms);
    REQUIRE(nothing);
    CHECK_FALSE(*nothing);
    const std::string_view text = "seen on the wire";
    CHECK(sendto(receiver, text.data(), text.size(), 0, reinterpret_cast<sockaddr*>(&here), size) == 16);
    const auto some = capture->next(frame, 2000ms);
    REQUIRE(some);
    REQUIRE(*some);
    CHECK(frame.link == ip::LinkType::ethernet);
    CHECK(frame.length == 14 + 20 + 8 + 16);
    CHECK(std::string(frame.bytes.begin() + 42, frame.bytes.end()) == text);
    CHECK(frame.time.time_since_epoch() > 24h * 365 * 50);
    CHECK(capture->counts().received >= 1);
    const auto wrong = ip::LiveCapture::open("lo", {.filter = "porrt"});
    REQUIRE_FALSE(wrong);
    CHECK(wrong.error().starts_with("filter 'porrt': "));
    ::close(receiver);
}

TEST_CASE("link types: names as tcpdump prints them, and the first header") {
    struct Row {
        ip::LinkType link;
        const char* name;
        ip::Proto first;
    };
    const Row rows[] = {{ip::LinkType::null, "NULL", ip::Proto::null},
                        {ip::LinkType::ethernet, "EN10MB", ip::Proto::eth},
                        {ip::LinkType::raw, "RAW", ip::Proto::raw},
                        {ip::LinkType{12}, "RAW", ip::Proto::raw},  // DLT_RAW of most systems
                        {ip::LinkType{14}, "RAW", ip::Proto::raw},  // DLT_RAW of OpenBSD
                        {ip::LinkType::ipv4, "IPV4", ip::Proto::ip},
                        {ip::LinkType::ipv6, "IPV6", ip::Proto::ipv6},
                        {ip::LinkType::ppp_ether, "PPP_ETHER", ip::Proto::pppoe},
                        {ip::LinkType::linux_sll2, "LINUX_SLL2", ip::Proto::sll2},
                        {ip::LinkType{249}, "USBPCAP", ip::Proto::data},
                        {ip::LinkType{60000}, "LINKTYPE_60000", ip::Proto::data}};
    for (const Row& row : rows) {
        CHECK(to_string(row.link) == row.name);
        CHECK(first_header(row.link) == row.first);
    }
}

namespace {

/// Where libpcap and we differ by design: it cuts frames to the file's snapshot length, takes seconds as
/// signed, and calls 12 what we call 14.
void make_alike(Seen& ours, const Seen& theirs) {
    const std::size_t kept = theirs.bytes.size();
    if (ours.bytes.size() > kept && ours.bytes.compare(0, kept, theirs.bytes) == 0) ours.bytes.resize(kept);
    constexpr std::int64_t kEra = (std::int64_t{1} << 32) * 1'000'000'000;
    if (theirs.nanoseconds == ours.nanoseconds - kEra) ours.nanoseconds = theirs.nanoseconds;
    if (ours.link == 12 || ours.link == 14) ours.link = 101;
    ours.number = ours.file_offset = 0;
    ours.interface = 0;
    ours.comment.clear();
}

/// Every frame that libpcap reads, we read alike; where it goes on, so do we.
void compare_with_libpcap(const std::string& path) {
    CAPTURE(path);
    auto theirs = ip::OfflinePcap::open(path);
    if (!theirs) return;
    auto ours = ip::CaptureReader::open(path);
    REQUIRE_MESSAGE(ours.has_value(), ours.error());
    ip::Frame frame;
    ip::Frame other;
    std::size_t differences = 0;
    while (theirs->next(other)) {
        CAPTURE(frame.number);
        if (!ours->next(frame)) {
            FAIL_CHECK("we stop after this frame: " << (ours->damage() ? ours->damage()->what : "the end"));
            return;
        }
        const Seen expected = seen(other);
        Seen got = seen(frame);
        make_alike(got, expected);
        if (got != expected && ++differences < 3) CHECK(got == expected);
    }
    CHECK(differences == 0);
    // A file that libpcap does not finish may be one it merely does not support (interfaces that differ).
    if (!theirs->damage()) CHECK_FALSE(ours->next(frame));
    if (!theirs->damage()) CHECK_FALSE(ours->damage());
}

std::size_t compare_folder(const std::filesystem::path& folder) {
    std::size_t files = 0;
    if (!std::filesystem::is_directory(folder)) return 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        const bool is_capture = entry.path().filename().string().find(".pcap") != std::string::npos;
        const bool by_another_name = entry.path().extension() == ".cap" || entry.path().extension() == ".dmp";
        if (!entry.is_regular_file() || !(is_capture || by_another_name)) continue;
        compare_with_libpcap(entry.path().string());
        ++files;
    }
    return files;
}

}  // namespace

TEST_CASE("our reader and libpcap's give the same frames of every capture that libpcap opens") {
    if (compare_folder("captures") == 0) MESSAGE("not tested: no captures in captures/");
    // A folder of more of them: GLASS_CORPUS=/where/they/are
    const char* corpus = std::getenv("GLASS_CORPUS");
    if (corpus) MESSAGE(compare_folder(corpus) << " files in " << std::string(corpus));
}
