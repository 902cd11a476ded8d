#include "http/exchange.h"

namespace glass::http {

void Exchange::reset(bool from_start) {
    requests_.reset();
    responses_.reset();
    from_start_ = from_start;
    early_responses_ = 0;
    connect_.reset();
}

std::optional<Exchange::Happening> Exchange::next() {
    if (auto event = requests_.next()) {
        if (event->type == Event::Type::head) note_request(*event->message);
        return Happening{Kind::request, *event};
    }
    if (auto event = responses_.next()) {
        if (event->type == Event::Type::head) note_response(*event->message);
        return Happening{Kind::response, *event};
    }
    return std::nullopt;
}

void Exchange::note_request(const Message& request) {
    // A capture may show a response before its request. As long as no message was lost, the n-th answers the
    // n-th.
    const bool counted = from_start_ && !requests_.lost_count() && !responses_.lost_count();
    if (counted && early_responses_ != 0) {
        --early_responses_;
        return;
    }
    const bool connect = request.head.method == "CONNECT";
    responses_.expect({.number = request.number, .head = request.head.method == "HEAD", .connect = connect});
    if (connect) connect_ = request.number;
}

void Exchange::note_response(const Message& response) {
    const bool final = !response.interim() || response.head.status == 101;
    if (!final) return;
    if (!response.request) ++early_responses_;
    if (response.head.status == 101) requests_.switch_protocol();
    if (connect_ && response.request == connect_) {
        if (response.framing == Framing::tunnel)
            requests_.switch_protocol();
        else
            requests_.resume();
        connect_.reset();
    }
}

Recognition Exchange::recognized() const {
    const Recognition a = requests_.recognized(), b = responses_.recognized();
    if (a == Recognition::yes || b == Recognition::yes) return Recognition::yes;
    const auto says_no = [](const MessageReader& r) {
        return r.recognized() == Recognition::no || r.offset() + r.kept() == 0;
    };
    const bool any = a == Recognition::no || b == Recognition::no;
    return any && says_no(requests_) && says_no(responses_) ? Recognition::no : Recognition::need_more;
}

}  // namespace glass::http
