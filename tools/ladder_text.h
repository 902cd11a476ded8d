// Ladder in text: rows of a sequence diagram on a terminal, client left and server right.
#pragma once

#include <string>

#include "tools/ladder.h"
#include "tools/style.h"

namespace glass::tools {

class LadderText {
public:
    static constexpr std::size_t kMinColumns = 60;

    struct Options {
        bool true_time = false;  ///< every line stands for the same time
        ip::Duration line{};     ///< how long that is
    };

    /// The trace must outlive it, and has a segment at least.
    LadderText(const StreamTrace& trace, const Style& style, const Options& options);

    /// Who they are, above the two lines.
    void append_head(std::string& out) const;
    /// A row, and before it the time that went by. `idle`: a silence as long is told.
    void append_row(const LadderRow& row, ip::Duration idle, std::string& out);
    /// Where both ends are at last.
    void append_foot(const EndStates& states, std::string& out) const;

    /// A round number near a quarter of the round trip, or of the typical silence.
    [[nodiscard]] static ip::Duration line_for(const StreamTrace& trace);

private:
    /// Widths. Without room for remarks beside the diagram they stand in it.
    struct Columns {
        std::size_t total, frame, time, body, remarks;
    };

    ip::Duration since_start(ip::Time time) const;
    void append_ends(std::string_view client, std::string_view server, std::string& out) const;
    void append_silence(ip::Duration gap, std::string& out) const;
    void append_blank(std::string_view bar, std::string& out) const;
    void append_margin(std::string_view frame, std::string_view time, std::string& out) const;
    void append_arrow(const LadderRow& row, std::string& out) const;
    void append_remarks(const LadderRow& row, std::string& out) const;
    void append_remarks_below(const LadderRow& row, std::string& out) const;

    const StreamTrace& trace_;
    Style style_;
    Options options_;
    bool seconds_ = false;  ///< else milliseconds
    Columns columns_{};
    std::optional<ip::Time> last_;
    std::optional<ip::Duration> next_line_;  ///< with true time: when the next line begins
};

}  // namespace glass::tools
