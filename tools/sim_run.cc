#include "tools/sim_run.h"

#include <algorithm>
#include <map>

#include "ip/capture_writer.h"
#include "tools/interrupt.h"

namespace glass::tools {
namespace {

constexpr std::uint32_t kClient = 0x0a000001, kServer = 0x0a000002;
constexpr std::uint16_t kPort = 80;

constexpr std::pair<tcp::CongestionAlgorithm, std::string_view> kAlgorithms[] = {
    {tcp::CongestionAlgorithm::newreno, "newreno"},
    {tcp::CongestionAlgorithm::cubic, "cubic"},
    {tcp::CongestionAlgorithm::bbr, "bbr"}};

double seconds(ip::Duration duration) {
    return std::chrono::duration<double>(duration).count();
}

class Runner {
public:
    Runner(const SimPlan& plan, SimWatch* watch)
        : plan_(plan), watch_(watch), world_(plan.seed), data_(*this, true), acks_(*this, false) {
        client_ = world_.add_host(kClient);
        server_ = world_.add_host(kServer);
        link_ = world_.add_link({client_}, {server_}, plan.data, plan.acks, &data_, &acks_);
        run_.start = world_.now();
    }

    std::expected<SimRun, std::string> run(const std::string& record) {
        if (!record.empty()) {
            auto writer = ip::CaptureWriter::create(
                record, {.format = ip::CaptureWriter::Format::pcapng, .link = ip::LinkType::raw});
            if (!writer) return std::unexpected(writer.error());
            world_.record(link_, std::move(*writer), ip::Recorder::Vantage::a);
        }
        world_.trace([this](const tcp::TracePoint& p, const tcp::Connection& c) { trace(p, c); });
        start_flows();
        go();
        run_.end = world_.now();
        run_.data = world_.link(link_).to_b.counters();
        run_.acks = world_.link(link_).to_a.counters();
        run_.record_error = world_.close_records();
        return std::move(run_);
    }

private:
    /// One direction of the link.
    class Way final : public ip::SimObserver {
    public:
        Way(Runner& runner, bool data) : runner_(runner), data_(data) {}
        void on_event(const ip::SimEvent& event) override { runner_.on_link(data_, event); }

    private:
        Runner& runner_;
        bool data_;
    };

    void start_flows() {
        const tcp::Endpoint server{ip::Address(ip::Ipv4Address{kServer}), kPort};
        // The server's applications come in the order of the handshakes, which loss may change: each receiver
        // learns from its peer's port whose octets they are.
        (void)world_.listen(
            server_, server, plan_.tcp, [this] { return receiver(); }, SimPlan::kMostFlows);
        // Many flows share the memory that their plots may take.
        const std::size_t points = SimSeries::kMost / std::clamp(plan_.flows / 4, 1u, 20u);
        for (unsigned i = 0; i < plan_.flows; ++i) {
            SimFlow flow;
            flow.algorithm = plan_.algorithms[i % plan_.algorithms.size()];
            flow.start = plan_.stagger * i;
            flow.started = run_.start + flow.start;
            flow.cwnd = flow.ssthresh = flow.flight = SimSeries(points);
            flow.sender = std::make_shared<tcp::Tally>();
            flow.receiver = std::make_shared<tcp::Tally>();
            tcp::Config config = plan_.tcp;
            config.congestion = flow.algorithm;
            world_.connect(flow.started, client_, server, config,
                           std::make_unique<tcp::BulkSender>(plan_.octets, seed_of(i), flow.sender));
            run_.flows.push_back(std::move(flow));
        }
    }

    std::uint64_t seed_of(std::size_t flow) const { return plan_.seed * 1000 + flow; }

    std::unique_ptr<tcp::Application> receiver() {
        const auto inner = std::make_shared<std::unique_ptr<tcp::Application>>();
        return std::make_unique<tcp::Callback>([this, inner](tcp::Seat& seat) {
            if (!*inner) {
                const tcp::Connection* connection = seat.host.find(seat.connection);
                const auto flow =
                    connection ? flow_of_port_.find(connection->remote().port) : flow_of_port_.end();
                if (flow == flow_of_port_.end()) return;
                *inner = std::make_unique<tcp::BulkReceiver>(seed_of(flow->second),
                                                             run_.flows[flow->second].receiver);
            }
            (*inner)->run(seat);
        });
    }

