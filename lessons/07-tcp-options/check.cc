// Lesson 07: what reading and writing TCP options, and ordering timestamps, must do. What is expected of the
// reader is walked octet by octet; only the kinds that are not the lesson's are read by the stack.
#include "lessons/frame/check.h"

#include <algorithm>

#include "lessons/frame/packets.h"
#include "tcp/connection.h"
#include "tcp/option_extensions.h"
#include "tcp/options.h"
#include "tcp/segment_options.h"

namespace {

using namespace glass;
using ip::Buffer;
using ip::Bytes;
using lesson::Check;
using lesson::hex;
using lesson::octets;
using lesson::show;
using tcp::OptionValue;

// ---- options as text ----
struct ValueText {
    std::string operator()(const tcp::EndOfList&) const { return "end of list"; }
    std::string operator()(const tcp::NoOperation&) const { return "no operation"; }
    std::string operator()(const tcp::MaximumSegmentSize& v) const { return "MSS " + show(v.octets); }
    std::string operator()(const tcp::WindowScale& v) const { return "window scale " + show(v.shift); }
    std::string operator()(const tcp::SackPermitted&) const { return "SACK permitted"; }
    std::string operator()(const tcp::Sack& v) const {
        std::string text = "SACK";
        for (std::size_t i = 0; i < std::min<std::size_t>(v.count, v.blocks.size()); ++i)
            text += " " + show(v.blocks[i].left.value()) + "-" + show(v.blocks[i].right.value());
        return v.count <= v.blocks.size() ? text : text + " and " + show(v.count - v.blocks.size()) + " more";
    }
    std::string operator()(const tcp::Timestamps& v) const {
        return "timestamps " + show(v.tsval) + " echo " + show(v.tsecr);
    }
    std::string operator()(const tcp::Md5Signature& v) const { return "MD5 {" + octets(v.digest) + "}"; }
    std::string operator()(const tcp::UserTimeout& v) const {
        return "user timeout " + show(v.value) + (v.minutes ? " min" : " s");
    }
    std::string operator()(const tcp::Authentication& v) const {
        return "AO keys " + show(v.key_id) + " " + show(v.r_next_key_id) + " {" + octets(v.mac) + "}";
    }
    std::string operator()(const tcp::Multipath& v) const { return "MPTCP {" + octets(v.data) + "}"; }
    std::string operator()(const tcp::FastOpen& v) const {
        return std::string(v.experimental ? "experimental " : "") + "fast open {" + octets(v.cookie) + "}";
    }
    std::string operator()(const tcp::Experiment& v) const {
        return "experiment " + hex(v.ex_id) + " {" + octets(v.data) + "}";
    }
    std::string operator()(const tcp::UnknownOption& v) const {
        return "unknown " + show(v.kind) + " {" + octets(v.data) + "}";
    }
    std::string operator()(const tcp::MalformedOption& v) const {
        return "malformed " + show(v.kind) + " {" + octets(v.data) + "}";
    }
};

std::string text_of(const OptionValue& value) {
    return std::visit(ValueText{}, value);
}

std::string text_of(const tcp::Option& option) {
    return "at " + show(option.at) + ", " + show(option.length) +
           (option.length == 1 ? " octet" : " octets") + ", kind " + show(option.kind) + ": " +
           text_of(option.value);
}

// ---- OptionReader ----
std::uint32_t number(Bytes data, std::size_t at, std::size_t n) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < n; ++i) value = value * 256 + data[at + i];
    return value;
}

/// The option of two octets and more: kind, length, data.
OptionValue value_by_rule(Bytes option) {
    const Bytes data = option.subspan(2);
    OptionValue value = tcp::MalformedOption{option[0], option.subspan(1)};
    switch (option[0]) {
        case 2:
            if (data.size() == 2)
                value = tcp::MaximumSegmentSize{static_cast<std::uint16_t>(number(data, 0, 2))};
            break;
        case 3:
            if (data.size() == 1) value = tcp::WindowScale{data[0]};
            break;
        case 4:
            if (data.empty()) value = tcp::SackPermitted{};
            break;
        case 5:
            if (data.size() % 8 == 0 && data.size() >= 8 && data.size() <= 32) {
                tcp::Sack sack;
                for (std::size_t at = 0; at < data.size(); at += 8)
                    sack.blocks[sack.count++] = {tcp::Seq(number(data, at, 4)),
                                                 tcp::Seq(number(data, at + 4, 4))};
                value = sack;
            }
            break;
        case 8:
            if (data.size() == 8) value = tcp::Timestamps{number(data, 0, 4), number(data, 4, 4)};
            break;
        default: {
            OptionValue other;
            if (tcp::read_extension(option[0], data, other)) value = other;
        }
    }
    return value;
}

