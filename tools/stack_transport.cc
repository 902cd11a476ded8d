#include "tools/stack_transport.h"

#include <fmt/format.h>
#include <sys/epoll.h>

#include "tools/host_refusal.h"
#include "tools/segment_text.h"

namespace glass::tools {
namespace {

/// Batches of packets in one turn: descriptors and deadlines of others get their turn, too, however fast
/// packets come.
constexpr int kBatchesATurn = 32;

std::string why_not_listen(const tcp::Endpoint& local, tcp::HostError error) {
    const std::string where = endpoint_text(local);
    if (error == tcp::HostError::address_in_use)
        return fmt::format("{} is in use: choose another port", where);
    if (error == tcp::HostError::no_address)
        return fmt::format("{} is not our stack's address: give it that one with --address", where);
    return fmt::format("{}: {}", where, tcp::to_string(error));
}

}  // namespace

class StackTransport::StackStream final : public Stream {
public:
    StackStream(StackTransport& transport, tcp::ConnectionId id) : transport_(transport), id_(id) {}
    ~StackStream() override {
        transport_.streams_[id_.index] = nullptr;
        --transport_.open_streams_;
        host().release(id_);
    }

    std::size_t read(std::span<std::uint8_t> out) override { return host().read(id_, out).value_or(0); }
    std::size_t write(ip::Bytes octets) override { return host().send(id_, octets).value_or(0); }
    void close() override { (void)host().close(id_); }
    void abort() override { (void)host().abort(id_); }
    [[nodiscard]] StreamStatus status() const override {
        const tcp::Tcb& tcb = connection_there().tcb();
        StreamStatus status{.open = is_synchronized(tcb.state) || tcb.ending == tcp::Ending::closed,
                            .peer_finished = tcb.in.ended() && tcb.in.size() == 0,
                            .ending = unreachable_ ? tcp::Ending::unreachable : tcb.ending};
        // All that is left to do is to wait.
        if (tcb.state == tcp::State::time_wait) status.ending = tcp::Ending::closed;
        return status;
    }
    [[nodiscard]] std::optional<StreamFacts> facts() const override {
        const tcp::Status status = connection_there().status();
        return StreamFacts{.srtt = status.srtt,
                           .rto = status.rto,
                           .cwnd = status.cwnd,
                           .resent = connection_there().tcb().resent};
    }
    [[nodiscard]] const tcp::Endpoint& local() const override { return connection_there().local(); }
    [[nodiscard]] const tcp::Endpoint& remote() const override { return connection_there().remote(); }
    [[nodiscard]] tcp::ConnectionId connection() const override { return id_; }

    /// RFC 5461 section 4.1: an ICMP error in answer to a SYN is the end of that attempt, as with the
    /// kernel's TCP. Who waits for an answer learns at once that there will be none.
    void pass_on(std::uint16_t events, ip::Time now) {
        if ((events & tcp::kSoftError) != 0 && !status().open) {
            unreachable_ = true;
            abort();
            events |= tcp::kEnded;
        }
        tell(events, now);
    }

private:
    [[nodiscard]] tcp::Host& host() const { return transport_.host_; }
    /// As long as the handle is not given back, it is.
    [[nodiscard]] const tcp::Connection& connection_there() const { return *host().find(id_); }

    StackTransport& transport_;
    tcp::ConnectionId id_;
    bool unreachable_ = false;
};

StackTransport::StackTransport(LiveLoop& loop, ip::Device& device, int descriptor, tcp::Host& host,
                               const tcp::Config& config, tcp::PacketObserver* observer)
    : loop_(loop), host_(host), config_(config), pump_(device, host, observer) {
    if (descriptor >= 0) watch_ = loop_.watch(descriptor, EPOLLIN, *this);
    loop_.add(*this);
}

StackTransport::~StackTransport() {
    loop_.remove(*this);
    loop_.forget(watch_);
}

std::expected<tcp::Endpoint, std::string> StackTransport::listen(const tcp::Endpoint& local,
                                                                 Acceptor& acceptor) {
    constexpr std::size_t kBacklog = 4096;
    if (local.port == 0)
        return std::unexpected(fmt::format("{}: port 0 is none to listen at", endpoint_text(local)));
    const auto id = host_.listen(local, kBacklog, config_);
    if (!id) return std::unexpected(why_not_listen(local, id.error()));
    listening_.push_back({*id, &acceptor});
    return local;
}

void StackTransport::stop_listening() {
    for (const Listening& listening : listening_) host_.stop_listening(listening.id);
    listening_.clear();
}

std::expected<std::unique_ptr<Stream>, std::string> StackTransport::connect(const tcp::Endpoint& remote) {
    const auto id = host_.connect(remote, config_, loop_.now());
    if (!id) return std::unexpected(refusal_text(id.error(), remote.address, endpoint_text(remote)));
    return stream_for(*id);
}

std::size_t StackTransport::lingering() const {
    return host_.connections() - host_.time_waits() - open_streams_;
}

std::unique_ptr<StackTransport::StackStream> StackTransport::stream_for(tcp::ConnectionId id) {
    if (id.index >= streams_.size()) streams_.resize(id.index + std::size_t{1});
    auto stream = std::make_unique<StackStream>(*this, id);
    streams_[id.index] = stream.get();
    ++open_streams_;
    return stream;
}

/// The users read before anything is sent: so an ACK tells also of what they have read.
void StackTransport::run(ip::Time now) {
    for (int batch = 0; batch < kBatchesATurn; ++batch) {
        const bool came = pump_.receive(now);
        const bool told = tell(now);
        pump_.send(now);
        if (!came && !told) break;
        now = loop_.refresh();
    }
    crowd_.count(host_.connections(), [this] {
        host_.trim();
        while (!streams_.empty() && streams_.back() == nullptr) streams_.pop_back();
        streams_.shrink_to_fit();
    });
}

/// Returns whether there was anything to tell.
bool StackTransport::tell(ip::Time now) {
    bool any = false;
    while (const auto event = host_.next_event()) {
        any = true;
        if (event->listener) {
            accept(event->listener, now);
            continue;
        }
        const std::uint32_t index = event->connection.index;
        StackStream* stream = index < streams_.size() ? streams_[index] : nullptr;
        if (stream != nullptr && stream->connection() == event->connection)
            stream->pass_on(event->events, now);
    }
    return any;
}

void StackTransport::accept(tcp::ListenerId id, ip::Time now) {
    const auto found = std::ranges::find(listening_, id, &Listening::id);
    if (found == listening_.end()) return;
    Acceptor& acceptor = *found->acceptor;
    while (const auto connection = host_.accept(id)) acceptor.accepted(stream_for(*connection), now);
}

}  // namespace glass::tools
