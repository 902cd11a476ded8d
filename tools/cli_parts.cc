#include "tools/cli_parts.h"

namespace glass::tools {

std::string why_not_positive(std::string& given) {
    const bool digits = !given.empty() && given.find_first_not_of("0123456789") == std::string::npos;
    const bool zero = given.find_first_not_of('0') == std::string::npos;
    return digits && !zero ? std::string() : "takes a whole number from 1 on, not '" + given + "'";
}
std::string why_empty(std::string& given) {
    return given.empty() ? "must not be empty" : std::string();
}

void add_capture(CLI::App& command, CaptureOptions& capture, bool live) {
    CLI::Option* file = command.add_option("FILE", capture.file, "capture file; - is standard input");
    if (live) {
        CLI::Option* interface =
            command.add_option("-i,--interface", capture.interface, "capture live from this interface")
                ->type_name("IFACE");
        file->excludes(interface);
    } else {
        file->required();
    }
    command.add_option("-f,--filter", capture.filter, "only frames that match this BPF expression")
        ->type_name("BPF");
    command.add_option("-n,--count", capture.count, "stop after so many frames")
        ->type_name("COUNT")
        ->check(CLI::Validator(why_not_positive, ""));
    command.add_flag("--verify,!--no-verify", capture.verify_checksums, "verify checksums (default)");
    command.add_flag("--progress,!--no-progress", capture.show_progress,
                     "show how far a long file is read (default)");
    command.add_option("--max-streams", capture.tcp.limits.open, "connections remembered at the most")
        ->type_name("N")
        ->check(CLI::Range(std::size_t{1}, std::size_t{100'000'000}))
        ->capture_default_str();
}

void add_view(CLI::App& command, ViewOptions& view, bool lines) {
    add_words<ColorChoice>(
        command, "--color", view.color,
        {{"auto", ColorChoice::automatic}, {"always", ColorChoice::always}, {"never", ColorChoice::never}},
        "auto, always or never");
    command.add_flag("--pager,!--no-pager", view.pager, "page long text on a terminal (default)");
    if (!lines) return;
    add_words<TimeStyle>(
        command, "--time", view.line.time,
        {{"rel", TimeStyle::relative}, {"abs", TimeStyle::absolute}, {"delta", TimeStyle::delta}},
        "rel, abs or delta");
    command.add_flag("--abs-seq", view.line.absolute_seq, "sequence numbers as they stand in the header");
}

bool lacks_input(const CaptureOptions& capture) {
    if (!capture.file.empty() || !capture.interface.empty()) return false;
    complain("which capture? Name a FILE (- is standard input) or an interface with -i");
    return true;
}

}  // namespace glass::tools
