// ServerWork: what a connection of a server needs while a request is under way, and an idle one does not.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "http/connection.h"
#include "http/handler.h"
#include "http/output_buffer.h"
#include "http/response_writer.h"

namespace glass::http {

struct ServerWork {
    explicit ServerWork(const Limits& limits) : reader(Kind::request, Policy::strict, limits) {}

    MessageReader reader;
    ip::Buffer kept;          ///< octets that came after the request that is being answered
    std::size_t kept_at = 0;  ///< of them, what is done with
    OutputBuffer out;
    ResponseWriter writer;
    std::unique_ptr<BodySink> sink;
    std::string path;  ///< where it is not as the target has it
    // Of the request that is being answered, for the log.
    std::string request_line;
    std::string referer;
    std::string user_agent;

    struct Resource {
        std::string_view path;
        std::string_view query;
    };
    /// What a target names, borrowed from it or from `path`. Nothing, which is answered with 400, where it is
    /// malformed.
    [[nodiscard]] std::optional<Resource> name_resource(std::string_view target);

    /// Octets to be read later.
    void keep(ip::Bytes octets);

    /// Nothing is under way.
    [[nodiscard]] bool idle() const {
        return kept.empty() && writer.done() && out.empty() && !sink && !reader.in_message() &&
               reader.kept() == 0;
    }
    [[nodiscard]] std::size_t footprint() const { return kept.capacity() + out.capacity() + path.capacity(); }
    /// Ready for another connection.
    void clear();
};

}  // namespace glass::http
