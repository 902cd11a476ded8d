// Lesson 08: what a reassembler must do. Every case is a list of arrivals; what must be so after each of them
// is computed by a model with one entry an octet, and nothing clever.
#include "lessons/frame/check.h"

#include <map>
#include <optional>

#include "lessons/frame/packets.h"
#include "tcp/reassembler.h"

namespace {

using namespace glass;
using lesson::Check;

/// A segment: its text at its offset, and perhaps a FIN behind it. A FIN may also stand where the text is
/// empty.
struct Arrival {
    std::uint64_t offset;
    std::string text;
    bool fin = false;
};

std::string text_of(const Arrival& a) {
    if (a.text.empty() && a.fin) return "finish_at(" + std::to_string(a.offset) + ")";
    return "insert(" + std::to_string(a.offset) + ", " + lesson::quoted(a.text) + ")" +
           (a.fin ? ", then finish_at(" + std::to_string(a.offset + a.text.size()) + ")" : "");
}

/// What can be seen of a stream.
struct View {
    std::string out;
    std::uint64_t next = 0;
    std::size_t buffered = 0;
    std::vector<tcp::StreamRange> blocks;
    std::uint64_t beyond_end = 0;
    bool believed = true;  ///< the last FIN
    int ends = 0;

    bool operator==(const View&) const = default;
};

std::string text_of(const std::vector<tcp::StreamRange>& blocks) {
    std::string text;
    for (const auto& block : blocks)
        text += (text.empty() ? "" : " ") + std::to_string(block.start) + "-" + std::to_string(block.end);
    return text.empty() ? "none" : text;
}

std::vector<Check::Field> fields(const View& expected, const View& mine) {
    return {{"came out", lesson::quoted(expected.out), lesson::quoted(mine.out)},
            {"next()", lesson::show(expected.next), lesson::show(mine.next)},
            {"buffered()", lesson::show(expected.buffered), lesson::show(mine.buffered)},
            {"blocks()", text_of(expected.blocks), text_of(mine.blocks)},
            {"on_end() calls", lesson::show(expected.ends), lesson::show(mine.ends)},
            {"beyond_end()", lesson::show(expected.beyond_end), lesson::show(mine.beyond_end)},
            {"FIN believed", lesson::show(expected.believed), lesson::show(mine.believed)}};
}

class Model {
public:
    const View& arrives(const Arrival& a) {
        for (std::size_t i = 0; i < a.text.size(); ++i) put(a.offset + i, a.text[i]);
        let_out();
        view_.believed = !a.fin || finish_at(a.offset + a.text.size());
        let_out();
        view_.buffered = held_.size();
        view_.blocks.clear();
        for (const auto& [at, octet] : held_) {
            if (view_.blocks.empty() || view_.blocks.back().end != at) view_.blocks.push_back({at, at});
            ++view_.blocks.back().end;
        }
        return view_;
    }

private:
    void put(std::uint64_t at, char octet) {
        if (end_ && at >= *end_) {
            ++view_.beyond_end;
        } else if (at >= view_.next) {
            held_.try_emplace(at, octet);
        }
    }
    bool finish_at(std::uint64_t offset) {
        if (end_) return *end_ == offset;
        if (offset < view_.next) return false;
        end_ = offset;
        view_.beyond_end += static_cast<std::uint64_t>(std::distance(held_.lower_bound(offset), held_.end()));
        held_.erase(held_.lower_bound(offset), held_.end());
        return true;
    }
    void let_out() {
        for (; !held_.empty() && held_.begin()->first == view_.next; ++view_.next) {
            view_.out += held_.begin()->second;
            held_.erase(held_.begin());
        }
        if (end_ && view_.next == *end_) view_.ends = 1;
    }

