// glass why: explanations of our captures' packets, compared with the files of golden/why, each of which was
// checked by hand against the frames that it cites; and what it says when there is nothing to say.
//
// captures/record makes other frames of the same kind: whoever records these files anew looks at the
// explanations again, and writes them with GLASS_WRITE_GOLDEN=1 in the environment.
#include <cstdlib>
#include <doctest/doctest.h>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <sstream>

#include "tools/command_why.h"
#include "tools/why_story.h"

namespace {

using namespace glass;
using namespace std::chrono_literals;
using tools::Story;

struct Golden {
    const char* capture;
    std::uint64_t frame;
    const char* what;
};

const Golden kGolden[] = {
    // Sent again: RFC 5681, RFC 6298, RFC 6675, RFC 8985
    {"loss-plain.pcap", 22, "fast retransmission"},
    {"loss-plain.pcap", 231, "timeout of a FIN"},
    {"loss-sender.pcap", 75, "fast retransmission with SACK"},
    {"loss-sender.pcap", 84, "recovery goes on"},
    {"bottleneck.pcap", 44, "RACK: one later segment was reported"},
    {"timeout.pcap", 13, "tail loss probe"},
    {"timeout.pcap", 14, "timeout"},
    {"zero-window.pcap", 98, "spurious: the ACK was on its way"},
    {"ack-lost.pcap", 14, "spurious: the ACK was lost"},
    {"path-mtu.pcap", 11, "smaller pieces"},
    {"syn-lost.pcap", 2, "SYN again"},
    {"no-answer.pcap", 3, "SYN without any answer"},
    {"duplicated.pcap", 24, "duplicated by the network"},
    {"any-sll.pcap", 10, "captured on both sides of a router"},
    // Late, or missing
    {"reordered.pcap", 24, "overtaken"},
    {"reordered.pcap", 23, "duplicate ACK because of it"},
    {"loss-receiver.pcap", 42, "a hole"},
    {"loss-receiver.pcap", 77, "the hole is filled"},
    // Windows and keep-alives: RFC 9293 section 3.8
    {"zero-window.pcap", 96, "window full"},
    {"zero-window.pcap", 97, "zero window, and when it opens"},
    {"zero-window.pcap", 100, "window probe"},
    {"zero-window.pcap", 106, "window update"},
    {"keep-alive.pcap", 10, "keep-alive, answered"},
    {"peer-lost.pcap", 9, "keep-alive without an answer"},
    // RST: RFC 9293 section 3.5.2
    {"refused.pcap", 2, "nobody listens"},
    {"abort.pcap", 57, "abort"},
    {"abort.pcap", 61, "one more for what was on its way"},
    {"gone.pcap", 7, "text for a reader that has closed"},
    {"peer-lost.pcap", 11, "given up"},
    // Opening and closing
    {"http-get.pcap", 2, "SYN,ACK: where the capture was taken"},
    {"http-get.pcap", 3, "the handshake ends"},
    {"simultaneous.pcap", 3, "simultaneous open"},
    {"fast-open.pcap", 11, "text in a SYN"},
    {"port-reused.pcap", 15, "ports used again"},
    {"half-close.pcap", 5, "half-closed"},
    // Ordinary ones
    {"http-get.pcap", 4, "a request"},
    {"http-get.pcap", 5, "an ACK"},
    {"one-sided.pcap", 3, "one direction only"},
    {"mptcp.pcap", 9, "an ACK for an option"},
    // ECN: RFC 3168
    {"ecn.pcap", 28, "CE"},
    {"ecn.pcap", 29, "ECE"},
    {"ecn.pcap", 60, "CWR"},
    // Other than TCP
    {"fragments.pcap", 3, "a fragment and its datagram"},
    {"fragment-lost.pcap", 4, "time exceeded"},
    {"unreachable.pcap", 2, "port unreachable"},
    {"dns.pcap", 14, "a DNS answer"},
    {"ping.pcap", 1, "ARP"},
    {"ping.pcap", 4, "echo reply"},
    {"ping6.pcap", 3, "duplicate address detection"},
    {"offload.pcap", 4, "a checksum left to the network card"},
};

std::filesystem::path path_of(const Golden& row) {
    const std::string stem = std::filesystem::path(row.capture).stem();
    return fmt::format("tests/golden/why/{}-{}.txt", stem, row.frame);
}

tools::CaptureOptions capture(const std::string& name) {
    tools::CaptureOptions options;
    options.file = "captures/" + name;
    return options;
}

std::string explanation(const Golden& row) {
    const auto story = tools::tell_why(capture(row.capture), row.frame);
    REQUIRE(story);
    std::string text;
    story->print(tools::Style(), text);
    return text;
}

TEST_CASE("explanations of our captures") {
    for (const Golden& row : kGolden) {
        CAPTURE(row.capture);
        CAPTURE(row.frame);
        CAPTURE(row.what);
        const std::string text = explanation(row);
        if (std::getenv("GLASS_WRITE_GOLDEN")) std::ofstream(path_of(row)) << text;
        std::ifstream file(path_of(row));
        REQUIRE(file);
        std::stringstream golden;
        golden << file.rdbuf();
        CHECK(text == golden.str());
    }
}

TEST_CASE("every frame of every small capture has something to say, and its evidence is in the file") {
    for (const auto& entry : std::filesystem::directory_iterator("captures")) {
        if (!entry.is_regular_file() || !entry.path().string().contains(".pcap") || entry.file_size() > 8'000)
            continue;
        CAPTURE(entry.path().string());
        const std::string name = entry.path().filename();
        std::uint64_t frames = 0;
        (void)tools::for_each_packet(
            capture(name), [&](const tools::Packet&, const tools::Decoder&) { return ++frames != 0; });
        for (std::uint64_t frame = 1; frame <= frames; ++frame) {
            CAPTURE(frame);
            const auto story = tools::tell_why(capture(name), frame);
            REQUIRE(story);
            CHECK_FALSE(story->empty());
            for (const Story::Evidence& e : story->evidence()) {
                CHECK(e.frame.number > 0);
                CHECK(e.frame.number <= frames);
            }
        }
    }
}

TEST_CASE("a frame that is not there, and a file that is not") {
    struct Row {
        const char* file;
        const char* frame;
    };
    for (const Row& row : {Row{"http-get.pcap", "13"}, Row{"http-get.pcap", "0"}, Row{"http-get.pcap", "x"},
                           Row{"http-get.pcap", "-1"}, Row{"http-get.pcap", ""}, Row{"http-get.pcap", "1x"},
                           Row{"http-get.pcap", "99999999999999999999999"}, Row{"nothing.pcap", "1"}}) {
        CAPTURE(row.frame);
        CHECK(tools::run_why({.capture = capture(row.file), .view = {}, .json = false, .frame = row.frame}) ==
              tools::kCannotRead);
    }
    tools::CaptureOptions input;
    input.file = "-";
    CHECK(tools::run_why({.capture = input, .view = {}, .json = false, .frame = "1"}) == tools::kCannotRead);
}

TEST_CASE("rows that follow each other are aligned, many frames are counted, and JSON has them all") {
    const auto at = [](std::uint64_t n) { return tcp::FrameRef{n, ip::Time(std::chrono::milliseconds(n))}; };
    Story story(12, ip::Time());
    story.say("Packet {} says so.", 12);
    story.row("first", at(1), "one");
    std::vector<tcp::FrameRef> many;
    for (std::uint64_t n = 2; n < 12; ++n) many.push_back(at(n));
    story.row("and again", many);
    story.so("enough \x1b[31m.");
    story.mark("keep_alive");
    CHECK(story.lines() == std::vector<std::string>{
                               "Packet 12 says so.",
                               "  first      #1  0.001000  one",
                               "  and again  #2 #3 #4 #5 #6 #7 #8 #9 … #11 (10 in all)",
                               "So: enough \\x1b[31m.",
                               "tshark calls this: tcp.analysis.keep_alive.",
                           });
    CHECK(story.evidence().size() == 11);
    tools::TextBuffer text;
    tools::JsonWriter json(text);
    Story brief(1, ip::Time());
    brief.row("SYN", at(3));
    brief.mark("retransmission");
    brief.write_json(json);
    CHECK(text.view() ==
          R"({"frame":1,"marks":["retransmission"],"text":["  SYN  #3  0.003000",)"
          R"("tshark calls this: tcp.analysis.retransmission."],"evidence":[{"frame":3,"role":"SYN"}]})");
}

}  // namespace
