// A talk (tests/tcp_talk.h) as a capture file, and what a command prints about it.
#pragma once

#include <cstdio>
#include <fcntl.h>
#include <fstream>
#include <sstream>
#include <string>
#include <unistd.h>
#include <vector>

#include "ip/ethernet.h"
#include "ip/ipv4.h"
#include "tests/capture_bytes.h"
#include "tests/tcp_talk.h"

namespace glass::tests {

/// A frame with right checksums, but for a damaged segment; cut where the segment's text is.
inline ip::Buffer frame_of(const Said& said) {
    const std::string text = said.text + std::string(said.wire_length() - said.text.size(), '?');
    tcp::Segment segment = said.segment();
    segment.payload = {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
    ip::Buffer octets;
    segment.serialize(octets, said.source().address, said.destination().address);
    if (said.damaged) octets[16] ^= 0x55;  // of the checksum

    ip::Buffer frame;
    ip::EthernetHeader ethernet;
    ethernet.type = 0x0800;
    ethernet.serialize(frame);
    ip::Ipv4Header header;
    header.protocol = 6;
    header.src = ip::Ipv4Address{static_cast<std::uint32_t>(said.source().address.low_word())};
    header.dst = ip::Ipv4Address{static_cast<std::uint32_t>(said.destination().address.low_word())};
    header.payload = octets;
    header.serialize(frame);
    return frame;
}

/// As pcap with nanoseconds.
inline ip::Buffer capture_of(const std::vector<Said>& talk) {
    test::FileBytes file = test::pcap_file({.magic = 0xa1b23c4d});
    for (const Said& said : talk) {
        const ip::Buffer frame = frame_of(said);
        const std::size_t captured = frame.size() - (said.wire_length() - said.text.size());
        test::add_record(file, static_cast<std::uint32_t>(said.at / 1'000'000'000),
                         static_cast<std::uint32_t>(said.at % 1'000'000'000),
                         {reinterpret_cast<const char*>(frame.data()), captured},
                         static_cast<std::uint32_t>(frame.size()));
    }
    return file.out;
}

inline std::string content_of(const std::string& path) {
    std::ostringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    return text.str();
}

/// What `run` writes to standard output, and its exit status.
struct Printed {
    int status = 0;
    std::string out;
};
template <class Run>
Printed printed(Run run) {
    const test::TemporaryFile file("out");
    std::fflush(stdout);
    const int kept = ::dup(STDOUT_FILENO);
    const int fd = ::open(file.path().c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    REQUIRE(fd >= 0);
    ::dup2(fd, STDOUT_FILENO);
    ::close(fd);
    Printed result;
    result.status = run();
    std::fflush(stdout);
    ::dup2(kept, STDOUT_FILENO);
    ::close(kept);
    result.out = content_of(file.path());
    return result;
}

}  // namespace glass::tests
