// A file store in memory: what is in it, and when that changed, is the test's choice.
#pragma once

#include <algorithm>
#include <cstring>
#include <map>
#include <string>

#include "http/characters.h"
#include "http/file_store.h"

namespace glass::tests {

class MemoryStore : public http::FileStore {
public:
    struct Node {
        http::FileFacts facts;
        std::string content;
        std::optional<http::FileError> error;  ///< of opening it
    };

    /// Also makes the directories that lead to it.
    Node& put(const std::string& path, std::string content, ip::Time modified) {
        for (std::size_t slash = path.find('/'); slash != std::string::npos;
             slash = path.find('/', slash + 1))
            nodes.try_emplace(path.substr(0, slash),
                              Node{{http::FileFacts::Kind::directory, 0, modified, ++made_}, {}, {}});
        Node& node = nodes[path];
        node.facts = {http::FileFacts::Kind::file, content.size(), modified, ++made_};
        node.content = std::move(content);
        return node;
    }

    std::expected<http::FileFacts, http::FileError> look(std::string_view path) override {
        ++looks;
        const auto found = find(path);
        if (!found) return std::unexpected(found.error());
        return (*found)->facts;
    }
    std::expected<std::unique_ptr<http::OpenFile>, http::FileError> open(std::string_view path) override {
        ++opens;
        const auto found = find(path);
        if (!found) return std::unexpected(found.error());
        return std::make_unique<Open>(*this, std::string(path), (*found)->facts);
    }
    std::expected<http::DirectoryListing, http::FileError> list(std::string_view path,
                                                                std::size_t most) override {
        std::string prefix(path);
        while (prefix.ends_with('/')) prefix.pop_back();
        const auto found = find(prefix);
        if (!found) return std::unexpected(found.error());
        if ((*found)->facts.kind != http::FileFacts::Kind::directory)
            return std::unexpected(http::FileError::not_found);
        if (!prefix.empty()) prefix += '/';
        http::DirectoryListing listing;
        for (const auto& [name, node] : nodes) {
            if (!name.starts_with(prefix) || name.size() == prefix.size()) continue;
            const std::string rest = name.substr(prefix.size());
            if (rest.find('/') != std::string::npos) continue;
            listing.cut = listing.entries.size() == most;
            if (listing.cut) break;
            listing.entries.push_back({rest, node.facts});
        }
        return listing;
    }
    std::expected<std::unique_ptr<http::NewFile>, http::FileError> create(std::string_view path) override {
        if (nodes.contains(std::string(path))) return std::unexpected(http::FileError::exists);
        const std::size_t slash = path.rfind('/');
        if (slash != std::string_view::npos && !nodes.contains(std::string(path.substr(0, slash))))
            return std::unexpected(http::FileError::not_found);
        return std::make_unique<New>(*this, std::string(path));
    }

    std::map<std::string, Node> nodes;  ///< by path; the root directory is always there
    std::size_t looks = 0, opens = 0;
    std::size_t room = SIZE_MAX;  ///< for new files

private:
    std::expected<Node*, http::FileError> find(std::string_view path) {
        if (path.empty()) return &root_;
        const auto found = nodes.find(std::string(path));
        if (found == nodes.end()) return std::unexpected(http::FileError::not_found);
        if (found->second.error) return std::unexpected(*found->second.error);
        return &found->second;
    }

    struct Open : http::OpenFile {
        Open(MemoryStore& s, std::string p, const http::FileFacts& f)
            : store(s), path(std::move(p)), what(f) {}
        const http::FileFacts& facts() const override { return what; }
        std::size_t read_at(std::uint64_t offset, std::span<std::uint8_t> out) override {
            const std::string& content = store.nodes[path].content;
            const std::size_t from = std::min<std::size_t>(offset, content.size());
            const std::size_t n = std::min(out.size(), content.size() - from);
            if (n != 0) std::memcpy(out.data(), content.data() + from, n);
            return n;
        }
        MemoryStore& store;
        std::string path;
        http::FileFacts what;
    };
    struct New : http::NewFile {
        New(MemoryStore& s, std::string p) : store(s), path(std::move(p)) {}
        std::expected<void, http::FileError> write(ip::Bytes octets) override {
            content += http::text(octets);
            if (content.size() > store.room) return std::unexpected(http::FileError::full);
            return {};
        }
        std::expected<void, http::FileError> commit() override {
            if (store.nodes.contains(path)) return std::unexpected(http::FileError::exists);
            store.put(path, content, {});
            return {};
        }
        MemoryStore& store;
        std::string path, content;
    };

    Node root_{{http::FileFacts::Kind::directory, 0, {}, 0}, {}, {}};
    std::uint64_t made_ = 0;
};

}  // namespace glass::tests