struct List {
    std::vector<tcp::Option> options;
    Bytes padding;
};

List list_by_rule(Bytes all) {
    List list;
    all = ip::first(all, 40);
    std::size_t at = 0;
    const auto takes = [&](std::size_t length, const OptionValue& value) {
        list.options.push_back(
            {all[at], static_cast<std::uint8_t>(at), static_cast<std::uint8_t>(length), value});
        at += length;
    };
    while (at < all.size()) {
        const Bytes rest = all.subspan(at);
        if (rest[0] == 0) {
            takes(1, tcp::EndOfList{});
            list.padding = rest.subspan(1);
            break;
        }
        if (rest[0] == 1) {
            takes(1, tcp::NoOperation{});
        } else if (rest.size() < 2 || rest[1] < 2 || rest[1] > rest.size()) {
            takes(rest.size(), tcp::MalformedOption{rest[0], rest.subspan(1)});
        } else {
            takes(rest[1], value_by_rule(rest.first(rest[1])));
        }
    }
    return list;
}

void reads(Check& check, const std::string& what, Buffer all) {
    constexpr std::size_t kMost = 41;  // forty options of one octet, and nothing
    all.shrink_to_fit();               // whoever reads on is seen
    const List expected = list_by_rule(all);
    check.restart();
    check.step("an OptionReader of {" + octets(all) + "}");
    tcp::OptionReader reader(all);
    for (std::size_t i = 0; i < kMost; ++i) {
        check.step("next()");
        const auto option = reader.next();
        const std::string actual = option ? text_of(*option) : "nothing";
        check.then(actual);
        const bool more = i < expected.options.size();
        if (!check.equal(what, more ? text_of(expected.options[i]) : "nothing", actual)) return;
        if (!more) break;
    }
    check.step("next() again");
    if (!check.that(what + ": nothing comes after the end", !reader.next(), "another option")) return;
    check.step("padding()");
    check.equal(what + ": padding()", octets(expected.padding), octets(reader.padding()));
}

/// Without a word; where it is not so, reads() tells why.
bool reads_by_rule(const Buffer& all) {
    const List expected = list_by_rule(all);
    tcp::OptionReader reader(all);
    for (const tcp::Option& want : expected.options) {
        const auto option = reader.next();
        if (!option || option->at != want.at || option->length != want.length || option->kind != want.kind ||
            option->value != want.value)
            return false;
    }
    return !reader.next() && !reader.next() && tcp::same(reader.padding(), expected.padding);
}

/// For inputs by the thousand, of which nearly all are read well.
void reads_one_of_many(Check& check, const std::string& what, const Buffer& all) {
    check.restart();
    check.step("an OptionReader of {" + octets(all) + "}");
    if (!reads_by_rule(all)) reads(check, what, all);
}

LESSON_CASE("the options of a SYN",
            "RFC 9293 section 3.2, RFC 7323, RFC 2018; the orders by which systems can be told apart") {
    reads(check, "Linux: captures/http-get.pcap, frame 1",
          {2, 4, 0x05, 0xb4, 4, 2, 8, 10, 0xdd, 0x89, 0xf0, 0xe3, 0, 0, 0, 0, 1, 3, 3, 7});
    reads(check, "Windows", {2, 4, 0x05, 0xb4, 1, 3, 3, 8, 1, 1, 4, 2});
    reads(check, "macOS",
          {2, 4, 0x05, 0xb4, 1, 3, 3, 6, 1, 1, 8, 10, 0x2a, 0x3b, 0x4c, 0x5d, 0, 0, 0, 0, 4, 2, 0, 0});
    reads(check, "no options at all", {});
}

