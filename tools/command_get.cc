#include "tools/command_get.h"

#include <fmt/format.h>

#include "tools/capture_loop.h"
#include "tools/duration_text.h"
#include "tools/get_voice.h"
#include "tools/getter.h"
#include "tools/live_stack.h"
#include "tools/segment_text.h"
#include "tools/socket_transport.h"
#include "tools/tcp_story.h"

namespace glass::tools {
namespace {

/// The kernel tells little of its TCP, and only when it is asked.
int get_over_sockets(LiveLoop& loop, const GetCommand& command, GetVoice& voice) {
    SocketTransport transport(loop);
    Getter::Observer observer;
    observer.begins = [&voice](const Stream& stream) {
        voice.tell(fmt::format("the kernel asks {} for a connection", endpoint_text(stream.remote())));
    };
    observer.opened = [&voice](const ClientStream& connection) {
        voice.tell(fmt::format("{} agrees; the handshake took {}",
                               endpoint_text(connection.stream().remote()),
                               duration_text(connection.handshake().value_or(ip::Duration{}))));
    };
    observer.ends = [&voice](const ClientStream& connection) {
        if (const auto facts = connection.stream().facts())
            voice.tell(
                fmt::format("the kernel sent {} segments again; {} came before their turn; round trip "
                            "{}, RTO {}, cwnd {} (--tun tells more)",
                            facts->resent, facts->early.value_or(0), duration_text(facts->srtt),
                            duration_text(facts->rto), facts->cwnd));
    };
    return Getter(loop, transport, command, voice, observer).run();
}

int get_over_stack(LiveLoop& loop, const GetCommand& command, GetVoice& voice) {
    TcpStory story([&voice](const std::string& sentence, ip::Time at) { voice.tell(sentence, at); });
    LiveObservers observers;
    observers.complain = [&voice](const std::string& line) { voice.complain(line); };
    if (command.verbose) {
        observers.packets = &story;
        observers.link_from_us = &story.from_us();
        observers.link_to_us = &story.to_us();
    }
    const auto stack = LiveStack::open(loop, command.live, observers);
    if (!stack) {
        complain(stack.error());
        return kCannotRead;
    }
    Getter::Observer observer;
    if (command.verbose) {
        observer.begins = [&story, &stack](const Stream& stream) {
            if (const auto* connection = (*stack)->host().find(stream.connection()))
                story.follow(stream.connection(), *connection);
        };
        observer.ends = [&story, &voice](const ClientStream&) { voice.tell(story.sum()); };
    }
    const int status = Getter(loop, (*stack)->transport(), command, voice, observer).run();
    if (!(*stack)->close_records()) return kCannotRead;
    return status;
}

}  // namespace

int run_get(const GetCommand& command) {
    LiveLoop loop;
    GetVoice voice(loop, command.verbose, command.progress, command.color);
    return command.own_stack ? get_over_stack(loop, command, voice) : get_over_sockets(loop, command, voice);
}

}  // namespace glass::tools
