// InOrder: things that end in any order, handed on in the order of their numbers as far as memory allows.
#pragma once

#include <cstdint>
#include <map>
#include <utility>

namespace glass::tools {

/// Numbers start at 0 and each comes once, sooner or later. One that is late while kMaxWaiting others wait
/// for it is passed over: it is handed on when it comes.
template <class T, class Put>
class InOrder {
public:
    static constexpr std::size_t kMaxWaiting = 4096;

    explicit InOrder(Put put) : put_(std::move(put)) {}

    void add(std::uint64_t number, T&& thing) {
        if (number < next_) return put_(std::move(thing));
        if (number == next_) {
            ++next_;
            put_(std::move(thing));
        } else {
            waiting_.emplace(number, std::move(thing));
        }
        if (waiting_.size() > kMaxWaiting) next_ = waiting_.begin()->first;
        while (!waiting_.empty() && waiting_.begin()->first == next_) put_first();
    }
    /// Nothing more comes.
    void finish() {
        while (!waiting_.empty()) put_first();
    }

private:
    void put_first() {
        auto first = waiting_.extract(waiting_.begin());
        next_ = first.key() + 1;
        put_(std::move(first.mapped()));
    }

    Put put_;
    std::map<std::uint64_t, T> waiting_;
    std::uint64_t next_ = 0;
};

}  // namespace glass::tools
