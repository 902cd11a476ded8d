# Scenes of the internet layer: echo, fragments, ICMP errors, options, tags and tunnels, names.

scene ping "ARP, then three echo requests and replies"
record_ping() {
    two_hosts
    tap c:eth0 ping.pcap
    on c ping -nq -c 3 -i 0.2 -p 676c617373 10.0.0.2 >/dev/null
    untap
    keep ping.pcap 'arp.opcode == 2' 'icmp.type == 0 && icmp.seq == 3'
}

scene ping6 "an IPv6 host wakes up (duplicate address detection, MLD), finds its neighbour and pings it"
record_ping6() {
    two_hosts
    with_v6
    on c ip -6 addr flush dev eth0
    sleep 1 # the other host has its say first
    tap c:eth0 ping6.pcap
    set_in c net.ipv6.conf.eth0.accept_dad=1 net.ipv6.conf.eth0.router_solicitations=-1
    on c ip link set eth0 down
    on c ip link set eth0 up
    on c ip addr add 2001:db8::1/64 dev eth0
    sleep 2.2
    on c ping -6 -nq -c 2 -i 0.2 -p 676c617373 2001:db8::2 >/dev/null
    untap
    keep ping6.pcap 'icmpv6.type == 135 && ipv6.src == ::' 'ipv6.hopopts' 'icmpv6.type == 136' 'icmpv6.type == 129'
}

scene ip-options "record route and timestamps: IPv4 options that a router fills in"
record_ip-options() {
    one_router
    tap c:eth0 ip-options.pcap icmp
    on c ping -nq -c 1 -R 192.0.2.1 >/dev/null
    on c ping -nq -c 1 -T tsandaddr 192.0.2.1 >/dev/null
    untap
    keep ip-options.pcap 'ip.opt.type == 7' 'ip.opt.type == 68'
}

scene fragments "IPv4 fragments both ways: a large echo and a large UDP datagram over an MTU of 576"
record_fragments() {
    two_hosts
    start s socat UDP4-RECVFROM:7,fork EXEC:/bin/cat
    on c ip link set eth0 mtu 576
    on s ip link set eth0 mtu 576
    tap c:eth0 fragments.pcap ip
    on c ping -nq -c 1 -s 4000 10.0.0.2 >/dev/null
    lines 40 | on c socat -b 4096 -t 0.5 - UDP4:10.0.0.2:7,sourceport=40007 >/dev/null
    untap
    keep fragments.pcap 'icmp.type == 0 && ip.fragment.count == 8' 'udp.length == 2568'
}

scene fragments6 "IPv6 fragments both ways: a large echo and a large UDP datagram over an MTU of 1280"
record_fragments6() {
    two_hosts
    with_v6
    start s socat UDP6-RECVFROM:7,fork EXEC:/bin/cat
    on c ip link set eth0 mtu 1280
    on s ip link set eth0 mtu 1280
    tap c:eth0 fragments6.pcap 'ip6[6] != 0'
    on c ping -6 -nq -c 1 -s 4000 2001:db8::2 >/dev/null
    lines 40 | on c socat -b 4096 -t 0.5 - 'UDP6:[2001:db8::2]:7,sourceport=40007' >/dev/null
    untap
    keep fragments6.pcap 'icmpv6.type == 129 && ipv6.fragment.count == 4' 'udp.length == 2568'
}

scene fragment-lost "the middle fragment of each echo request goes missing: no answer but ICMP reassembly time exceeded"
record_fragment-lost() {
    one_router
    on c ip link set eth0 mtu 576
    set_in s net.ipv4.ipfrag_time=1
    on r nft -f - <<<'table ip t { chain c { type filter hook prerouting priority -450; ip frag-off & 0x1fff == 69 drop; }; }'
    tap c:eth0 fragment-lost.pcap icmp
    on c ping -nq -c 2 -s 1500 -W 3 192.0.2.1 >/dev/null || true
    sleep 1
    untap
    keep fragment-lost.pcap 'icmp.type == 11 && icmp.code == 1' 'ip.flags.mf == 1'
}

scene unreachable "the five common ways of ICMP to say that it cannot be delivered"
record_unreachable() {
    one_router
    on r ip route add prohibit 203.0.113.0/24
    tap c:eth0 unreachable.pcap ip
    say c UDP4:192.0.2.1:9
    say c IP4-SENDTO:192.0.2.1:253
    on c ping -nq -c 1 -W 1 203.0.113.1 >/dev/null || true
    on c ping -nq -c 1 -W 1 198.51.100.1 >/dev/null || true
    on c ping -nq -c 1 -W 4 192.0.2.99 >/dev/null || true
    untap
    keep unreachable.pcap 'icmp.type == 3 && icmp.code == 0' 'icmp.type == 3 && icmp.code == 1' \
        'icmp.type == 3 && icmp.code == 2' 'icmp.type == 3 && icmp.code == 3' 'icmp.type == 3 && icmp.code == 13'
}

