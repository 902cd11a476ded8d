// Gzip: content made smaller: RFC 1952, RFC 9110 section 8.4.1.3.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "http/handler.h"

namespace glass::http {

/// All of it at once.
[[nodiscard]] std::string gzip(std::string_view content);

/// What another source gives, as it comes. Memory: 300 KiB or so.
class GzipSource : public BodySource {
public:
    explicit GzipSource(std::unique_ptr<BodySource> plain);
    ~GzipSource() override;

    std::size_t read(std::span<std::uint8_t> out) override;
    [[nodiscard]] bool finished() const override;
    [[nodiscard]] bool failed() const override;

private:
    struct Zlib;
    std::unique_ptr<BodySource> plain_;
    std::unique_ptr<Zlib> zlib_;
};

}  // namespace glass::http
