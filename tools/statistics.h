// Statistics: all that `glass stats` finds out while the frames go by.
#pragma once

#include "tools/decoder.h"
#include "tools/notes.h"
#include "tools/quick_tally.h"
#include "tools/tally.h"

namespace glass::tools {

class Statistics {
public:
    /// `seed`: of the hash tables. `quick`: without it every frame is taken apart, which comes to the same.
    /// (Not so where HTTP, analysis or a sink wants to see every segment: there nothing is quick.)
    Statistics(const Decoder::Options& options, std::uint64_t seed, bool quick = true)
        : quick_(quick && !options.http && !options.tcp.analyze && !options.tcp.sink),
          decoder_(options),
          tally_(seed),
          quick_tally_(tally_, options.verify_checksums) {}

    /// Every frame goes this way, those that are not `wanted`, too: connections are numbered from all.
    void add(const ip::Frame& frame, bool wanted) {
        if (!quick_ || !quick_tally_.take(frame, wanted)) decode(frame, wanted);
    }
    /// Once, before anything is asked.
    void finish() { quick_tally_.finish(); }

    const Tally& tally() const { return tally_; }
    const Notes& notes() const { return notes_; }
    const Decoder& decoder() const { return decoder_; }

private:
    [[gnu::noinline]] void decode(const ip::Frame& frame, bool wanted) {
        const Packet& packet = decoder_.decode(frame);
        quick_tally_.learn(packet, decoder_);
        if (!wanted) return;
        tally_.add(packet);
        notes_.observe(packet, decoder_);
    }

    bool quick_;
    Decoder decoder_;
    Tally tally_;
    Notes notes_;
    QuickTally quick_tally_;
};

}  // namespace glass::tools
