// Lesson 10a: what a sender must remember of what it has sent. Each case is a list of things that happen;
// what must be so after each is computed by a model that has plain numbers, which never wrap, and looks at
// all of them each time. The last cases are two connections in virtual time on top of the queue.
#include "lessons/frame/check.h"

#include <set>

#include "lessons/frame/talk.h"
#include "tcp/retransmission_queue.h"
#include "tcp/tcb.h"

namespace {

using namespace glass;
using namespace std::chrono_literals;
using lesson::Check;
using lesson::show;

constexpr std::uint32_t kFull = 1460;  // octets in a full-sized segment
/// Where the numbers begin: in the middle of the circle, and a little before they wrap.
constexpr std::uint32_t kMiddle = 100'000, kBeforeWrap = 0xffff'fe00;

// ---- the model ----
/// Octets [start, end) of all that was ever sent, counted from 0.
struct Entry {
    std::uint64_t start, end;
    unsigned sent_at;        ///< ms
    std::uint64_t note = 0;  ///< the rate's, in its stamp
    bool again = false, lost = false, sacked = false;
    tcp::SendReason why = tcp::SendReason::none;
};

std::string range(std::uint64_t start, std::uint64_t end) {
    return "[" + show(start) + ".." + show(end - 1) + "]";
}
/// What an entry and a Transmission have in common.
template <class T>
std::string fate(const T& t, bool again) {
    using tcp::SendReason;
    return std::string(again ? " again" : "") + (t.sacked ? " SACKed" : "") +
           (!t.lost                        ? ""
            : t.why == SendReason::timeout ? " lost (timeout)"
            : t.why == SendReason::sack    ? " lost (SACK)"
                                           : " lost (for no reason)");
}
std::string text_of(const Entry& e) {
    return range(e.start, e.end) + " " + show(e.sent_at) + " ms" + fate(e, e.again);
}
template <class Some>
std::string joined(const Some& some) {
    std::string text;
    for (const std::string& one : some) text += (text.empty() ? "" : ", ") + one;
    return text.empty() ? "nothing" : text;
}

struct Model {
    std::vector<Entry> all;
    std::uint64_t una = 0, nxt = 0, gone = 0;  ///< octets, octets, entries

    std::vector<std::string> texts() const {
        std::vector<std::string> some;
        for (const Entry& e : all) some.push_back(text_of(e));
        return some;
    }
    /// What comes off: the whole ones, and the octets of a part.
    std::pair<std::vector<std::string>, std::uint64_t> acknowledged(std::uint64_t ack) {
        std::pair<std::vector<std::string>, std::uint64_t> off;
        if (ack <= una || ack > nxt) return off;
        una = ack;
        std::erase_if(all, [&](const Entry& e) {
            if (e.end > ack) return false;
            off.first.push_back(range(e.start, e.end));
            return true;
        });
        gone += off.first.size();
        if (!all.empty() && all[0].start < ack) {
            off.second = ack - all[0].start;
            all[0].start = ack;
        }
        return off;
    }
    std::size_t next_lost() const {
        for (std::size_t i = 0; i < all.size(); ++i)
            if (all[i].lost) return i;
        return all.size();
    }
};

// ---- the exercise beside it ----
class Stage {
public:
    Stage(Check& check, std::string what, std::uint32_t iss = kMiddle)
        : check_(check), what_(std::move(what)), iss_(iss) {
        check_.restart();
        check_.step("an empty queue; octet 0 has the number " + show(iss));
    }

    tcp::RetransmissionQueue queue;
    Model model;

