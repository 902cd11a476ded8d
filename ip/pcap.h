// What libpcap is for: BPF filters, live capture, and capture files in formats of its own. Nobody else
// includes it.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ip/bytes.h"
#include "ip/capture_file.h"
#include "ip/link_type.h"

namespace glass::ip {

/// A compiled filter in the language of pcap-filter(7). Good for frames of one link type.
class BpfFilter {
public:
    /// The error is libpcap's, with the expression.
    [[nodiscard]] static std::expected<BpfFilter, std::string> compile(const std::string& expression,
                                                                       LinkType link);

    BpfFilter(BpfFilter&&) noexcept;
    BpfFilter& operator=(BpfFilter&&) noexcept;
    ~BpfFilter();

    /// `wire_length` is what the expressions `len`, `less` and `greater` see.
    [[nodiscard]] bool matches(Bytes captured, std::uint32_t wire_length) const;

private:
    struct Program;
    explicit BpfFilter(std::unique_ptr<Program> program);
    std::unique_ptr<Program> program_;
};

struct LiveOptions {
    std::uint32_t snapshot_length = kCommonSnapshot;
    bool promiscuous = true;
    std::string filter = {};  ///< empty: everything
};

/// Frames from a network interface, as they come.
class LiveCapture {
public:
    /// The error is one line that says why: no such interface (and which there are), no permission, a bad
    /// filter.
    [[nodiscard]] static std::expected<LiveCapture, std::string> open(const std::string& interface,
                                                                      const LiveOptions& options = {});

    LiveCapture(LiveCapture&&) noexcept;
    LiveCapture& operator=(LiveCapture&&) noexcept;
    ~LiveCapture();

    /// True with a frame, borrowed until the next call; false where none came in time, or a signal came
    /// first. The error, after which no call succeeds, says why the capture ended ("The interface
    /// disappeared").
    [[nodiscard]] std::expected<bool, std::string> next(Frame& frame, std::chrono::milliseconds timeout);

    LinkType link() const;
    /// Becomes readable when frames may have come: for a loop that waits for other things, too.
    int descriptor() const;

    struct Counts {
        std::uint64_t received = 0;
        std::uint64_t dropped = 0;  ///< by the kernel or the interface: we were too slow
    };
    Counts counts() const;

private:
    struct Handle;
    explicit LiveCapture(std::unique_ptr<Handle> handle);
    std::unique_ptr<Handle> handle_;
};

/// Names of the interfaces that this process may capture from.
[[nodiscard]] std::vector<std::string> capture_interfaces();

/// A capture file read by libpcap: the way out for formats that we do not know, and what the tests compare
/// with.
class OfflinePcap {
public:
    [[nodiscard]] static std::expected<OfflinePcap, std::string> open(const std::string& path);

    OfflinePcap(OfflinePcap&&) noexcept;
    OfflinePcap& operator=(OfflinePcap&&) noexcept;
    ~OfflinePcap();

    /// As CaptureReader::next(), without numbers, offsets, comments and interfaces, which libpcap does not
    /// tell.
    [[nodiscard]] bool next(Frame& frame);
    const std::optional<Damage>& damage() const;

private:
    struct Handle;
    explicit OfflinePcap(std::unique_ptr<Handle> handle);
    std::unique_ptr<Handle> handle_;
};

}  // namespace glass::ip
