#include "http/resume.h"

#include "http/borders.h"
#include "http/content_range.h"
#include "http/entity_tag.h"

namespace glass::http {

namespace {

/// RFC 9110 section 8.8.1 allows no weak one in If-Range.
std::optional<std::string_view> strong_etag(const Head& head) {
    auto value = find(head.fields, "ETag");
    const auto tag = value ? take_entity_tag(*value) : std::nullopt;
    if (!tag || tag->weak || !value->empty()) return {};
    return tag->text;
}

/// Whether the response names another entity tag, or another date, than the part has.
bool changed(const Head& response, const Partial& part) {
    if (part.validator.empty()) return false;
    const auto now =
        part.validator.starts_with('"') ? strong_etag(response) : find(response.fields, "Last-Modified");
    return now && *now != part.validator;
}

std::optional<ContentRange> content_range(const Head& response) {
    const auto value = find(response.fields, "Content-Range");
    return value ? parse_content_range(*value) : std::nullopt;
}

}  // namespace

std::string validator_of(const Head& response) {
    if (const auto etag = strong_etag(response)) return std::string(*etag);
    // RFC 9110 section 8.8.2.2: what was changed in this very second may change in it once more.
    const auto modified = find(response.fields, "Last-Modified");
    const bool weak = modified == find(response.fields, "Date");
    return std::string(weak ? "" : modified.value_or(""));
}

void ask_for_rest(ClientRequest& request, const Partial& part) {
    if (part.size == 0) return;
    request.fields.emplace_back("Range", "bytes=" + std::to_string(part.size) + "-");
    if (!part.validator.empty()) request.fields.emplace_back("If-Range", part.validator);
}

ResumeAnswer judge_resume(const Head& response, const Partial& part) {
    if (response.status == 200) {
        const auto length = find(response.fields, "Content-Length");
        return {ResumeStep::restart, length ? parse_content_length(*length) : std::nullopt};
    }
    const auto range = content_range(response);
    if (response.status == 416) {
        if (!range || range->range) return {ResumeStep::mismatch, {}};
        const bool whole = range->complete == part.size;
        return {whole ? ResumeStep::nothing : ResumeStep::mismatch, range->complete};
    }
    if (response.status != 206) return {ResumeStep::other, {}};
    const bool fits = range && range->range && range->range->first == part.size && !changed(response, part);
    return {fits ? ResumeStep::append : ResumeStep::mismatch, range ? range->complete : std::nullopt};
}

}  // namespace glass::http
