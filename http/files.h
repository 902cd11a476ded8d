// Files: answers requests with the files of a directory: RFC 9110 sections 9.3.1, 13 and 14.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "http/file_cache.h"
#include "http/file_store.h"
#include "http/handler.h"
#include "ip/siphash.h"

namespace glass::http {

struct FilesOptions {
    bool hidden = false;          ///< also what has a name that begins with '.'
    bool uploads = false;         ///< PUT stores a new file, POST to a directory one with a name of ours
    std::size_t listed = 10'000;  ///< entries of a directory that a page shows
    ip::SipKey key{};             ///< for what nobody should be able to foresee
};

class Files : public Handler {
public:
    /// `store` is borrowed.
    explicit Files(FileStore& store, FilesOptions options = {})
        : store_(store), options_(options), cache_(store) {}

    [[nodiscard]] std::string_view methods(const Request& request) override;
    [[nodiscard]] std::expected<std::unique_ptr<BodySink>, Response> accept(const Request& request) override;
    [[nodiscard]] Response handle(const Request& request) override;

private:
    bool is_served(std::string_view path) const;
    Response serve(const Request& request, CachedFile& file);
    Response whole(const CachedFile& file, const Representation& chosen) const;
    std::optional<Response> partial(std::string_view range, const CachedFile& file) const;
    Response list(const Request& request);

    FileStore& store_;
    FilesOptions options_;
    FileCache cache_;
};

/// What an error of the store is answered with.
[[nodiscard]] Response file_error_page(FileError error);

}  // namespace glass::http