    View view_;
    std::map<std::uint64_t, char> held_;
    std::optional<std::uint64_t> end_;
};

/// The exercise, and what it gives its sink.
class Exercise final : public tcp::ReassemblySink {
public:
    const View& arrives(const Arrival& a) {
        const std::vector<std::uint8_t> octets(a.text.begin(), a.text.end());  // gone after this call
        if (!a.text.empty() || !a.fin) reassembler.insert(a.offset, octets, ++frame_, *this);
        view_.believed = !a.fin || reassembler.finish_at(a.offset + a.text.size(), *this);
        view_.next = reassembler.next();
        view_.buffered = reassembler.buffered();
        view_.beyond_end = reassembler.beyond_end();
        view_.blocks.resize(64);
        view_.blocks.resize(reassembler.blocks(view_.blocks));
        std::ranges::sort(view_.blocks, {}, &tcp::StreamRange::start);
        return view_;
    }

    void on_data(std::uint64_t offset, ip::Bytes octets, std::uint64_t) override {
        if (wrong.empty() && offset != place_)
            wrong = "offset " + std::to_string(offset) + " after " + std::to_string(place_) + " octets";
        if (wrong.empty() && octets.empty()) wrong = "on_data() without octets";
        if (wrong.empty() && view_.ends > 0) wrong = "on_data() after on_end()";
        place_ += octets.size();
        view_.out.append(octets.begin(), octets.end());
    }
    void on_gap(std::uint64_t, std::uint64_t) override { wrong = "a gap, which nobody asked for"; }
    void on_end(std::uint64_t) override { ++view_.ends; }

