// Capture files: which format a file has, and the way through it.
#include "ip/capture_file.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <limits>
#include <utility>
#include <variant>

#include "ip/input_buffer.h"
#include "ip/pcap.h"
#include "ip/pcap_format.h"
#include "ip/pcapng_format.h"
#include "ip/snoop_format.h"

namespace glass::ip {
namespace {

using Format = std::variant<PcapFormat, PcapngFormat, SnoopFormat, OfflinePcap>;

/// Compressed with what we do not read: worth a better answer than "not a capture file".
struct Packer {
    std::string_view name;
    std::array<std::uint8_t, 3> magic;
};
constexpr std::array kPackers = {
    Packer{"xz", {0xfd, '7', 'z'}},
    Packer{"bzip2", {'B', 'Z', 'h'}},
    Packer{"lz4", {0x04, 0x22, 0x4d}},
};

std::string not_a_capture(Bytes start, Compression compression) {
    for (const Packer& packer : kPackers) {
        if (start.size() > 3 && std::equal(packer.magic.begin(), packer.magic.end(), start.begin())) {
            return fmt::format("compressed with {}: decompress it first", packer.name);
        }
    }
    const std::string octets = fmt::format("starts with {:02x}", fmt::join(first(start, 4), " "));
    if (compression == Compression::none) return fmt::format("not a capture file ({})", octets);
    return fmt::format("not a capture file ({} data; inside, it {})", to_string(compression), octets);
}

template <class T>
std::expected<Format, std::string> widened(std::expected<T, std::string> format) {
    if (!format) return std::unexpected(std::move(format).error());
    return Format(std::move(*format));
}

std::expected<Format, std::string> open_format(InputBuffer& in, Bytes start, Compression compression) {
    if (PcapFormat::recognises(start)) return widened(PcapFormat::open(in));
    if (PcapngFormat::recognises(start)) return widened(PcapngFormat::open(in));
    if (SnoopFormat::recognises(start)) return widened(SnoopFormat::open(in));
    return std::unexpected(not_a_capture(start, compression));
}

}  // namespace

struct CaptureReader::State {
    InputBuffer in;
    Format format;
    std::string format_name;
    std::optional<Damage> damage;
    std::uint64_t frames = 0;
    bool ended = false;

    void end();
    /// The error leaves the file's name to the caller. `path` is empty where libpcap could not open it anew.
    static std::expected<CaptureReader, std::string> open(OctetSource source, const std::string& path);
};

std::expected<CaptureReader, std::string> CaptureReader::State::open(OctetSource source,
                                                                     const std::string& path) {
    constexpr std::size_t kLongestMagic = 8;
    InputBuffer in(std::move(source));
    Bytes start = in.peek_up_to(kLongestMagic);
    const Compression compression = compression_of(start);
    if (compression != Compression::none) {
        in.decompress(compression);
        start = in.peek_up_to(kLongestMagic);
    }
    if (start.empty() && !in.fault().empty()) return std::unexpected(in.fault());
    if (start.empty()) {
        return std::unexpected(compression == Compression::none ? "empty file"
                                                                : "empty file, once decompressed");
    }
    auto format = open_format(in, start, compression);
    if (!format && !path.empty()) {
        if (auto other = OfflinePcap::open(path)) format = std::move(*other);
    }
    if (!format) return std::unexpected(format.error());

    std::string name(std::visit(
        [](const auto& f) -> std::string_view {
            if constexpr (requires { f.name(); }) return f.name();
            return "libpcap";
        },
        *format));
    if (compression != Compression::none) name.append(", ").append(to_string(compression));
    return CaptureReader(std::make_unique<State>(std::move(in), std::move(*format), std::move(name)));
}

std::expected<CaptureReader, std::string> CaptureReader::open(const std::string& path) {
    const auto named = [&](std::string why) {
        return std::unexpected(fmt::format("{}: {}", path == "-" ? "standard input" : path, why));
    };
    auto source = OctetSource::open(path);
    if (!source) return named(source.error());
    // A pipe cannot be opened a second time: what was read from it is gone.
    const bool again = source->size().has_value() && path != "-";
    auto reader = State::open(std::move(*source), again ? path : "");
    if (!reader) return named(reader.error());
    return reader;
}

std::expected<CaptureReader, std::string> CaptureReader::from_memory(Bytes octets) {
    auto reader = State::open(OctetSource::from_memory(octets), "");
    if (!reader) return std::unexpected("memory: " + reader.error());
    return reader;
}

CaptureReader::CaptureReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
CaptureReader::CaptureReader(CaptureReader&&) noexcept = default;
CaptureReader& CaptureReader::operator=(CaptureReader&&) noexcept = default;
CaptureReader::~CaptureReader() = default;

bool CaptureReader::next(Frame& frame) {
    State& s = *state_;
    if (s.ended) [[unlikely]]
        return false;
    bool found = false;
    if (auto* pcap = std::get_if<PcapFormat>(&s.format)) {
        found = pcap->next(s.in, frame);
    } else if (auto* pcapng = std::get_if<PcapngFormat>(&s.format)) {
        found = pcapng->next(s.in, frame);
    } else if (auto* snoop = std::get_if<SnoopFormat>(&s.format)) {
        found = snoop->next(s.in, frame);
    } else {
        found = std::get<OfflinePcap>(s.format).next(frame);
    }
    if (!found) [[unlikely]] {
        s.end();
        return false;
    }
    frame.number = ++s.frames;
    return true;
}

void CaptureReader::State::end() {
    ended = true;
    damage = std::visit([](const auto& f) { return f.damage(); }, format);
    if (in.source().interrupted()) damage.reset();
    if (in.source().interrupted() || in.fault().empty()) return;
    // The file did not end there by itself: what stopped the reading says more than "ends inside a record".
    damage = Damage{damage ? damage->offset : in.offset(), in.fault()};
}

const std::optional<Damage>& CaptureReader::damage() const {
    return state_->damage;
}

CaptureReader::Resumption CaptureReader::resume_after_damage(std::optional<Time> near) {
    State& s = *state_;
    if (!s.damage || !s.in.fault().empty() || std::holds_alternative<OfflinePcap>(s.format)) return {};
    auto* pcap = std::get_if<PcapFormat>(&s.format);
    auto* pcapng = std::get_if<PcapngFormat>(&s.format);
    const bool found = pcap     ? pcap->resume(s.in, near)
                       : pcapng ? pcapng->resume(s.in)
                                : s.in.skip(std::numeric_limits<std::uint64_t>::max());
    const std::uint64_t skipped = s.in.offset() - s.damage->offset;
    if (found) {
        s.damage.reset();
        s.ended = false;
    }
    return {found, skipped};
}

std::string_view CaptureReader::format() const {
    return state_->format_name;
}

std::uint64_t CaptureReader::position() const {
    return state_->in.source().position();
}

std::optional<std::uint64_t> CaptureReader::size() const {
    return state_->in.source().size();
}

}  // namespace glass::ip
