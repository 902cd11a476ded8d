// glass follow: what each view makes of octets, holes and ends; files for all connections.
#include <algorithm>
#include <doctest/doctest.h>
#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

#include "tests/talk_capture.h"
#include "tools/command_follow.h"
#include "tools/stream_choice.h"
#include "tools/stream_files.h"

namespace {

using namespace glass;
using tests::handshake;
using tests::Said;
using tests::operator+;
using tools::FollowOptions;
using View = FollowOptions::View;
using Side = FollowOptions::Side;
using Talk = std::vector<Said>;

constexpr std::uint16_t SYN = tcp::SYN, ACK = tcp::ACK, FIN = tcp::FIN, RST = tcp::RST;

tests::Printed follow(const Talk& talk, FollowOptions options) {
    const ip::Buffer capture = tests::capture_of(talk);
    const test::TemporaryFile file("talk.pcap", capture);
    options.capture.file = file.path();
    options.capture.show_progress = false;
    options.view.color = tools::ColorChoice::never;
    if (!options.all && !options.stream) options.stream = 0;
    return tests::printed([&] { return run_follow(options); });
}

FollowOptions as(View how, Side side = Side::both) {
    FollowOptions options;
    options.how = how;
    options.side = side;
    return options;
}

const Talk kTalk = handshake() + Talk{{'>', ACK, 101, 501, "ask\n"},
                                      {'<', ACK, 501, 105, "ans"},
                                      {'<', FIN | ACK, 504, 105, "wer"},
                                      {'>', FIN | ACK, 105, 508}};

// ---- text ----

TEST_CASE("text: who says what, in turn, and how it ends") {
    const tests::Printed result = follow(kTalk, as(View::text));
    CHECK(result.status == 0);
    CHECK(result.out ==
          "── client 10.0.0.1:40000 → 10.0.0.2:80, frame 4 ──\n"
          "ask\n"
          "── server 10.0.0.2:80 → 10.0.0.1:40000, frame 5 ──\n"
          "answer\n"
          "── server closes after 6 bytes ──\n"
          "── client closes after 4 bytes ──\n");
}

TEST_CASE("text: holes and other ends") {
    const Talk hole = handshake() + Talk{{'>', ACK, 101, 501, "ab"}, {'>', ACK, 113, 501, "yz"}};
    CHECK(follow(hole, as(View::text)).out ==
          "── client 10.0.0.1:40000 → 10.0.0.2:80, frame 4 ──\n"
          "ab\n"
          "── 10 bytes of the client missing (seq 3..12) ──\n"
          "── client 10.0.0.1:40000 → 10.0.0.2:80, frame 5 ──\n"
          "yz\n"
          "── still open where the capture ends ──\n");
    CHECK(follow(handshake() + Talk{{'<', RST, 501}}, as(View::text)).out == "── server resets ──\n");
    CHECK(follow({{'>', SYN, 100}}, as(View::text)).out == "── still open where the capture ends ──\n");
}

TEST_CASE("text: nothing that a terminal would obey") {
    struct Row {
        const char* name;
        std::string text, shown;
    };
    const Row rows[] = {
        {"clear the screen", "\x1b[2J", ".[2J"},
        {"change the title", "\x1b]0;owned\x07", ".]0;owned."},
        {"backspace, bell, NUL, DEL", std::string("a\b\a\0\x7f", 5), "a...."},
        {"CSI as one character, in UTF-8",
         "\xc2\x9b"
         "31m",
         ".31m"},
        {"the octet 0x9b alone is not UTF-8",
         "\x9b"
         "31m",
         ".31m"},
        {"a carriage return alone would write over the line", "good\rbad", "good.bad"},
        {"a line end as HTTP has it", "a\r\nb\tc", "a\nb\tc"},
        {"letters of other languages stay",
         "Gr\xc3\xbc\xc3\x9f"
         "e \xe2\x82\xac",
         "Gr\xc3\xbc\xc3\x9f"
         "e \xe2\x82\xac"},
        {"a character that is cut off", "\xe2\x82", ".."},
    };
    for (const Row& row : rows) {
        CAPTURE(row.name);
        const std::string out = follow({{'>', ACK, 101, 501, row.text}}, as(View::text)).out;
        const std::size_t start = out.find('\n') + 1;
        CHECK(out.substr(start, out.find("\n── still") - start) == row.shown);
        // In a dump, octets that are not ASCII are dots.
        for (const char c : follow({{'>', ACK, 101, 501, row.text}}, as(View::hex)).out.substr(start))
            CHECK((c == '\n' || static_cast<unsigned char>(c) >= 0x20));
    }
}

// ---- hex, JSON, raw ----

TEST_CASE("hex: rows of sixteen, offsets, and the server's indented") {
    const Talk talk = {{'>', ACK, 101, 501, "0123456789abcdefG\n"}, {'<', ACK, 501, 119, "\x01"}};
    CHECK(follow(talk, as(View::hex)).out ==
          "── client 10.0.0.1:40000 → 10.0.0.2:80, frame 1 ──\n"
          "00000000  30 31 32 33 34 35 36 37  38 39 61 62 63 64 65 66  0123456789abcdef\n"
          "00000010  47 0a                                             G.\n"
          "── server 10.0.0.2:80 → 10.0.0.1:40000, frame 2 ──\n"
          "    00000000  01                                                .\n"
          "── still open where the capture ends ──\n");
}

TEST_CASE("JSON: an object for each piece, hole and end") {
    const Talk talk =
        handshake() +
        Talk{{'>', ACK, 101, 501, "a\n"}, {'>', FIN | ACK, 105, 501, "\xff"}, {'<', ACK, 501, 107, "x"}};
    CHECK(follow(talk, as(View::json)).out ==
          R"({"schema":1,"stream":0,"from":"client","offset":0,"len":2,"frame":4,"data":"610a"})"
          "\n"
          R"({"stream":0,"from":"server","offset":0,"len":1,"frame":6,"data":"78"})"
          "\n"
          R"({"stream":0,"from":"client","offset":2,"missing":2})"
          "\n"
          R"({"stream":0,"from":"client","offset":4,"len":1,"frame":5,"data":"ff"})"
          "\n"
          R"({"stream":0,"from":"client","offset":5,"end":"fin"})"
          "\n");
    CHECK(follow(talk, as(View::json, Side::server)).out ==
          R"({"schema":1,"stream":0,"from":"server","offset":0,"len":1,"frame":6,"data":"78"})"
          "\n");
}

TEST_CASE("raw: exactly the octets of one direction, zeros in holes only where asked for") {
    const std::string binary("\x00\xff\x1b\r\n", 5);
    const Talk talk =
        handshake() +
        Talk{{'<', ACK, 501, 101, binary}, {'>', ACK, 101, 501, "ask"}, {'<', ACK, 510, 101, "end"}};
    CHECK(follow(talk, as(View::raw, Side::server)).out == binary + "end");
    CHECK(follow(talk, as(View::raw, Side::client)).out == "ask");
    FollowOptions filled = as(View::raw, Side::server);
    filled.fill = true;
    CHECK(follow(talk, filled).out == binary + std::string(4, '\0') + "end");
    filled.strict = true;
    CHECK(follow(talk, filled).status == tools::kIncomplete);
    filled.side = Side::client;
    CHECK(follow(talk, filled).status == 0);
}

TEST_CASE("raw: a hole of megabytes, filled") {
    FollowOptions filled = as(View::raw, Side::client);
    filled.fill = true;
    const std::size_t hole = (5u << 20) + 3;
    const std::string out =
        follow(handshake() + Talk{{'>', ACK, 101, 501, "a"},
                                  {'>', ACK, static_cast<std::uint32_t>(102 + hole), 501, "b"}},
               filled)
            .out;
    CHECK(out.size() == hole + 2);
    CHECK(out.find_first_not_of('\0', 1) == out.size() - 1);
}

// ---- all, into files ----

TEST_CASE("all: a file for each direction that has octets, and an index") {
    const test::TemporaryFile place("");
    const std::string folder = place.folder() + "/out";
    const Talk talk =
        kTalk + Talk{{'>', SYN, 1, 0, "", {}, false, 1}, {'<', ACK, 9, 1, "second", {}, false, 2}};
    FollowOptions options;
    options.all = true;
    options.directory = folder;
    CHECK(follow(talk, options).status == 0);
    CHECK(tests::content_of(folder + "/stream-0-client.bin") == "ask\n");
    CHECK(tests::content_of(folder + "/stream-0-server.bin") == "answer");
    std::size_t files = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder)) ++files;
    CHECK(files == 4);  // the two, one of stream 2, the index
    const std::string index = tests::content_of(folder + "/index.json");
    CHECK(index.starts_with(R"({"schema":1,"stream":0,)"));
    CHECK(std::ranges::count(index, '\n') == 3);
    // Once more, into the same folder: nothing is added to what is there.
    CHECK(follow(talk, options).status == 0);
    CHECK(tests::content_of(folder + "/stream-0-server.bin") == "answer");
    CHECK(tests::content_of(folder + "/index.json").size() == index.size());
}