LESSON_CASE("each kind", "RFC 9293 section 3.2: kind, length, data; numbers in network byte order") {
    reads(check, "maximum segment size", {2, 4, 0x12, 0x34});
    reads(check, "maximum segment size 0: the reader does not judge", {2, 4, 0, 0});
    reads(check, "window scale", {3, 3, 14});
    reads(check, "window scale above 14: the reader does not judge", {3, 3, 255});
    reads(check, "SACK permitted", {4, 2});
    reads(check, "timestamps", {8, 10, 0x80, 0x81, 0x82, 0x83, 0x90, 0x91, 0x92, 0x93});
    reads(check, "timestamps, when the clock stands at 0", {8, 10, 0, 0, 0, 0, 0, 0, 0, 0});
    reads(check, "SACK, one block: captures/loss-sender.pcap, frame 70",
          {1, 1, 5, 10, 0xfb, 0x8a, 0x17, 0x51, 0xfb, 0x8a, 0x1c, 0xf9});
    Buffer sack = {5, 2};
    for (std::uint8_t block = 1; block <= 4; ++block) {
        sack.insert(sack.end(), {0xf0, 0, block, 1, 0xf0, 0, block, 200});
        sack[1] = static_cast<std::uint8_t>(sack.size());
        reads(check, "SACK, " + show(block) + (block == 1 ? " block" : " blocks"), sack);
    }
}

LESSON_CASE("kinds of one octet",
            "RFC 9293 section 3.2, MUST-68: end of list and no operation have no length") {
    reads(check, "no operation between others", {1, 3, 3, 7, 1, 1, 4, 2});
    reads(check, "forty no operations", Buffer(40, 1));
    reads(check, "a no operation followed by what looks like a length", {1, 9, 5, 7, 7, 7, 3, 3, 7});
    reads(check, "end of list alone", {0});
    reads(check, "end of list, and zeros", {3, 3, 7, 0, 0, 0, 0, 0});
    reads(check, "nothing counts behind the end of list", {3, 3, 7, 0, 2, 4, 5, 0xb4});
}

LESSON_CASE("options that nobody knows", "RFC 9293 MUST-6: ignore options not understood, by their length") {
    reads(check, "unknown, with data", {112, 6, 1, 2, 3, 4, 3, 3, 7});
    reads(check, "unknown, without data", {99, 2, 3, 3, 7});
    reads(check, "the echo of RFC 1072, which nobody knows any more", {6, 6, 1, 2, 3, 4, 7, 6, 1, 2, 3, 4});
    reads(check, "unknown, the longest", [] {
        Buffer all(40, 0xee);
        all[0] = 77;
        all[1] = 40;
        return all;
    }());
    reads(check, "fast open, an extension", {34, 6, 1, 2, 3, 4, 3, 3, 7});
    reads(check, "MPTCP, an extension", {30, 4, 0x01, 0x02, 2, 4, 5, 0xb4});
    reads(check, "an MD5 signature, an extension",
          {19, 18, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 1, 1});
    reads(check, "fast open with a cookie of odd length: malformed", {34, 7, 1, 2, 3, 4, 5, 3, 3, 7});
}

LESSON_CASE("lengths that cannot be",
            "RFC 9293 MUST-7: be prepared for an illegal option length, for example zero") {
    reads(check, "length 0", {2, 0, 5, 0xb4, 1, 1});
    reads(check, "length 1", {2, 1, 5, 0xb4, 1, 1});
    reads(check, "length 0 of an unknown kind", {112, 0, 1, 1});
    reads(check, "length 1 of an unknown kind", {112, 1, 1, 1});
    reads(check, "one beyond the end", {1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0});
    reads(check, "far beyond the end", {1, 99, 255, 0});
    reads(check, "a kind in the last octet, and no room for a length", {1, 1, 1, 8});
    reads(check, "one octet in all, and it needs a length", {2});
}

