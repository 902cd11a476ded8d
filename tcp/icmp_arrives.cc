#include "tcp/icmp_arrives.h"

#include "tcp/path_mtu.h"

namespace glass::tcp {

namespace {

/// MUST-56, SHLD-25: the application hears of it, and nothing else changes.
void note_soft_error(Tcb& tcb, const IcmpReport& report) {
    if (!tcb.config->report_soft_errors) return;  // SHLD-20
    tcb.soft_error = report;
    tcb.events |= kSoftError;
}

/// SHLD-26. Who has spoken with the peer already knows better than a router: RFC 5461 section 4.1, RFC 5927
/// section 5.2.
void take_hard_error(Tcb& tcb, const IcmpReport& report) {
    note_soft_error(tcb, report);
    if (is_synchronized(tcb.state)) return;
    if (tcb.state == State::syn_received && tcb.passive) {
        listen_again(tcb);
    } else {
        end_connection(tcb, Ending::unreachable);
    }
}

}  // namespace

void icmp_arrives(Tcb& tcb, const IcmpReport& report, ip::Time now) {
    // RFC 5927 section 4.1: whoever cannot see the connection does not know what is outstanding.
    if (!in_window(report.seq, tcb.snd.una, tcb.snd.nxt - tcb.snd.una)) return;
    switch (report.kind) {
        case IcmpReport::Kind::source_quench: return;  // MUST-55, RFC 6633
        case IcmpReport::Kind::soft: return note_soft_error(tcb, report);
        case IcmpReport::Kind::hard: return take_hard_error(tcb, report);
        case IcmpReport::Kind::too_big: return take_too_big(tcb, report.mtu, report.seq, now);
    }
}

}  // namespace glass::tcp
