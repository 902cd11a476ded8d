#include "tools/checksum_watch.h"

namespace glass::tools {

ChecksumWatch::Verdict ChecksumWatch::judge_wrong(Host& host, bool partial) {
    if (host.wrong < kSuspicious) ++host.wrong;
    const bool all_wrong = !host.sent_good && host.wrong == kSuspicious;
    if (!partial && !all_wrong) return Verdict::damaged;
    if (host.expected) return Verdict::expected;
    host.expected = true;
    return partial ? Verdict::newly_partial : Verdict::newly_all_wrong;
}

}  // namespace glass::tools