    /// In pieces, so that Ctrl-C is heard.
    void go() {
        const ip::Time until = run_.start + plan_.longest;
        constexpr ip::Duration kPiece = std::chrono::milliseconds(10);
        while (!run_.over && world_.now() < until && !interrupted() && !world_.stuck())
            run_.over = world_.run(std::min(until, world_.now() + kPiece)) || all_done();
    }

    /// What is left are TIME-WAITs, which nobody wants to wait for.
    bool all_done() const {
        for (const SimFlow& flow : run_.flows)
            if (!flow.sender->over || !flow.receiver->over) return false;
        return true;
    }

    void trace(const tcp::TracePoint& point, const tcp::Connection& connection) {
        if (point.host != client_) return;
        const auto [place, is_new] = flow_of_port_.emplace(connection.local().port, flow_of_port_.size());
        if (place->second >= run_.flows.size()) return;
        SimFlow& flow = run_.flows[place->second];
        const double at = seconds(point.at - run_.start);
        flow.status = point.status;
        flow.retransmitted = point.retransmitted;
        flow.timeouts = point.timeouts;
        flow.cwnd.add(at, point.status.cwnd);
        if (point.status.ssthresh < SimFlow::kNoThreshold) flow.ssthresh.add(at, point.status.ssthresh);
        flow.flight.add(at, point.flight);
        if (watch_) watch_->on_trace(place->second, point, connection);
    }

    void on_link(bool data, const ip::SimEvent& event) {
        if (data) {
            const double at = seconds(event.at - run_.start);
            run_.queue.add(at, static_cast<double>(event.queued_octets));
            if (event.kind == ip::SimEvent::Kind::dropped && event.why == ip::Drop::queue_full)
                run_.queue_drops.add(at, static_cast<double>(event.queued_octets));
        }
        if (watch_) watch_->on_link(data, event);
    }

    const SimPlan& plan_;
    SimWatch* watch_;
    SimRun run_;
    std::map<std::uint16_t, std::size_t> flow_of_port_;  ///< flows send their SYNs in order
    tcp::World world_;
    Way data_, acks_;
    tcp::HostNumber client_ = 0, server_ = 0;
    tcp::LinkNumber link_ = 0;
};

}  // namespace

std::expected<SimRun, std::string> run_sim(const SimPlan& plan, const std::string& record, SimWatch* watch) {
    return Runner(plan, watch).run(record);
}

std::string_view name(tcp::CongestionAlgorithm algorithm) {
    for (const auto& [known, word] : kAlgorithms)
        if (known == algorithm) return word;
    return "";
}

std::optional<tcp::CongestionAlgorithm> algorithm(std::string_view name) {
    for (const auto& [known, word] : kAlgorithms)
        if (word == name) return known;
    return std::nullopt;
}

std::string algorithm_names() {
    std::string names;
    for (const auto& [known, word] : kAlgorithms) names.append(names.empty() ? "" : ", ").append(word);
    return names;
}

double goodput(const SimFlow& flow) {
    const double took = seconds(flow.duration());
    return took > 0 ? static_cast<double>(flow.receiver->received) / took : 0;
}

bool all_arrived(const SimPlan& plan, const SimRun& run) {
    return std::ranges::all_of(run.flows, [&](const SimFlow& flow) { return flow.exact(plan.octets); });
}

double fairness(const SimRun& run) {
    double sum = 0, squares = 0;
    for (const SimFlow& flow : run.flows) {
        const double rate = goodput(flow);
        sum += rate;
        squares += rate * rate;
    }
    return squares > 0 ? sum * sum / (static_cast<double>(run.flows.size()) * squares) : 0;
}

}  // namespace glass::tools