LESSON_CASE("lengths that are not the kind's",
            "RFC 9293 MUST-7; the length still says where the next option starts") {
    const std::vector<std::pair<const char*, Buffer>> rows = {
        {"MSS of 3 octets", {2, 3, 5}},
        {"MSS of 5 octets", {2, 5, 5, 0xb4, 0}},
        {"MSS of 2 octets", {2, 2}},
        {"window scale of 2 octets", {3, 2}},
        {"window scale of 4 octets", {3, 4, 7, 7}},
        {"SACK permitted of 3 octets", {4, 3, 0}},
        {"SACK without blocks", {5, 2}},
        {"SACK of half a block", {5, 6, 0, 0, 0, 1}},
        {"SACK of a block and an octet", {5, 11, 0, 0, 0, 1, 0, 0, 0, 2, 0}},
        {"timestamps of 9 octets", {8, 9, 0, 0, 0, 1, 0, 0, 0}},
        {"timestamps of 11 octets", {8, 11, 0, 0, 0, 1, 0, 0, 0, 2, 0}},
    };
    for (const auto& [what, option] : rows) {
        Buffer all = option;
        all.insert(all.end(), {3, 3, 9});
        reads(check, what, all);
    }
    Buffer five = {5, 34};
    five.resize(34, 0x11);
    reads(check, "SACK of four blocks, which just fits", five);
}

LESSON_CASE("more than a header has room for",
            "RFC 9293 section 3.1: the data offset has four bits, so forty octets") {
    Buffer all(60, 1);
    reads(check, "sixty no operations", all);
    all[38] = 2;
    all[39] = 4;
    reads(check, "an option that begins within the forty and ends behind", all);
}

LESSON_CASE("any octets", "RFC 9293 MUST-7: hostile input is input") {
    for (int i = 0; i < 4000 && !check.failed(); ++i) {
        Buffer all(check.random().below(44));
        // Small numbers are likely kinds and lengths.
        for (auto& octet : all)
            octet = static_cast<std::uint8_t>(check.random().chance({2, 3}) ? check.random().below(12)
                                                                            : check.random().next());
        reads_one_of_many(check, "random octets", all);
    }
    Buffer all(40, 1);
    for (unsigned kind = 2; kind < 256; ++kind) {
        for (std::size_t length = 0; length <= 41 && !check.failed(); ++length) {
            all[0] = static_cast<std::uint8_t>(kind);
            all[1] = static_cast<std::uint8_t>(length);
            reads_one_of_many(check, "every kind, every length", all);
        }
    }
}

// ---- OptionWriter ----
struct Writing {
    tcp::OptionWriter writer;
    Buffer expected;  ///< without padding

    /// What must be there after it: `option`, or nothing new where it must be refused.
    bool add(Check& check, const std::string& what, const OptionValue& value, const Buffer& option) {
        check.step("add(" + text_of(value) + ")");
        const bool added = writer.add(value);
        check.then(added ? "true" : "false");
        expected.insert(expected.end(), option.begin(), option.end());
        if (!check.equal(what + (option.empty() ? ": refused" : ": written"),
                         option.empty() ? "false" : "true", added ? "true" : "false"))
            return false;
        return written(check, what);
    }
    bool written(Check& check, const std::string& what) {
        Buffer padded = expected;
        padded.resize((padded.size() + 3) / 4 * 4);
        check.step("octets()");
        return check.equal_octets(what + ": octets()", padded, writer.octets());
    }
};

void writes(Check& check, const std::string& what, const OptionValue& value, const Buffer& option) {
    check.restart();
    check.step("a new OptionWriter");
    Writing().add(check, what, value, option);
}

LESSON_CASE("each kind, written", "RFC 9293 section 3.2: kind, length, data; numbers in network byte order") {
    writes(check, "maximum segment size", tcp::MaximumSegmentSize{1460}, {2, 4, 0x05, 0xb4});
    writes(check, "window scale", tcp::WindowScale{7}, {3, 3, 7});
    writes(check, "window scale above 14: the writer does not judge", tcp::WindowScale{255}, {3, 3, 255});
    writes(check, "SACK permitted", tcp::SackPermitted{}, {4, 2});
    writes(check, "timestamps", tcp::Timestamps{0x80818283, 0x90919293},
           {8, 10, 0x80, 0x81, 0x82, 0x83, 0x90, 0x91, 0x92, 0x93});
    writes(check, "no operation", tcp::NoOperation{}, {1});
    writes(check, "end of list", tcp::EndOfList{}, {0});
    tcp::Sack sack;
    Buffer option = {5, 2};
    for (std::uint8_t n = 1; n <= 4; ++n) {
        sack.blocks[sack.count++] = {tcp::Seq(0xfffffff0 + n), tcp::Seq(n)};
        option.insert(option.end(), {0xff, 0xff, 0xff, static_cast<std::uint8_t>(0xf0 + n), 0, 0, 0, n});
        option[1] = static_cast<std::uint8_t>(option.size());
        writes(check, "SACK, " + show(n) + (n == 1 ? " block" : " blocks"), sack, option);
    }
    const Buffer data = {1, 2, 3, 4};
    writes(check, "an unknown one", tcp::UnknownOption{112, data}, {112, 6, 1, 2, 3, 4});
    writes(check, "fast open, an extension", tcp::FastOpen{false, data}, {34, 6, 1, 2, 3, 4});
    writes(check, "user timeout, an extension", tcp::UserTimeout{true, 5}, {28, 4, 0x80, 0x05});
}

