// ReassemblyBudget: a cap on the memory that many reassemblers take together, and whose hole has been open
// for longest.
#pragma once

#include <cstdint>
#include <map>

namespace glass::tcp {

class Reassembler;

/// Shared by reassemblers, which it outlives. They keep it up to date by themselves; whoever owns them calls
/// enforce() after each insert(), because only the owner knows the sinks. Between the two calls the cap may
/// be exceeded by what one segment takes.
class ReassemblyBudget {
public:
    static constexpr std::size_t kDefaultCapacity = std::size_t{64} << 20;

    /// `capacity`: octets of memory, bookkeeping included.
    explicit ReassemblyBudget(std::size_t capacity = kDefaultCapacity) : capacity_(capacity) {}
    ReassemblyBudget(const ReassemblyBudget&) = delete;  // reassemblers point at it
    ReassemblyBudget& operator=(const ReassemblyBudget&) = delete;

    std::size_t capacity() const { return capacity_; }
    std::size_t used() const { return used_; }
    bool exceeded() const { return used_ > capacity_; }
    /// How many reassemblers hold octets.
    std::size_t holders() const { return holders_.size(); }
    /// Of all first holes the one that opened first: nothing that lies beyond it came earlier than what lies
    /// beyond any other. Null where nobody holds octets.
    Reassembler* oldest() const { return holders_.empty() ? nullptr : holders_.begin()->second; }

    /// Gives up the oldest hole until the cap is kept. `sink_of(Reassembler&)` gives the sink of that
    /// reassembler, as a ReassemblySink&. Include tcp/reassembler.h to call it.
    template <class SinkOf>
    void enforce(SinkOf&& sink_of) {
        while (exceeded()) {
            auto& holder = *oldest();
            give_up_hole(holder, sink_of(holder));
        }
    }

private:
    friend class Reassembler;

    /// What a reassembler has on its account; whoever has octets on it is in holders_ under `hole`.
    struct Account {
        std::size_t memory = 0;
        std::uint64_t hole = 0;
    };

    /// The number of a hole that opens now.
    std::uint64_t open_hole() { return ++holes_opened_; }
    /// `memory` and `hole` are how it is now; no memory: it holds nothing.
    void settle(Account& account, std::size_t memory, std::uint64_t hole, Reassembler& holder);
    /// The account's reassembler lives somewhere else now.
    void moved(const Account& account, Reassembler& holder);
    static void give_up_hole(Reassembler& holder, class ReassemblySink& sink);

    std::size_t capacity_;
    std::size_t used_ = 0;
    std::uint64_t holes_opened_ = 0;
    std::map<std::uint64_t, Reassembler*> holders_;  ///< by the number of their first hole
};

}  // namespace glass::tcp
