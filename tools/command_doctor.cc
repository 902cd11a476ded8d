#include "tools/command_doctor.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/capability.h>
#include <netinet/in.h>
#include <string>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ip/file_descriptor.h"
#include "ip/tun.h"
#include "tools/capture_loop.h"
#include "tools/own_namespace.h"

namespace glass::tools {
namespace {

/// Something that works, or why it does not, in one line.
struct Finding {
    bool works = false;
    std::string why;
};

Finding yes(std::string what = {}) {
    return {true, std::move(what)};
}
Finding no(std::string why) {
    return {false, std::move(why)};
}

bool has_capability(unsigned number) {
    __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
    __user_cap_data_struct data[2]{};
    if (syscall(SYS_capget, &header, data) != 0) return false;
    return (data[number / 32].effective >> number % 32 & 1) != 0;
}

/// Opened and closed again: no interface is made.
Finding look_at_clone() {
    const ip::FileDescriptor file(open("/dev/net/tun", O_RDWR | O_CLOEXEC));
    if (file) return yes("can be opened");
    const int error = errno;
    if (error == ENOENT) return no("is not there: \"modprobe tun\", or give the device to this container");
    return no(std::strerror(error));
}

/// Makes an interface, which is gone at once.
Finding try_tun(bool offload) {
    const auto tun = ip::Tun::open({.name = "glassdoc%d", .exists = false, .offload = offload});
    return tun ? yes() : no(tun.error());
}

/// In a process of its own, whose namespaces end with it: what it finds there comes through a pipe.
template <class Try>
Finding try_elsewhere(Try what) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return no(std::strerror(errno));
    const ip::FileDescriptor out(ends[0]);
    ip::FileDescriptor in(ends[1]);
    std::fflush(nullptr);
    const pid_t child = fork();
    if (child < 0) return no(std::strerror(errno));
    if (child == 0) {
        const Finding found = what();
        const std::string text = (found.works ? "+" : "-") + found.why;
        _exit(write(in.get(), text.data(), text.size()) < 0 ? 1 : 0);
    }
    in.close();
    char text[512];
    const ssize_t n = read(out.get(), text, sizeof text);
    waitpid(child, nullptr, 0);
    if (n <= 0) return no("the attempt ended without an answer");
    return {text[0] == '+', std::string(text + 1, static_cast<std::size_t>(n - 1))};
}

/// All that glass lab does.
Finding try_lab() {
    return try_elsewhere([] {
        const auto entered = enter_own_namespaces();
        if (!entered) return no(entered.error());
        // The rest is for a child: only that one is in the new process namespace.
        return try_elsewhere([] {
            const auto done = set_up_own_namespaces();
            return done ? try_tun(false) : no(done.error());
        });
    });
}

Finding try_capture() {
    const ip::FileDescriptor file(socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0));
    return file ? yes() : no("takes root or CAP_NET_RAW");
}

Finding look_at_ipv6() {
    const ip::FileDescriptor file(socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    return file && access("/proc/net/if_inet6", F_OK) == 0 ? yes() : no("the kernel has none");
}

void show(std::string_view what, const Finding& found) {
    std::string text = found.works ? "yes" : "no";
    if (!found.why.empty()) text += ": " + found.why;
    fmt::print("  {:<34}{}\n", what, text);
}

}  // namespace

int run_doctor() {
    const Finding clone = look_at_clone(), tun = try_tun(false), offload = try_tun(true);
    const Finding lab = try_lab(), capture = try_capture(), ipv6 = look_at_ipv6();
    fmt::print("What is here\n");
    show("root", geteuid() == 0 ? yes() : no(fmt::format("user {}", geteuid())));
    show("CAP_NET_ADMIN", has_capability(CAP_NET_ADMIN) ? yes() : no("not in this network namespace"));
    show("/dev/net/tun", clone);
    show("TUN interfaces can be made", tun);
    show("offload of checksums and segments",
         offload.works ? yes() : no(tun.works ? offload.why : "no TUN interface"));
    show("networks of one's own", lab);
    show("IPv6", ipv6);
    fmt::print("\nWhat works\n");
    show("glass serve, ping, nc, get --tun",
         tun.works ? yes()
                   : no(lab.works ? "but within glass lab" : "serve, nc and get only over the kernel's TCP"));
    show("glass lab", lab.works ? yes() : no("see \"networks of one's own\""));
    show("glass get, serve, nc --sockets", yes("take no rights"));
    show("capturing with -i", capture);
    show("decoding, sim, replay", yes("take no rights"));
    if (!clone.works && !tun.works)
        fmt::print(
            "\nTo get the rest: load the module with modprobe tun, or give /dev/net/tun to this container\n");
    else if (!tun.works && !lab.works)
        fmt::print(
            "\nTo get the rest: run it as root, or allow user namespaces "
            "(sysctl -w kernel.unprivileged_userns_clone=1, or on Ubuntu\n"
            "sysctl -w kernel.apparmor_restrict_unprivileged_userns=0), "
            "or have root make an interface: ip tuntap add glass0 mode tun user $USER;\n"
            "ip address add 10.7.0.1/24 dev glass0; ip link set glass0 up; "
            "then glass serve --device glass0\n");
    return kAllRead;
}

}  // namespace glass::tools
