#include "http/file_cache.h"

#include <algorithm>
#include <chrono>
#include <cstdio>

#include "http/file_source.h"
#include "http/gzip.h"
#include "ip/bounded_map.h"

namespace glass::http {

namespace {

constexpr std::size_t kEntryCost = 1024;  // what an entry takes up without content, about

UnixTime seconds(ip::Time time) {
    return std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
}

/// Other content has another time or size, and another file another identity.
std::string make_tag(const FileFacts& facts, bool settled, std::string_view suffix) {
    std::uint64_t hash = ip::mix(0, static_cast<std::uint64_t>(facts.modified.time_since_epoch().count()));
    hash = ip::mix(ip::mix(hash, facts.size), facts.identity);
    char digits[17];
    std::snprintf(digits, sizeof digits, "%016llx", static_cast<unsigned long long>(hash));
    // RFC 9110 section 8.8.1: a validator is weak while two versions could have the same.
    return (settled ? "\"" : "W/\"") + std::string(digits) + std::string(suffix) + "\"";
}

void describe(CachedFile& file, Representation& representation, std::string_view suffix) {
    representation.tag = make_tag(file.facts, file.settled, suffix);
    representation.common =
        "Last-Modified: " + format_date(file.modified) + "\r\nETag: " + representation.tag + "\r\n";
    if (file.varies) representation.common += "Vary: Accept-Encoding\r\n";
}

std::string whole_fields(const CachedFile& file, const Representation& representation,
                         std::string_view more) {
    return "Content-Type: " + std::string(file.type.text) + "\r\n" + representation.common +
           std::string(more);
}

/// False where the file gives less than it should.
bool read_whole(OpenFile& file, std::string& out) {
    std::size_t at = 0;
    while (at < out.size()) {
        const std::size_t n =
            file.read_at(at, {reinterpret_cast<std::uint8_t*>(out.data()) + at, out.size() - at});
        if (n == 0) return false;
        at += n;
    }
    return true;
}

std::size_t content_of(const Representation& representation) {
    return representation.whole ? representation.whole->content.size() : 0;
}

}  // namespace

std::unique_ptr<BodySource> CachedFile::part(std::uint64_t first, std::uint64_t length) const {
    if (file) return std::make_unique<FileSource>(file, ByteRange{first, length});
    return std::make_unique<MemorySource>(plain.whole, ByteRange{first, length});
}

std::expected<CachedFile*, FileError> FileCache::find(std::string_view path, ip::Time now) {
    if (const auto found = index_.find(path); found != index_.end()) {
        const auto entry = found->second;
        if (now - entry->checked < kValid || still_true(*entry, now)) {
            if (entry != entries_.begin()) entries_.splice(entries_.begin(), entries_, entry);
            return &entry->file;
        }
        erase(entry);
    }
    auto file = load(path, now);
    if (!file) return std::unexpected(file.error());
    entries_.push_front({std::string(path), std::move(*file), now});
    index_.emplace(entries_.front().path, entries_.begin());
    charge(entries_.front());
    make_room();
    return &entries_.front().file;
}

/// What has changed a moment ago is read again: within the same tick of the clock it may have changed twice.
bool FileCache::still_true(Entry& entry, ip::Time now) {
    if (!entry.file.settled) return false;
    const auto facts = store_.look(entry.path);
    if (!facts || *facts != entry.file.facts) return false;
    entry.checked = now;
    return true;
}

std::expected<CachedFile, FileError> FileCache::load(std::string_view path, ip::Time now) {
    auto opened = store_.open(path);
    if (!opened) return std::unexpected(opened.error());
    CachedFile file;
    file.facts = (*opened)->facts();
    if (file.facts.kind != FileFacts::Kind::file) return file;
    file.type = media_type(path);
    file.varies = file.type.compressible && file.facts.size >= kLeastZipped;
    file.settled = file.facts.modified + std::chrono::seconds(1) <= now;
    file.modified = seconds(std::min(file.facts.modified, now));
    describe(file, file.plain, "");
    if (file.varies) describe(file, file.zipped, "-gz");
    auto whole = std::make_shared<Prepared>();
    whole->fields = whole_fields(file, file.plain, "Accept-Ranges: bytes\r\n");
    if (file.facts.size <= kMostInMemory) {
        whole->content.resize(static_cast<std::size_t>(file.facts.size));
        if (!read_whole(**opened, whole->content)) return std::unexpected(FileError::failed);
    } else {
        file.file = std::move(*opened);
    }
    file.plain.whole = std::move(whole);
    return file;
}

bool FileCache::zip(CachedFile& file) {
    if (!file.varies || file.unzippable) return false;
    if (file.zipped.whole) return true;
    auto whole = std::make_shared<Prepared>();
    whole->fields = whole_fields(file, file.zipped, "Content-Encoding: gzip\r\n");
    if (file.facts.size <= kMostZippedAtOnce) {
        std::string content = file.file ? std::string() : file.plain.whole->content;
        if (file.file) content.resize(static_cast<std::size_t>(file.facts.size));
        file.unzippable = file.file && !read_whole(*file.file, content);
        if (!file.unzippable) whole->content = gzip(content);
        file.unzippable = file.unzippable || whole->content.size() >= content.size();
        if (file.unzippable) return false;
    }
    file.zipped.whole = std::move(whole);
    charge(entries_.front());
    make_room();
    return true;
}

void FileCache::erase(Entries::iterator entry) {
    octets_ -= entry->cost;
    index_.erase(entry->path);
    entries_.erase(entry);
}

void FileCache::charge(Entry& entry) {
    octets_ -= entry.cost;
    entry.cost = kEntryCost + entry.path.size() + content_of(entry.file.plain) +
                 content_of(entry.file.zipped) + (entry.file.file ? kMostInMemory : 0);
    octets_ += entry.cost;
}

/// What was used last stays, whatever its size.
void FileCache::make_room() {
    while (entries_.size() > 1 && (octets_ > most_ || entries_.size() > kMostEntries))
        erase(std::prev(entries_.end()));
}

}  // namespace glass::http
