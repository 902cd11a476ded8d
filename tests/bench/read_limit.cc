// The physical limit of reading a capture: read(2) of the whole file in steps of 256 KiB, nothing done with
// it.
#include <cstdio>
#include <fcntl.h>
#include <unistd.h>
#include <vector>

int main(int argc, char** argv) {
    const int file = argc == 2 ? open(argv[1], O_RDONLY) : -1;
    if (file < 0) {
        std::fputs("usage: read_limit FILE\n", stderr);
        return 2;
    }
    std::vector<char> buffer(256 << 10);
    long long total = 0;
    for (ssize_t n; (n = read(file, buffer.data(), buffer.size())) > 0;) total += n;
    std::printf("%lld octets\n", total);
}
