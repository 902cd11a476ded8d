// The physical limit of putting streams into files: as many files, of the same names and sizes, written from
// memory in steps of 256 KiB, and nothing else done.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <fcntl.h>
#include <filesystem>
#include <unistd.h>
#include <vector>

namespace {

bool write_file(const char* path, std::uintmax_t size, const std::vector<char>& octets) {
    const int file = open(path, O_WRONLY | O_CREAT | O_EXCL, 0666);
    if (file < 0) return false;
    while (size > 0) {
        const ssize_t n = write(file, octets.data(), std::min<std::uintmax_t>(size, octets.size()));
        if (n < 0) break;
        size -= static_cast<std::uintmax_t>(n);
    }
    return close(file) == 0 && size == 0;
}

}  // namespace

int main(int argc, char** argv) {
    std::FILE* list = argc == 3 ? std::fopen(argv[1], "r") : nullptr;
    if (!list) {
        std::fputs("usage: write_limit LIST FOLDER    LIST has the size and the name of a file a line\n",
                   stderr);
        return 2;
    }
    const std::vector<char> octets(256 << 10, 'x');
    const std::filesystem::path folder = argv[2];
    unsigned long long size = 0;
    for (char name[256]; std::fscanf(list, "%llu %255s", &size, name) == 2;) {
        if (write_file((folder / name).c_str(), size, octets)) continue;
        std::perror(name);
        return 1;
    }
}
