// Get transfer: one URL of glass get: what is asked for, over redirects and attempts, and what becomes of the
// answers.
#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <string>

#include "http/redirect.h"
#include "http/response_taker.h"
#include "http/resume.h"
#include "tools/command_get.h"
#include "tools/content_output.h"
#include "tools/get_voice.h"
#include "tools/live_loop.h"
#include "tools/sha256.h"

namespace glass::tools {

class GetTransfer final : public http::ResponseTaker {
public:
    /// All are borrowed. `url`: url_meant(); `output`: output_name().
    GetTransfer(LiveLoop& loop, const GetCommand& command, GetVoice& voice, const std::string& url,
                std::string output);

    /// What to ask whom now. The error is one line.
    [[nodiscard]] std::expected<http::ClientRequest, std::string> next_request();
    [[nodiscard]] const http::HttpUrl& where() const { return url_; }

    /// The response has ended.
    [[nodiscard]] bool ended() const { return end_.has_value(); }
    /// Something can go on that could not: a pipe at one end or the other.
    [[nodiscard]] bool take_woken() { return std::exchange(woken_, false); }
    /// Moves on what waits for a slow reader. Whether more waits, and somebody reads.
    bool move_output();

    enum class After : std::uint8_t { done, again, failed };
    /// After its end. `broken`: why the connection is gone, where it is.
    [[nodiscard]] After judge(const std::string& broken);
    /// It cannot go on: what there is of it is kept.
    void give_up(std::string why);
    /// Whether another attempt may be made after judge() said failed: nothing is done twice by it.
    [[nodiscard]] bool may_repeat() const;
    /// The connection was kept from before, and nothing came over it: another one may do.
    [[nodiscard]] bool unanswered() const {
        return end_ && end_->outcome == http::ResponseOutcome::unanswered && may_repeat();
    }

    /// One line; empty: nothing went wrong.
    [[nodiscard]] std::string error() const;
    /// kDamaged, or kCannotRead where the operating system failed.
    [[nodiscard]] int exit_status() const;

    // For the line about it.
    [[nodiscard]] const http::RedirectChain& chain() const { return chain_; }
    [[nodiscard]] const std::string& output_path() const { return path_; }
    [[nodiscard]] std::uint16_t status() const { return status_; }
    [[nodiscard]] std::uint64_t written() const { return written_; }
    [[nodiscard]] std::uint64_t came() const { return end_ ? end_->octets : 0; }
    /// Of all the content, where it came as a whole; empty: it did not.
    [[nodiscard]] std::string sha256();
    [[nodiscard]] std::optional<ip::Duration> answered_after() const { return answered_after_; }

    void on_request(std::string_view head) override;
    void on_interim(const http::Message& response) override { voice_.received(response); }
    bool on_head(const http::Message& response) override;
    bool on_content(ip::Bytes octets) override;
    void on_trailers(const std::vector<http::Field>& trailers) override { voice_.received(trailers); }
    void on_end(const http::ResponseEnd& end) override { end_ = end; }
    [[nodiscard]] bool ready() const override { return !output_ || output_->ready(); }

private:
    /// What to do with a response's content.
    enum class Use : std::uint8_t { keep, skip, refuse };

    std::expected<void, std::string> add_body(http::ClientRequest& request);
    void add_range(http::ClientRequest& request);
    Use choose(const http::Message& response);
    Use choose_rest(const http::Message& response);
    Use open(FileStart start);
    Use fails(std::string why, Use use);
    Use print_head(const http::Head& head);
    void close_output();
    [[nodiscard]] bool is_content() const;
    [[nodiscard]] std::string why(const std::string& broken) const;
    [[nodiscard]] bool is_file() const { return !path_.empty() && path_ != "-"; }

    LiveLoop& loop_;
    const GetCommand& command_;
    GetVoice& voice_;
    http::RedirectChain chain_;
    http::HttpUrl url_;
    std::string credentials_;  ///< for the first origin
    std::string path_;
    bool woken_ = false;
    std::unique_ptr<ContentOutput> output_;

    http::Partial part_;         ///< there before this request
    std::uint64_t written_ = 0;  ///< octets that are there now
    bool expects_ = true;        ///< 100-continue may be asked for
    bool hash_is_whole_ = true;
    Sha256 hash_;
    std::string error_;
    bool system_failed_ = false;

    // Of the response under way.
    std::uint16_t status_ = 0;
    Use use_ = Use::skip;
    std::optional<http::Redirect> redirect_;
    std::optional<std::uint64_t> whole_;  ///< octets that should be there at the end
    std::optional<std::int64_t> modified_;
    std::uint64_t skipped_ = 0;
    std::optional<http::ResponseEnd> end_;
    bool idempotent_ = false;
    std::optional<ip::Time> asked_at_;
    std::optional<ip::Duration> answered_after_;
};

}  // namespace glass::tools
