// ConnectionTable: the connections of a host, found by handle and by endpoints, RFC 9293 section 3.3.1.
#pragma once

#include <memory>
#include <vector>

#include "ip/number_pool.h"
#include "tcp/connection.h"
#include "tcp/four_tuple.h"
#include "tcp/handle.h"
#include "tcp/time_wait.h"

namespace glass::tcp {

/// A connection, and what the host knows of it besides.
struct Slot {
    enum class Kind : std::uint8_t {
        free,
        half_open,  ///< a listener's, in SYN-RECEIVED
        waiting,    ///< a listener's, until accept()
        open,       ///< the application has its handle
        orphan,     ///< nobody has: it goes when it is CLOSED
        time_wait,  ///< all that is left of an orphan
    };

    std::unique_ptr<Connection> connection;
    /// In place of it; or besides one in SYN-RECEIVED that took its place and may have to give it back.
    std::unique_ptr<TimeWait> time_wait;
    std::uint32_t generation = 0;
    Kind kind = Kind::free;
    bool listed = false;         ///< found by its endpoints
    bool in_output = false;      ///< may have something to send
    bool in_events = false;      ///< has something to tell
    std::uint16_t events = 0;    ///< bits of Event, not told yet
    ListenerId listener{};       ///< of half_open and waiting
    std::uint16_t path_mtu = 0;  ///< that the host has heard of
    bool refused = false;        ///< the application's octets were not taken, for want of memory
    std::size_t buffered = 0;    ///< octets that its buffers take, as the host counts them
    ip::Time quiet_at =
        ip::Time::max();  ///< if its buffers stay empty until then, they give their memory back

    [[nodiscard]] const Endpoint& local() const {
        return connection ? connection->local() : time_wait->local();
    }
    [[nodiscard]] const Endpoint& remote() const {
        return connection ? connection->remote() : time_wait->remote();
    }
};

/// Slots lie in one vector; the index is a hash table of their numbers, with linear probing. All operations
/// take constant time on average, whoever chooses the endpoints. A reference to a slot is good until the next
/// add().
class ConnectionTable {
public:
    ConnectionTable(std::size_t capacity, const ip::SipKey& key)
        : key_(key), capacity_(capacity), index_(kFewest) {}

    /// Precondition: not full(), and no connection with its endpoints. Returns the slot's number.
    std::uint32_t add(std::unique_ptr<Connection> connection, Slot::Kind kind);
    void erase(std::uint32_t number);
    /// Its endpoints are free for another connection; its handle still stands for it.
    void unlist(std::uint32_t number);

    [[nodiscard]] std::optional<std::uint32_t> find(const FourTuple& tuple) const {
        if (found_ == kNone || !has(found_, tuple)) found_ = index_[place_of(tuple)].slot;
        return found_ == kNone ? std::nullopt : std::optional(found_);
    }
    /// The connection goes, and `time_wait` is in its place. Precondition: with the same endpoints, and
    /// nobody has the handle.
    void shrink(std::uint32_t number, std::unique_ptr<TimeWait> time_wait);
    /// Null for a handle whose connection is gone.
    [[nodiscard]] Slot* find(ConnectionId id) {
        if (id.index >= slots_.size()) return nullptr;
        Slot& slot = slots_[id.index];
        return slot.connection && slot.generation == id.generation ? &slot : nullptr;
    }
    [[nodiscard]] const Slot* find(ConnectionId id) const {
        return const_cast<ConnectionTable*>(this)->find(id);
    }
    /// The handle still stands for what it did, be it shrunk meanwhile.
    [[nodiscard]] bool is_there(ConnectionId id) const {
        return id.index < slots_.size() && slots_[id.index].generation == id.generation &&
               slots_[id.index].kind != Slot::Kind::free;
    }
    [[nodiscard]] Slot& operator[](std::uint32_t number) { return slots_[number]; }
    [[nodiscard]] const Slot& operator[](std::uint32_t number) const { return slots_[number]; }
    [[nodiscard]] ConnectionId id(std::uint32_t number) const { return {number, slots_[number].generation}; }

    [[nodiscard]] std::size_t size() const { return size_; }
    /// After many have gone: gives back memory that only they needed. References to slots are good no more;
    /// numbers and handles are.
    void trim();
    /// Numbers of slots are below this.
    [[nodiscard]] std::uint32_t slots() const { return static_cast<std::uint32_t>(slots_.size()); }
    [[nodiscard]] bool full() const { return size_ >= capacity_; }

private:
    static constexpr std::uint32_t kNone = 0xffffffff;
    static constexpr std::size_t kFewest = 16;  ///< places of the index
    struct Entry {
        std::uint32_t hash = 0;  ///< half of it: strangers are told apart without a look at them
        std::uint32_t slot = kNone;
    };

    [[nodiscard]] bool has(std::uint32_t slot, const FourTuple& tuple) const {
        return slots_[slot].local() == tuple.local && slots_[slot].remote() == tuple.remote;
    }
    [[nodiscard]] std::uint32_t hash_of(const FourTuple& tuple) const;
    [[nodiscard]] std::size_t place_of(const FourTuple& tuple) const;
    void insert(Entry entry);
    void rehash(std::size_t places);
    void close_gap(std::size_t place);

    ip::SipKey key_;
    std::size_t capacity_;
    std::vector<Slot> slots_;
    ip::NumberPool numbers_;
    std::vector<Entry> index_;
    std::size_t size_ = 0;
    std::uint32_t generation_ = 0;         ///< the last: no handle ever names another connection
    mutable std::uint32_t found_ = kNone;  ///< the last: often it is the next as well
};

}  // namespace glass::tcp