    tcp::Reassembler reassembler;
    std::string wrong;  ///< the first thing that came out of order

private:
    View view_;
    std::uint64_t place_ = 0, frame_ = 0;
};

void add_frame(Check& check, const Arrival& a, std::size_t count) {
    const std::vector<std::uint8_t> octets(a.text.begin(), a.text.end());
    tcp::Segment segment{.seq = tcp::Seq(lesson::kServerIss + 1) + static_cast<std::uint32_t>(a.offset),
                         .ack = tcp::Seq(lesson::kClientIss + 1),
                         .flags = static_cast<std::uint16_t>(tcp::ACK | (a.fin ? tcp::FIN : 0)),
                         .window = 65535,
                         .payload = octets};
    check.frame({.microseconds = 3000 + 1000 * count,
                 .packet = lesson::packet(false, segment),
                 .comment = text_of(a)});
}

/// Plays arrivals to both, up to the first difference. `what` names the row.
void play(Check& check, std::string_view what, const std::vector<Arrival>& arrivals) {
    check.restart();
    if (check.tells()) lesson::tape_handshake(check);
    Model model;
    Exercise exercise;
    std::size_t count = 0;
    for (const Arrival& a : arrivals) {
        if (check.tells()) {
            check.step(text_of(a));
            add_frame(check, a, count++);
        }
        const View& expected = model.arrives(a);
        const View& mine = exercise.arrives(a);
        if (check.tells())
            check.then("out: " + lesson::quoted(mine.out) + ", next() " + std::to_string(mine.next));
        if (mine != expected && !check.equal_fields(what, fields(expected, mine))) return;
        if (!exercise.wrong.empty()) {
            check.equal(std::string(what) + ": the order of what comes out", "in order", exercise.wrong);
            return;
        }
    }
}

LESSON_CASE("in order",
            "RFC 9293 section 3.10.7.4, seventh: segment text that is next goes to the user at once") {
    play(check, "two segments", {{0, "ab"}, {2, "cd"}});
    play(check, "a segment alone", {{0, "a"}});
}

LESSON_CASE("order is restored",
            "RFC 9293 section 3.10.7.4: segments with higher numbers are held for later (SHLD-31)") {
    play(check, "swapped", {{2, "cd"}, {0, "ab"}});
    play(check, "reversed", {{4, "ef"}, {2, "cd"}, {0, "ab"}});
    play(check, "two holes", {{0, "a"}, {4, "e"}, {2, "c"}, {1, "b"}, {3, "d"}});
    play(check, "what is held joins what is held", {{1, "b"}, {3, "d"}, {2, "c"}, {0, "a"}});
}

LESSON_CASE("duplicates", "RFC 9293 section 3.4: octets before RCV.NXT are duplicates") {
    play(check, "of what is out", {{0, "ab"}, {0, "ab"}, {2, "c"}});
    play(check, "of what is held", {{2, "cd"}, {2, "cd"}, {0, "ab"}});
    play(check, "with more behind it", {{0, "ab"}, {0, "abcd"}});
    play(check, "in other pieces", {{0, "abcd"}, {1, "bc"}, {3, "def"}});
    play(check, "of what is out, while something is held", {{0, "ab"}, {4, "ef"}, {0, "ab"}, {2, "cd"}});
}

LESSON_CASE("overlaps", "RFC 9293 section 3.10.7.4: trim to the part that is new; what came first stays") {
    play(check, "a hole filled in part", {{4, "ef"}, {0, "abc"}, {2, "cd"}});
    play(check, "over the front of what is held", {{3, "DEF"}, {1, "bcde"}, {0, "a"}});
    play(check, "over the end of what is held", {{1, "BCD"}, {3, "def"}, {0, "a"}});
    play(check, "around what is held", {{2, "CD"}, {1, "bcdef"}, {0, "a"}});
    play(check, "inside what is held", {{1, "BCDEF"}, {2, "cd"}, {0, "a"}});
    play(check, "over two that are held", {{1, "B"}, {4, "E"}, {1, "bcdefg"}, {0, "a"}});
    play(check, "in order, and over what is held", {{4, "EF"}, {1, "B"}, {0, "abcdefg"}});
    play(check, "in order, up to what is held", {{2, "CD"}, {0, "ab"}});
}

LESSON_CASE("a segment without octets",
            "RFC 9293 section 3.10.7.4: an ACK has no text, and changes nothing here") {
    play(check, "at next()", {{0, ""}, {0, "a"}, {1, ""}});
    play(check, "beyond a hole", {{5, ""}, {0, "a"}});
    play(check, "while something is held", {{2, "c"}, {1, ""}, {2, ""}, {0, "ab"}});
}

LESSON_CASE("the FIN",
            "RFC 9293 section 3.10.7.4, eighth: the FIN counts once all octets before it are there") {
    play(check, "with the last octets", {{0, "ab"}, {2, "c", true}});
    play(check, "of an empty stream", {{0, "", true}});
    play(check, "before a hole is filled", {{0, "a"}, {2, "c", true}, {1, "b"}});
    play(check, "alone, all octets later", {{3, "", true}, {1, "bc"}, {0, "a"}});
    play(check, "again", {{0, "ab", true}, {0, "ab", true}, {2, "", true}});
    play(check, "elsewhere: the first one counts", {{0, "a"}, {3, "", true}, {1, "bc"}, {9, "", true}});
    play(check, "elsewhere, while octets are missing",
         {{0, "a"}, {5, "", true}, {3, "", true}, {9, "", true}, {1, "bcdef"}});
    play(check, "before what is out: not believed", {{0, "abc"}, {1, "", true}, {3, "d"}});
}

LESSON_CASE("octets beyond the FIN",
            "RFC 9293 section 3.10.7.4: nothing comes after the FIN; it is dropped and counted") {
    play(check, "after the end", {{0, "ab", true}, {2, "XY"}, {9, "Z"}});
    play(check, "across the end", {{3, "", true}, {2, "c"}, {0, "abcXY"}});
    play(check, "held already when the FIN comes", {{2, "cXY"}, {7, "Z"}, {3, "", true}, {0, "ab"}});
    play(check, "all that is held", {{2, "XY"}, {1, "", true}, {0, "a"}});
}

LESSON_CASE("what is in order is not copied",
            "tcp/reassembler.h: what comes in order goes straight to the sink") {
    struct Where final : tcp::ReassemblySink {
        const std::uint8_t* at = nullptr;
        void on_data(std::uint64_t, ip::Bytes octets, std::uint64_t) override { at = octets.data(); }
        void on_gap(std::uint64_t, std::uint64_t) override {}
    } sink;
    tcp::Reassembler reassembler;
    const ip::Buffer octets{'a', 'b', 'c', 'd'};
    check.step("insert(0, \"abcd\")");
    reassembler.insert(0, octets, 1, sink);
    check.that("the sink sees the segment's own octets", sink.at == octets.data(), "a copy of them");
    check.that("nothing is kept", reassembler.memory() == 0,
               std::to_string(reassembler.memory()) + " octets of memory");
    check.step("insert(20, \"abcd\"), insert(4, \"abcd\")");
    reassembler.insert(20, octets, 2, sink);
    reassembler.insert(4, octets, 3, sink);
    check.that("nor where others wait beyond a hole", sink.at == octets.data(), "a copy of them");
}

LESSON_CASE("the budget hears of it", "tcp/reassembly_budget.h: all reassemblers share a cap on memory") {
    Exercise sink;
    tcp::ReassemblyBudget budget;
    tcp::Reassembler reassembler(tcp::OverlapPolicy::first, &budget);
    const ip::Buffer octets(1000, 'x');
    check.step("insert(1000, 1000 octets)");
    reassembler.insert(1000, octets, 1, sink);
    check.equal("used by what is held", reassembler.memory(), budget.used());
    check.that("something is used", budget.used() >= 1000, "nothing");
    check.step("insert(0, 1000 octets)");
    reassembler.insert(0, octets, 2, sink);
    check.equal("used when nothing is held", std::size_t{0}, budget.used());
}

LESSON_CASE("the oldest hole goes first", "tcp/reassembly_budget.h: whose hole opened first loses it first") {
    Exercise sink;
    tcp::ReassemblyBudget budget;
    tcp::Reassembler one(tcp::OverlapPolicy::first, &budget), other(tcp::OverlapPolicy::first, &budget);
    const ip::Buffer octets(10, 'x');
    const auto oldest = [&] {
        return budget.oldest() == &one ? "the one" : budget.oldest() == &other ? "the other" : "none";
    };
    check.step("the other: insert(20, 10 octets); then the one: insert(40, 10 octets)");
    other.insert(20, octets, 1, sink);
    one.insert(40, octets, 2, sink);
    check.equal("reassemblers that hold something", std::size_t{2}, budget.holders());
    check.equal("the oldest hole is that of", "the other", oldest());
    check.step(
        "the other: insert(0, 10 octets), insert(10, 10 octets): its hole is closed; then insert(60, 10 "
        "octets)");
    other.insert(0, octets, 3, sink);
    other.insert(10, octets, 4, sink);
    other.insert(60, octets, 5, sink);
    check.equal("now it is that of", "the one", oldest());
}

LESSON_CASE("which segment brought it", "tcp/reassembler.h: on_data() gets the frame with the octets") {
    struct Frames final : tcp::ReassemblySink {
        std::string seen;
        void on_data(std::uint64_t, ip::Bytes octets, std::uint64_t frame) override {
            for (std::size_t i = 0; i < octets.size(); ++i) seen += lesson::show(frame) + " ";
        }
        void on_gap(std::uint64_t, std::uint64_t) override {}
    } sink;
    tcp::Reassembler reassembler;
    const ip::Buffer octets(4, 'x');
    check.step(
        "frame 7 brings octets 5 to 8, frame 8 octets 2 to 5, frame 9 octets 0 to 3, frame 10 octets 8 to "
        "11");
    reassembler.insert(5, octets, 7, sink);
    reassembler.insert(2, octets, 8, sink);
    reassembler.insert(0, octets, 9, sink);
    reassembler.insert(8, octets, 10, sink);
    check.equal("the frame of each octet", "9 9 8 8 8 7 7 7 7 10 10 10 ", sink.seen);
}

LESSON_CASE("the newest block comes first",
            "RFC 2018 section 4: the first SACK block is the one with the segment that was answered") {
    Exercise sink;
    tcp::Reassembler reassembler;
    const ip::Buffer octets(5, 'x');
    for (const std::uint64_t offset : {30, 10, 20, 30, 22}) {
        const std::uint64_t block = offset / 10 * 10;
        check.step("insert(" + std::to_string(offset) + ", 5 octets)");
        reassembler.insert(offset, octets, offset, sink);
        std::vector<tcp::StreamRange> first(1);
        first.resize(reassembler.blocks(first));
        check.equal("the first block begins at", std::to_string(block),
                    first.empty() ? "none" : std::to_string(first[0].start));
    }
}

LESSON_CASE("at the end of all numbers",
            "tcp/reassembler.h: an offset is a number of 64 bits, and a capture may lie") {
    constexpr std::uint64_t kLast = ~std::uint64_t{0};
    Exercise sink;
    tcp::Reassembler reassembler, begun;
    const ip::Buffer octets(4, 'x');
    check.step("insert(2^64 - 3, 4 octets): two have a place");
    reassembler.insert(kLast - 2, octets, 1, sink);
    check.equal("held", std::size_t{2}, reassembler.buffered());
    check.equal("beyond_end()", std::uint64_t{2}, reassembler.beyond_end());
    check.step("finish_at(2^64 - 1)");
    check.equal("a FIN there is believed", false, reassembler.finish_at(kLast, sink));
    check.restart();
    check.step("insert(0, 4 octets), insert(2^64 - 3, 4 octets)");
    begun.insert(0, octets, 1, sink);
    begun.insert(kLast - 2, octets, 2, sink);
    check.equal("held, where octets are out already", std::size_t{2}, begun.buffered());
    check.equal("beyond_end(), where octets are out already", std::uint64_t{2}, begun.beyond_end());
}

/// A stream cut into segments, some of them twice or in other pieces, shuffled within a window.
std::vector<Arrival> some_arrivals(ip::Random& random) {
    std::string text(random.between(1, 40), ' ');
    for (char& octet : text) octet = static_cast<char>('a' + random.below(26));
    std::vector<Arrival> arrivals;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t size = random.between(1, 8);
        arrivals.push_back({at, text.substr(at, size), at + size >= text.size()});
        if (random.chance({1, 4})) arrivals.push_back({at, text.substr(at, random.between(0, 12))});
        at += random.chance({1, 5}) ? random.between(1, size) : size;
    }
    for (std::size_t i = arrivals.size(); i > 1; --i)
        if (random.chance({2, 3})) std::swap(arrivals[i - 1], arrivals[random.below(i)]);
    return arrivals;
}

