// Applications for simulated hosts: bulk transfer, echo, requests and responses, or whatever a function does.
#pragma once

#include <vector>

#include "tcp/application.h"

namespace glass::tcp {

/// Octets that all differ from those of another seed, or at another offset: any mistake in a stream shows.
void fill_pattern(std::uint64_t seed, std::uint64_t offset, std::span<std::uint8_t> out);
[[nodiscard]] bool matches_pattern(std::uint64_t seed, std::uint64_t offset, ip::Bytes octets);

/// What an application did, for whoever looks on. Shared, as it outlives the application.
struct Tally {
    std::uint64_t sent = 0;      ///< octets that TCP has taken
    std::uint64_t received = 0;  ///< octets that TCP has given
    std::uint64_t wrong = 0;     ///< pieces that were not what was to come
    std::uint64_t rounds = 0;    ///< requests answered
    ip::Time opened{};
    ip::Time first_octet{};  ///< received
    ip::Time last_octet{};   ///< received
    ip::Time ended{};
    bool open = false;      ///< it was
    bool finished = false;  ///< the peer said all it had to say
    bool over = false;
    Ending ending = Ending::none;
};
using SharedTally = std::shared_ptr<Tally>;

/// Sends so many octets of a pattern, closes, reads what comes, and goes when the connection is over or the
/// peer has closed.
class BulkSender final : public Application {
public:
    BulkSender(std::uint64_t octets, std::uint64_t seed, SharedTally tally)
        : octets_(octets), seed_(seed), tally_(std::move(tally)) {}
    void run(Seat& seat) override;

private:
    std::uint64_t octets_;
    std::uint64_t seed_;
    SharedTally tally_;
};

/// Reads all there is, compares it with the pattern, and closes when the peer has.
class BulkReceiver final : public Application {
public:
    /// `rate`: octets a second that it reads at most; 0: as they come.
    BulkReceiver(std::uint64_t seed, SharedTally tally, std::uint64_t rate = 0)
        : seed_(seed), rate_(rate), tally_(std::move(tally)) {}
    void run(Seat& seat) override;

private:
    std::uint64_t seed_;
    std::uint64_t rate_;
    ip::Time may_read_at_{};
    SharedTally tally_;
};

/// Sends back what comes; closes when the peer has.
class Echo final : public Application {
public:
    explicit Echo(SharedTally tally) : tally_(std::move(tally)) {}
    void run(Seat& seat) override;

private:
    SharedTally tally_;
    std::vector<std::uint8_t> held_;
};

/// Sends a request of so many octets, waits for so many octets of response, rests, again; then closes.
class Requester final : public Application {
public:
    struct Plan {
        std::uint32_t request = 100;
        std::uint32_t response = 1000;
        std::uint32_t rounds = 1;
        ip::Duration pause{};
    };
    Requester(const Plan& plan, SharedTally tally) : plan_(plan), tally_(std::move(tally)) {}
    void run(Seat& seat) override;

private:
    Plan plan_;
    SharedTally tally_;
    std::uint32_t to_send_ = 0;
    bool waiting_ = false;
    ip::Time next_at_{};
};

/// Answers each request of so many octets with so many.
class Responder final : public Application {
public:
    Responder(const Requester::Plan& plan, SharedTally tally) : plan_(plan), tally_(std::move(tally)) {}
    void run(Seat& seat) override;

private:
    Requester::Plan plan_;
    SharedTally tally_;
    std::uint64_t to_send_ = 0;
    std::uint32_t come_ = 0;
};

/// A function.
class Callback final : public Application {
public:
    explicit Callback(std::function<void(Seat&)> does) : does_(std::move(does)) {}
    void run(Seat& seat) override { does_(seat); }

private:
    std::function<void(Seat&)> does_;
};

}  // namespace glass::tcp
