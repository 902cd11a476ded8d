#include "ip/interface.h"

#include <array>
#include <bit>
#include <cerrno>
#include <cstring>
#include <fmt/format.h>
#include <fstream>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <poll.h>
#include <string_view>
#include <sys/socket.h>

#include "ip/file_descriptor.h"

namespace glass::ip {
namespace {

using Done = std::expected<void, std::string>;

/// A request as rtnetlink has it: a header, a structure, then attributes, all in the machine's byte order.
class Request {
public:
    template <class Body>
    Request(std::uint16_t type, std::uint16_t flags, const Body& body) {
        append(nlmsghdr{.nlmsg_len = 0,
                        .nlmsg_type = type,
                        .nlmsg_flags = static_cast<std::uint16_t>(flags | NLM_F_REQUEST),
                        .nlmsg_seq = 1,
                        .nlmsg_pid = 0});
        append(body);
    }
    Request& add(std::uint16_t type, Bytes value) {
        append(
            rtattr{.rta_len = static_cast<std::uint16_t>(sizeof(rtattr) + value.size()), .rta_type = type});
        octets_.insert(octets_.end(), value.begin(), value.end());
        octets_.resize((octets_.size() + 3) / 4 * 4);
        return *this;
    }
    Request& add(std::uint16_t type, std::uint32_t value) {
        return add(type, std::bit_cast<std::array<std::uint8_t, 4>>(value));
    }
    Request& add(std::uint16_t type, const Address& address) {
        return add(type, after(address.v6.octets, address.is_v4() ? 12 : 0));
    }
    /// Ready to be sent.
    Bytes octets() {
        const auto length = static_cast<std::uint32_t>(octets_.size());
        std::memcpy(octets_.data(), &length, sizeof length);
        return octets_;
    }

private:
    template <class T>
    void append(const T& value) {
        const std::size_t at = octets_.size();
        octets_.resize(at + (sizeof value + 3) / 4 * 4);
        std::memcpy(&octets_[at], &value, sizeof value);
    }
    Buffer octets_;
};

template <class T>
T take(Bytes octets) {
    T value{};
    std::memcpy(&value, octets.data(), std::min(sizeof value, octets.size()));
    return value;
}

/// The attribute of that type, without its header; empty where there is none.
Bytes attribute(Bytes attributes, std::uint16_t type) {
    while (attributes.size() >= sizeof(rtattr)) {
        const auto header = take<rtattr>(attributes);
        if (header.rta_len < sizeof(rtattr) || header.rta_len > attributes.size()) break;
        if (header.rta_type == type) return attributes.first(header.rta_len).subspan(sizeof(rtattr));
        attributes = after(attributes, (header.rta_len + 3u) / 4 * 4);
    }
    return {};
}

/// What the kernel says is wrong, in its words where it has any (NETLINK_EXT_ACK).
std::string reason_of(Bytes message, int error) {
    const std::string text =
        error == EPERM ? "no right to do so (CAP_NET_ADMIN): run it as root" : std::strerror(error);
    const bool has_words = take<nlmsghdr>(message).nlmsg_flags & NLM_F_ACK_TLVS;
    const Bytes words =
        has_words ? attribute(after(message, sizeof(nlmsghdr) + sizeof(nlmsgerr)), NLMSGERR_ATTR_MSG)
                  : Bytes{};
    if (words.empty()) return text;
    return fmt::format("{} ({})", text, reinterpret_cast<const char*>(words.data()));
}

class Netlink {
public:
    static std::expected<Netlink, std::string> open() {
        Netlink out(FileDescriptor(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE)));
        if (!out.socket_)
            return std::unexpected(fmt::format("cannot speak rtnetlink: {}", std::strerror(errno)));
        const int on = 1;
        (void)setsockopt(out.socket_.get(), SOL_NETLINK, NETLINK_EXT_ACK, &on,
                         sizeof on);  // older kernels: no words
        (void)setsockopt(out.socket_.get(), SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof on);
        return out;
    }

    /// The answer: a message, or an acknowledgment. The error is the kernel's reason.
    std::expected<Bytes, std::string> ask(Request request) {
        const Bytes octets = request.octets();
        if (send(socket_.get(), octets.data(), octets.size(), 0) < 0)
            return std::unexpected(std::strerror(errno));
        const ssize_t n = recv(socket_.get(), answer_.data(), answer_.size(), 0);
        if (n < 0) return std::unexpected(std::strerror(errno));
        const Bytes message(answer_.data(), static_cast<std::size_t>(n));
        if (take<nlmsghdr>(message).nlmsg_type != NLMSG_ERROR) return message;
        const int error = -take<nlmsgerr>(after(message, sizeof(nlmsghdr))).error;
        if (error != 0) return std::unexpected(reason_of(message, error));
        return message;
    }

private:
    explicit Netlink(FileDescriptor socket) : socket_(std::move(socket)) {}

    FileDescriptor socket_;
    std::vector<std::uint8_t> answer_ = std::vector<std::uint8_t>(32 * 1024);
};

std::uint8_t family_of(const Address& address) {
    return address.is_v4() ? AF_INET : AF_INET6;
}

ifinfomsg link_message(unsigned index) {
    ifinfomsg out{};
    out.ifi_index = static_cast<int>(index);
    return out;
}

/// Settings go to one interface, which is named in what fails.
class Configurator {
public:
    Configurator(Netlink& netlink, std::string name, std::uint32_t index)
        : netlink_(netlink), name_(std::move(name)), index_(index) {}

