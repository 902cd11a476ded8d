#include "http/accept_encoding.h"

#include <algorithm>
#include <optional>

#include "http/characters.h"

namespace glass::http {

namespace {

/// weight of RFC 9110 section 12.4.2, in thousandths; 0 where it is malformed.
int parse_weight(std::string_view text) {
    if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return 0;
    if (text.size() > 1 && text[1] != '.') return 0;
    int value = text[0] - '0', unit = 1000;
    value *= unit;
    for (const char c : text.substr(std::min<std::size_t>(2, text.size()))) {
        if (!is_digit(c)) return 0;
        unit /= 10;
        value += (c - '0') * unit;
    }
    return value <= 1000 ? value : 0;
}

struct Weights {
    std::optional<int> gzip, identity, others;

    void add(std::string_view element) {
        const std::size_t semicolon = std::min(element.find(';'), element.size());
        const std::string_view coding = trim(element.substr(0, semicolon));
        int weight = 1000;
        if (semicolon < element.size()) {
            const std::string_view parameter = trim(element.substr(semicolon + 1));
            weight = same_name(parameter.substr(0, 2), "q=") ? parse_weight(parameter.substr(2)) : 0;
        }
        if (same_name(coding, "gzip") || same_name(coding, "x-gzip"))
            gzip = std::max(gzip.value_or(0), weight);
        else if (same_name(coding, "identity"))
            identity = weight;
        else if (coding == "*")
            others = weight;
    }
};

}  // namespace

bool prefers_gzip(const std::vector<Field>& fields) {
    Weights weights;
    for (const Field& field : fields) {
        if (!same_name(field.name, "Accept-Encoding")) continue;
        for (std::size_t at = 0; at <= field.value.size();) {
            const std::size_t comma = std::min(field.value.find(',', at), field.value.size());
            weights.add(field.value.substr(at, comma - at));
            at = comma + 1;
        }
    }
    const int gzip = weights.gzip.value_or(weights.others.value_or(0));
    // Identity is acceptable unless it is ruled out, but asked for only where it is named.
    return gzip > 0 && gzip >= weights.identity.value_or(0);
}

}  // namespace glass::http
