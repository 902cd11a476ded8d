// File cache: files as a server sends them, kept for a moment: what is asked for often is not opened, read
// and described each time.
#pragma once

#include <expected>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "http/conditions.h"
#include "http/file_store.h"
#include "http/handler.h"
#include "http/media_type.h"

namespace glass::http {

/// A file in one content coding: RFC 9110 section 3.2.
struct Representation {
    std::string tag;     ///< as ETag has it
    std::string common;  ///< fields that 200, 206 and 304 have alike
    /// Fields of 200; the content too, where it is small: then it is not empty, unless the file is.
    std::shared_ptr<const Prepared> whole;

    [[nodiscard]] EntityTag entity_tag() const {
        std::string_view text = tag;
        return *take_entity_tag(text);
    }
};

/// A file or directory as it was when it was looked at last.
struct CachedFile {
    FileFacts facts;
    MediaType type;
    bool varies = false;    ///< it is also sent with gzip
    bool settled = false;   ///< it has been like this for a second: what changes now gets other validators
    UnixTime modified = 0;  ///< never in the future: RFC 9110 section 8.8.2.1
    std::shared_ptr<OpenFile> file;  ///< null where the content is in memory
    Representation plain;
    Representation
        zipped;  ///< `whole` is null until it is asked for; without content it is made as it is sent
    bool unzippable = false;  ///< gzip did not make it smaller

    /// A part of the plain content.
    [[nodiscard]] std::unique_ptr<BodySource> part(std::uint64_t first, std::uint64_t length) const;
};

class FileCache {
public:
    /// What was seen is taken for true for this long.
    static constexpr ip::Duration kValid = std::chrono::milliseconds(1);
    static constexpr std::size_t kMostInMemory = std::size_t{64} << 10;  ///< of a file's content
    static constexpr std::size_t kMostZippedAtOnce = std::size_t{256} << 10;
    static constexpr std::size_t kLeastZipped = 256;
    static constexpr std::size_t kMostEntries = 4096;

    /// At most so many octets of content are kept; an open file counts as kMostInMemory of them. `store` is
    /// borrowed.
    explicit FileCache(FileStore& store, std::size_t most = std::size_t{16} << 20)
        : store_(store), most_(most) {}

    /// A path of the store. Borrowed until the next call.
    [[nodiscard]] std::expected<CachedFile*, FileError> find(std::string_view path, ip::Time now);

    /// Makes `zipped`. False: it is not to be had, or of no use.
    bool zip(CachedFile& file);

    [[nodiscard]] std::size_t entries() const { return entries_.size(); }
    [[nodiscard]] std::size_t octets() const { return octets_; }

private:
    struct Entry {
        std::string path;
        CachedFile file;
        ip::Time checked;
        std::size_t cost = 0;
    };
    using Entries = std::list<Entry>;

    bool still_true(Entry& entry, ip::Time now);
    std::expected<CachedFile, FileError> load(std::string_view path, ip::Time now);
    void erase(Entries::iterator entry);
    void charge(Entry& entry);
    void make_room();

    FileStore& store_;
    std::size_t most_;
    std::size_t octets_ = 0;
    Entries entries_;                                                ///< what was used last comes first
    std::unordered_map<std::string_view, Entries::iterator> index_;  ///< by the entries' own paths
};

}  // namespace glass::http
