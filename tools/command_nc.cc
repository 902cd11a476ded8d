#include "tools/command_nc.h"

#include <optional>
#include <unistd.h>

#include "tools/byte_pipe.h"
#include "tools/capture_loop.h"
#include "tools/live_stack.h"
#include "tools/socket_transport.h"

namespace glass::tools {
namespace {

/// The first connection, and no other.
class First final : public Acceptor {
public:
    void accepted(std::unique_ptr<Stream> connection, ip::Time) override {
        if (stream) return connection->abort();
        stream = std::move(connection);
    }
    std::unique_ptr<Stream> stream;
};

using Opened = std::expected<std::unique_ptr<Stream>, std::string>;

/// Null: interrupted before somebody came.
Opened wait_for_peer(LiveLoop& loop, Transport& transport, const std::vector<tcp::Endpoint>& at) {
    First first;
    for (const tcp::Endpoint& one : at)
        if (auto listens = transport.listen(one, first); !listens) return std::unexpected(listens.error());
    while (!first.stream && loop.interrupts() == 0) loop.turn();
    transport.stop_listening();
    return std::move(first.stream);
}

/// What was said last is still on its way when both directions are closed.
void finish(LiveLoop& loop, Transport& transport) {
    while (transport.lingering() > 0 && loop.interrupts() == 0) loop.turn();
    transport.abandon();
    loop.turn(loop.now());
}

int pipe_through(LiveLoop& loop, Transport& transport, const NcCommand& command) {
    auto stream = command.listens ? wait_for_peer(loop, transport, command.endpoints)
                                  : transport.connect(command.endpoints.front());
    if (!stream) {
        complain(stream.error());
        return command.listens ? kCannotRead : kDamaged;
    }
    if (!*stream) return kDamaged;
    std::optional<BytePipe> pipe(std::in_place, loop, std::move(*stream), STDIN_FILENO, STDOUT_FILENO);
    while (!pipe->over() && loop.interrupts() == 0) loop.turn();
    if (!pipe->over()) {
        pipe.reset();
        finish(loop, transport);
        return kDamaged;
    }
    const tcp::Ending ending = pipe->ending();
    const tcp::Endpoint remote = pipe->remote();
    pipe.reset();
    finish(loop, transport);
    if (ending == tcp::Ending::closed || ending == tcp::Ending::none) return kAllRead;
    complain(failure_text(ending, remote));
    return kDamaged;
}

}  // namespace

int run_nc(const NcCommand& command) {
    LiveLoop loop;
    if (command.sockets) {
        SocketTransport transport(loop);
        return pipe_through(loop, transport, command);
    }
    const auto stack = LiveStack::open(loop, command.live);
    if (!stack) {
        complain(stack.error());
        return kCannotRead;
    }
    const int status = pipe_through(loop, (*stack)->transport(), command);
    if (!(*stack)->close_records()) return kCannotRead;
    return status;
}

}  // namespace glass::tools
