// Drawings: escaping, numbers, nesting (SVG 1.1, XML 1.0), and where a ladder's rows are placed.
#include <cmath>
#include <doctest/doctest.h>
#include <limits>

#include "tests/trace_builder.h"
#include "tests/well_formed.h"
#include "tools/ladder_layout.h"
#include "tools/svg.h"

namespace {

using namespace glass;
using namespace glass::tools;
using namespace std::chrono_literals;

std::string escaped(std::string_view text) {
    std::string out;
    append_xml_escaped(out, text);
    return out;
}

std::string number(double value) {
    std::string out;
    append_svg_number(out, value);
    return out;
}

TEST_CASE("XML 1.0 section 2.2 and 2.4: what text may not hold is replaced") {
    CHECK(escaped("plain · ≈ text") == "plain · ≈ text");
    CHECK(escaped("<a href=\"x\">&'") == "&lt;a href=&quot;x&quot;&gt;&amp;&apos;");
    CHECK(escaped(std::string_view("a\0b\x1b[31mc", 9)) == "a\ufffdb\ufffd[31mc");
    CHECK(escaped("\xff\xc3") == "\ufffd\ufffd");
    CHECK(escaped("\xef\xbf\xbf") == "\ufffd");
    CHECK(escaped("a\tb\nc") == "a\tb\nc");
}

TEST_CASE("numbers in drawings are short, and never words") {
    CHECK(number(0) == "0");
    CHECK(number(12) == "12");
    CHECK(number(-0.001) == "0");
    CHECK(number(1.5) == "1.5");
    CHECK(number(2.0 / 3) == "0.67");
    CHECK(number(std::numeric_limits<double>::quiet_NaN()) == "0");
    CHECK(number(std::numeric_limits<double>::infinity()) == "0");
    CHECK(number(-1e300) == "-1000000");
}

TEST_CASE("whatever is drawn, the file is well-formed") {
    const std::string nasty = "]]><script>\"&\x01\xfe";
    Svg svg(100, 50, nasty);
    svg.begin_group(nasty, nasty);
    svg.line(0, 0, 1, 1, nasty);
    svg.text(1, 2, nasty, "a", Svg::Anchor::end);
    svg.text_turned(1, 2, -90, nasty, "a", Svg::Anchor::middle);
    svg.begin_text(1, 1);
    svg.span(nasty, nasty);
    svg.finish_text();
    svg.end_group();
    svg.begin_clipped(0, 0, 10, 10);
    SvgPath path;
    svg.path(path, "nothing");
    path.move_to(0, 0);
    path.line_to(1.25, 2);
    path.close();
    svg.path(path, "a");
    svg.end_group();
    const std::string text = svg.finish();
    CHECK(tests::why_not_well_formed(text) == "");
    CHECK(text.find("d=\"M0 0L1.25 2Z\"") != std::string::npos);
    CHECK(text.find("<script") == std::string::npos);
    CHECK(text.find("nothing") == std::string::npos);
}

TEST_CASE("the check of well-formedness sees what is not") {
    for (const char* bad : {"<a><b></a></b>", "<a>", "<a/><b/>", "<a x=\"1\" x=\"2\"/>", "<a>&nbsp;</a>",
                            "<a>\x01</a>", "<a x=\"<\"/>", "<a x=1/>", "x<a/>", "<a>\xff</a>"})
        CHECK_MESSAGE(tests::why_not_well_formed(bad) != "", bad);
    CHECK(tests::why_not_well_formed("<?xml version=\"1.0\"?>\n<a x=\"1\">&amp;<b/></a>\n") == "");
}

// ---- placing rows -----------------------------------------------------------------------------------------

LadderRow row_at(ip::Duration time, unsigned side) {
    LadderRow row;
    row.side = side;
    row.first_time = row.last_time = ip::Time(time);
    row.first_frame = row.last_frame = 1;
    return row;
}

constexpr PathDelays kAtClient{ip::Duration(0), 10ms};

TEST_CASE("a segment leaves before it is recorded, and arrives after") {
    const std::vector<LadderRow> rows = {row_at(0ms, 0), row_at(20ms, 1)};
    LadderLayoutOptions options{.true_time = true, .unit = 1ms, .unit_height = 2};
    const LadderLayout layout = lay_out(rows, {0, 0}, kAtClient, options);
    CHECK(layout.rows[0].first.y[0] == doctest::Approx(0));
    CHECK(layout.rows[0].first.y[1] == doctest::Approx(20));
    CHECK(layout.rows[1].first.y[1] == doctest::Approx(20));
    CHECK(layout.rows[1].first.y[0] == doctest::Approx(40));
    CHECK(layout.breaks.empty());
}

TEST_CASE("a long silence is broken, and says how long it was") {
    const std::vector<LadderRow> rows = {row_at(0ms, 0), row_at(5s, 0)};
    const LadderLayout layout =
        lay_out(rows, {0, 0}, kAtClient, {.true_time = true, .unit = 1ms, .unit_height = 2});
    REQUIRE(layout.breaks.size() == 1);
    CHECK(layout.breaks[0].left_out == 4990ms);
    CHECK(layout.height < 200);
}

TEST_CASE("texts do not lie upon each other, at whatever times") {
    std::mt19937_64 random(11);
    for (int round = 0; round < 200; ++round) {
        std::vector<LadderRow> rows;
        std::vector<std::size_t> lines;
        ip::Duration time{};
        for (int i = 0; i < 40; ++i) {
            time += ip::Duration(random() % 4 ? random() % 1000 : random() % 100'000'000);
            rows.push_back(row_at(time, random() % 2));
            if (random() % 8 == 0) {
                rows.back().kind = LadderRow::Kind::folded;
                rows.back().last_time = ip::Time(time += 3ms);
            }
            lines.push_back(random() % 4);
        }
        LadderLayoutOptions options{.true_time = round % 2 == 1, .unit = 5ms};
        const LadderLayout layout = lay_out(rows, lines, kAtClient, options);
        std::vector<double> sends[2], arrivals[2];
        double remarks_end = -1e9, height = 0;
        std::vector<std::pair<double, double>> remarks;
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const LadderLayout::Placed& at = layout.rows[i];
            const unsigned side = rows[i].side;
            if (at.label) sends[side].push_back(at.first.y[side]);
            CHECK(at.first.y[1 - side] >= at.first.y[side]);
            CHECK(at.last.y[side] >= at.first.y[side]);
            height = std::max({height, at.last.y[0], at.last.y[1]});
            if (lines[i] > 0 && at.remarks) {
                const double rows_high = static_cast<double>(lines[i]) * options.remark_height;
                remarks.push_back({at.remarks_y, at.remarks_y + rows_high});
            }
        }
        for (auto& side : sends) {
            std::ranges::sort(side);
            for (std::size_t i = 1; i < side.size(); ++i)
                CHECK(side[i] - side[i - 1] >= 0.79 * options.row_height);
        }
        std::ranges::sort(remarks);
        for (const auto& [from, to] : remarks) {
            CHECK(from >= remarks_end - 0.01);
            remarks_end = to;
        }
        CHECK(layout.height >= height);
        if (round % 2 == 0)
            for (const auto& at : layout.rows) CHECK((at.label && at.margin && at.remarks));
    }
}

}  // namespace
