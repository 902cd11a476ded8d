// CaptureWriter: capture files that every other program reads, pcap or pcapng, in nanoseconds.
#include "ip/capture_writer.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <limits>
#include <string_view>
#include <sys/stat.h>

namespace glass::ip {
namespace {

constexpr std::size_t kFlushAt = 256 << 10;
constexpr std::size_t kMaxComment = 65535;  // an option's length has 16 bits
constexpr std::size_t kPacketBlock = 32;    // an Enhanced Packet Block without data and options

/// Writes integers in little-endian order, as nearly all capture files have them, into zeros at the buffer's
/// end.
class LittleEndian {
public:
    /// Makes room for all of a record. Nothing else may grow the buffer meanwhile.
    LittleEndian(Buffer& out, std::size_t length) {
        out.resize(out.size() + length);
        at_ = out.data() + out.size() - length;
    }
    void u16(std::uint16_t v) {
        at_[0] = static_cast<std::uint8_t>(v);
        at_[1] = static_cast<std::uint8_t>(v >> 8);
        at_ += 2;
    }
    void u32(std::uint32_t v) {
        at_[0] = static_cast<std::uint8_t>(v);
        at_[1] = static_cast<std::uint8_t>(v >> 8);
        at_[2] = static_cast<std::uint8_t>(v >> 16);
        at_[3] = static_cast<std::uint8_t>(v >> 24);
        at_ += 4;
    }
    void u64(std::uint64_t v) {
        u32(static_cast<std::uint32_t>(v));
        u32(static_cast<std::uint32_t>(v >> 32));
    }
    void bytes(Bytes b) {
        if (!b.empty()) std::memcpy(at_, b.data(), b.size());
        at_ += b.size();
    }
    /// The zeros up to a multiple of 32 bits, after `length` octets of something.
    void pad(std::size_t length) { at_ += (0 - length) % 4; }
    void option(std::uint16_t code, std::string_view text) {
        u16(code);
        u16(static_cast<std::uint16_t>(text.size()));
        bytes({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
        pad(text.size());
    }

private:
    std::uint8_t* at_;
};

constexpr std::size_t padded(std::size_t n) {
    return (n + 3) & ~std::size_t{3};
}

std::uint64_t nanoseconds(Time time) {
    return static_cast<std::uint64_t>(std::max<std::int64_t>(0, time.time_since_epoch().count()));
}

bool names_pcap(std::string_view path) {
    return path.ends_with(".pcap") || path.ends_with(".cap") || path.ends_with(".dmp");
}

std::string name_of(const std::string& path) {
    return path == "-" ? "standard output" : path;
}

bool is_regular(int fd) {
    struct stat status {};
    return fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
}

}  // namespace

std::expected<CaptureWriter, std::string> CaptureWriter::create(const std::string& path, Options options) {
    const auto named = [&](std::string_view why) {
        return std::unexpected(fmt::format("{}: {}", name_of(path), why));
    };
    if (path.ends_with(".gz") || path.ends_with(".zst")) return named("cannot write compressed files");
    constexpr int kFlags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC;
    FileDescriptor file(path == "-" ? STDOUT_FILENO : ::open(path.c_str(), kFlags, 0666));
    if (!file) return named(std::strerror(errno));
    return CaptureWriter(path, std::move(options), std::move(file));
}

CaptureWriter::CaptureWriter(std::string path, Options options, FileDescriptor file)
    : path_(std::move(path)),
      options_(std::move(options)),
      file_(std::move(file)),
      pcapng_(options_.format == Format::pcapng ||
              (options_.format == Format::by_name && !names_pcap(path_))) {
    buffer_.reserve(kFlushAt + 4096);
    if (pcapng_) start_pcapng();
}

CaptureWriter::~CaptureWriter() {
    if (file_) static_cast<void>(close());
}

Written CaptureWriter::write(const Frame& frame) {
    if (error_) return std::unexpected(*error_);
    if (frame.bytes.size() > kMaxRecord - kMaxComment - kPacketBlock - 16) {
        return fail(fmt::format("a frame of {} bytes is more than capture files hold", frame.bytes.size()));
    }
    if (!pcapng_ && !fits_pcap(frame)) {
        if (const Written done = become_pcapng(); !done) return done;
    }
    pcapng_ ? append_pcapng(frame) : append_pcap(frame);
    return buffer_.size() < kFlushAt ? Written{} : write_out();
}

bool CaptureWriter::fits_pcap(const Frame& frame) const {
    return frame.comment.empty() && frame.bytes.size() <= kCommonSnapshot &&
           frame.link == link_.value_or(frame.link);
}

/// Reads the file back and writes it anew beside itself; then takes its place.
Written CaptureWriter::become_pcapng() {
    if (options_.format == Format::pcap || path_ == "-" || !is_regular(file_.get())) {
        return fail("pcap cannot hold comments, a second link type or frames over 262144 bytes: use pcapng");
    }
    if (const Written done = flush(); !done) return done;
    auto so_far = CaptureReader::open(path_);
    if (!so_far) return fail(so_far.error());
    Options options = options_;
    options.format = Format::pcapng;
    const std::string beside = path_ + ".part";
    auto anew = create(beside, std::move(options));
    if (!anew) return fail(anew.error());
    Frame frame;
    Written copied;
    while (copied && so_far->next(frame)) copied = anew->write(frame);
    if (copied) copied = anew->flush();
    if (copied && std::rename(beside.c_str(), path_.c_str()) != 0)
        copied = std::unexpected(std::strerror(errno));
    if (!copied) {
        std::remove(beside.c_str());
        return fail(copied.error());
    }
    file_ = std::move(anew->file_);
    interfaces_ = std::move(anew->interfaces_);
    written_ = anew->written_;
    pcapng_ = true;
    return {};
}

/// The file header of ip/pcap_format.h.
void CaptureWriter::start_pcap(LinkType link) {
    LittleEndian out(buffer_, 24);
    out.u32(options_.microseconds ? 0xa1b2c3d4 : 0xa1b23c4d);
    out.u16(2);
    out.u16(4);
    out.u64(0);  // time zone and accuracy
    out.u32(kCommonSnapshot);
    out.u32(static_cast<std::uint32_t>(link) & 0xffff);
    link_ = link;
}

void CaptureWriter::append_pcap(const Frame& frame) {
    if (!link_) start_pcap(frame.link);
    constexpr std::uint64_t kSecond = 1'000'000'000;
    constexpr std::uint64_t kLast = std::uint64_t{0xffffffff} * kSecond + kSecond - 1;
    const std::uint64_t time = std::min(nanoseconds(frame.time), kLast);
    LittleEndian out(buffer_, 16 + frame.bytes.size());
    out.u32(static_cast<std::uint32_t>(time / kSecond));
    out.u32(static_cast<std::uint32_t>(time % kSecond / (options_.microseconds ? 1000 : 1)));
    out.u32(static_cast<std::uint32_t>(frame.bytes.size()));
    out.u32(frame.length);
    out.bytes(frame.bytes);
}

/// A Section Header Block, draft-ietf-opsawg-pcapng section 4.1, of a length not known beforehand.
void CaptureWriter::start_pcapng() {
    const std::string_view hardware = std::string_view(options_.hardware).substr(0, kMaxComment);
    const std::string_view application = std::string_view(options_.application).substr(0, kMaxComment);
    std::size_t length = 28 + 4;
    if (!hardware.empty()) length += 4 + padded(hardware.size());
    if (!application.empty()) length += 4 + padded(application.size());
    LittleEndian out(buffer_, length);
    out.u32(0x0a0d0d0a);
    out.u32(static_cast<std::uint32_t>(length));
    out.u32(0x1a2b3c4d);
    out.u16(1);
    out.u16(0);
    out.u64(std::numeric_limits<std::uint64_t>::max());
    if (!hardware.empty()) out.option(2, hardware);
    if (!application.empty()) out.option(4, application);
    out.option(0, {});
    out.u32(static_cast<std::uint32_t>(length));
}

/// The number of its interface, which is described first (section 4.2) where it is new.
std::uint32_t CaptureWriter::interface_of(const Frame& frame) {
    const auto number = static_cast<std::uint32_t>(interfaces_.size());
    const auto [place, is_new] = interfaces_.try_emplace({frame.interface, frame.link}, number);
    if (!is_new) return place->second;
    constexpr std::uint32_t kLength = 20 + 8 + 4;
    constexpr std::string_view kNanoseconds = "\x09";
    LittleEndian out(buffer_, kLength);
    out.u32(1);
    out.u32(kLength);
    out.u16(static_cast<std::uint16_t>(frame.link));
    out.u16(0);
    out.u32(0);  // no snapshot length
    out.option(9, kNanoseconds);
    out.option(0, {});
    out.u32(kLength);
    return number;
}

/// A Simple Packet Block, section 4.4: the only one without a time. It is one of the first interface.
void CaptureWriter::append_simple(const Frame& frame) {
    const auto length = static_cast<std::uint32_t>(12 + 4 + padded(frame.bytes.size()));
    LittleEndian out(buffer_, length);
    out.u32(3);
    out.u32(length);
    out.u32(frame.length);
    out.bytes(frame.bytes);
    out.pad(frame.bytes.size());
    out.u32(length);
}

/// An Enhanced Packet Block, section 4.3, or a simple one where that can hold the frame.
void CaptureWriter::append_pcapng(const Frame& frame) {
    const std::uint32_t interface = interface_of(frame);
    const bool is_simple = interface == 0 && frame.bytes.size() == frame.length && frame.comment.empty();
    if (!frame.has_time && is_simple) return append_simple(frame);
    const std::string_view comment = frame.comment.substr(0, kMaxComment);
    const std::size_t options = comment.empty() ? 0 : 4 + padded(comment.size()) + 4;
    const auto length = static_cast<std::uint32_t>(kPacketBlock + padded(frame.bytes.size()) + options);
    const std::uint64_t time = nanoseconds(frame.time);
    LittleEndian out(buffer_, length);
    out.u32(6);
    out.u32(length);
    out.u32(interface);
    out.u32(static_cast<std::uint32_t>(time >> 32));
    out.u32(static_cast<std::uint32_t>(time));
    out.u32(static_cast<std::uint32_t>(frame.bytes.size()));
    out.u32(frame.length);
    out.bytes(frame.bytes);
    out.pad(frame.bytes.size());
    if (!comment.empty()) {
        out.option(1, comment);
        out.option(0, {});
    }
    out.u32(length);
}

Written CaptureWriter::fail(std::string why) {
    const std::string name = name_of(path_);
    error_ = why.starts_with(name) ? std::move(why) : fmt::format("{}: {}", name, why);
    return std::unexpected(*error_);
}

/// Only in a file of our own: standard output may be a file with something before what we wrote.
void CaptureWriter::cut_half_record() {
    if (path_ == "-" || !is_regular(file_.get())) return;
    if (ftruncate(file_.get(), static_cast<off_t>(written_)) != 0) return;  // one error is enough
}

/// Hands the buffer over. Where that fails half-way, half a record stays behind only if it cannot be cut off
/// again.
Written CaptureWriter::write_out() {
    std::size_t done = 0;
    while (done < buffer_.size()) {
        const ssize_t n = ::write(file_.get(), buffer_.data() + done, buffer_.size() - done);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) {
            const int why = errno;
            if (done > 0) cut_half_record();
            return fail(std::strerror(why));
        }
        done += static_cast<std::size_t>(n);
    }
    written_ += done;
    buffer_.clear();
    return {};
}

Written CaptureWriter::flush() {
    if (error_) return std::unexpected(*error_);
    if (!pcapng_ && !link_) start_pcap(options_.link);
    return write_out();
}

Written CaptureWriter::close() {
    const Written done = flush();
    if (file_.close() != 0 && done) return fail(std::strerror(errno));
    if (!error_) error_ = name_of(path_) + ": is closed";
    return done;
}

}  // namespace glass::ip
