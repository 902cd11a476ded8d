#include "tools/svg_file.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fmt/format.h>

#include "tools/capture_loop.h"
#include "tools/output.h"
#include "tools/output_file.h"

namespace glass::tools {

bool can_save_svg(const std::string& input, const std::string& output) {
    if (output == "-") return true;
    const auto why = why_not_write(input, output);
    if (why) complain(*why);
    return !why;
}

bool save_svg(const std::string& output, std::string_view svg) {
    if (output == "-") {
        Output standard;
        standard.append(svg);
        standard.flush();
        return true;
    }
    std::FILE* file = std::fopen(output.c_str(), "wb");
    bool written = file && std::fwrite(svg.data(), 1, svg.size(), file) == svg.size();
    int why = errno;
    if (file && std::fclose(file) != 0 && written) {
        written = false;
        why = errno;
    }
    if (!written) complain(fmt::format("{}: {}", output, std::strerror(why)));
    return written;
}

}  // namespace glass::tools
