#include "tcp/timer_queue.h"

#include <algorithm>

namespace glass::tcp {

void TimerQueue::set(std::uint32_t item, ip::Time at) {
    if (item >= items_.size()) items_.resize(item + std::size_t{1});
    Item& entry = items_[item];
    entry.at = at;
    if (entry.place == kNowhere) {
        heap_.emplace_back();
        rise(heap_.size() - 1, {at, item});
    } else if (at < heap_[entry.place].at) {
        rise(entry.place, {at, item});
    } else if (entry.place == 0) {
        settle_first();
    }
}

void TimerQueue::remove(std::uint32_t item) {
    if (item < items_.size() && items_[item].place != kNowhere) take_out(items_[item].place);
}

void TimerQueue::trim() {
    while (!items_.empty() && items_.back().place == kNowhere) items_.pop_back();
    items_.shrink_to_fit();
    heap_.shrink_to_fit();
}

std::uint32_t TimerQueue::take_first() {
    const std::uint32_t item = heap_.front().item;
    take_out(0);
    return item;
}

void TimerQueue::put(std::size_t place, const Node& node) {
    heap_[place] = node;
    items_[node.item].place = static_cast<std::uint32_t>(place);
}

void TimerQueue::rise(std::size_t place, const Node& node) {
    while (place > 0) {
        const std::size_t parent = (place - 1) / kChildren;
        if (heap_[parent].at <= node.at) break;
        put(place, heap_[parent]);
        place = parent;
    }
    put(place, node);
}

void TimerQueue::sink(std::size_t place, const Node& node) {
    for (;;) {
        const std::size_t begin = place * kChildren + 1;
        if (begin >= heap_.size()) break;
        std::size_t least = begin;
        for (std::size_t i = begin + 1; i < std::min(begin + kChildren, heap_.size()); ++i)
            if (heap_[i].at < heap_[least].at) least = i;
        if (heap_[least].at >= node.at) break;
        put(place, heap_[least]);
        place = least;
    }
    put(place, node);
}

void TimerQueue::take_out(std::size_t place) {
    items_[heap_[place].item].place = kNowhere;
    const Node last = heap_.back();
    heap_.pop_back();
    if (place < heap_.size()) {
        if (place > 0 && last.at < heap_[(place - 1) / kChildren].at) {
            rise(place, last);
        } else {
            sink(place, last);
        }
    }
    settle_first();
}

/// So that first() is a deadline, and not a time before it.
void TimerQueue::settle_first() {
    while (!heap_.empty() && heap_.front().at != items_[heap_.front().item].at) {
        const std::uint32_t item = heap_.front().item;
        sink(0, {items_[item].at, item});
    }
}

}  // namespace glass::tcp