scene unreachable6 "the same in ICMPv6, and the parameter problem that answers an unknown next header"
record_unreachable6() {
    one_router
    on r ip -6 route add prohibit 2001:db8:0:9::/64
    on r ip -6 route add unreachable 2001:db8:0:8::/64
    tap c:eth0 unreachable6.pcap 'ip6[6] != 0'
    say c 'UDP6:[2001:db8:0:1::1]:9'
    say c 'IP6-SENDTO:[2001:db8:0:1::1]:253'
    on c ping -6 -nq -c 1 -W 1 2001:db8:0:9::1 >/dev/null || true
    on c ping -6 -nq -c 1 -W 1 2001:db8:0:8::1 >/dev/null || true
    on c ping -6 -nq -c 1 -W 4 2001:db8:0:1::99 >/dev/null || true
    untap
    keep unreachable6.pcap 'icmpv6.type == 1 && icmpv6.code == 0' 'icmpv6.type == 1 && icmpv6.code == 1' \
        'icmpv6.type == 1 && icmpv6.code == 3' 'icmpv6.type == 1 && icmpv6.code == 4' 'icmpv6.type == 4 && icmpv6.code == 1'
}

# say HOST SOCAT-ADDRESS: one line to it, whatever the answer.
say() { echo hello | on "$1" socat -t 0.3 - "$2" 2>/dev/null || true; }

scene hops "traceroute by hand: echo requests with TTL 1, 2, 3 and hop limit 1, 2, 3 over two routers"
record_hops() {
    two_routers 1500 --delay 5
    tap c:eth0 hops.pcap 'icmp or (icmp6 and ip6[40] < 130)'
    local ttl
    for ttl in 1 2 3; do on c ping -nq -c 1 -W 1 -t $ttl 192.0.2.1 >/dev/null || true; done
    for ttl in 1 2 3; do on c ping -6 -nq -c 1 -W 1 -t $ttl 2001:db8:0:1::1 >/dev/null || true; done
    untap
    keep hops.pcap 'icmp.type == 11' 'icmp.type == 0' 'icmpv6.type == 3' 'icmpv6.type == 129'
}

scene path-mtu "a server learns the path's MTU: fragmentation needed, and the segments become smaller"
record_path-mtu() {
    two_routers 600 --delay 5
    web s
    tap s:eth0 path-mtu.pcap tcp or icmp
    at=192.0.2.1 fetch http://www.example/4.txt
    untap
    keep path-mtu.pcap 'icmp.type == 3 && icmp.code == 4 && icmp.mtu == 600' 'tcp.analysis.retransmission' 'http.response'
}

scene path-mtu6 "the same over IPv6: packet too big"
record_path-mtu6() {
    two_routers 1280 --delay 5
    web s
    tap s:eth0 path-mtu6.pcap 'ip6 proto 6 or (icmp6 and ip6[40] == 2)'
    at='[2001:db8:0:1::1]' fetch http://www.example/4.txt
    untap
    keep path-mtu6.pcap 'icmpv6.type == 2 && icmpv6.mtu == 1280' 'tcp.analysis.retransmission || tcp.analysis.out_of_order' 'http.response'
}

# tagged TPID:ID…: two hosts whose frames carry these tags on the cable.
tagged() {
    local at
    two_hosts
    for at in c s; do
        on $at sh -c 'mount -t bpf bpf /sys/fs/bpf && python3 "$@" &&
            tc qdisc add dev eth0 clsact &&
            tc filter add dev eth0 egress bpf direct-action object-pinned /sys/fs/bpf/push &&
            tc filter add dev eth0 ingress bpf direct-action object-pinned /sys/fs/bpf/pop' \
            sh "$here/recording/vlan.py" /sys/fs/bpf "$@"
    done
}

scene vlan "ARP, a ping and a page inside VLAN 10, priority 3 (802.1Q)"
record_vlan() {
    tagged 8100:$((3 << 13 | 10))
    web s
    tap c:eth0 vlan.pcap
    on c ping -nq -c 1 10.0.0.2 >/dev/null
    fetch http://www.example/
    untap
    keep vlan.pcap 'vlan.id == 10 && vlan.priority == 3 && arp' 'vlan.id == 10 && http.response'
}

scene qinq "two tags: VLAN 10 of a customer within VLAN 100 of the provider (802.1ad)"
record_qinq() {
    tagged 8100:10 88a8:100
    web s
    tap c:eth0 qinq.pcap
    fetch http://www.example/
    untap
    keep qinq.pcap 'ieee8021ad.id == 100 && vlan.id == 10 && http.response'
}

# tunnel PROTOCOL TUN-OPTIONS: an IP tunnel between c and s, made by socat out of a TUN device and a raw socket.
tunnel() {
    two_hosts
    start c socat "TUN,tun-name=tun0,$2" "IP4-SENDTO:10.0.0.2:$1"
    start s socat "TUN,tun-name=tun0,$2" "IP4-SENDTO:10.0.0.1:$1"
    sleep 0.3
    local end
    for end in c s; do on $end ip link set tun0 up mtu 1400; done
    give c:tun0 192.0.2.1/24 2001:db8:0:1::1/64
    give s:tun0 192.0.2.2/24 2001:db8:0:1::2/64
    web s
}

