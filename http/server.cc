#include "http/server.h"

#include <chrono>

#include "http/date.h"
#include "http/server_work.h"

namespace glass::http {

namespace {

constexpr std::size_t kMostFree = 64;  // works that are kept for the next connections

}  // namespace

Server::Server(Handler& handler, ServerOptions options) : handler_(handler), options_(std::move(options)) {}
Server::~Server() = default;

std::string_view Server::date_fields(ip::Time now) {
    const auto second = std::chrono::floor<std::chrono::seconds>(now.time_since_epoch()).count();
    if (second != date_second_ || date_fields_.empty()) {
        date_second_ = second;
        date_fields_ = "Date: " + format_date(second) + "\r\n";
        if (!options_.name.empty()) date_fields_ += "Server: " + options_.name + "\r\n";
    }
    return date_fields_;
}

std::unique_ptr<ServerWork> Server::lend() {
    if (free_.empty()) return std::make_unique<ServerWork>(options_.limits);
    auto work = std::move(free_.back());
    free_.pop_back();
    return work;
}

void Server::take_back(std::unique_ptr<ServerWork> work) {
    if (free_.size() == kMostFree || work->footprint() > 4 * options_.piece) return;
    work->clear();
    free_.push_back(std::move(work));
}

void Server::trim() {
    free_.clear();
    free_.shrink_to_fit();
}

}  // namespace glass::http
