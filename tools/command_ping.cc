#include "tools/command_ping.h"

#include <unistd.h>

#include "tools/capture_loop.h"
#include "tools/live_output.h"
#include "tools/live_stack.h"
#include "tools/ping.h"
#include "tools/secrets.h"

namespace glass::tools {

int run_ping(const PingCommand& command) {
    LiveLoop loop;
    const auto stack = LiveStack::open(loop, command.live);
    if (!stack) {
        complain(stack.error());
        return kCannotRead;
    }
    LiveOutput output(STDOUT_FILENO);
    const auto say = [&output](const std::string& line) { output.write(line); };
    Ping ping((*stack)->host(),
              {.to = command.to,
               .count = command.count,
               .interval = command.interval,
               .size = command.size,
               .wait = command.wait,
               .identifier = static_cast<std::uint16_t>(random_number())},
              say);
    loop.add(ping);
    while (!ping.over() && !output.ended() && loop.interrupts() == 0) loop.turn();
    loop.remove(ping);
    if (!ping.refusal().empty()) {
        complain(ping.refusal());
        return kCannotRead;
    }
    say(ping.statistics());
    if (!(*stack)->close_records()) return kCannotRead;
    if (!output.failure().empty()) {
        complain("cannot write the output: " + output.failure());
        return kCannotRead;
    }
    return ping.received() > 0 ? kAllRead : kDamaged;
}

}  // namespace glass::tools