    bool sends(std::uint64_t octets) {
        const std::uint64_t start = model.nxt;
        model.nxt += octets;
        model.all.push_back({.start = start, .end = model.nxt, .sent_at = ++ms_, .note = model.nxt});
        check_.step("at " + show(ms_) + " ms: sent(" + range(start, model.nxt) + ")");
        tcp::Transmission& sent = queue.sent(seq(start), seq(model.nxt), now());
        sent.stamp.delivered = model.nxt;
        return as_the_model({{"what it returned", model.texts().back(), text_of(sent)}});
    }
    /// SEG.ACK is the number of that octet; it may be anything.
    bool acks(std::uint64_t octet) {
        check_.step("acknowledged(octet " + show(octet) + ")");
        const auto expected = model.acknowledged(octet);
        const tcp::Acknowledged off = queue.acknowledged(seq(octet));
        std::vector<std::string> whole;
        for (const tcp::Transmission& t : off.whole.first(std::min<std::size_t>(off.whole.size(), 50)))
            whole.push_back(range(octet_of(t.start), octet_of(t.end)));
        return as_the_model({{"came off whole", joined(expected.first), joined(whole)},
                             {"and in part", show(expected.second), show(off.part)}});
    }
    /// The `i`th that is outstanding, from 0.
    bool loses(std::size_t i, tcp::SendReason why = tcp::SendReason::sack) {
        check_.step("mark_lost(" + range_of(i) +
                    (why == tcp::SendReason::sack ? ", SendReason::sack)" : ", SendReason::timeout)"));
        Entry& e = model.all[i];
        const bool fresh = !e.lost && !e.sacked;
        if (fresh) {
            e.lost = true;
            e.why = why;
        }
        const bool told = queue.mark_lost(place(i), why);
        return as_the_model({{"what it returned", show(fresh), show(told)}});
    }
    bool resends(std::size_t i) {
        ++ms_;
        check_.step("at " + show(ms_) + " ms: resent(" + range_of(i) + ")");
        model.all[i].sent_at = ms_;
        model.all[i].again = true;
        model.all[i].lost = false;
        queue.resent(place(i), now());
        return as_the_model();
    }
    bool splits(std::size_t i, std::uint64_t where) {
        check_.step("split(" + range_of(i) + ", octet " + show(where) + ")");
        Entry rest = model.all[i];
        rest.start = model.all[i].end = where;
        model.all.insert(model.all.begin() + static_cast<std::ptrdiff_t>(i) + 1, rest);
        queue.split(place(i), seq(where));
        return as_the_model();
    }
    /// The scoreboard's business.
    bool sacks(std::size_t i) {
        check_.step(range_of(i) + " is SACKed");
        tcp::Transmission& t = queue.at(place(i));
        t.sacked = model.all[i].sacked = true;
        t.lost = model.all[i].lost = false;
        return as_the_model();
    }
    bool finds(std::uint64_t octet) {
        check_.step("first_from(octet " + show(octet) + ")");
        std::size_t i = 0;
        while (i < model.all.size() && model.all[i].start < octet) ++i;
        const auto found = queue.first_from(seq(octet)) - queue.first_index();
        return check_.equal(what_, i, static_cast<std::size_t>(found));
    }

private:
    ip::Time now() const { return ip::Time(1h + std::chrono::milliseconds(ms_)); }
    tcp::Seq seq(std::uint64_t octet) const { return tcp::Seq(iss_) + static_cast<std::uint32_t>(octet); }
    /// The octet near SND.UNA that has this number.
    std::uint64_t octet_of(tcp::Seq s) const {
        const auto una = static_cast<std::uint32_t>(model.una);
        return model.una + static_cast<std::uint64_t>(std::int64_t{tcp::distance(seq(una), s)});
    }
    tcp::RetransmissionQueue::Index place(std::size_t i) const { return queue.first_index() + i; }
    std::string range_of(std::size_t i) const { return range(model.all[i].start, model.all[i].end); }
    std::string text_of(const tcp::Transmission& t) const {
        const auto ms =
            std::chrono::duration_cast<std::chrono::milliseconds>(t.sent_at - ip::Time(1h)).count();
        return range(octet_of(t.start), octet_of(t.end)) + " " + show(ms) + " ms" + fate(t, t.retransmitted);
    }
    bool keeps_stamps() const {
        for (std::size_t i = 0; i < std::min(queue.size(), model.all.size()); ++i)
            if (queue.at(place(i)).stamp.delivered != model.all[i].note) return false;
        return true;
    }
    bool as_the_model(std::vector<Check::Field> fields = {}) {
        std::vector<std::string> mine;
        const std::size_t few = std::min(queue.size(), model.all.size() + 2);
        for (std::size_t i = 0; i < few; ++i) mine.push_back(text_of(queue.at(place(i))));
        const std::size_t lost = model.next_lost();
        const auto next = queue.next_lost() - queue.first_index();
        fields.insert(fields.end(), {{"outstanding", joined(model.texts()), joined(mine)},
                                     {"size()", show(model.all.size()), show(queue.size())},
                                     {"first_index()", show(model.gone), show(queue.first_index())},
                                     {"next_lost(), from the first", show(lost), show(next)},
                                     {"the stamps are as they were", show(true), show(keeps_stamps())}});
        check_.then(joined(mine));
        return check_.equal_fields(what_, fields);
    }

