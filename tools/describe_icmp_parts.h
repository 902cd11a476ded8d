// Parts of ICMP messages that have a shape of their own: extensions of errors, and Neighbor Discovery's
// options.
#pragma once

#include "ip/bytes.h"
#include "tools/field.h"

namespace glass::tools {

/// The extension structure of RFC 4884 section 7 at octet `at` of the layer, as a list of objects.
void add_icmp_extensions(FieldList& out, const FieldInfo& list, std::size_t at, ip::Bytes octets);

/// The options of RFC 4861 section 4.6 from octet `at` of the layer on, as a list of objects.
void add_nd_options(FieldList& out, const FieldInfo& list, std::size_t at, ip::Bytes octets);

}  // namespace glass::tools
