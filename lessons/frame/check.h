// Checks: what a lesson's check.cc is written with. It compares, tells the story so far, and says on failure
// what was expected; the process that started it (tools/lesson_child.h) decides what that means.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ip/bytes.h"
#include "ip/random.h"
#include "ip/shrink.h"

namespace glass::lesson {

/// Values as people read them.
[[nodiscard]] std::string hex(std::uint64_t value, int digits = 4);  ///< "0x00ff"
[[nodiscard]] std::string octets(ip::Bytes bytes);                   ///< "45 00 00 14", at most 64 of them
/// The size, then rows of 16 from two rows before octet `at` to two behind, each after its offset.
[[nodiscard]] std::string octets_around(ip::Bytes bytes, std::size_t at);
[[nodiscard]] std::string quoted(std::string_view text);  ///< "\"ab\\n\""
[[nodiscard]] std::string show(std::string text);
[[nodiscard]] inline std::string show(std::same_as<bool> auto value) {
    return value ? "yes" : "no";
}
template <class Number>
requires(std::is_integral_v<Number> && !std::is_same_v<Number, bool>) [[nodiscard]] std::string
    show(Number value) {
    return std::to_string(value);
}

/// A frame of the capture that a failure leaves.
struct TapeFrame {
    std::uint64_t microseconds = 0;  ///< since the start
    ip::Buffer packet{};             ///< IPv4 or IPv6
    std::string comment{};           ///< what Wireshark shows beside it
};

/// One case while it runs. A comparison that fails is reported and the case goes on: the whole of what fails
/// is what the mutants are told apart by. At most kMostFailures are kept, one for each `what`.
class Check {
public:
    static constexpr std::size_t kMostFailures = 12;

    explicit Check(std::uint64_t seed) : seed_(seed), random_(seed) {}

    std::uint64_t seed() const { return seed_; }
    ip::Random& random() { return random_; }

    /// Adds to the story so far. Kept where the parent finds it if this process dies.
    void step(const std::string& text);
    /// A new story: the next row, the next random run.
    void restart();
    /// What the result of the last step was; stands behind it.
    void then(const std::string& text);

    /// Adds a frame to the capture that is left if something fails from here on.
    void frame(TapeFrame frame) { tape_.push_back(std::move(frame)); }

    /// Whether there is a story and a capture: in quiet runs, of which there are many, nobody would read
    /// them.
    bool tells() const { return !quiet_; }

    /// `what` names the thing compared, the same in every run: "folded() of an odd length". Most of what is
    /// compared is equal, and not put into words.
    template <class T, class U>
    bool equal(std::string_view what, const T& expected, const U& actual) {
        if constexpr (std::is_same_v<T, U> && (std::is_integral_v<T> || std::is_same_v<T, std::string>)) {
            if (expected == actual) return true;
        }
        return equal_text(what, show(expected), show(actual), "text");
    }
    bool equal_hex(std::string_view what, std::uint64_t expected, std::uint64_t actual, int digits = 4) {
        return expected == actual || equal_text(what, hex(expected, digits), hex(actual, digits), "text");
    }
    /// Of what is too long for a line, what is told is around the first octet that differs.
    bool equal_octets(std::string_view what, ip::Bytes expected, ip::Bytes actual);
    /// Fields of a header or segment, side by side; those that differ are marked.
    struct Field {
        std::string name, expected, actual;
    };
    bool equal_fields(std::string_view what, const std::vector<Field>& fields);
    bool that(std::string_view what, bool holds, std::string_view otherwise = "it is not so");

    /// Frees the case from steps and failures while `run` is tried many times.
    bool failed() const { return failures_ > 0; }

    /// Runs `run(items, quiet)` where `quiet` is a Check that reports nothing; if that fails, finds the
    /// fewest items that still fail and runs them again on this Check, with the story. True: it held.
    template <class Item, class Run>
    bool smallest(std::vector<Item> items, Run run);

    /// For quiet runs: comparisons are counted, and nothing is sent.
    static Check quiet(std::uint64_t seed) {
        Check check(seed);
        check.quiet_ = true;
        return check;
    }

private:
    bool equal_text(std::string_view what, const std::string& expected, const std::string& actual,
                    std::string_view form);
    void report(std::string_view what, const std::string& expected, const std::string& actual,
                std::string_view form);
    void write_tape(const std::string& comment);

    std::uint64_t seed_;
    ip::Random random_;
    bool quiet_ = false;
    std::size_t failures_ = 0;
    std::vector<std::string> reported_;  ///< `what` of each
    std::vector<TapeFrame> tape_;
};

template <class Item, class Run>
bool Check::smallest(std::vector<Item> items, Run run) {
    const auto fails = [&](const std::vector<Item>& some) {
        Check check = quiet(seed_);
        run(some, check);
        return check.failed();
    };
    if (!fails(items)) return true;
    run(ip::shrink(std::move(items), fails, 400).items, *this);
    return false;
}

/// A case of the lesson; they run in the order of the file. `rfc`: where it is written, in one line.
struct Case {
    const char* name;
    const char* rfc;
    void (*run)(Check&);
    Case* next = nullptr;

    Case(const char* case_name, const char* section, void (*body)(Check&));
};

#define LESSON_JOIN_(a, b) a##b
#define LESSON_JOIN(a, b) LESSON_JOIN_(a, b)
#define LESSON_CASE(name, rfc)                                                                               \
    static void LESSON_JOIN(lesson_case_, __LINE__)(::glass::lesson::Check&);                                \
    static ::glass::lesson::Case LESSON_JOIN(lesson_entry_, __LINE__)(name, rfc,                             \
                                                                      &LESSON_JOIN(lesson_case_, __LINE__)); \
    static void LESSON_JOIN(lesson_case_, __LINE__)([[maybe_unused]] ::glass::lesson::Check & check)

}  // namespace glass::lesson
