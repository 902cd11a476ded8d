// File source: content out of a file, or out of memory, as it is pulled.
#pragma once

#include <algorithm>
#include <cstring>
#include <memory>
#include <utility>

#include "http/file_store.h"
#include "http/handler.h"
#include "http/ranges.h"

namespace glass::http {

/// A part of a file. Ends early where the file has become shorter.
class FileSource : public BodySource {
public:
    FileSource(std::shared_ptr<OpenFile> file, const ByteRange& range)
        : file_(std::move(file)), at_(range.first), left_(range.length) {}

    std::size_t read(std::span<std::uint8_t> out) override {
        const std::size_t wanted = static_cast<std::size_t>(std::min<std::uint64_t>(out.size(), left_));
        const std::size_t n = file_->read_at(at_, out.first(wanted));
        at_ += n;
        left_ -= n;
        cut_ = n == 0 && wanted != 0;
        return n;
    }
    [[nodiscard]] bool finished() const override { return left_ == 0 || cut_; }
    [[nodiscard]] bool failed() const override { return cut_; }

private:
    std::shared_ptr<OpenFile> file_;
    std::uint64_t at_;
    std::uint64_t left_;
    bool cut_ = false;
};

/// A part of content that lies in memory.
class MemorySource : public BodySource {
public:
    MemorySource(std::shared_ptr<const Prepared> owner, const ByteRange& range)
        : owner_(std::move(owner)),
          left_(std::string_view(owner_->content)
                    .substr(static_cast<std::size_t>(range.first), static_cast<std::size_t>(range.length))) {}

    std::size_t read(std::span<std::uint8_t> out) override {
        const std::size_t n = std::min(out.size(), left_.size());
        if (n != 0) std::memcpy(out.data(), left_.data(), n);
        left_.remove_prefix(n);
        return n;
    }
    [[nodiscard]] bool finished() const override { return left_.empty(); }

private:
    std::shared_ptr<const Prepared> owner_;
    std::string_view left_;
};

}  // namespace glass::http
