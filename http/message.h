// Message: the head of a request or a response as a value, and how its body is framed: RFC 9112 sections 2,
// 3, 4 and 6.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "http/policy.h"

namespace glass::http {

enum class Kind : std::uint8_t { request, response };

/// RFC 9110 section 2.5.
struct Version {
    std::uint8_t major = 1;
    std::uint8_t minor = 1;

    auto operator<=>(const Version&) const = default;
};

/// A field line, borrowed: name as sent, value without white space around it.
struct Field {
    std::string_view name;
    std::string_view value;

    bool operator==(const Field&) const = default;
};

/// Start line and fields. Its texts are borrowed from the octets that it was parsed from.
struct Head {
    Kind kind = Kind::request;
    Version version;
    std::string_view version_text;  ///< as sent
    std::string_view method;        ///< request
    std::string_view target;        ///< request, as sent
    std::uint16_t status = 0;       ///< response
    std::string_view reason;        ///< response
    std::vector<Field> fields;      ///< in order, each line on its own: RFC 9110 section 5.3
    Note notes = Note::none;
    /// Values that could not be borrowed as they were sent: folded lines, octets made spaces. `fields` point
    /// into it, so a Head may be moved, not copied.
    std::vector<char> rewritten;

    Head() = default;
    Head(Head&&) = default;
    Head& operator=(Head&&) = default;
    Head(const Head&) = delete;
    Head& operator=(const Head&) = delete;
    ~Head() = default;
};

/// The value of the first field of this name, or nothing. Names are compared without case.
[[nodiscard]] std::optional<std::string_view> find(const std::vector<Field>& fields, std::string_view name);

/// Whether a comma-separated field of this name, over all its lines, has this element: RFC 9110
/// section 5.6.1. Compared without case; parameters of elements are part of them.
[[nodiscard]] bool has_element(const std::vector<Field>& fields, std::string_view name,
                               std::string_view element);

/// Whether the comma-separated list has this element, compared without case; never for an empty element.
[[nodiscard]] bool has_element(std::string_view list, std::string_view element);

/// How the end of a body is found: RFC 9112 section 6.3.
enum class Framing : std::uint8_t {
    none,            ///< there is no body
    content_length,  ///< so many octets
    chunked,
    close,   ///< whatever comes until the connection ends
    tunnel,  ///< what follows the head is another protocol's: CONNECT, 101
};
[[nodiscard]] std::string_view to_string(Framing framing);  ///< "none", "content-length", ..., "upgrade"

/// What RFC 9112 section 3.2 demands of Host. A server answers all but ok with 400.
enum class HostCheck : std::uint8_t { ok, missing, repeated, invalid };

/// What a response must know of the request that it answers.
struct RequestContext {
    std::uint64_t number = 0;
    bool head = false;     ///< HEAD: the response has no body
    bool connect = false;  ///< CONNECT: after a 2xx the connection is a tunnel
};

/// A message whose head is complete.
struct Message {
    Head head;
    Framing framing = Framing::none;
    std::optional<std::uint64_t> content_length;  ///< what the field says, where it is one number
    bool keep_alive = true;                       ///< the connection persists: RFC 9112 section 9.3
    /// Request: the authority of an absolute or authority-form target, else the Host field; with its port.
    std::string_view host;
    HostCheck host_check = HostCheck::ok;
    std::uint64_t number = 0;  ///< of its kind on this connection, from 0
    std::uint64_t start = 0;   ///< stream offset of the first octet of the start line
    /// Response: the number of the request that it answers, where that is known.
    std::optional<std::uint64_t> request;

    [[nodiscard]] bool interim() const { return head.kind == Kind::response && head.status / 100 == 1; }
};

}  // namespace glass::http
