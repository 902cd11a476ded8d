// Resume: how the rest of a representation is asked for, of which a part is there, and whether what comes is
// that rest: RFC 9110 sections 13.1.5, 14.2 to 14.4, 15.3.7 and 15.5.17.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "http/client_request.h"
#include "http/message.h"

namespace glass::http {

/// What is there from an attempt before.
struct Partial {
    std::uint64_t size = 0;
    std::string validator{};  ///< what If-Range says: a strong entity tag or a date; empty: nothing is known
};

/// What tells whether another response is about the same octets: a strong ETag, else Last-Modified; empty
/// where there is none.
[[nodiscard]] std::string validator_of(const Head& response);

/// Range and If-Range. Nothing, where nothing is there.
void ask_for_rest(ClientRequest& request, const Partial& part);

enum class ResumeStep : std::uint8_t {
    append,    ///< the content is what follows the part
    restart,   ///< the content is all of it: the part is outdated, or the server knows no ranges
    nothing,   ///< 416: the part is the whole already
    mismatch,  ///< the content does not fit the part, or the part is longer than the whole
    other,     ///< another answer, which says nothing about the part
};
struct ResumeAnswer {
    ResumeStep step = ResumeStep::other;
    std::optional<std::uint64_t> complete;  ///< length of the whole, where it is said
};
/// Of a response to a request that asked for the rest.
[[nodiscard]] ResumeAnswer judge_resume(const Head& response, const Partial& part);

}  // namespace glass::http