LESSON_CASE("one after the other, padded with zeros",
            "RFC 9293 MUST-69: padding is zeros, and is no part of the list") {
    check.step("a new OptionWriter");
    Writing w;
    w.written(check, "nothing yet");
    w.add(check, "a SYN's MSS", tcp::MaximumSegmentSize{1460}, {2, 4, 0x05, 0xb4});
    w.add(check, "then SACK permitted", tcp::SackPermitted{}, {4, 2});
    w.add(check, "then timestamps", tcp::Timestamps{0xb1c2d3, 0}, {8, 10, 0, 0xb1, 0xc2, 0xd3, 0, 0, 0, 0});
    w.add(check, "then no operation", tcp::NoOperation{}, {1});
    w.add(check, "then window scale", tcp::WindowScale{7}, {3, 3, 7});
    w.written(check, "asked again");
    check.restart();
    check.step("a new OptionWriter");
    Writing odd;
    odd.add(check, "three octets", tcp::WindowScale{7}, {3, 3, 7});
    odd.add(check, "three more, right behind them", tcp::WindowScale{8}, {3, 3, 8});
    odd.add(check, "one more", tcp::NoOperation{}, {1});
}

LESSON_CASE("never more than forty octets",
            "RFC 9293 section 3.1; tcp/options.h: false, and nothing is written") {
    check.step("a new OptionWriter");
    Writing w;
    const tcp::Timestamps times{1, 2};
    const Buffer option = {8, 10, 0, 0, 0, 1, 0, 0, 0, 2};
    for (int i = 0; i < 3; ++i) w.add(check, "timestamps, thrice", times, option);
    tcp::Sack sack;
    sack.count = 2;
    w.add(check, "two blocks, 18 octets, where 10 are left", sack, {});
    const Buffer data(9);
    w.add(check, "11 octets where 10 are left", tcp::UnknownOption{99, data}, {});
    w.add(check, "10 octets where 10 are left", times, option);
    w.add(check, "one octet where none is left", tcp::NoOperation{}, {});
    check.restart();
    check.step("a new OptionWriter");
    Writing nops;
    for (int i = 0; i < 40 && !check.failed(); ++i)
        nops.add(check, "forty no operations", tcp::NoOperation{}, {1});
    nops.add(check, "a forty-first", tcp::NoOperation{}, {});
    const Buffer long_data(60, 1);
    writes(check, "one option longer than forty octets", tcp::UnknownOption{99, long_data}, {});
    writes(check, "one option longer than a length can say", tcp::UnknownOption{99, Buffer(300, 1)}, {});
}

LESSON_CASE("what would not read back is refused", "tcp/options.h, OptionWriter::add") {
    const Buffer data(64, 1);
    tcp::Sack five;
    five.count = 5;
    writes(check, "SACK without blocks", tcp::Sack{}, {});
    writes(check, "SACK of five blocks", five, {});
    writes(check, "a malformed option", tcp::MalformedOption{2, Bytes(data).first(2)}, {});
    writes(check, "an MSS that calls itself unknown", tcp::UnknownOption{2, Bytes(data).first(2)}, {});
    writes(check, "an end of list that calls itself unknown", tcp::UnknownOption{0, {}}, {});
    writes(check, "a no operation that calls itself unknown", tcp::UnknownOption{1, {}}, {});
    writes(check, "a user timeout of 16 bits", tcp::UserTimeout{false, 0x8000}, {});
    writes(check, "a fast open cookie of three octets", tcp::FastOpen{false, Bytes(data).first(3)}, {});
}

