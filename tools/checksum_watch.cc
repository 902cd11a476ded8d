#include "tools/checksum_watch.h"

namespace glass::tools {

ChecksumWatch::Verdict ChecksumWatch::judge_wrong(Host& host, bool partial) {
    if (host.wrong < kSuspicious) ++host.wrong;
    const bool suspected = !host.sent_good && host.wrong == kSuspicious;
    if (!partial && !suspected) return Verdict::damaged;
    if (host.offloads) return Verdict::offload;
    host.offloads = true;
    return Verdict::offload_is_new;
}

std::vector<ip::Address> ChecksumWatch::offloading() const {
    std::vector<ip::Address> found;
    hosts_.for_each([&](const AddressKey& key, const Host& host) {
        if (host.offloads) found.push_back(key.address);
    });
    return found;
}

}  // namespace glass::tools
