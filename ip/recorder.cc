#include "ip/recorder.h"

#include <utility>

namespace glass::ip {
namespace {

void add_words(std::string& text, std::string_view words) {
    if (words.empty()) return;
    if (!text.empty()) text += "; ";
    text += words;
}

/// What happened on the link to a packet that was not dropped.
std::string adventures(const SimPacket& packet) {
    std::string text;
    if (packet.copy) add_words(text, "duplicate made by the link");
    if (packet.duplicated && !packet.copy) add_words(text, "duplicated");
    if (packet.reordered) add_words(text, "held back: others may overtake it");
    if (packet.corrupt) add_words(text, "corrupted");
    if (packet.marked) add_words(text, "marked: congestion experienced");
    return text;
}

}  // namespace

Recorder::Recorder(CaptureWriter writer, Vantage vantage)
    : writer_(std::move(writer)),
      watches_{Watch(*this, vantage == Vantage::b ? kUnseen : 0,
                     vantage == Vantage::a ? kUnseen : (vantage == Vantage::both ? 1 : 0)),
               Watch(*this, vantage == Vantage::a ? kUnseen : (vantage == Vantage::both ? 1 : 0),
                     vantage == Vantage::b ? kUnseen : 0)} {}

Written Recorder::close() {
    while (!pending_.empty()) write_first();
    return writer_.close();
}

void Recorder::Watch::on_event(const SimEvent& event) {
    const SimPacket& packet = event.packet;
    switch (event.kind) {
        case SimEvent::Kind::sent:
            if (sender_ == kUnseen) return;
            open_[packet.number] =
                recorder_.add({event.at, sender_, packet.octets, std::exchange(note_, {}), false});
            return;
        case SimEvent::Kind::departed: return settle(packet, adventures(packet));
        case SimEvent::Kind::dropped: return settle(packet, "dropped: " + std::string(to_string(event.why)));
        case SimEvent::Kind::delivered:
            if (receiver_ == kUnseen) return;
            recorder_.add({event.at, receiver_, packet.octets, adventures(packet), true});
            return;
    }
}

void Recorder::Watch::settle(const SimPacket& packet, std::string_view fate) {
    const auto found = open_.find(packet.number);
    if (found == open_.end()) return;
    recorder_.settle(found->second, fate);
    open_.erase(found);
}

/// Gives the frame's place among all.
std::uint64_t Recorder::add(Pending frame) {
    const std::uint64_t place = written_ + pending_.size();
    pending_octets_ += frame.octets.size();
    pending_.push_back(std::move(frame));
    write_settled();
    while (pending_octets_ > kMostPending) write_first();
    return place;
}

void Recorder::settle(std::uint64_t place, std::string_view fate) {
    if (place < written_) return;
    Pending& frame = pending_[place - written_];
    add_words(frame.comment, fate);
    frame.settled = true;
    write_settled();
}

void Recorder::write_settled() {
    while (!pending_.empty() && pending_.front().settled) write_first();
}

void Recorder::write_first() {
    const Pending& frame = pending_.front();
    const Written written = writer_.write({.time = frame.at,
                                           .length = static_cast<std::uint32_t>(frame.octets.size()),
                                           .link = LinkType::raw,
                                           .interface = frame.interface,
                                           .bytes = frame.octets,
                                           .comment = frame.comment});
    if (!written && failure_.empty()) failure_ = written.error();
    pending_octets_ -= frame.octets.size();
    pending_.pop_front();
    ++written_;
}

}  // namespace glass::ip
