#include "tools/describe_http.h"

#include "tools/http_watch.h"

namespace glass::tools {
namespace {

/// Which of the HTTP layers it is.
std::size_t index_of(const Layer& layer, const Packet& packet) {
    std::size_t index = 0;
    for (const Layer& other : packet.layers()) {
        if (&other == &layer) break;
        index += other.proto == ip::Proto::http;
    }
    return index;
}

}  // namespace

void describe_http(const Layer& layer, const Packet& packet, FieldList& out) {
    const std::size_t index = index_of(layer, packet);
    if (!packet.http || index >= packet.http->size()) return;
    const HttpMessage& message = (*packet.http)[index];
    if (message.is_request()) {
        out.boolean(in(kHttp, "request"), true);
        out.text(in(kHttp, "method"), message.method);
        out.text(in(kHttp, "uri"), message.uri);
        out.text(in(kHttp, "version"), message.version);
        out.text(in(kHttp, "host"), message.host);
    } else {
        out.boolean(in(kHttp, "response"), true);
        out.text(in(kHttp, "version"), message.version);
        out.number(in(kHttp, "status"), message.status);
        out.text(in(kHttp, "reason"), message.reason);
    }
}

}  // namespace glass::tools
