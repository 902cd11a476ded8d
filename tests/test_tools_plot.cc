// Plots: round ticks, what each kind shows, and pictures that stay small however long a connection is.
#include <algorithm>
#include <cmath>
#include <doctest/doctest.h>
#include <filesystem>
#include <limits>

#include "tests/trace_builder.h"
#include "tests/well_formed.h"
#include "tools/dot_canvas.h"
#include "tools/plot.h"
#include "tools/plot_svg.h"
#include "tools/plot_text.h"
#include "tools/sequence_line.h"

namespace {

using namespace glass;
using namespace glass::tools;
using tcp::ACK, tcp::FIN, tcp::PSH, tcp::SYN;
using tests::TraceBuilder;

constexpr PlotKind kKinds[] = {PlotKind::seq, PlotKind::rtt, PlotKind::flight, PlotKind::window,
                               PlotKind::throughput};

// ---- axes -------------------------------------------------------------------------------------------------

TEST_CASE("round numbers: 1, 2, 5 and their powers of ten") {
    struct Row {
        double value, down, up;
    };
    for (const Row& row : {Row{1, 1, 1},
                           {1.5, 1, 2},
                           {2, 2, 2},
                           {4.9, 2, 5},
                           {5, 5, 5},
                           {7, 5, 10},
                           {10, 10, 10},
                           {99, 50, 100},
                           {0.03, 0.02, 0.05},
                           {1e-9, 1e-9, 1e-9},
                           {3e12, 2e12, 5e12}}) {
        CHECK(round_down_125(row.value) == doctest::Approx(row.down));
        CHECK(round_up_125(row.value) == doctest::Approx(row.up));
    }
}

std::string ticks_of(const Axis& axis) {
    std::string text;
    for (const double tick : axis.ticks()) text += axis.text(tick) + " ";
    return text + std::string(axis.unit());
}

TEST_CASE("ticks and units") {
    CHECK(ticks_of(Axis(Quantity::seconds, 0, 0.315, 6)) == "0 100 200 300 ms");
    CHECK(ticks_of(Axis(Quantity::seconds, 0, 0.0011, 6)) == "0 200 400 600 800 1000 µs");
    CHECK(ticks_of(Axis(Quantity::seconds, 0, 3, 6)) == "0.0 0.5 1.0 1.5 2.0 2.5 3.0 s");
    CHECK(ticks_of(Axis(Quantity::seconds, 0, 900, 4)) == "0 5 10 15 min");
    CHECK(ticks_of(Axis(Quantity::octets, 0, 164'000, 4)) == "0 50 100 150 kB");
    CHECK(ticks_of(Axis(Quantity::octets, 0, 600, 4)) == "0 200 400 600 B");
    CHECK(ticks_of(Axis(Quantity::bits_per_second, 0, 9.1e6, 5)) == "0 2 4 6 8 Mbit/s");
    Axis wide(Quantity::octets, 0, 164'000, 4);
    wide.widen();
    CHECK(ticks_of(wide) == "0 50 100 150 200 kB");
}

TEST_CASE("whatever range an axis is given, it has few ticks, inside it, in order") {
    const double inf = std::numeric_limits<double>::infinity(),
                 nan = std::numeric_limits<double>::quiet_NaN();
    std::mt19937_64 random(3);
    for (int round = 0; round < 3000; ++round) {
        double low = std::ldexp(static_cast<double>(random()) - 9e18, static_cast<int>(random() % 80) - 100);
        double high = random() % 8 ? low + std::ldexp(static_cast<double>(random()),
                                                      static_cast<int>(random() % 80) - 100)
                                   : low;
        if (round % 100 == 1) low = random() % 2 ? inf : nan;
        if (round % 100 == 2) high = random() % 2 ? -inf : nan;
        const Axis axis(static_cast<Quantity>(random() % 3), low, high, 1 + random() % 10);
        CHECK(std::isfinite(axis.low()));
        CHECK(axis.low() < axis.high());
        CHECK(axis.ticks().size() <= 25);
        CHECK(std::ranges::is_sorted(axis.ticks()));
        for (const double tick : axis.ticks()) {
            CHECK(axis.place(tick) >= -1e-3);
            CHECK(axis.place(tick) <= 1 + 1e-3);
            CHECK(axis.text(tick).size() < 40);
        }
    }
}

TEST_CASE("RFC 9293 section 3.4: sequence numbers go on growing where they wrap") {
    SequenceLine line;
    CHECK(line.advance(0, 1) == 0);
    CHECK(line.advance(0xffffff00, 100) == -256);  // nearer than the other way round
    CHECK(line.highest() == 1);
    for (std::int64_t at = 1; at < 10'000'000'000; at += 1'000'000'000)
        CHECK(line.advance(static_cast<std::uint32_t>(at), 1'000'000'000) == at);
    CHECK(line.highest() == 10'000'000'001);
    CHECK(line.near(static_cast<std::uint32_t>(9'999'999'999)) == 9'999'999'999);
}

// ---- what is plotted --------------------------------------------------------------------------------------

const Series& series(const Plot& plot, std::string_view name) {
    const auto it = std::ranges::find(plot.series, name, &Series::name);
    REQUIRE_MESSAGE(it != plot.series.end(), name);
    return *it;
}

/// Five segments, the second of which gets lost behind the recorder, who sits beside the client that sends.
StreamTrace upload() {
    TraceBuilder b;
    b.handshake();
    for (std::uint32_t i = 0; i < 5; ++i) b.client(30 + i, ACK, 1 + 1000 * i, 1, 1000);
    b.server(50, ACK, 1, 1001, 0, 5000);
    for (std::uint32_t i = 2; i < 5; ++i)
        b.send(50 + i, 1, ACK, 1, 1001, 0, 5000, {{tcp::Seq(2001), tcp::Seq(3001 + 1000 * (i - 2))}});
    b.client(55, ACK, 1001, 1, 1000).server(75, ACK, 1, 5001, 0, 0);
    return b.trace();
}

TEST_CASE("seq: segments, repeats, ACKs, SACK blocks") {
    const auto plot = make_plot(upload(), PlotKind::seq, 0);
    REQUIRE(plot);
    CHECK(plot->title == "Stream 0: sequence numbers, data of the client 10.0.0.1:49152");
    CHECK(plot->subtitle == "7 segments, 1 of them sent again");
    const auto& data = series(*plot, "segment").points;
    REQUIRE(data.size() == 6);  // with the SYN
    CHECK(data[1].x == doctest::Approx(0.030));
    CHECK(data[1].y == 1);
    CHECK(data[1].y2 == 1001);
    CHECK(series(*plot, "retransmission").points[0].y == 1001);
    CHECK(series(*plot, "acknowledged").points.back().y == 5001);
    CHECK(series(*plot, "SACK block").points.back().y2 == 5001);
    CHECK(series(*plot, "window ends here").points[1].y == 6001);
}

TEST_CASE("rtt: RFC 6298 section 2.3, one eighth of each new sample") {
    TraceBuilder b;
    b.handshake()
        .client(30, ACK, 1, 1, 10)
        .server(70, ACK, 1, 11)
        .client(80, ACK, 11, 1, 10)
        .server(100, ACK, 1, 21);
    const auto plot = make_plot(b.trace(), PlotKind::rtt, 0);
    REQUIRE(plot);
    const auto &samples = series(*plot, "sample").points, &smoothed = series(*plot, "SRTT").points;
    REQUIRE(samples.size() == 3);  // with the SYN
    CHECK(samples[1].y == doctest::Approx(0.040));
    CHECK(smoothed[1].y == doctest::Approx(0.0225));
    CHECK(smoothed[2].y == doctest::Approx(0.0225 * 7 / 8 + 0.020 / 8));
}

TEST_CASE("flight: sent and not acknowledged") {
    const auto plot = make_plot(upload(), PlotKind::flight, 0);
    REQUIRE(plot);
    double most = 0;
    for (const auto& point : series(*plot, "in flight").points) most = std::max(most, point.y);
    CHECK(most == 5000);
    CHECK(series(*plot, "in flight").points.back().y == 0);
    CHECK(series(*plot, "retransmission").points[0].y == 4000);
}

TEST_CASE("window: of the receiver, zero marked") {
    const auto plot = make_plot(upload(), PlotKind::window, 0);
    REQUIRE(plot);
    CHECK(series(*plot, "receive window").points.size() == 6);
    CHECK(series(*plot, "zero window").points[0].x == doctest::Approx(0.075));
    CHECK(plot->subtitle == "announced by the server");
    StreamTrace unscaled = upload();
    for (auto& segment : unscaled.segments) segment.window.reset();
    CHECK(make_plot(unscaled, PlotKind::window, 0)->subtitle.find("scale is not known") != std::string::npos);
}

TEST_CASE("throughput: nothing is counted twice, and nothing left out") {
    const auto plot = make_plot(upload(), PlotKind::throughput, 0);
    REQUIRE(plot);
    const auto sum = [&](const char* name) {
        const auto& points = series(*plot, name).points;
        double bits = 0;
        for (std::size_t i = 1; i < points.size(); ++i)
            bits += points[i - 1].y * (points[i].x - points[i - 1].x);
        return bits;
    };
    CHECK(sum("all data") == doctest::Approx(48'000));
    CHECK(sum("without retransmissions") == doctest::Approx(40'000));
}

TEST_CASE("where there is nothing to plot, a sentence says why") {
    const StreamTrace empty = TraceBuilder().handshake().trace();
    for (const PlotKind kind : {PlotKind::flight, PlotKind::throughput})
        CHECK(make_plot(empty, kind, 0).error() == "the client sent no data that are in the file");
    const StreamTrace one_sided =
        TraceBuilder().client(0, ACK, 1, 1, 100).client(1, ACK, 101, 1, 100).trace();
    CHECK(make_plot(one_sided, PlotKind::window, 0).error() == "the server sent nothing that is in the file");
    CHECK(make_plot(one_sided, PlotKind::rtt, 0).error().find("no ACK") != std::string::npos);
    const StreamTrace moment = TraceBuilder().client(0, ACK, 1, 1, 100).client(0, ACK, 101, 1, 100).trace();
    CHECK(make_plot(moment, PlotKind::throughput, 0).error().find("one moment") != std::string::npos);
    CHECK(busier_side(upload()) == 0);
    CHECK(busier_side(empty) == 1);
    CHECK_FALSE(plot_kind("cwnd"));
    CHECK(plot_kind("flight") == PlotKind::flight);
}

// ---- pictures ---------------------------------------------------------------------------------------------

std::string text_of(const Plot& plot, std::size_t columns) {
    std::string text;
    append_plot(plot, Style(false, columns), text);
    return text;
}

TEST_CASE("dots of a canvas lie where Unicode puts them") {
    DotCanvas canvas(2, 1);
    CHECK(canvas.width() == 4);
    canvas.dot(0, 0, 1);
    canvas.dot(1, 3, 2);
    canvas.dot(3, 2, 1);
    canvas.dot(4, 0, 1);
    canvas.dot(-1, 0, 1);
    std::string text;
    append_cell(canvas.cell(0, 0), text);
    append_cell(canvas.cell(1, 0), text);
    CHECK(text == "⢁⠠");
    CHECK(canvas.cell(0, 0).ink == 2);
    canvas.letter(0, 0, 'R', 1);  // below what is there already
    CHECK(canvas.cell(0, 0).letter == 0);
    canvas.letter(0, 0, 'R', 3);
    CHECK(canvas.cell(0, 0).letter == 'R');
}

TEST_CASE("a plot on 60 columns") {
    TraceBuilder b;
    b.handshake()
        .client(30, ACK, 1, 1, 1000)
        .server(50, ACK, 1, 1001)
        .client(60, ACK, 1001, 1, 1000)
        .server(80, ACK, 1, 2001);
    const std::string text = text_of(*make_plot(b.trace(), PlotKind::flight, 0), 60);
    CHECK(text.starts_with("Stream 0: octets in flight, data of the client\n10.0.0.1:49152\n"));
    CHECK(text.find("\n1000 ┤                   ⢸⠉⠉⠉") != std::string::npos);
    CHECK(text.find("\n      0           20           40           60           ms\n") != std::string::npos);
    CHECK(text.ends_with("  ⠒⠒ in flight\n"));
}

void check_pictures(const StreamTrace& trace, std::size_t columns) {
    for (const PlotKind kind : kKinds) {
        for (const unsigned side : {0u, 1u}) {
            const auto plot = make_plot(trace, kind, side);
            if (!plot) {
                CHECK(!plot.error().empty());
                continue;
            }
            const std::string text = text_of(*plot, columns);
            for (std::size_t at = 0; at < text.size();) {
                const std::size_t end = text.find('\n', at);
                REQUIRE(end != std::string::npos);
                const std::string_view line = std::string_view(text).substr(at, end - at);
                CHECK_MESSAGE(display_columns(line) <= columns, line);
                at = end + 1;
            }
            const std::string svg = draw_plot(*plot);
            CHECK(tests::why_not_well_formed(svg) == "");
            CHECK(svg.size() < 600'000);
        }
    }
}

TEST_CASE("whatever a file holds, pictures fit and are well-formed") {
    std::mt19937_64 random(5);
    for (int round = 0; round < 40; ++round)
        check_pictures(tests::random_trace(random, 1 + random() % 300), 60 + random() % 80);
}

TEST_CASE("long connections make small drawings") {
    std::mt19937_64 random(6);
    check_pictures(tests::random_trace(random, 60'000), 100);
    TraceBuilder b;
    b.handshake();
    for (std::uint32_t i = 0; i < 60'000; ++i)
        b.client(30 + i * 0.37, ACK, 1 + 1448 * i, 1, 1448).server(30.2 + i * 0.37, ACK, 1, 1449 + 1448 * i);
    check_pictures(b.trace(), 80);
    CHECK(draw_plot(*make_plot(b.trace(), PlotKind::seq, 0)).size() < 200'000);
}

TEST_CASE("every connection in captures/") {
    std::error_code none;
    for (const auto& entry : std::filesystem::directory_iterator("captures", none)) {
        if (entry.path().filename().string().find(".pcap") == std::string::npos) continue;
        CaptureOptions options;
        options.file = entry.path().string();
        options.show_progress = false;
        const LoadedTrace loaded = load_trace(options, 0);
        if (!loaded.trace.segments.empty()) check_pictures(loaded.trace, 80);
    }
}

}  // namespace
