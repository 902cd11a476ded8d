#include "tools/live_site.h"

#include "tools/secrets.h"

namespace glass::tools {

LiveSite::LiveSite(LiveLoop& loop, const LinkPlan& link, http::Handler* others)
    : loop_(loop),
      page_(watch_, {.session = random_key().low,
                     .epoch = loop.now(),
                     .link = link,
                     .change_link =
                         [this](const LinkPlan& plan, ip::Time now) {
                             if (server_) server_->stack()->link()->change(plan, now);
                         },
                     .others = others}) {
    loop_.add(*this);
}

LiveSite::~LiveSite() {
    loop_.remove(*this);
}

LiveObservers LiveSite::observers() {
    return {.packets = &watch_.tap(),
            .link_from_us = &watch_.tap().from_host(),
            .link_to_us = &watch_.tap().to_host(),
            .wants_link = true};
}

void LiveSite::begin(WebServer& server) {
    server_ = &server;
    page_.watch(server.stack()->host());
}

void LiveSite::end() {
    page_.close();
    server_->stir();
}

void LiveSite::run(ip::Time now) {
    if (server_ && page_.update(now)) server_->stir();
}

}  // namespace glass::tools