LESSON_CASE("any order, any pieces", "RFC 9293 section 3.4: every octet has its number, however it comes") {
    for (int run = 0; run < 1500 && !check.failed(); ++run)
        check.smallest(some_arrivals(check.random()),
                       [](const std::vector<Arrival>& some, Check& to) { play(to, "any order", some); });
}

LESSON_CASE("forty thousand holes",
            "A sender chooses how many holes there are: the work for each must stay small") {
    constexpr std::uint64_t kHoles = 40000;
    Exercise sink;
    tcp::Reassembler reassembler;
    const ip::Buffer octet{'x'};
    const auto insert = [&](std::uint64_t offset) { reassembler.insert(offset, octet, offset, sink); };
    // Who looks for a place from either end pays for all that is held, every other time.
    check.step("insert one octet at each odd offset up to 79999, from the middle to both ends");
    for (std::uint64_t i = 1; i < kHoles; i += 2) {
        insert(kHoles + i);
        insert(kHoles - i);
    }
    check.equal("held", std::size_t{kHoles}, reassembler.buffered());
    check.step("then at each even offset from 80000 down to 40002");
    for (std::uint64_t at = 2 * kHoles; at > kHoles; at -= 2) insert(at);
    check.step("then at each even offset from 0 to 40000");
    for (std::uint64_t at = 0; at <= kHoles; at += 2) insert(at);
    check.equal("next()", 2 * kHoles + 1, reassembler.next());
}

}  // namespace
