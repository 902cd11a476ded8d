#include "tools/live_assets.h"

/// An entry of the table in tools/web.S.
struct WebFile {
    const char *name, *type, *begin, *end;
};
extern "C" const WebFile glass_web[], glass_web_end[];

namespace glass::tools {

std::optional<LiveAsset> live_asset(std::string_view name) {
    for (const WebFile* file = glass_web; file != glass_web_end; ++file)
        if (name == file->name) return LiveAsset{file->type, {file->begin, file->end}};
    return std::nullopt;
}

}  // namespace glass::tools
