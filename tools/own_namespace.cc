#include "tools/own_namespace.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "ip/file_descriptor.h"
#include "ip/interface.h"

namespace glass::tools {
namespace {

constexpr int kNamespaces = CLONE_NEWNET | CLONE_NEWPID | CLONE_NEWNS;

bool write_file(const char* path, const std::string& text) {
    const ip::FileDescriptor file(open(path, O_WRONLY | O_CLOEXEC));
    return file && write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

std::string why_not(int error) {
    const std::string reason = std::strerror(error);
    if (error == ENOSPC || error == EUSERS)
        return fmt::format("no namespace of its own ({}): the limits in /proc/sys/user are too low", reason);
    return fmt::format(
        "no namespace of its own ({}): run it as root, or have user namespaces allowed "
        "(glass doctor tells more)",
        reason);
}

/// Who we are stays who we are.
bool map_user(uid_t user, gid_t group) {
    write_file("/proc/self/setgroups", "deny");  // older kernels have none
    return write_file("/proc/self/uid_map", fmt::format("{0} {0} 1", user)) &&
           write_file("/proc/self/gid_map", fmt::format("{0} {0} 1", group));
}

}  // namespace

std::expected<void, std::string> enter_own_namespaces() {
    const uid_t user = geteuid();
    const gid_t group = getegid();
    if (unshare(kNamespaces) == 0) return {};
    if (unshare(CLONE_NEWUSER | kNamespaces) != 0 || !map_user(user, group))
        return std::unexpected(why_not(errno));
    return {};
}

std::expected<void, std::string> set_up_own_namespaces() {
    // Mounts stay here.
    if (mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0)
        (void)mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr);
    write_file("/proc/sys/net/ipv4/ip_forward", "1");
    write_file("/proc/sys/net/ipv6/conf/all/forwarding", "1");
    write_file("/proc/sys/net/ipv4/ping_group_range", "0 2147483647");
    return ip::configure_interface("lo", {});
}

void keep_rights() {
    __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
    __user_cap_data_struct data[2]{};
    if (syscall(SYS_capget, &header, data) != 0) return;
    for (__user_cap_data_struct& word : data) word.inheritable = word.permitted;
    if (syscall(SYS_capset, &header, data) != 0) return;
    for (unsigned long capability = 0; capability <= CAP_LAST_CAP; ++capability)
        prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0);
}

}  // namespace glass::tools
