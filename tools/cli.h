// The command line: which commands and options there are, and what they say about themselves.
#pragma once

namespace glass::tools {

/// Parses and runs; the result is the exit status.
int run(int argc, char** argv);

}  // namespace glass::tools
