#include "tools/get_transfer.h"

#include <algorithm>
#include <fmt/format.h>
#include <sys/stat.h>

#include "http/characters.h"
#include "http/date.h"
#include "http/status.h"
#include "tools/capture_loop.h"
#include "tools/get_request.h"
#include "tools/upload_source.h"

namespace glass::tools {
namespace {

/// Of a response that nobody wants: more than this, and another connection is cheaper.
constexpr std::uint64_t kMostSkipped = std::uint64_t{256} << 10;
/// A body that is worth asking first.
constexpr std::uint64_t kWorthAsking = std::uint64_t{1} << 20;

std::string status_text(std::uint16_t status) {
    const std::string_view reason = http::reason(status);
    return fmt::format("{}{}{}", status, reason.empty() ? "" : " ", reason);
}

/// The size and the time of a regular file.
std::optional<struct stat> regular_file(const std::string& path) {
    struct stat status {};
    if (stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return {};
    return status;
}

}  // namespace

GetTransfer::GetTransfer(LiveLoop& loop, const GetCommand& command, GetVoice& voice, const std::string& url,
                         std::string output)
    : loop_(loop),
      command_(command),
      voice_(voice),
      chain_(url, method_meant(command), has_body(command)),
      credentials_(basic_credentials(http::parse_http_url(url).value_or(http::HttpUrl{}).userinfo)),
      path_(std::move(output)) {
    const auto file = command.resume && is_file() ? regular_file(path_) : std::nullopt;
    if (!file || file->st_size == 0) return;
    part_ = {static_cast<std::uint64_t>(file->st_size), http::format_date(file->st_mtim.tv_sec)};
    written_ = part_.size;
    hash_is_whole_ = false;
}

// ---- the request ----

std::expected<http::ClientRequest, std::string> GetTransfer::next_request() {
    const http::Redirect& now = chain_.now();
    const auto url = http::parse_http_url(now.url);
    if (!url) return std::unexpected(std::string(to_string(url.error())));
    url_ = *url;
    http::ClientRequest request;
    request.method = now.method;
    request.target = url_.target;
    request.host = url_.authority;
    request.decode = command_.compressed;
    add_fields(command_, now, request);
    if (now.same_origin && !credentials_.empty() && !has_field(request, "Authorization"))
        request.fields.emplace_back("Authorization", credentials_);
    add_range(request);
    if (now.body)
        if (auto added = add_body(request); !added) return std::unexpected(added.error());
    if (const auto error = why_not(request)) return std::unexpected(std::string(to_string(*error)));
    idempotent_ = request.idempotent();
    end_.reset();
    redirect_.reset();
    answered_after_.reset();
    asked_at_.reset();
    status_ = 0;
    skipped_ = 0;
    error_.clear();
    return request;
}

std::expected<void, std::string> GetTransfer::add_body(http::ClientRequest& request) {
    auto upload = open_body(loop_, command_, woken_);
    system_failed_ = !upload;
    if (!upload) return std::unexpected(upload.error());
    TransferProgress& progress = voice_.progress();
    progress.start(0, upload->size, loop_.now());
    request.body = counted(std::move(upload->source),
                           [this, &progress](std::uint64_t octets) { progress.update(octets, loop_.now()); });
    request.body_size = upload->size;
    request.expect_continue = expects_ && upload->size.value_or(UINT64_MAX) > kWorthAsking;
    if (command_.data && !has_field(request, "Content-Type"))
        request.fields.emplace_back("Content-Type", "application/x-www-form-urlencoded");
    return {};
}

void GetTransfer::add_range(http::ClientRequest& request) {
    if (!command_.range.empty())
        request.fields.emplace_back("Range", "bytes=" + command_.range);
    else if (request.method == "GET")
        http::ask_for_rest(request, part_);
}

// ---- the response ----

void GetTransfer::on_request(std::string_view head) {
    asked_at_ = loop_.now();
    voice_.sent(head);
}

bool GetTransfer::on_head(const http::Message& response) {
    voice_.received(response);
    status_ = response.head.status;
    if (asked_at_) answered_after_ = loop_.now() - *asked_at_;
    whole_.reset();
    use_ = choose(response);
    if (use_ == Use::keep) voice_.progress().start(written_, whole_, loop_.now());
    return use_ != Use::refuse;
}

GetTransfer::Use GetTransfer::choose(const http::Message& response) {
    const http::Head& head = response.head;
    if (command_.follow && http::RedirectChain::is_redirect(head.status)) {
        auto next = chain_.follow(head);
        if (!next)
            return fails(fmt::format("{}: {}", status_text(head.status), to_string(next.error())), Use::skip);
        redirect_ = std::move(*next);
        return Use::skip;
    }
    if (head.status == 417 && expects_ && chain_.now().body) return Use::skip;
    if (head.status == 304) return Use::skip;
    if (const auto modified = find(head.fields, "Last-Modified"))
        modified_ = http::parse_date(*modified, 2000);
    if (part_.size != 0 && chain_.now().method == "GET") return choose_rest(response);
    if (head.status == 206 && command_.range.empty())
        return fails("206: a part, though the whole was asked for", Use::refuse);
    if (command_.fail && head.status >= 400) return fails(status_text(head.status), Use::skip);
    if (chain_.now().method == "HEAD") return print_head(head);
    whole_ = response.content_length;
    if (head.status == 200) part_.validator = http::validator_of(head);
    return open(FileStart::empty);
}

GetTransfer::Use GetTransfer::choose_rest(const http::Message& response) {
    const http::ResumeAnswer answer = judge_resume(response.head, part_);
    whole_ = answer.complete;
    switch (answer.step) {
        case http::ResumeStep::append: return open(FileStart::at_its_end);
        case http::ResumeStep::nothing: voice_.tell("416: all of it is there already"); return Use::skip;
        case http::ResumeStep::restart:
            if (!is_file() && written_ != 0)
                return fails("what was begun has changed meanwhile, or there are no ranges", Use::refuse);
            voice_.tell("the part that is here is not of this file, or there are no ranges: from the start");
            part_.validator = http::validator_of(response.head);
            return open(FileStart::empty);
        case http::ResumeStep::mismatch:
            return fails(fmt::format("{}: it does not fit the {} octets in {}",
                                     status_text(response.head.status), part_.size, path_),
                         Use::refuse);
        case http::ResumeStep::other: break;
    }
    return fails(status_text(response.head.status), Use::skip);
}

GetTransfer::Use GetTransfer::fails(std::string why, Use use) {
    error_ = std::move(why);
    return use;
}

GetTransfer::Use GetTransfer::open(FileStart start) {
    if (start == FileStart::empty) {
        written_ = part_.size = 0;
        hash_ = Sha256();
        hash_is_whole_ = true;
    }
    if (output_ && start == FileStart::at_its_end) return Use::keep;
    if (path_.empty()) {
        output_ = std::make_unique<NoOutput>();
    } else if (path_ == "-") {
        output_ = standard_output(loop_, command_.output == "-", woken_);
    } else {
        auto file = file_output(path_, start);
        system_failed_ = !file;
        if (!file) return fails(file.error(), Use::refuse);
        output_ = std::move(*file);
    }
    return Use::keep;
}

/// What -I is for; also with -o.
GetTransfer::Use GetTransfer::print_head(const http::Head& head) {
    std::string text = fmt::format("{} {} {}\n", head.version_text, head.status, head.reason);
    for (const http::Field& field : head.fields) text += fmt::format("{}: {}\n", field.name, field.value);
    const Use use = open(FileStart::empty);
    if (use != Use::keep) return use;
    if (auto done = output_->write(http::octets(text)); !done) return fails(done.error(), Use::refuse);
    return Use::skip;
}

bool GetTransfer::on_content(ip::Bytes octets) {
    if (use_ != Use::keep) return (skipped_ += octets.size()) <= kMostSkipped;
    if (auto done = output_->write(octets); !done) {
        error_ = done.error();
        system_failed_ = true;
        return false;
    }
    if (command_.json && hash_is_whole_) hash_.update(octets);
    written_ += octets.size();
    voice_.progress().update(written_, loop_.now());
    return !output_->unread();
}

// ---- the end ----

bool GetTransfer::move_output() {
    if (!output_ || output_->unread()) return false;
    output_->move();
    return !output_->empty() && !output_->unread();
}

GetTransfer::After GetTransfer::judge(const std::string& broken) {
    voice_.progress().erase();
    const bool complete = end_->outcome == http::ResponseOutcome::complete;
    const bool all = complete || end_->outcome == http::ResponseOutcome::declined;
    if (all && redirect_) {
        voice_.tell(fmt::format("on to {}", redirect_->url));
        return After::again;
    }
    if (complete && status_ == 417 && use_ == Use::skip && error_.empty() && std::exchange(expects_, false))
        return After::again;
    if (output_ && output_->unread()) return After::done;  // as with any filter, that is the end
    const bool whole_known = whole_ && use_ == Use::keep && !command_.compressed;
    if (error_.empty() && complete && whole_known && written_ != *whole_)
        error_ = fmt::format("{} octets are here, and {} should be", written_, *whole_);
    if (error_.empty() && !complete) error_ = why(broken);
    close_output();
    return error_.empty() ? After::done : After::failed;
}

std::string GetTransfer::why(const std::string& broken) const {
    using Outcome = http::ResponseOutcome;
    switch (end_->outcome) {
        case Outcome::unanswered:
        case Outcome::not_opened:
            if (!broken.empty()) return broken;
            break;
        case Outcome::cut:
            if (whole_) return fmt::format("cut short: {} of {} octets came", written_, *whole_);
            return fmt::format("cut short after {} octets", written_);
        case Outcome::malformed: return fmt::format("the response is malformed: {}", to_string(*end_->error));
        case Outcome::undecodable: return std::string(to_string(end_->decoding));
        default: break;
    }
    return std::string(to_string(end_->outcome));
}

void GetTransfer::give_up(std::string reason) {
    voice_.progress().erase();
    error_ = std::move(reason);
    close_output();
}

/// What came is a part of what another attempt can go on with.
bool GetTransfer::is_content() const {
    const bool good = status_ == 200 || status_ == 206;
    return use_ == Use::keep && good && !command_.compressed && command_.range.empty() &&
           chain_.now().method == "GET";
}

void GetTransfer::close_output() {
    if (is_content()) part_.size = written_;
    if (!output_ || !is_file()) return;
    const auto done = std::exchange(output_, nullptr)->close(modified_);
    if (done || !error_.empty()) return;
    error_ = done.error();
    system_failed_ = true;
}

bool GetTransfer::may_repeat() const {
    const bool shown = path_ == "-" && written_ != part_.size;  // what cannot be taken back
    return !system_failed_ && !shown && (idempotent_ || !end_ || !end_->sent);
}

/// Text that says also what there is to go on with.
std::string GetTransfer::error() const {
    const bool kept = is_file() && !error_.empty() && is_content() && written_ != 0;
    return kept ? fmt::format("{}; what came is in {}: -C goes on with it", error_, path_) : error_;
}

int GetTransfer::exit_status() const {
    if (error_.empty()) return kAllRead;
    return system_failed_ ? kCannotRead : kDamaged;
}

std::string GetTransfer::sha256() {
    const bool all = end_ && end_->outcome == http::ResponseOutcome::complete && use_ == Use::keep;
    return all && hash_is_whole_ ? hash_.finish() : std::string();
}

}  // namespace glass::tools