TEST_CASE("all: a file keeps to one direction, though who is the client shows only later") {
    // The server's octets come first and make it the client, until the SYN is captured: too late for what has
    // been written by then.
    Talk talk;
    std::uint32_t said = 0;
    for (; said < 360'000; said += 60'000)
        talk.push_back({'<', ACK, 501 + said, 101, std::string(60'000, 's')});
    talk.push_back({'>', SYN, 100});
    talk.push_back({'>', ACK, 101, 501 + said, "client"});
    talk.push_back({'<', ACK, 501 + said, 107, "server"});
    const test::TemporaryFile place("");
    FollowOptions options;
    options.all = true;
    options.directory = place.folder() + "/out";
    CHECK(follow(talk, options).status == 0);
    std::vector<std::string> contents;
    for (const char* side : {"client", "server"})
        contents.push_back(tests::content_of(options.directory + "/stream-0-" + side + ".bin"));
    std::ranges::sort(contents);
    CHECK(contents[0] == "client");
    CHECK(contents[1] == std::string(said, 's') + "server");
}

TEST_CASE("a stream's file: octets in order, whether they waited or were written at once") {
    const test::TemporaryFile place("");
    const tools::Folder folder(place.folder());
    tools::StreamFile::Waiting waiting;
    tools::StreamFile file, other;
    std::string want;
    for (int i = 0; i < 300; ++i) {
        const std::string piece(static_cast<std::size_t>(i) * 37 % 5000, static_cast<char>('a' + i % 26));
        const ip::Bytes octets(reinterpret_cast<const std::uint8_t*>(piece.data()), piece.size());
        waiting.octets += i == 100 ? tools::StreamFile::Waiting::kLimit : 0;  // others fill what may wait
        waiting.octets -= i == 200 ? tools::StreamFile::Waiting::kLimit : 0;
        const std::size_t others = i >= 100 && i < 200 ? tools::StreamFile::Waiting::kLimit : 0;
        file.append(folder, "one", octets, waiting);
        want += piece;
        CHECK(waiting.octets - others <= 256 << 10);
        if (others) CHECK(tests::content_of(place.folder() + "/one") == want);  // nothing waits
    }
    file.close(folder, "one", waiting);
    other.close(folder, "two", waiting);
    CHECK(tests::content_of(place.folder() + "/one") == want);
    CHECK(waiting.octets == 0);
    CHECK_FALSE(std::filesystem::exists(place.folder() + "/two"));
}

TEST_CASE("a folder that cannot be made, a file that cannot be written, a link that leads elsewhere") {
    const test::TemporaryFile place("file", ip::Bytes());
    CHECK_THROWS_AS(tools::Folder(place.path()), std::system_error);
    CHECK_THROWS_AS(tools::Folder(place.folder() + "/a/b"), std::system_error);
    const tools::Folder folder(place.folder());
    CHECK_THROWS_AS(folder.write("no/where", {}, false), std::system_error);
    std::filesystem::create_symlink(place.path(), place.folder() + "/link");
    CHECK_THROWS_AS(folder.write("link", {}, false), std::system_error);
}

TEST_CASE("which connections there are, where the one asked for is not") {
    CHECK(tools::no_such_stream("f", 7, 0) == "f: there is no TCP connection 7: it has no TCP connections");
    CHECK(tools::no_such_stream("f", 7, 1) == "f: there is no TCP connection 7: it has one, numbered 0");
    CHECK(tools::no_such_stream("f", 7, 3) == "f: there is no TCP connection 7: it has 3, numbered 0 to 2");
}

}  // namespace
