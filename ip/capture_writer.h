// CaptureWriter: capture files that every other program reads, pcap or pcapng, in nanoseconds.
#pragma once

#include <cstdint>
#include <expected>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "ip/bytes.h"
#include "ip/capture_file.h"
#include "ip/file_descriptor.h"

namespace glass::ip {

/// What a write gives: nothing, or one line with the file's name and the reason ("x.pcap: No space left on
/// device").
using Written = std::expected<void, std::string>;

/// Writes frames, 256 KiB at a time and records always whole: a file left behind at any moment is a sound
/// one, up to what was flushed. Little-endian on every machine.
///
/// pcap has one link type and no comments. Where the name chose pcap and a frame does not fit (another link
/// type, a comment, more than kCommonSnapshot octets), what was written so far is rewritten as pcapng, under
/// the same name: programs go by the content. On standard output, or a pipe, that is an error instead.
///
/// Times before 1970 become 0, and in pcap those after 2106-02-07 become that moment: the formats have no
/// others.
class CaptureWriter {
public:
    enum class Format : std::uint8_t { by_name, pcap, pcapng };
    struct Options {
        Format format = Format::by_name;  ///< by_name: pcap for *.pcap, *.cap and *.dmp, else pcapng
        bool microseconds = false;        ///< pcap only: for programs that do not know the nanosecond variant
        LinkType link = LinkType::ethernet;  ///< what a pcap file without any frame says
        std::string application = "Glass";   ///< shb_userappl of a pcapng file; empty: left out
        std::string hardware = {};           ///< shb_hardware
    };

    /// Creates or truncates the file; "-" is standard output.
    [[nodiscard]] static std::expected<CaptureWriter, std::string> create(const std::string& path,
                                                                          Options options);
    [[nodiscard]] static std::expected<CaptureWriter, std::string> create(const std::string& path) {
        return create(path, Options{});
    }

    CaptureWriter(CaptureWriter&&) noexcept = default;
    CaptureWriter& operator=(CaptureWriter&&) = delete;
    /// Closes, and cannot say whether that failed: call close().
    ~CaptureWriter();

    /// Appends a frame. Uses its time, length, link, interface, bytes and comment (of which pcapng holds the
    /// first 65535 octets). In pcapng there is one interface description for each pair of interface and link
    /// type. A frame without a time has none in pcapng either, if it is whole, of the first interface and
    /// without a comment; else its time is 0. After an error every further call fails with it.
    Written write(const Frame& frame);
    /// Hands everything to the operating system.
    Written flush();
    /// flush(), then close. Further writes fail.
    Written close();

    /// "pcap" or "pcapng": what the file is by now.
    std::string_view format() const { return pcapng_ ? "pcapng" : "pcap"; }

private:
    CaptureWriter(std::string path, Options options, FileDescriptor file);

    bool fits_pcap(const Frame& frame) const;
    Written become_pcapng();
    void start_pcap(LinkType link);
    void start_pcapng();
    void append_pcap(const Frame& frame);
    void append_pcapng(const Frame& frame);
    void append_simple(const Frame& frame);
    std::uint32_t interface_of(const Frame& frame);
    Written fail(std::string why);
    Written write_out();
    void cut_half_record();

    std::string path_;
    Options options_;
    FileDescriptor file_;
    Buffer buffer_;
    std::uint64_t written_ = 0;  ///< octets that the system has
    bool pcapng_;
    std::optional<LinkType> link_;  ///< of a pcap file, once it has its header
    std::map<std::pair<std::uint32_t, LinkType>, std::uint32_t> interfaces_;  ///< of a pcapng file
    std::optional<std::string> error_;
};

}  // namespace glass::ip
