// glass: the command line.
#include <cstdio>
#include <exception>
#include <fmt/format.h>

#include "tools/cli.h"

int main(int argc, char** argv) {
    try {
        return glass::tools::run(argc, argv);
    } catch (const std::exception& error) {  // the operating system said no: a full disk, no memory
        fmt::print(stderr, "glass: {}\n", error.what());
        return 2;
    }
}