LESSON_CASE("what is written reads back", "RFC 9293 section 3.2, both ways") {
    for (int i = 0; i < 1000 && !check.failed(); ++i) {
        ip::Random& random = check.random();
        check.restart();
        check.step("a new OptionWriter");
        tcp::OptionWriter writer;
        std::vector<std::string> added;
        for (int n = 0; n < 8; ++n) {
            tcp::Sack sack;
            sack.count = static_cast<std::uint8_t>(random.between(1, 4));
            for (std::size_t b = 0; b < sack.count; ++b)
                sack.blocks[b] = {tcp::Seq(static_cast<std::uint32_t>(random.next())),
                                  tcp::Seq(static_cast<std::uint32_t>(random.next()))};
            const OptionValue values[] = {tcp::NoOperation{},
                                          tcp::MaximumSegmentSize{static_cast<std::uint16_t>(random.next())},
                                          tcp::WindowScale{static_cast<std::uint8_t>(random.next())},
                                          tcp::SackPermitted{},
                                          sack,
                                          tcp::Timestamps{static_cast<std::uint32_t>(random.next()),
                                                          static_cast<std::uint32_t>(random.next())}};
            const OptionValue& value = values[random.below(std::size(values))];
            check.step("add(" + text_of(value) + ")");
            if (writer.add(value)) added.push_back(text_of(value));
        }
        Buffer all(writer.octets().begin(), writer.octets().end());
        check.step("an OptionReader of {" + octets(all) + "}");
        tcp::OptionReader reader(all);
        std::vector<std::string> read;
        while (const auto option = reader.next()) {
            if (option->as<tcp::EndOfList>() || read.size() > 40) break;
            read.push_back(text_of(option->value));
        }
        const auto lines = [](const std::vector<std::string>& list) {
            std::string text;
            for (const std::string& one : list) text += one + "; ";
            return text;
        };
        check.equal("the options read back", lines(added), lines(read));
    }
}

// ---- is_older ----
bool orders(Check& check, const std::string& what, std::uint32_t a, std::uint32_t b, bool older) {
    check.restart();
    check.step("is_older(" + hex(a, 8) + ", " + hex(b, 8) + ")");
    return check.equal(what, older, tcp::is_older(a, b));
}

LESSON_CASE("which comes first",
            "RFC 7323 section 5.2: s < t if 0 < (t - s) < 2^31, in unsigned 32-bit arithmetic") {
    orders(check, "one tick older", 1, 2, true);
    orders(check, "one tick newer", 2, 1, false);
    orders(check, "the same", 7, 7, false);
    orders(check, "across the wrap", 0xffffffff, 0, true);
    orders(check, "back across the wrap", 0, 0xffffffff, false);
    orders(check, "far across the wrap", 0xff000000, 0x01937800, true);
    orders(check, "larger than the largest signed number", 0x7fffffff, 0x80000000, true);
    orders(check, "smaller than it", 0x80000000, 0x7fffffff, false);
    orders(check, "as far ahead as can be", 0, 0x7fffffff, true);
    orders(check, "half the circle: neither comes first", 0, 0x80000000, false);
    orders(check, "half the circle, the other way", 0x80000000, 0, false);
    orders(check, "half the circle, elsewhere", 0x12345678, 0x92345678, false);
    orders(check, "more than half: behind", 0, 0x80000001, false);
    orders(check, "more than half, seen from there", 0x80000001, 0, true);
}

/// Every other one near the ends of the two halves, where errors are.
std::uint32_t somewhere(ip::Random& random) {
    const bool near = random.chance({1, 2});
    const std::uint32_t end = random.chance({1, 2}) ? 0x80000000 : 0;
    return near ? end + static_cast<std::uint32_t>(random.below(5)) - 2
                : static_cast<std::uint32_t>(random.next() >> random.between(32, 63));
}

