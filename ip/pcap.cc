// What libpcap is for: BPF filters, live capture, and capture files in formats of its own. Nobody else
// includes it.
#include "ip/pcap.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <pcap/pcap.h>
#include <poll.h>

namespace glass::ip {
namespace {

struct Close {
    void operator()(pcap_t* p) const { pcap_close(p); }
};
using PcapHandle = std::unique_ptr<pcap_t, Close>;

struct FilterCode {
    bpf_program code{};

    FilterCode() = default;
    FilterCode(const FilterCode&) = delete;
    FilterCode& operator=(const FilterCode&) = delete;
    ~FilterCode() { pcap_freecode(&code); }
};

/// DLT_ numbers that are not the LINKTYPE_ number in files; all others are the same on every system.
struct Renumbered {
    int dlt;
    std::uint32_t link;
};
constexpr std::array kRenumbered = {
    Renumbered{DLT_RAW, 101},       Renumbered{DLT_ATM_RFC1483, 100}, Renumbered{DLT_SLIP_BSDOS, 102},
    Renumbered{DLT_PPP_BSDOS, 103}, Renumbered{DLT_ATM_CLIP, 106},    Renumbered{DLT_PFSYNC, 246},
    Renumbered{DLT_PKTAP, 258},
};

int dlt_of(LinkType link) {
    const auto number = static_cast<std::uint32_t>(link);
    const auto* row = std::ranges::find(kRenumbered, number, &Renumbered::link);
    return row == kRenumbered.end() ? static_cast<int>(number) : row->dlt;
}

LinkType link_of(int dlt) {
    const auto* row = std::ranges::find(kRenumbered, dlt, &Renumbered::dlt);
    return static_cast<LinkType>(row == kRenumbered.end() ? static_cast<std::uint32_t>(dlt) : row->link);
}

/// Precondition: the handle's time stamps are in nanoseconds, whatever the name of the field says.
void fill(Frame& frame, const pcap_pkthdr& header, const std::uint8_t* octets, LinkType link) {
    frame = {.time = Time(std::chrono::seconds(header.ts.tv_sec) + Duration(header.ts.tv_usec)),
             .length = header.len,
             .link = link,
             .bytes = Bytes(octets, header.caplen),
             .comment = {}};
}

}  // namespace

// ---- filters ----

struct BpfFilter::Program {
    FilterCode filter;
};

BpfFilter::BpfFilter(std::unique_ptr<Program> program) : program_(std::move(program)) {}
BpfFilter::BpfFilter(BpfFilter&&) noexcept = default;
BpfFilter& BpfFilter::operator=(BpfFilter&&) noexcept = default;
BpfFilter::~BpfFilter() = default;

std::expected<BpfFilter, std::string> BpfFilter::compile(const std::string& expression, LinkType link) {
    const PcapHandle dead(pcap_open_dead(dlt_of(link), static_cast<int>(kCommonSnapshot)));
    auto program = std::make_unique<Program>();
    if (!dead ||
        pcap_compile(dead.get(), &program->filter.code, expression.c_str(), 1, PCAP_NETMASK_UNKNOWN) != 0) {
        return std::unexpected(
            fmt::format("filter '{}': {}", expression, dead ? pcap_geterr(dead.get()) : "no memory"));
    }
    return BpfFilter(std::move(program));
}

bool BpfFilter::matches(Bytes captured, std::uint32_t wire_length) const {
    const pcap_pkthdr header{
        .ts = {}, .caplen = static_cast<bpf_u_int32>(captured.size()), .len = wire_length};
    return pcap_offline_filter(&program_->filter.code, &header, captured.data()) != 0;
}

// ---- live capture ----

struct LiveCapture::Handle {
    PcapHandle pcap;
    LinkType link = LinkType::ethernet;
};

LiveCapture::LiveCapture(std::unique_ptr<Handle> handle) : handle_(std::move(handle)) {}
LiveCapture::LiveCapture(LiveCapture&&) noexcept = default;
LiveCapture& LiveCapture::operator=(LiveCapture&&) noexcept = default;
LiveCapture::~LiveCapture() = default;

std::vector<std::string> capture_interfaces() {
    std::array<char, PCAP_ERRBUF_SIZE> why{};
    std::vector<std::string> names;
    pcap_if_t* all = nullptr;
    if (pcap_findalldevs(&all, why.data()) != 0) return names;
    for (const pcap_if_t* i = all; i; i = i->next) names.emplace_back(i->name);
    pcap_freealldevs(all);
    return names;
}

namespace {

std::string why_not(pcap_t* pcap, int status, const std::string& interface) {
    if (status == PCAP_ERROR_NO_SUCH_DEVICE) {
        return fmt::format("{}: no such interface; there are {}", interface,
                           fmt::join(capture_interfaces(), ", "));
    }
    if (status == PCAP_ERROR_PERM_DENIED || status == PCAP_ERROR_PROMISC_PERM_DENIED) {
        return fmt::format("{}: capturing needs root, or the capability cap_net_raw", interface);
    }
    const char* details = pcap_geterr(pcap);
    return fmt::format("{}: {}", interface, *details ? details : pcap_statustostr(status));
}

}  // namespace

std::expected<LiveCapture, std::string> LiveCapture::open(const std::string& interface,
                                                          const LiveOptions& options) {
    std::array<char, PCAP_ERRBUF_SIZE> why{};
    auto handle = std::make_unique<Handle>();
    handle->pcap.reset(pcap_create(interface.c_str(), why.data()));
    pcap_t* const pcap = handle->pcap.get();
    if (!pcap) return std::unexpected(fmt::format("{}: {}", interface, why.data()));
    pcap_set_snaplen(pcap, static_cast<int>(std::min(options.snapshot_length, kCommonSnapshot)));
    pcap_set_promisc(pcap, options.promiscuous);
    pcap_set_immediate_mode(pcap, 1);  // frames when they come, not when a buffer is full
    pcap_set_tstamp_precision(pcap, PCAP_TSTAMP_PRECISION_NANO);
    // Positive values are warnings, as that the interface cannot be promiscuous.
    if (const int status = pcap_activate(pcap); status < 0) {
        return std::unexpected(why_not(pcap, status, interface));
    }
    handle->link = link_of(pcap_datalink(pcap));
    if (!options.filter.empty()) {
        FilterCode filter;
        const bool good =
            pcap_compile(pcap, &filter.code, options.filter.c_str(), 1, PCAP_NETMASK_UNKNOWN) == 0 &&
            pcap_setfilter(pcap, &filter.code) == 0;
        if (!good) return std::unexpected(fmt::format("filter '{}': {}", options.filter, pcap_geterr(pcap)));
    }
    if (pcap_setnonblock(pcap, 1, why.data()) != 0) {
        return std::unexpected(fmt::format("{}: {}", interface, why.data()));
    }
    return LiveCapture(std::move(handle));
}

std::expected<bool, std::string> LiveCapture::next(Frame& frame, std::chrono::milliseconds timeout) {
    pcap_t* const pcap = handle_->pcap.get();
    pcap_pkthdr* header = nullptr;
    const std::uint8_t* octets = nullptr;
    int outcome = pcap_next_ex(pcap, &header, &octets);
    if (outcome == 0) {
        pollfd readable{.fd = descriptor(), .events = POLLIN, .revents = 0};
        if (poll(&readable, 1, static_cast<int>(timeout.count())) <= 0) return false;
        outcome = pcap_next_ex(pcap, &header, &octets);
    }
    if (outcome < 0) return std::unexpected(std::string(pcap_geterr(pcap)));
    if (outcome > 0) fill(frame, *header, octets, handle_->link);
    return outcome > 0;
}

LinkType LiveCapture::link() const {
    return handle_->link;
}

int LiveCapture::descriptor() const {
    return pcap_get_selectable_fd(handle_->pcap.get());
}

LiveCapture::Counts LiveCapture::counts() const {
    pcap_stat counted{};
    if (pcap_stats(handle_->pcap.get(), &counted) != 0) return {};
    return {.received = counted.ps_recv, .dropped = std::uint64_t{counted.ps_drop} + counted.ps_ifdrop};
}

// ---- files ----

struct OfflinePcap::Handle {
    PcapHandle pcap;
    LinkType link = LinkType::ethernet;
    std::optional<Damage> damage;
};

OfflinePcap::OfflinePcap(std::unique_ptr<Handle> handle) : handle_(std::move(handle)) {}
OfflinePcap::OfflinePcap(OfflinePcap&&) noexcept = default;
OfflinePcap& OfflinePcap::operator=(OfflinePcap&&) noexcept = default;
OfflinePcap::~OfflinePcap() = default;

std::expected<OfflinePcap, std::string> OfflinePcap::open(const std::string& path) {
    std::array<char, PCAP_ERRBUF_SIZE> why{};
    auto handle = std::make_unique<Handle>();
    handle->pcap.reset(
        pcap_open_offline_with_tstamp_precision(path.c_str(), PCAP_TSTAMP_PRECISION_NANO, why.data()));
    if (!handle->pcap) return std::unexpected(std::string(why.data()));
    handle->link = link_of(pcap_datalink(handle->pcap.get()));
    return OfflinePcap(std::move(handle));
}

bool OfflinePcap::next(Frame& frame) {
    pcap_pkthdr* header = nullptr;
    const std::uint8_t* octets = nullptr;
    const int outcome = pcap_next_ex(handle_->pcap.get(), &header, &octets);
    if (outcome == 1) fill(frame, *header, octets, handle_->link);
    if (outcome == PCAP_ERROR) {
        const long at = std::ftell(pcap_file(handle_->pcap.get()));
        handle_->damage =
            Damage{static_cast<std::uint64_t>(std::max(at, 0L)), pcap_geterr(handle_->pcap.get())};
    }
    return outcome == 1;
}

const std::optional<Damage>& OfflinePcap::damage() const {
    return handle_->damage;
}

}  // namespace glass::ip
