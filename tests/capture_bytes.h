// What the tests of capture files share: files built octet by octet, and everything a reader says about one.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <ostream>
#include <string>
#include <string_view>
#include <unistd.h>
#include <utility>
#include <vector>

#include "ip/capture_file.h"

namespace glass::test {

/// Appends in the byte order of the machine that is meant to have written the file.
struct FileBytes {
    bool big_endian = false;
    ip::Buffer out;

    template <class T>
    FileBytes& put(T value) {
        for (std::size_t i = 0; i < sizeof(T); ++i) {
            const std::size_t shift = 8 * (big_endian ? sizeof(T) - 1 - i : i);
            out.push_back(static_cast<std::uint8_t>(static_cast<std::uint64_t>(value) >> shift));
        }
        return *this;
    }
    FileBytes& u8(std::uint8_t v) { return put(v); }
    FileBytes& u16(std::uint16_t v) { return put(v); }
    FileBytes& u32(std::uint32_t v) { return put(v); }
    FileBytes& u64(std::uint64_t v) { return put(v); }
    FileBytes& text(std::string_view s) {
        out.insert(out.end(), s.begin(), s.end());
        return *this;
    }
    FileBytes& pad() {
        while (out.size() % 4 != 0) u8(0);
        return *this;
    }
};

// ---- pcap ----

struct PcapHeader {
    std::uint32_t magic = 0xa1b2c3d4;
    std::uint16_t major = 2;
    std::uint16_t minor = 4;
    std::uint32_t snapshot_length = 65535;
    std::uint32_t link = 1;
};

inline FileBytes pcap_file(const PcapHeader& h = {}, bool big_endian = false) {
    FileBytes file{big_endian, {}};
    file.u32(h.magic).u16(h.major).u16(h.minor).u32(0).u32(0).u32(h.snapshot_length).u32(h.link);
    return file;
}

inline void add_record(FileBytes& file, std::uint32_t seconds, std::uint32_t fraction, std::string_view data,
                       std::uint32_t length) {
    file.u32(seconds).u32(fraction).u32(static_cast<std::uint32_t>(data.size())).u32(length).text(data);
}

// ---- pcapng ----

/// A block of any type: its body, padded, between type and lengths.
inline void add_block(FileBytes& file, std::uint32_t type, FileBytes body) {
    body.pad();
    const auto length = static_cast<std::uint32_t>(body.out.size() + 12);
    file.u32(type).u32(length);
    file.out.insert(file.out.end(), body.out.begin(), body.out.end());
    file.u32(length);
}

inline void add_section(FileBytes& file, std::uint16_t major = 1, std::uint16_t minor = 0) {
    add_block(file, 0x0a0d0d0a,
              FileBytes{file.big_endian, {}}.u32(0x1a2b3c4d).u16(major).u16(minor).u64(~std::uint64_t{0}));
}

/// An option, padded; precondition: the body is a multiple of 32 bits so far.
inline FileBytes& add_option(FileBytes& body, std::uint16_t code, std::string_view value) {
    return body.u16(code).u16(static_cast<std::uint16_t>(value.size())).text(value).pad();
}

inline FileBytes interface_body(bool big_endian, std::uint16_t link, std::uint32_t snapshot_length = 0) {
    return FileBytes{big_endian, {}}.u16(link).u16(0).u32(snapshot_length);
}

inline void add_interface(FileBytes& file, std::uint16_t link, int resolution = -1, std::int64_t offset = 0) {
    FileBytes body = interface_body(file.big_endian, link);
    if (resolution >= 0) body.u16(9).u16(1).u8(static_cast<std::uint8_t>(resolution)).pad();
    if (offset != 0) body.u16(14).u16(8).u64(static_cast<std::uint64_t>(offset));
    if (body.out.size() > 8) body.u32(0);
    add_block(file, 1, std::move(body));
}

inline FileBytes packet_body(bool big_endian, std::uint32_t interface, std::uint64_t timestamp,
                             std::string_view data, std::uint32_t length) {
    FileBytes body{big_endian, {}};
    body.u32(interface)
        .u32(static_cast<std::uint32_t>(timestamp >> 32))
        .u32(static_cast<std::uint32_t>(timestamp));
    return body.u32(static_cast<std::uint32_t>(data.size())).u32(length).text(data).pad();
}

inline void add_packet(FileBytes& file, std::uint32_t interface, std::uint64_t timestamp,
                       std::string_view data) {
    add_block(
        file, 6,
        packet_body(file.big_endian, interface, timestamp, data, static_cast<std::uint32_t>(data.size())));
}

// ---- what a reader says ----

/// A frame that owns its octets.
struct Seen {
    std::uint64_t number = 0;
    std::int64_t nanoseconds = 0;
    std::uint32_t length = 0;
    std::uint32_t link = 1;
    std::uint32_t interface = 0;
    std::string bytes;
    std::string comment;
    std::uint64_t file_offset = 0;
    bool has_time = true;

    bool operator==(const Seen&) const = default;
};

inline std::ostream& operator<<(std::ostream& out, const Seen& s) {
    return out << "#" << s.number << " at " << s.nanoseconds << " ns, " << s.bytes.size() << " of "
               << s.length << " bytes, link " << s.link << ", interface " << s.interface << ", comment '"
               << s.comment << "', offset " << s.file_offset << (s.has_time ? "" : ", no time");
}

inline Seen seen(const ip::Frame& f) {
    return {.number = f.number,
            .nanoseconds = f.time.time_since_epoch().count(),
            .length = f.length,
            .link = static_cast<std::uint32_t>(f.link),
            .interface = f.interface,
            .bytes = std::string(f.bytes.begin(), f.bytes.end()),
            .comment = std::string(f.comment),
            .file_offset = f.file_offset,
            .has_time = f.has_time};
}

struct Reading {
    std::string error;  ///< why it did not open; empty where it did
    std::string format;
    std::vector<Seen> frames;
    std::optional<ip::Damage> damage;
};

inline Reading read_all(std::expected<ip::CaptureReader, std::string> reader) {
    Reading reading;
    if (!reader) {
        reading.error = reader.error();
        return reading;
    }
    reading.format = reader->format();
    ip::Frame frame;
    while (reader->next(frame)) reading.frames.push_back(seen(frame));
    reading.damage = reader->damage();
    return reading;
}

inline Reading read_all(ip::Bytes octets) {
    return read_all(ip::CaptureReader::from_memory(octets));
}

/// A name in a new folder, which goes away with everything in it.
class TemporaryFile {
public:
    explicit TemporaryFile(const std::string& name) {
        std::string folder = (std::filesystem::temp_directory_path() / "glass-test-XXXXXX").string();
        folder_ = mkdtemp(folder.data());
        path_ = folder_ / name;
    }
    TemporaryFile(const std::string& name, ip::Bytes octets) : TemporaryFile(name) {
        std::ofstream(path_, std::ios::binary)
            .write(reinterpret_cast<const char*>(octets.data()), static_cast<std::streamsize>(octets.size()));
    }
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;
    ~TemporaryFile() {
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }

    std::string path() const { return path_.string(); }
    std::string folder() const { return folder_.string(); }

private:
    std::filesystem::path folder_;
    std::filesystem::path path_;
};

}  // namespace glass::test
