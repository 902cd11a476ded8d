#include "tools/tally.h"

#include <algorithm>
#include <fmt/format.h>

#include "tools/ip_layer.h"

namespace glass::tools {

ProtocolTree::Place ProtocolTree::descend(Place from, ip::Proto proto) {
    if (nodes_.size() == kMaxNodes) return from;
    const auto made = static_cast<Place>(nodes_.size());
    nodes_[from].children[static_cast<std::size_t>(proto)] = made;
    nodes_.emplace_back();
    return made;
}

Count ProtocolTree::append_rows(Place at, int depth, std::vector<Row>& rows) const {
    Count sum = nodes_[at].here;
    std::vector<std::pair<ip::Proto, Place>> children;
    for (std::size_t i = 0; i < ip::kProtoCount; ++i)
        if (nodes_[at].children[i] != 0)
            children.emplace_back(static_cast<ip::Proto>(i), nodes_[at].children[i]);
    std::vector<std::pair<std::uint64_t, std::vector<Row>>> blocks;  // the busiest child comes first
    for (const auto& [proto, child] : children) {
        std::vector<Row> block{{depth, proto, {}}};
        block[0].count = append_rows(child, depth + 1, block);
        sum += block[0].count;
        blocks.emplace_back(block[0].count.frames, std::move(block));
    }
    std::stable_sort(blocks.begin(), blocks.end(),
                     [](const auto& a, const auto& b) { return a.first > b.first; });
    for (const auto& [frames, block] : blocks) rows.insert(rows.end(), block.begin(), block.end());
    return sum;
}

std::vector<ProtocolTree::Row> ProtocolTree::rows() const {
    std::vector<Row> rows;
    append_rows(0, 0, rows);
    return rows;
}

void Tally::add(const Packet& packet) {
    const Count one{.frames = 1, .bytes = packet.frame.length};
    note_frame(packet.frame);
    add_total(one, packet.frame.bytes.size());
    protocols_.add(packet);
    for (const Layer& layer : packet.layers()) {
        if (!has_addresses(layer) || layer.quoted) continue;
        add_talk(source_of(layer), destination_of(layer), one);
        break;  // the outermost one: who loads this network
    }
    add_problems(packet);
}

/// The first time, or one before the latest.
void Tally::note_other_time(ip::Time time, std::uint64_t number) {
    if (any_time_ && time < previous_time_) backwards_.note(number);
    first_time_ = any_time_ ? std::min(first_time_, time) : time;
    last_time_ = any_time_ ? std::max(last_time_, time) : time;
    previous_time_ = time;
    any_time_ = true;
}

void Tally::add_problems(const Packet& packet) {
    const std::uint64_t number = packet.frame.number;
    for (const Layer& layer : packet.layers())
        if (layer.checksum == ChecksumStatus::bad)
            wrong_checksums_[static_cast<std::size_t>(layer.proto)].note(number);
    if (packet.fault) faults_[static_cast<std::size_t>(packet.fault->proto)].note(number);
    if (packet.frame.bytes.size() < packet.frame.length) cut_.note(number);
}

std::vector<std::pair<ip::Address, Talker>> Tally::top_talkers(std::size_t most) const {
    std::vector<std::pair<ip::Address, Talker>> all;
    talkers_.for_each(
        [&](const AddressKey& key, const Talker& talker) { all.emplace_back(key.address, talker); });
    const auto more = [](const auto& a, const auto& b) {
        return std::pair(a.second.bytes(), b.first) > std::pair(b.second.bytes(), a.first);
    };
    std::sort(all.begin(), all.end(), more);
    all.resize(std::min(most, all.size()));
    return all;
}

std::vector<Problem> Tally::problems() const {
    std::vector<Problem> problems;
    const auto add = [&](const Occurrence& occurrence, std::string what) {
        if (occurrence.frames > 0) problems.push_back({std::move(what), occurrence.frames, occurrence.first});
    };
    for (std::size_t i = 0; i < ip::kProtoCount; ++i) {
        const std::string_view name = ip::name(static_cast<ip::Proto>(i));
        add(wrong_checksums_[i], fmt::format("wrong {} checksum", name));
        add(faults_[i], fmt::format("malformed {}", name));
    }
    add(cut_, "cut by the snap length");
    add(backwards_, "earlier than the frame before");
    return problems;
}

}  // namespace glass::tools