    Done apply(const InterfaceSettings& settings) {
        if (settings.mtu)
            if (auto done = set(IFLA_MTU, *settings.mtu, "MTU"); !done) return done;
        if (settings.queue_length)
            if (auto done = set(IFLA_TXQLEN, *settings.queue_length, "queue length"); !done) return done;
        for (const Prefix& address : settings.addresses)
            if (auto done = add_address(address); !done) return done;
        if (auto done = bring_up(); !done) return done;
        for (const Prefix& route : settings.routes)
            if (auto done = add_route(route); !done) return done;
        return {};
    }

private:
    Done tell(Request request, const std::string& what) {
        const auto answer = netlink_.ask(std::move(request));
        if (!answer) return std::unexpected(fmt::format("{}: cannot {}: {}", name_, what, answer.error()));
        return {};
    }
    Done set(std::uint16_t attribute, std::uint32_t value, std::string_view what) {
        return tell(Request(RTM_NEWLINK, NLM_F_ACK, link_message(index_)).add(attribute, value),
                    fmt::format("set the {} to {}", what, value));
    }
    Done bring_up() {
        ifinfomsg up = link_message(index_);
        up.ifi_flags = up.ifi_change = IFF_UP;
        return tell(Request(RTM_NEWLINK, NLM_F_ACK, up), "bring it up");
    }
    /// Nobody else is on the link: there is no need to ask whether an address is in use (RFC 4862
    /// section 5.4).
    Done add_address(const Prefix& prefix) {
        const ifaddrmsg body{.ifa_family = family_of(prefix.address),
                             .ifa_prefixlen = prefix.length,
                             .ifa_flags = IFA_F_NODAD,
                             .ifa_scope = RT_SCOPE_UNIVERSE,
                             .ifa_index = index_};
        return tell(Request(RTM_NEWADDR, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, body)
                        .add(IFA_LOCAL, prefix.address)
                        .add(IFA_ADDRESS, prefix.address),
                    fmt::format("add the address {}", to_string(prefix)));
    }
    Done add_route(const Prefix& prefix) {
        rtmsg body{};
        body.rtm_family = family_of(prefix.address);
        body.rtm_dst_len = prefix.length;
        body.rtm_table = RT_TABLE_MAIN;
        body.rtm_protocol = RTPROT_STATIC;
        body.rtm_scope = prefix.address.is_v4() ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE;
        body.rtm_type = RTN_UNICAST;
        return tell(Request(RTM_NEWROUTE, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, body)
                        .add(RTA_DST, network_of(prefix))
                        .add(RTA_OIF, index_),
                    fmt::format("add the route to {}", to_string(prefix)));
    }

    Netlink& netlink_;
    std::string name_;
    std::uint32_t index_;
};

/// IPv6 addresses take a moment until the kernel receives what is sent to them, even where nobody else can
/// have them.
bool has_tentative_address(const std::string& name) {
    std::ifstream file("/proc/net/if_inet6");
    std::string address, index, length, scope, flags, device;
    while (file >> address >> index >> length >> scope >> flags >> device)
        if (device == name && (std::stoul(flags, nullptr, 16) & IFA_F_TENTATIVE) != 0) return true;
    return false;
}
void wait_for_addresses(const std::string& name) {
    constexpr int kMostTries = 200;
    for (int i = 0; i < kMostTries && has_tentative_address(name); ++i) poll(nullptr, 0, 1);
}

std::unexpected<std::string> no_such(const std::string& name) {
    return std::unexpected(fmt::format("{}: no such interface", name));
}

}  // namespace

Address network_of(const Prefix& prefix) {
    Address out = prefix.address;
    const std::size_t first_bit = prefix.address.is_v4() ? 96 : 0;
    for (std::size_t bit = first_bit + prefix.length; bit < 128; ++bit)
        out.v6.octets[bit / 8] &= static_cast<std::uint8_t>(~(0x80 >> bit % 8));
    return out;
}

std::string to_string(const Prefix& prefix) {
    return fmt::format("{}/{}", to_string(prefix.address), prefix.length);
}

Done configure_interface(const std::string& name, const InterfaceSettings& settings) {
    const unsigned index = if_nametoindex(name.c_str());
    if (index == 0) return no_such(name);
    auto netlink = Netlink::open();
    if (!netlink) return std::unexpected(netlink.error());
    const auto done = Configurator(*netlink, name, index).apply(settings);
    if (done) wait_for_addresses(name);
    return done;
}

std::expected<InterfaceState, std::string> interface_state(const std::string& name) {
    const unsigned index = if_nametoindex(name.c_str());
    if (index == 0) return no_such(name);
    auto netlink = Netlink::open();
    if (!netlink) return std::unexpected(netlink.error());
    const auto answer = netlink->ask(Request(RTM_GETLINK, 0, link_message(index)));
    if (!answer) return std::unexpected(fmt::format("{}: {}", name, answer.error()));
    const Bytes body = after(*answer, sizeof(nlmsghdr));
    return InterfaceState{.mtu = take<std::uint32_t>(attribute(after(body, sizeof(ifinfomsg)), IFLA_MTU)),
                          .up = (take<ifinfomsg>(body).ifi_flags & IFF_UP) != 0};
}

}  // namespace glass::ip
