// Fuzzing CaptureReader: any octets as a capture file, plain or compressed; what it hands out is touched.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "ip/capture_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    auto reader = glass::ip::CaptureReader::from_memory({data, size});
    if (!reader) {
        if (reader.error().empty() || reader.error().find('\n') != std::string::npos) std::abort();
        return 0;
    }
    glass::ip::Frame frame;
    std::uint64_t frames = 0;
    std::uint64_t offset = 0;
    volatile unsigned sum = 0;
    // A bomb of a few KiB may hold millions of empty records: one run looks at a part of them.
    while (frames < 50'000 && reader->next(frame)) {
        if (frame.number != ++frames || frame.bytes.size() > glass::ip::kMaxRecord) std::abort();
        if (frames > 1 && frame.file_offset <= offset) std::abort();
        offset = frame.file_offset;
        if (!frame.bytes.empty()) sum = sum + frame.bytes.front() + frame.bytes.back();
        for (const char c : frame.comment) sum = sum + static_cast<unsigned char>(c);
    }
    if (reader->damage() && reader->damage()->what.empty()) std::abort();
    return 0;
}