scene ipip "a ping and a page through IPv4 in IPv4 (protocol 4)"
record_ipip() {
    tunnel 4 iff-no-pi
    tap c:eth0 ipip.pcap ip
    on c ping -nq -c 1 192.0.2.2 >/dev/null
    at=192.0.2.2 fetch http://www.example/
    untap
    keep ipip.pcap 'ip.proto == 4 && http.response' 'ip.proto == 4 && icmp.type == 0'
}

scene 6in4 "a ping and a page through IPv6 in IPv4 (protocol 41)"
record_6in4() {
    tunnel 41 iff-no-pi
    tap c:eth0 6in4.pcap 'ip and ip[26] != 0'
    on c ping -6 -nq -c 1 2001:db8:0:1::2 >/dev/null
    at='[2001:db8:0:1::2]' fetch http://www.example/
    untap
    keep 6in4.pcap 'ip.proto == 41 && http.response' 'ip.proto == 41 && icmpv6.type == 129'
}

# The four bytes Linux puts before each packet of a TUN device are, by good luck, a GRE header without options.
scene gre "a ping, v4 and v6, and a page through GRE (protocol 47)"
record_gre() {
    tunnel 47 tun-type=tun
    tap c:eth0 gre.pcap 'ip and not (ip[22:2] = 0x86dd and ip[30] = 0)'
    on c ping -nq -c 1 192.0.2.2 >/dev/null
    on c ping -6 -nq -c 1 2001:db8:0:1::2 >/dev/null
    at=192.0.2.2 fetch http://www.example/
    untap
    keep gre.pcap 'gre && icmp.type == 0' 'gre && http.response' 'gre && icmpv6.type == 129'
}

scene vxlan "ARP, a ping and a page in Ethernet in UDP (VXLAN 42)"
record_vxlan() {
    two_hosts
    on c ip link add vx0 address 02:00:00:00:00:1a type vxlan id 42 dstport 4789 local 10.0.0.1 remote 10.0.0.2
    on s ip link add vx0 address 02:00:00:00:00:1b type vxlan id 42 dstport 4789 local 10.0.0.2 remote 10.0.0.1
    local end
    for end in c s; do
        on $end ethtool -K vx0 tx off tso off gso off gro off >/dev/null
        on $end ip link set vx0 up
    done
    give c:vx0 192.0.2.1/24
    give s:vx0 192.0.2.2/24
    web s
    tap c:eth0 vxlan.pcap ip
    on c ping -nq -c 1 192.0.2.2 >/dev/null
    at=192.0.2.2 fetch http://www.example/
    untap
    keep vxlan.pcap 'vxlan.vni == 42 && arp' 'vxlan && icmp.type == 0' 'vxlan && http.response'
}

# The records of the name server; everything else in .example does not exist.
zone=(--host-record=www.example,192.0.2.80,2001:db8::80 --cname=shop.example,web.example --cname=web.example,www.example
    --mx-host=example,mail.example,10 --txt-record=example,"v=spf1 -all"
    --srv-host=_http._tcp.example,www.example,80,1,5 --ptr-record=80.2.0.192.in-addr.arpa,www.example)

names() {
    two_hosts
    local i long=
    for i in 1 2 3 4 5 6 7 8; do long+=,"$(printf 'string %d ' $i)$(printf '%0140d' $i)"; done
    start s dnsmasq --keep-in-foreground --conf-file=/dev/null --no-resolv --no-hosts --user=root --pid-file= \
        --log-facility=- --local=/example/ --txt-record=long.example"$long" "${zone[@]}"
    wait_for s 53
}

scene dns "A, AAAA, MX, TXT, SRV and PTR records, a chain of CNAMEs, a name that does not exist"
record_dns() {
    names
    tap c:eth0 dns.pcap udp
    local question
    for question in 'www.example A' 'www.example AAAA' 'example MX' 'example TXT' '_http._tcp.example SRV' \
        '80.2.0.192.in-addr.arpa PTR' 'shop.example A' 'nobody.example A'; do
        on c dig @10.0.0.2 +nocookie +tries=1 $question >/dev/null
    done
    untap
    keep dns.pcap 'dns.flags.rcode == 3' 'dns.count.answers == 3' 'dns.resp.type == 28' 'dns.resp.type == 33'
}

scene dns-tcp "an answer too long for 512 bytes of UDP comes truncated, and is asked for again over TCP"
record_dns-tcp() {
    names
    tap c:eth0 dns-tcp.pcap ip
    on c dig @10.0.0.2 +noedns +tries=1 long.example TXT >/dev/null
    untap
    keep dns-tcp.pcap 'udp && dns.flags.truncated == 1' 'tcp && dns.count.answers >= 1'
}
