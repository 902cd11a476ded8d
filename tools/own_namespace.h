// Own namespace: a network, and all its processes, that nobody else sees and that leave nothing behind:
// namespaces(7).
#pragma once

#include <expected>
#include <string>

namespace glass::tools {

/// The calling process gets a network, a mount and, for its children, a process namespace of its own; for
/// who is not root in a user namespace of its own, in which it is the same user with all rights. Not for
/// processes with threads. The error is one line that says what helps.
[[nodiscard]] std::expected<void, std::string> enter_own_namespaces();

/// In the first child, which is the init process there: /proc shows what is there, the loopback interface is
/// up, packets are forwarded, and everybody may ping. What of this does not work is left.
[[nodiscard]] std::expected<void, std::string> set_up_own_namespaces();

/// The program that is executed next keeps the rights, whoever runs it.
void keep_rights();

}  // namespace glass::tools
