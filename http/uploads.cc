#include "http/uploads.h"

#include <chrono>
#include <cstdio>
#include <string>

#include "http/conditions.h"
#include "http/error_page.h"
#include "http/files.h"
#include "http/url.h"

namespace glass::http {

namespace {

Response upload_error(FileError error) {
    if (error == FileError::not_found) return error_page(409, "There is no directory to put it in.");
    return file_error_page(error);
}

class UploadSink : public BodySink {
public:
    /// `file` may be null: it is made when there is something to write. `store` must outlive it.
    UploadSink(FileStore& store, std::unique_ptr<NewFile> file, std::string path)
        : store_(store), file_(std::move(file)), path_(std::move(path)) {}

    std::optional<Response> write(ip::Bytes octets) override {
        if (!file_) {
            auto created = store_.create(std::string_view(path_).substr(1));
            if (!created) return upload_error(created.error());
            file_ = std::move(*created);
        }
        const auto written = file_->write(octets);
        if (!written) return upload_error(written.error());
        return {};
    }

    Response finish() override {
        if (!file_) return {.status = 204};  // nothing came: there is nothing to store
        if (const auto done = file_->commit(); !done) return upload_error(done.error());
        Response response{.status = 201};
        response.add("Location", percent_encode(path_));
        return response;
    }

private:
    FileStore& store_;
    std::unique_ptr<NewFile> file_;
    std::string path_;
};

/// "upload-20261122T085026.123456789Z"
std::string name_of_moment(ip::Time now) {
    namespace chrono = std::chrono;
    const auto day = chrono::floor<chrono::days>(now);
    const chrono::year_month_day date(chrono::sys_days(chrono::days(day.time_since_epoch())));
    const chrono::hh_mm_ss clock(now - day);
    char text[64];
    std::snprintf(text, sizeof text, "upload-%04d%02u%02uT%02d%02d%02d.%09dZ", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                  static_cast<int>(clock.seconds().count()), static_cast<int>(clock.subseconds().count()));
    return text;
}

/// RFC 9110 section 13.2.1: conditions hold for every method that changes something.
bool conditions_hold(const Request& request, std::string_view name, FileStore& store) {
    const auto& fields = request.message.head.fields;
    const ConditionFields conditions(fields);
    if (!conditions.any) return true;
    const bool exists = store.look(name).has_value();
    const Validators current{};  // those of what is never replaced do not matter
    return evaluate(fields, conditions, request.method(), exists ? &current : nullptr, 0) == Outcome::proceed;
}

}  // namespace

std::expected<std::unique_ptr<BodySink>, Response> begin_upload(const Request& request, FileStore& store) {
    std::string path(request.path);
    if (request.method() == "POST")
        return std::make_unique<UploadSink>(store, nullptr, path + name_of_moment(request.now));
    // RFC 9110 section 14.5: a part of a file must not be taken for all of it.
    if (request.field("Content-Range")) return std::unexpected(error_page(400, "Content-Range in a PUT"));
    const std::string_view name = std::string_view(path).substr(1);
    if (!conditions_hold(request, name, store)) return std::unexpected(error_page(412));
    auto file = store.create(name);
    if (!file) return std::unexpected(upload_error(file.error()));
    return std::make_unique<UploadSink>(store, std::move(*file), std::move(path));
}

}  // namespace glass::http
