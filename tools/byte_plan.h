// Byte plan: which octets of a layer to print beside which fields, so that no octet is printed twice.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "tools/field.h"
#include "tools/layer_places.h"

namespace glass::tools {

/// What is said about one field.
struct Saying {
    std::size_t depth = 0;
    std::string text;  ///< "Time to Live 64"
    std::string note;  ///< "TCP"
};

/// Octets in one piece, and the fields in them: one, or several that share an octet. The widest comes first;
/// those inside of it, and what derives from it, follow a level deeper.
struct Unit {
    Extent octets;              ///< from the start of the layer; empty where nothing has a place
    std::vector<Saying> above;  ///< titles of the lists and objects that start here
    std::vector<Saying> beside;
    std::vector<Saying> below;  ///< what comes after the list or object that ends here
    bool dump = false;  ///< a long text or long octets: best shown as a dump, their value is not in `beside`
};

/// Units in the order of their octets, which do not overlap. An object or list whose members have no places,
/// or leave octets of it out, is one unit; else its members are.
[[nodiscard]] std::vector<Unit> plan_bytes(std::span<const Field> fields);

}  // namespace glass::tools
