#include <algorithm>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

#include "http/characters.h"
#include "tests/capture_bytes.h"
#include "tools/file_store.h"
#include "tools/new_file.h"

using namespace glass;
using http::FileError;
using http::FileFacts;
using tools::DirectoryStore;

namespace {

void write_file(const std::string& path, std::string_view content) {
    std::ofstream(path, std::ios::binary) << content;
}

/// A directory with something in it, and something beside it that must not be reached.
struct Tree {
    Tree() : root(folder.path()), store(made(root + "/d/e", root)) {
        std::filesystem::create_directories(beside("root-beside"));
        write_file(root + "/a", "content of a");
        write_file(root + "/d/b", "content of b");
        write_file(beside("outside"), "secret");
        write_file(beside("root-beside") + "/outside", "secret");
        std::filesystem::create_symlink("../a", root + "/d/to-a");
        std::filesystem::create_symlink("d", root + "/to-d");
        std::filesystem::create_symlink("../outside", root + "/out");
        std::filesystem::create_symlink("..", root + "/d/e/up");
        std::filesystem::create_symlink("../../..", root + "/d/e/far-up");
        std::filesystem::create_symlink(beside("outside"), root + "/absolute");
        std::filesystem::create_symlink("self", root + "/self");
        std::filesystem::create_symlink("../root-beside", root + "/beside");
    }
    static const std::string& made(const std::string& directories, const std::string& root) {
        std::filesystem::create_directories(directories);
        return root;
    }
    std::string beside(const std::string& name) const { return folder.folder() + "/" + name; }

    test::TemporaryFile folder{"root"};
    std::string root;
    DirectoryStore store;
};

std::string read_all(http::FileStore& store, std::string_view path) {
    const auto file = store.open(path);
    if (!file) return "error " + std::to_string(static_cast<int>(file.error()));
    std::string out(100, '\0');
    out.resize((*file)->read_at(0, {reinterpret_cast<std::uint8_t*>(out.data()), out.size()}));
    return out;
}

}  // namespace

TEST_CASE("files below the directory, and no others") {
    Tree tree;
    for (const auto guard : {DirectoryStore::Guard::kernel, DirectoryStore::Guard::opened_path}) {
        DirectoryStore store(tree.root, guard);
        CHECK(read_all(store, "a") == "content of a");
        CHECK(read_all(store, "d/b") == "content of b");
        CHECK(read_all(store, "d/to-a") == "content of a");
        CHECK(read_all(store, "to-d/b") == "content of b");
        CHECK(read_all(store, "d/e/up/b") == "content of b");
        for (const char* path : {"out", "absolute", "d/e/far-up/outside", "../outside", "d/../../outside",
                                 "self", "none", "a/b", "beside/outside", "../root-beside/outside"}) {
            CAPTURE(path);
            const auto file = store.open(path);
            REQUIRE_FALSE(file);
            CHECK(file.error() == FileError::not_found);
            CHECK_FALSE(store.look(path));
        }
        CHECK(store.look(std::string(5000, 'x')).error() == FileError::not_found);
        CHECK(store.look("")->kind == FileFacts::Kind::directory);
        CHECK(store.look("d/")->kind == FileFacts::Kind::directory);
    }
}

TEST_CASE("what a file is") {
    Tree tree;
    const auto facts = tree.store.look("a");
    REQUIRE(facts);
    CHECK(facts->kind == FileFacts::Kind::file);
    CHECK(facts->size == 12);
    CHECK(*tree.store.look("a") == *facts);
    CHECK((*tree.store.open("a"))->facts() == *facts);
    std::filesystem::remove(tree.root + "/a");
    write_file(tree.root + "/a", "CONTENT of a");
    CHECK(tree.store.look("a")->identity != facts->identity);
    REQUIRE(mkfifo((tree.root + "/fifo").c_str(), 0600) == 0);
    const auto fifo = tree.store.open("fifo");  // does not wait for who writes to it
    REQUIRE(fifo);
    CHECK((*fifo)->facts().kind == FileFacts::Kind::other);
}

TEST_CASE("reading stops where the file does") {
    Tree tree;
    const auto file = tree.store.open("a");
    std::uint8_t octets[8];
    CHECK((*file)->read_at(8, octets) == 4);
    CHECK((*file)->read_at(12, octets) == 0);
    CHECK((*tree.store.open("d"))->read_at(0, octets) == 0);
}

TEST_CASE("a directory's entries, but for links that lead out") {
    Tree tree;
    const auto listing = tree.store.list("", 100);
    REQUIRE(listing);
    std::vector<std::string> names;
    for (const auto& entry : listing->entries) names.push_back(entry.name);
    std::ranges::sort(names);
    CHECK(names == std::vector<std::string>{"a", "d", "to-d"});
    CHECK_FALSE(listing->cut);
    CHECK(tree.store.list("d/", 2)->cut);
    CHECK(tree.store.list("a", 2).error() == FileError::not_found);
}

TEST_CASE("a new file is there when it is complete, and never replaces one") {
    Tree tree;
    const auto write = [&](const char* path) {
        auto file = tree.store.create(path);
        REQUIRE(file);
        CHECK((*file)->write(http::octets("new ")));
        CHECK_FALSE(tree.store.look(path));
        CHECK((*file)->write(http::octets("content")));
        return std::move(*file);
    };
    CHECK(write("d/new")->commit());
    CHECK(read_all(tree.store, "d/new") == "new content");
    write("given-up");
    CHECK_FALSE(tree.store.look("given-up"));
    auto late = write("late");
    write_file(tree.root + "/late", "first");
    CHECK(late->commit().error() == FileError::exists);
    CHECK(read_all(tree.store, "late") == "first");
    CHECK(tree.store.create("a").error() == FileError::exists);
    CHECK(tree.store.create("out").error() == FileError::exists);  // a link is something, too
    CHECK(tree.store.create("d").error() == FileError::exists);
    CHECK(tree.store.create("none/a").error() == FileError::not_found);
    CHECK(tree.store.create("beside/new").error() == FileError::not_found);
    CHECK(tree.store.create("..").error() == FileError::denied);
    CHECK_FALSE(std::filesystem::exists(tree.beside("root-beside") + "/new"));
    late.reset();
    for (const auto& entry : std::filesystem::directory_iterator(tree.root))
        CHECK_FALSE(entry.path().filename().string().starts_with(".glass"));
}

TEST_CASE("a new file where the file system has none without a name") {
    Tree tree;
    const auto make = [&](const char* name) {
        auto file = tools::make_hidden_file(
            ip::FileDescriptor(open(tree.root.c_str(), O_RDONLY | O_DIRECTORY)), name);
        REQUIRE(file);
        CHECK((*file)->write(http::octets("content")));
        return std::move(*file);
    };
    auto late = make("late"), new_one = make("new");
    CHECK(new_one->commit());
    write_file(tree.root + "/late", "first");
    CHECK(late->commit().error() == FileError::exists);
    late.reset();
    make("given-up");
    CHECK(read_all(tree.store, "new") == "content");
    CHECK(read_all(tree.store, "late") == "first");
    const auto listing = tree.store.list("", 100);
    for (const auto& entry : listing->entries) CHECK_FALSE(entry.name.starts_with(".glass"));
}

TEST_CASE("a directory that is none") {
    CHECK_THROWS_AS(DirectoryStore("/nowhere/at/all"), std::system_error);
    Tree tree;
    CHECK_THROWS_AS(DirectoryStore(tree.root + "/a"), std::system_error);
}
