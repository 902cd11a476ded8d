#include "tcp/needless.h"

namespace glass::tcp {

void Needless::begin(Seq una, Seq nxt) {
    *this = {};
    watching_ = true;
    una_ = una;
    nxt_ = nxt;
}

void Needless::resent(std::uint32_t tsval) {
    if (!first_tsval_) first_tsval_ = tsval;
    ++resent_;
}

bool Needless::answered(std::optional<std::uint32_t> tsecr) {
    // Only the first acceptable ACK tells: later ones may echo what went out before for other reasons.
    if (!watching_ || first_answered_ || !first_tsval_) return false;
    first_answered_ = true;
    if (!tsecr || !is_older(*tsecr, *first_tsval_)) return false;
    watching_ = false;
    return true;
}

bool Needless::duplicate(const SackBlock& block) {
    if (!watching_ || resent_ == 0 || block.left < una_ || block.right > nxt_) return false;
    if (--resent_ > 0) return false;
    watching_ = false;
    return true;
}

}  // namespace glass::tcp