    Check& check_;
    std::string what_;
    std::uint32_t iss_;
    unsigned ms_ = 0;
};

/// The same twice: in the middle of the circle, and across its end.
template <class Story>
void both(Check& check, const std::string& what, Story story) {
    Stage middle(check, what);
    if (!story(middle)) return;
    Stage wrap(check, what + ", across the wrap", kBeforeWrap);
    (void)story(wrap);
}

// ---- what is outstanding ----
LESSON_CASE("what goes out is remembered",
            "RFC 9293 section 3.8.1: put on the retransmission queue, in order") {
    both(check, "segment behind segment",
         [](Stage& s) { return s.sends(100) && s.sends(300) && s.sends(1) && s.sends(500); });
    Stage s(check, "a full window of them");
    for (int i = 0; i < 45 && s.sends(kFull); ++i) {
    }
}

LESSON_CASE(
    "an ACK takes off what lies before it",
    "RFC 9293 section 3.10.7.4: segments on the queue that are thereby entirely acknowledged are removed") {
    both(check, "one", [](Stage& s) { return s.sends(100) && s.sends(100) && s.acks(100); });
    both(check, "two of three",
         [](Stage& s) { return s.sends(400) && s.sends(400) && s.sends(400) && s.acks(800); });
    both(check, "all, and what is sent next",
         [](Stage& s) { return s.sends(400) && s.sends(400) && s.acks(800) && s.sends(9) && s.acks(809); });
    both(check, "one after the other", [](Stage& s) {
        for (int i = 0; i < 5; ++i)
            if (!s.sends(100) || !s.sends(100) || !s.acks(100 * static_cast<std::uint64_t>(i + 1)))
                return false;
        return true;
    });
}

LESSON_CASE("SYN and FIN take a number each", "RFC 9293 section 3.4: they are acknowledged like an octet") {
    both(check, "the SYN", [](Stage& s) { return s.sends(1) && s.acks(1) && s.sends(700) && s.acks(701); });
    both(check, "the FIN is still missing",
         [](Stage& s) { return s.sends(701) && s.acks(700) && s.sends(1) && s.acks(701) && s.acks(702); });
}

LESSON_CASE("an ACK cuts a segment in two",
            "RFC 9293 section 3.8.6: a receiver may take a part; the rest is still outstanding") {
    both(check, "its rest stays", [](Stage& s) { return s.sends(1000) && s.acks(300) && s.acks(1000); });
    both(check, "behind whole ones", [](Stage& s) {
        return s.sends(400) && s.sends(400) && s.sends(400) && s.acks(900) && s.acks(1200);
    });
    both(check, "octet by octet",
         [](Stage& s) { return s.sends(4) && s.acks(1) && s.acks(2) && s.acks(3) && s.acks(4); });
    both(check, "the rest is lost as it was",
         [](Stage& s) { return s.sends(900) && s.loses(0) && s.acks(500) && s.resends(0) && s.acks(700); });
}

LESSON_CASE("an ACK of what is gone, and of what was never sent",
            "RFC 9293 section 3.10.7.4: SND.UNA < SEG.ACK =< SND.NXT, or nothing is acknowledged") {
    both(check, "a duplicate",
         [](Stage& s) { return s.sends(400) && s.sends(400) && s.acks(400) && s.acks(400); });
    both(check, "an old one", [](Stage& s) {
        return s.sends(400) && s.sends(400) && s.sends(400) && s.acks(800) && s.acks(400) && s.acks(0);
    });
    both(check, "of what was never sent", [](Stage& s) {
        return s.sends(400) && s.sends(400) && s.acks(801) && s.acks(900'000) && s.acks(800);
    });
    both(check, "from the other side of the circle",
         [](Stage& s) { return s.sends(400) && s.acks(0x7fff'fff0) && s.acks(0xffff'0000) && s.acks(400); });
    both(check, "where nothing is outstanding",
         [](Stage& s) { return s.acks(0) && s.sends(100) && s.acks(100) && s.acks(100) && s.acks(50); });
}

// ---- what goes out again ----
LESSON_CASE("what is to be sent again", "RFC 6298 rule 5.4: the earliest segment that is not acknowledged") {
    constexpr std::uint64_t each = 200;
    const auto five = [](Stage& s) {
        for (int i = 0; i < 5; ++i)
            if (!s.sends(each)) return false;
        return true;
    };
    both(check, "the one", [&](Stage& s) { return five(s) && s.loses(2) && s.resends(2); });
    both(check, "the earliest first, however they were marked", [&](Stage& s) {
        return five(s) && s.loses(3) && s.loses(1) && s.loses(4) && s.resends(1) && s.resends(3) &&
               s.resends(4);
    });
    both(check, "an earlier one, after a later one was sent again",
         [&](Stage& s) { return five(s) && s.loses(4) && s.resends(4) && s.loses(0) && s.resends(0); });
    both(check, "a later one goes out as a probe, which nobody called lost",
         [&](Stage& s) { return five(s) && s.loses(1) && s.resends(4) && s.resends(1); });
    both(check, "the same, lost once more",
         [&](Stage& s) { return five(s) && s.loses(1) && s.resends(1) && s.loses(1) && s.resends(1); });
    both(check, "what is marked already", [&](Stage& s) { return five(s) && s.loses(1) && s.loses(1); });
    both(check, "acknowledged before it went out again", [&](Stage& s) {
        return five(s) && s.loses(0) && s.loses(1) && s.loses(3) && s.acks(2 * each) && s.resends(1) &&
               s.acks(5 * each) && s.sends(each) && s.loses(0);
    });
    both(check, "what was SACKed has arrived",
         [&](Stage& s) { return five(s) && s.sacks(1) && s.loses(1) && s.loses(2) && s.resends(2); });
    both(check, "SACKed before it went out again",
         [&](Stage& s) { return five(s) && s.loses(1) && s.loses(3) && s.sacks(1) && s.resends(3); });
    both(check, "why it goes out again", [&](Stage& s) {
        using enum tcp::SendReason;
        return five(s) && s.loses(1, timeout) && s.loses(2, sack) && s.loses(1, sack) && s.resends(1) &&
               s.loses(1, sack);
    });
}

LESSON_CASE("which were sent twice", "RFC 6298 section 3, Karn: their ACKs may belong to either copy") {
    both(check, "those that were, when they last were",
         [](Stage& s) { return s.sends(50) && s.sends(50) && s.loses(0) && s.resends(0) && s.acks(20); });
    both(check, "for ever",
         [](Stage& s) { return s.sends(50) && s.loses(0) && s.resends(0) && s.loses(0) && s.resends(0); });
    both(check, "a probe, which nobody called lost",
         [](Stage& s) { return s.sends(50) && s.sends(50) && s.resends(1) && s.acks(50); });
}

LESSON_CASE("a transmission is split",
            "RFC 9293 sections 3.7.1 and 3.8.6: the MSS, or the window, has become smaller") {
    both(check, "two in place of one",
         [](Stage& s) { return s.sends(100) && s.sends(1000) && s.sends(100) && s.splits(1, 600); });
    both(check, "each is as it was", [](Stage& s) {
        return s.sends(100) && s.loses(0) && s.resends(0) && s.loses(0) && s.splits(0, 60);
    });
    both(check, "the rest goes out next", [](Stage& s) {
        return s.sends(900) && s.sends(900) && s.loses(0) && s.splits(0, 400) && s.resends(0) && s.resends(1);
    });
    both(check, "into many", [](Stage& s) {
        if (!s.sends(1400) || !s.loses(0)) return false;
        for (std::size_t i = 0; i < 5; ++i)
            if (!s.splits(i, 250 * (i + 1)) || !s.resends(i)) return false;
        return s.resends(5) && s.acks(1400);
    });
    both(check, "behind one that was taken in part, and acknowledged between the halves", [](Stage& s) {
        return s.sends(400) && s.sends(400) && s.acks(100) && s.splits(0, 300) && s.acks(300) && s.acks(800);
    });
}

LESSON_CASE("the place of a number",
            "the first that does not start before it; SACK blocks are looked up so") {
    for (const std::uint32_t iss : {kMiddle, kBeforeWrap}) {
        Stage s(check, iss == kMiddle ? "first_from()" : "first_from(), across the wrap", iss);
        if (!s.finds(0)) return;
        for (int i = 0; i < 8; ++i)
            if (!s.sends(100)) return;
        if (!s.acks(150)) return;
        for (const std::uint64_t octet : {150, 199, 200, 201, 300, 512, 513, 699, 700, 701, 800})
            if (!s.finds(octet)) break;
    }
}

// ---- the send window ----
struct Window {
    const char* what;
    std::uint32_t una, wnd, from, usable;
};

LESSON_CASE("what the window lets out", "RFC 9293 section 3.8.6: U = SND.UNA + SND.WND - SND.NXT") {
    for (const Window& w : {Window{"nothing is out", 1000, 500, 1000, 500},
                            {"some is out", 1000, 500, 1300, 200},
                            {"all is out", 1000, 500, 1500, 0},
                            {"a closed window", 1000, 0, 1000, 0},
                            {"the peer has shrunk its window", 1000, 500, 1600, 0},
                            {"closed, while much is out", 1000, 0, 60000, 0},
                            {"across the wrap", 0xffff'ff00, 0x300, 0x100, 0x100},
                            {"across the wrap, shrunk", 0xffff'ff00, 0x300, 0x300, 0},
                            {"a gigabyte, RFC 7323's most", 5, 1u << 30, 6, (1u << 30) - 1}}) {
        check.restart();
        check.step("SND.UNA " + show(w.una) + ", SND.WND " + show(w.wnd));
        check.step("usable_window(from " + show(w.from) + ")");
        tcp::SendSequence snd;
        snd.una = tcp::Seq(w.una);
        snd.wnd = w.wnd;
        check.equal(w.what, w.usable, tcp::usable_window(snd, tcp::Seq(w.from)));
    }
}

LESSON_CASE("what the window lets out again",
            "RFC 9293 sections 3.8.6 and 3.8.6.2: nothing beyond it, and no crumbs") {
    struct Again {
        const char* what;
        std::uint32_t una, wnd, start, whole, n;
    };
    for (const Again& a : {Again{"all of it", 1000, 5000, 1000, 1460, 1460},
                           {"all of it, up to the edge", 1000, 2920, 2460, 1460, 1460},
                           {"the first, of which a part fits", 1000, 100, 1000, 1460, 100},
                           {"a later one, of which a part fits", 1000, 2000, 2460, 1460, 0},
                           {"a later one, beyond the edge", 1000, 2000, 3920, 1460, 0},
                           {"the first, and the window is closed", 1000, 0, 1000, 1460, 0},
                           {"across the wrap", 0xffff'ff00, 0x200, 0xffff'ff00, 1460, 0x200},
                           {"a later one, across the wrap", 0xffff'ff00, 0x200, 0x80, 0x80, 0x80}}) {
        check.restart();
        check.step("SND.UNA " + show(a.una) + ", SND.WND " + show(a.wnd));
        check.step("may_resend(from " + show(a.start) + ", " + show(a.whole) + " octets)");
        tcp::SendSequence snd;
        snd.una = tcp::Seq(a.una);
        snd.wnd = a.wnd;
        check.equal(a.what, a.n, tcp::may_resend(snd, tcp::Seq(a.start), a.whole));
    }
}

// ---- any life of a queue ----
/// What happens next, in terms of what is outstanding then: so a list of them stays a life when some are left
/// out.
struct Event {
    unsigned kind;
    std::uint32_t a, b;
};

bool happens(Stage& s, const Event& e) {
    const std::vector<Entry>& all = s.model.all;
    const std::uint64_t out = s.model.nxt - s.model.una;
    if (e.kind < 3 || all.empty()) return s.sends(1 + e.a % 400);
    const std::size_t i = e.a % all.size();
    switch (e.kind) {
        case 3: return s.acks(s.model.una + e.a % (out + 1));
        case 4: return s.acks(e.b % 2 == 0 ? s.model.una - e.a % (s.model.una + 1) : s.model.nxt + 1 + e.a);
        case 5:
        case 6: return s.loses(i, e.b % 2 == 0 ? tcp::SendReason::sack : tcp::SendReason::timeout);
        case 7: return s.resends(e.b % 2 == 0 ? i : std::min(s.model.next_lost(), all.size() - 1));
        case 8:
            return all[i].end - all[i].start < 2 ||
                   s.splits(i, all[i].start + 1 + e.b % (all[i].end - all[i].start - 1));
        default: return s.finds(s.model.una + e.a % (out + 1));
    }
}

LESSON_CASE("any life of a queue", "shrunk to the fewest events that still go wrong") {
    for (int run = 0; run < 150 && !check.failed(); ++run) {
        std::vector<Event> events(check.random().between(1, 40));
        for (Event& e : events)
            e = {static_cast<unsigned>(check.random().below(10)),
                 static_cast<std::uint32_t>(check.random().below(100'000)),
                 static_cast<std::uint32_t>(check.random().below(100'000))};
        const auto iss = static_cast<std::uint32_t>(0 - check.random().below(8000));
        check.smallest(events, [iss](const std::vector<Event>& some, Check& to) {
            Stage s(to, "random events", iss);
            for (const Event& e : some)
                if (!happens(s, e)) return;
        });
    }
}

// ---- time and memory ----
/// A window of a gigabyte: so many segments are out, and nothing may take time that grows with them.
constexpr std::uint32_t kMany = 100'000;

tcp::Seq border(std::uint32_t segment) {
    return tcp::Seq(kBeforeWrap) + segment * 10;
}
/// Put together once: that takes longer than what is asked of it.
const tcp::RetransmissionQueue& many(Check& check) {
    check.step("100000 segments of 10 octets are sent");
    static const tcp::RetransmissionQueue sent = [] {
        tcp::RetransmissionQueue queue;
        for (std::uint32_t i = 0; i < kMany; ++i) queue.sent(border(i), border(i + 1), ip::Time(1h));
        return queue;
    }();
    return sent;
}

LESSON_CASE("a hundred thousand segments are lost",
            "what goes out next is found in constant time, amortised") {
    tcp::RetransmissionQueue queue = many(check);
    check.step("all are marked lost, the last first; each is looked for and sent again");
    for (std::uint32_t i = kMany; i-- > 0;)
        queue.mark_lost(queue.first_index() + i, tcp::SendReason::timeout);
    for (std::uint32_t i = 0; i < kMany; ++i) {
        const auto next = queue.next_lost();
        if (!check.equal("the next one", std::uint64_t{i}, next)) return;
        queue.resent(next, ip::Time(2h));
    }
}

LESSON_CASE("a hundred thousand segments are looked up", "a place is found in logarithmic time") {
    const tcp::RetransmissionQueue& queue = many(check);
    check.step("each is looked up by its number");
    for (std::uint32_t i = 0; i < kMany; ++i)
        if (!check.equal("its place", std::uint64_t{i}, queue.first_from(border(i)))) return;
}

LESSON_CASE("a hundred thousand segments are acknowledged", "an ACK takes constant time, amortised") {
    tcp::RetransmissionQueue queue = many(check);
    check.step("each is acknowledged by itself, and a segment is sent for it");
    for (std::uint32_t i = 0; i < kMany; ++i) {
        const std::size_t off = queue.acknowledged(border(i + 1)).whole.size();
        if (!check.equal("segments that came off", std::size_t{1}, off)) return;
        queue.sent(border(kMany + i), border(kMany + i + 1), ip::Time(3h));
    }
    check.equal("segments that are left", std::size_t{kMany}, queue.size());
}

LESSON_CASE("a hundred thousand segments, and none is lost",
            "what goes out next is asked for after each ACK: in constant time, amortised") {
    tcp::RetransmissionQueue queue = many(check);
    check.step("each is acknowledged by itself, and what is to be sent again is looked for");
    for (std::uint32_t i = 0; i < kMany; ++i) {
        (void)queue.acknowledged(border(i + 1));
        if (!check.equal("the next one: none", queue.end_index(), queue.next_lost())) return;
    }
}

LESSON_CASE("a hundred thousand segments come off at once",
            "what an ACK took off stands where it stood until something is sent") {
    tcp::RetransmissionQueue queue = many(check);
    check.step("all but three are acknowledged");
    const tcp::Acknowledged off = queue.acknowledged(border(kMany - 3));
    if (!check.equal("segments that came off", std::size_t{kMany - 3}, off.whole.size())) return;
    for (std::uint32_t i = 0; i < off.whole.size(); ++i)
        if (!check.equal("the first number of each", border(i).value(), off.whole[i].start.value())) return;
}

LESSON_CASE("a long life with a small window", "memory is for what is outstanding, not for what ever was") {
    tcp::RetransmissionQueue queue;
    check.step("ten segments are out all the time, 30000 in all");
    const auto at = [](std::uint32_t segment) { return tcp::Seq(kMiddle) + segment * kFull; };
    for (std::uint32_t i = 0; i < 30'000; ++i) {
        const tcp::Transmission& sent = queue.sent(at(i), at(i + 1), ip::Time(1h));
        if (!check.that("what sent() returned", &sent == &queue.last(), "it is not the last of the queue"))
            return;
        if (i >= 10) (void)queue.acknowledged(at(i - 9));
    }
    check.equal("outstanding", std::size_t{10}, queue.size());
    check.that("memory", queue.memory() < 64 * 1024, show(queue.memory()) + " octets for ten segments");
}

// ---- two connections on top of it ----
std::string story(std::size_t octets) {
    std::string text(octets, ' ');
    std::uint32_t x = 7;
    for (char& c : text) c = static_cast<char>('a' + ((x = x * 1664525 + 1013904223) >> 24) % 26);
    return text;
}

/// All octets arrive, and no more is sent than the losses ask for.
bool transfers(Check& check, const std::string& what, const std::string& text, const tcp::Config& config,
               const lesson::Losses& losses, std::size_t most) {
    check.restart();
    lesson::Talk talk(check, config, losses);
    talk.writes(0, text);
    talk.run(1e8);
    return check.equal(what + ": it comes to an end", std::string("yes"),
                       talk.endless ? std::string("it goes on and on without end") : std::string("yes")) &&
           check.equal(what + ": octets that arrived", text.size(), talk.arrived.size()) &&
           check.that(what + ": the octets", talk.arrived == text, "others than were sent") &&
           check.that(what + ": segments", talk.times.size() <= most,
                      show(talk.times.size()) + ", where " + show(most) + " are more than enough");
}

tcp::Config with_sack() {
    tcp::Config config = lesson::plain_config();
    config.sack = config.time_based_loss = true;
    return config;
}

LESSON_CASE("each packet is lost once",
            "RFC 9293 section 3.8: whatever is lost arrives in the end, and nothing is sent over and over") {
    constexpr std::size_t kSegments = 20;
    const std::string text = story(kSegments * kFull);
    for (const bool sack : {false, true})
        for (const bool client : {true, false})
            for (std::size_t n = 1; n <= kSegments + 1; ++n)
                transfers(
                    check,
                    std::string("a packet of the ") + (client ? "client" : "server") +
                        (sack ? ", with SACK" : ""),
                    text, sack ? with_sack() : lesson::plain_config(),
                    [&](bool from_client, std::size_t number) {
                        return from_client == client && number == n;
                    },
                    kSegments + 1 + 12);
}

LESSON_CASE("one packet in five is lost",
            "RFC 9293 section 3.8; shrunk to the fewest losses that still fail") {
    const std::string text = story(20 * kFull);
    for (int run = 0; run < 12 && !check.failed(); ++run) {
        std::vector<std::size_t> lost;  // odd: of the client, even: of the server
        for (std::size_t i = 2; i < 400; ++i)
            if (check.random().chance({1, 5})) lost.push_back(i);
        const tcp::Config config = run % 2 == 0 ? lesson::plain_config() : with_sack();
        check.smallest(lost, [&](const std::vector<std::size_t>& some, Check& to) {
            const std::set<std::size_t> numbers(some.begin(), some.end());
            transfers(
                to, "a fifth is lost", text, config,
                [&](bool from_client, std::size_t number) {
                    return numbers.contains(2 * number + (from_client ? 1 : 0));
                },
                150);
        });
    }
}

LESSON_CASE("a megabyte, and one packet in five is lost",
            "every octet, in its order, whatever the losses are") {
    const std::string text = story(1'000'000);
    const std::size_t segments = text.size() / kFull + 1;
    for (int run = 0; run < 10 && !check.failed(); ++run) {
        const std::uint64_t seed = check.random().below(1'000'000);
        const auto quietly = [&](Check& to) {
            ip::Random chance(seed);
            return transfers(
                to, "a megabyte", text, run % 2 == 0 ? lesson::plain_config() : with_sack(),
                [&](bool, std::size_t) {
                    return chance.chance({1, 5});
                },
                2 * segments);
        };
        Check quiet = Check::quiet(seed);
        if (!quietly(quiet)) (void)quietly(check);
    }
}

}  // namespace
