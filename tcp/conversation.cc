#include "tcp/conversation.h"

namespace glass::tcp {

unsigned Conversation::client() const {
    if (sides[0].syn || sides[1].syn_ack) return 0;
    return sides[1].syn || sides[0].syn_ack ? 1 : 0;
}

Handshake Conversation::handshake() const {
    const ConversationSide& opener = sides[client()];
    const ConversationSide& other = sides[1 - client()];
    if (opener.syn && other.syn_ack && handshake_done) return Handshake::complete;
    // Simultaneous open (RFC 9293 figure 7): both send a SYN, and acknowledge the other's.
    if (opener.syn && other.syn && handshake_done) return Handshake::complete;
    return opener.syn || opener.syn_ack || other.syn || other.syn_ack ? Handshake::partial : Handshake::none;
}

SeenEnding Conversation::ending() const {
    if (sides[0].rst || sides[1].rst) return SeenEnding::reset;
    return sides[0].fin && sides[1].fin ? SeenEnding::fin : SeenEnding::open;
}

}  // namespace glass::tcp