LESSON_CASE("wherever on the circle",
            "RFC 9293 section 3.4: arithmetic modulo 2^32, and tcp/seq.h does the same") {
    for (int i = 0; i < 3000 && !check.failed(); ++i) {
        const std::uint32_t a = somewhere(check.random()), step = somewhere(check.random()), b = a + step;
        orders(check, "random timestamps", a, b, step != 0 && step < 0x80000000);
        orders(check, "random timestamps, the other way", b, a, step > 0x80000000);
        if (tcp::is_older(a, b) == (tcp::Seq(a) < tcp::Seq(b))) continue;
        check.restart();
        check.step("is_older(" + hex(a, 8) + ", " + hex(b, 8) + ") against Seq(" + hex(a, 8) + ") < Seq(" +
                   hex(b, 8) + ")");
        check.equal("the order of tcp/seq.h", tcp::Seq(a) < tcp::Seq(b), tcp::is_older(a, b));
    }
}

LESSON_CASE("what a connection makes of a SYN",
            "tcp/segment_options.h: the first well-formed one of each kind counts") {
    const Buffer syn = {2, 4,  0x05, 0xb4, 112, 4, 9, 9, 3, 2, 3, 3, 7,    4,   2,
                        8, 10, 0,    0,    0,   5, 0, 0, 0, 0, 2, 4, 0x02, 0x18};
    check.step("read_segment_options({" + octets(syn) +
               "}): an unknown option, and a malformed window scale before a sound one");
    const tcp::SegmentOptions found = tcp::read_segment_options(syn);
    check.equal_fields("the options of a SYN",
                       {{"MSS", "1460", found.mss ? show(found.mss->octets) : "none"},
                        {"window scale", "7", found.window_scale ? show(found.window_scale->shift) : "none"},
                        {"SACK permitted", "yes", show(found.sack_permitted)},
                        {"TSval", "5", found.timestamps ? show(found.timestamps->tsval) : "none"}});
}

/// Of a SYN or SYN,ACK: MSS, SACK permitted, timestamps, and a window scale for 256 KiB.
Buffer all_options(std::uint32_t tsval, std::uint32_t tsecr) {
    Buffer all = {2, 4, 0x05, 0xb4, 4, 2, 8, 10};
    for (const std::uint32_t value : {tsval, tsecr})
        for (const int shift : {24, 16, 8, 0}) all.push_back(static_cast<std::uint8_t>(value >> shift));
    all.insert(all.end(), {1, 3, 3, 3});
    return all;
}

LESSON_CASE("what a connection says in its SYN",
            "RFC 7323 section 2.2; tcp/negotiation.h: nothing where add() refuses one of its options") {
    const tcp::Endpoint client{ip::Address(ip::Ipv4Address{0x0a000001}), lesson::kClientPort},
        server{ip::Address(ip::Ipv4Address{0x0a000002}), lesson::kServerPort};
    const ip::SipKey secret{1, 2};
    const ip::Time now{};
    tcp::Connection opens({}, secret, client, server), answers({}, secret, server, client);
    check.step("an active open");
    static_cast<void>(opens.open_active(now));
    const auto syn = opens.poll(now);
    check.equal_octets("the options of the SYN", all_options(tcp::timestamp(opens.tcb(), now), 0),
                       syn ? syn->options : Bytes());
    const Buffer theirs = all_options(0xdd89f0e3, 0);
    check.step("a SYN,ACK with {" + octets(theirs) + "} arrives");
    opens.receive({.src_port = server.port,
                   .dst_port = client.port,
                   .ack = opens.tcb().snd.nxt,
                   .flags = tcp::SYN | tcp::ACK,
                   .options = theirs},
                  now);
    const auto in_use = [](const tcp::Connection& connection) {
        const auto& agreed = connection.tcb().agreed;
        return agreed.sack || agreed.timestamps || agreed.window_scale;
    };
    check.that("what the SYN does not say is not in use", !syn || !syn->options.empty() || !in_use(opens));
    check.restart();
    check.step("a passive open; a SYN with {" + octets(theirs) + "} arrives");
    static_cast<void>(answers.open_passive());
    answers.receive({.src_port = client.port, .dst_port = server.port, .flags = tcp::SYN, .options = theirs},
                    now);
    const auto syn_ack = answers.poll(now);
    const Bytes ours = syn_ack ? syn_ack->options : Bytes();
    check.equal_octets("the options of the SYN,ACK",
                       all_options(tcp::timestamp(answers.tcb(), now), 0xdd89f0e3), ours);
    check.that("what the SYN,ACK does not say is not in use", !ours.empty() || !in_use(answers));
}

}  // namespace
