// Fuzz: segments, FINs and giving up, made from any octets, for reassemblers of all policies beside a model
// that has one entry an octet: what comes out must be equal, memory must be given back.
#include <algorithm>
#include <cstdlib>
#include <vector>

#include "tests/reassembly_model.h"

using namespace glass;

namespace {

void require(bool holds) {
    if (!holds) std::abort();
}

/// A reassembler and what it should do.
struct Pair {
    tcp::Reassembler reassembler;
    tests::ReassemblyModel model;
    tests::StreamLog log{};

    Pair(tcp::OverlapPolicy policy, tcp::ReassemblyBudget& budget, std::uint64_t id)
        : reassembler(policy, &budget, id), model(policy) {}

    void check() const {
        require(log.in_order);
        require(log.events == model.events);
        require(reassembler.next() == model.next);
        require(reassembler.end() == model.end);
        require(reassembler.beyond_end() == model.beyond_end);
        require(reassembler.buffered() == model.buffered());
        const auto want = model.blocks();
        std::vector<tcp::StreamRange> have(want.size() + 1);
        have.resize(reassembler.blocks(have));
        std::ranges::sort(have, {}, &tcp::StreamRange::start);
        require(have == want);
        require(reassembler.memory() >= reassembler.buffered());
    }
};

/// Far places: where 32 and 64 bits end. Small numbers otherwise, so that segments meet.
std::uint64_t base_from(std::uint8_t choice) {
    switch (choice % 4) {
        case 1: return (std::uint64_t{1} << 32) - 40;
        case 2: return ~std::uint64_t{0} - 90;
        default: return 0;
    }
}

/// Four octets of input make a step.
void step(Pair& pair, ip::Reader& in, std::uint64_t base, std::uint64_t frame) {
    const std::uint8_t what = in.u8();
    const std::uint64_t offset = base + in.u8();
    const std::size_t length = in.u8() % 80;
    const std::uint8_t fill = in.u8();
    std::vector<std::uint8_t> octets(length);
    // Octets that most often agree with all others at their place, and sometimes do not.
    for (std::size_t i = 0; i < length; ++i)
        octets[i] = static_cast<std::uint8_t>(offset + i + (fill & 0x80 ? fill : 0));
    switch (what % 16) {
        case 12: require(pair.reassembler.finish_at(offset, pair.log) == pair.model.finish_at(offset)); break;
        case 13:
            pair.reassembler.give_up_hole(pair.log);
            pair.model.give_up_hole();
            break;
        case 14:
            pair.reassembler.give_up_before(offset, pair.log);
            pair.model.give_up_before(offset);
            break;
        case 15: pair.reassembler = tcp::Reassembler(std::move(pair.reassembler)); break;
        default:
            pair.reassembler.insert(offset, octets, frame, pair.log);
            pair.model.insert(offset, octets, frame);
    }
    std::ranges::fill(octets, std::uint8_t{0xee});  // what is held must be a copy
    pair.check();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    ip::Reader in({data, size});
    const std::uint64_t base = base_from(in.u8());
    const std::size_t capacity = 600 + in.u8() * std::size_t{16};
    tcp::ReassemblyBudget budget(capacity);
    {
        std::vector<Pair> pairs;
        for (const auto policy : {tcp::OverlapPolicy::first, tcp::OverlapPolicy::last,
                                  tcp::OverlapPolicy::bsd, tcp::OverlapPolicy::linux})
            pairs.emplace_back(policy, budget, pairs.size());
        for (Pair& pair : pairs) {
            pair.reassembler.give_up_before(base, pair.log);
            pair.model.give_up_before(base);
        }
        for (std::uint64_t frame = 1; in.rest().size() >= 4 && frame < 400; ++frame) {
            const ip::Reader before = in;
            for (Pair& pair : pairs) {
                in = before;
                step(pair, in, base, frame);
            }
            budget.enforce([&](const tcp::Reassembler& r) -> tcp::ReassemblySink& {
                pairs[r.id()].model.give_up_hole();
                return pairs[r.id()].log;
            });
            require(!budget.exceeded());
            std::size_t memory = 0;
            for (const Pair& pair : pairs) memory += pair.reassembler.memory();
            require(memory == budget.used());
        }
        for (Pair& pair : pairs) {
            if (data[0] & 0x80) break;  // what is destroyed gives its memory back as well
            pair.reassembler.flush(pair.log);
            require(!pair.reassembler.has_hole() && pair.reassembler.buffered() == 0);
            require(!pair.reassembler.end() || pair.reassembler.ended());
        }
    }
    require(budget.used() == 0 && budget.holders() == 0);
    return 0;
}
