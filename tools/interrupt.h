// Interrupt: Ctrl-C asks the loop to stop, so that what was found is still printed; one more ends the
// program.
#pragma once

namespace glass::tools {

/// From now on the first SIGINT or SIGTERM only sets interrupted().
void catch_interrupts();
[[nodiscard]] bool interrupted();

/// For loops that wait for file descriptors: two signals, SIGHUP too, are counted, and each makes the
/// descriptor readable; the third ends the program. The descriptor stays open as long as the program runs.
[[nodiscard]] int catch_interrupts_by_descriptor();
/// How many came.
[[nodiscard]] unsigned interrupts();

}  // namespace glass::tools
