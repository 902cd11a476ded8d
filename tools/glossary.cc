#include "tools/glossary.h"

#include <algorithm>
#include <array>
#include <string>
#include <tuple>

#include "tools/glossary_parts.h"
#include "tools/nearest.h"

namespace glass::tools {
namespace {

/// No word is longer; what is, is not compared with any.
constexpr std::size_t kLongestWord = 64;

/// What may stand before a field's or label's name.
constexpr auto kQualifiers = std::to_array<std::string_view>(
    {"ah",     "analysis", "arp",     "chdlc",  "data",  "dns",      "dstopts",  "esp",     "eth",   "flags",
     "fr",     "frame",    "fraghdr", "geneve", "gre",   "gtp",      "hopopts",  "http",    "icmp",  "icmpv6",
     "ip",     "ipv6",     "l2tp",    "llc",    "loop",  "mipv6",    "mobility", "mpls",    "nflog", "null",
     "option", "options",  "ppi",     "ppp",    "pppoe", "radiotap", "raw",      "routing", "sll",   "sll2",
     "snap",   "tcp",      "udp",     "vlan",   "vxlan", "wlan"});
/// What may follow it.
constexpr auto kNouns = std::to_array<std::string_view>(
    {"bit", "code", "field", "flag", "header", "label", "option", "state", "timer"});

template <std::size_t N>
bool one_of(const std::array<std::string_view, N>& words, std::string_view word) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
bool is_separator(char c) {
    return c == '-' || c == '_' || c == '.' || c == ' ';
}

/// Lower case, and single spaces between the parts of a word, however it was written.
std::string normalized(std::string_view word) {
    std::string out;
    for (const char c : word) {
        if (!is_separator(c)) {
            out += lower(c);
        } else if (!out.empty() && out.back() != ' ') {
            out += ' ';
        }
    }
    if (!out.empty() && out.back() == ' ') out.pop_back();
    return out;
}

struct Spelling {
    std::string key;  ///< normalized
    std::string_view written;
    const Term* term;
};

struct Glossary {
    std::vector<Term> terms;
    std::vector<Spelling> spellings;  ///< sorted by key

    Glossary();
    void add(std::string_view written, const Term& term) {
        spellings.push_back({normalized(written), written, &term});
    }
    const Term* find(std::string_view key) const;
};

Glossary::Glossary() {
    for (const auto part :
         {capture_terms(), streams_terms(), link_terms(), ip_terms(), ipv6_terms(), udp_terms(), tcp_terms(),
          analysis_terms(), concepts_terms(), states_terms(), http_terms()})
        terms.insert(terms.end(), part.begin(), part.end());
    std::sort(terms.begin(), terms.end(), [](const Term& a, const Term& b) { return a.word < b.word; });
    for (const Term& term : terms) {
        add(term.word, term);
        for (std::string_view rest = term.aliases; !rest.empty();) {
            const std::size_t end = std::min(rest.find(", "), rest.size());
            add(rest.substr(0, end), term);
            rest.remove_prefix(std::min(end + 2, rest.size()));
        }
    }
    std::sort(spellings.begin(), spellings.end(),
              [](const Spelling& a, const Spelling& b) { return a.key < b.key; });
}

const Term* Glossary::find(std::string_view key) const {
    const auto at = std::lower_bound(spellings.begin(), spellings.end(), key,
                                     [](const Spelling& s, std::string_view k) { return s.key < k; });
    if (at != spellings.end() && at->key == key) return at->term;
    const std::size_t first_end = key.find(' ');
    if (first_end == key.npos) return nullptr;
    if (one_of(kQualifiers, key.substr(0, first_end)))
        if (const Term* term = find(key.substr(first_end + 1))) return term;
    const std::size_t last = key.rfind(' ') + 1;
    return one_of(kNouns, key.substr(last)) ? find(key.substr(0, last - 1)) : nullptr;
}

/// Built when first asked for, and never changed.
const Glossary& glossary() {
    static const Glossary built;
    return built;
}

/// How far a spelling is from what was typed, or nothing if too far. A swap of two letters counts as one
/// mistake, and the start of a word as one, too: people stop typing.
bool is_near(std::string_view typed, std::string_view key, std::size_t& distance) {
    const std::size_t allowed =
        typed.size() < 3 ? 0 : typed.size() / 3;  // two letters are near to everything
    distance = 1;
    if (typed.size() >= 3 && key.starts_with(typed)) return true;
    if (std::max(typed.size(), key.size()) - std::min(typed.size(), key.size()) > allowed) return false;
    distance = edit_distance(typed, key);
    if (distance == 2 && std::is_permutation(typed.begin(), typed.end(), key.begin(), key.end()))
        distance = 1;
    return distance <= allowed;
}

}  // namespace

std::span<const Term> all_terms() {
    return glossary().terms;
}

const Term* find_term(std::string_view word) {
    return word.size() > kLongestWord ? nullptr : glossary().find(normalized(word));
}

std::vector<std::string_view> near_terms(std::string_view word) {
    constexpr std::size_t kMost = 5;
    if (word.size() > kLongestWord) return {};
    const std::string typed = normalized(word);
    std::vector<std::pair<std::size_t, const Spelling*>> found;
    for (const Spelling& spelling : glossary().spellings)
        if (std::size_t distance; is_near(typed, spelling.key, distance))
            found.emplace_back(distance, &spelling);
    const auto rank = [](const auto& f) {
        const bool is_alias = f.second->written != f.second->term->word;
        return std::tuple(f.first, is_alias, f.second->key.size(), std::string_view(f.second->key));
    };
    std::sort(found.begin(), found.end(), [&](const auto& a, const auto& b) { return rank(a) < rank(b); });
    std::vector<std::string_view> words;
    std::vector<const Term*> named;
    for (const auto& [distance, spelling] : found) {
        if (words.size() == kMost) break;
        if (std::find(named.begin(), named.end(), spelling->term) != named.end()) continue;
        named.push_back(spelling->term);
        words.push_back(spelling->written);
    }
    return words;
}

}  // namespace glass::tools
