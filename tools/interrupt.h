// Interrupt: Ctrl-C asks the loop to stop, so that what was found is still printed; a second one ends the
// program.
#pragma once

namespace glass::tools {

/// From now on the first SIGINT or SIGTERM only sets interrupted().
void catch_interrupts();
[[nodiscard]] bool interrupted();

}  // namespace glass::tools
