// Capture files: pcap and pcapng, plain, gzip or zstd, from a file or standard input, read in constant
// memory.
//
// pcap:   draft-ietf-opsawg-pcap (micro- and nanoseconds, both byte orders, the "modified" variant)
// pcapng: draft-ietf-opsawg-pcapng (sections of either byte order, interfaces of different link types and
//         time resolutions; blocks of unknown kinds are skipped)
// snoop:  RFC 1761. What else libpcap can open is read through it.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "ip/bytes.h"
#include "ip/link_type.h"
#include "ip/time.h"

namespace glass::ip {

/// One captured frame. Octets and comment are borrowed from the reader until the next call of next().
struct Frame {
    std::uint64_t number = 0;  ///< 1 for the first frame of the file
    Time time;                 ///< saturates where the file's time lies outside of 1678..2262; 0 without one
    bool has_time = true;      ///< false: a pcapng simple packet
    std::uint32_t length = 0;  ///< octets on the wire; bytes.size() or more, unless the file lies
    LinkType link = LinkType::ethernet;
    std::uint32_t interface = 0;    ///< index in its pcapng section; 0 in a pcap file
    Bytes bytes;                    ///< the octets captured
    std::string_view comment;       ///< pcapng opt_comment of the frame, several with '\n' between; or empty
    std::uint64_t file_offset = 0;  ///< where its record starts, in the uncompressed file
};

/// Where a file stops making sense, and why. Everything before it has been read.
struct Damage {
    std::uint64_t offset = 0;  ///< of the record or block that cannot be read, in the uncompressed file
    std::string what;          ///< "record claims 4294967295 bytes", "file ends inside a record", ...
};

/// The longest pcapng block or snoop record that is a frame; also the longest pcap frame, where the file's
/// snapshot length allows for it. Longer ones are damage. (A pcap file with a lower snapshot length may
/// exceed that, as many do, but not kCommonSnapshot: its records carry no second length by which nonsense
/// could be told.)
inline constexpr std::uint32_t kMaxRecord = 16 << 20;
inline constexpr std::uint32_t kCommonSnapshot = 262144;

/// Reads a capture file frame by frame. Not copyable; movable. A moved-from reader may only be destroyed.
///
/// Memory: 1 MiB, up to 2 * kMaxRecord where a file has such records, and what decompression needs
/// (ip/decompressor.h); with pcapng also 40 octets for each interface of a section, 65536 of them at most.
class CaptureReader {
public:
    /// Opens a file, or standard input for "-". The error is one line that names the file and says why:
    /// missing, a directory, not permitted, empty, not a capture.
    [[nodiscard]] static std::expected<CaptureReader, std::string> open(const std::string& path);
    /// The same of a file's octets, which must outlive the reader. Errors call it "memory".
    [[nodiscard]] static std::expected<CaptureReader, std::string> from_memory(Bytes octets);

    CaptureReader(CaptureReader&&) noexcept;
    CaptureReader& operator=(CaptureReader&&) noexcept;
    ~CaptureReader();

    /// The next frame, or false at the end: then damage() tells whether the file ended well. Where a signal's
    /// handler was installed without SA_RESTART, that signal ends a file that is waited for (a pipe),
    /// unharmed.
    [[nodiscard]] bool next(Frame& frame);
    const std::optional<Damage>& damage() const;

    /// After next() ended with damage(): looks for the next place where the file makes sense (ip/salvage.h),
    /// for next() to go on from. `near` is the time of a good frame, best of the first one, if there was any.
    /// There is no such place in snoop files, in formats that libpcap reads, and where a file cannot be read
    /// or decompressed any further.
    struct Resumption {
        bool found = false;
        std::uint64_t skipped =
            0;  ///< octets from the damage up to there, or, where not found, to the file's end
    };
    [[nodiscard]] Resumption resume_after_damage(std::optional<Time> near);

    std::string_view format() const;  ///< "pcap", "pcap (nanoseconds), gzip", "pcapng", ...
    /// Octets of the (compressed) file consumed, and its size where it has one: for progress.
    std::uint64_t position() const;
    std::optional<std::uint64_t> size() const;

private:
    struct State;
    explicit CaptureReader(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace glass::ip
