# Scenes about capture files: link types, clocks, snap lengths, containers, and what recording on a host does to packets.

scene snaplen "only the first 96 bytes of each packet were kept (tcpdump -s 96)"
record_snaplen() {
    two_hosts --delay 10
    web s
    tap c:eth0 snaplen.pcap -s 96 tcp
    fetch http://www.example/64.txt
    untap
    keep snaplen.pcap 'frame.cap_len == 96 && frame.len == 1514'
}

scene nanoseconds "time stamps with nine digits"
record_nanoseconds() {
    two_hosts
    tap c:eth0 nanoseconds.pcap --time-stamp-precision=nano
    on c ping -nq -c 3 -i 0.2 10.0.0.2 >/dev/null
    untap
    keep nanoseconds.pcap icmp
    [ "$(head -c 4 "$tmp/nanoseconds.pcap" | od -An -tx4 | tr -d ' ')" = a1b23c4d ]
}

scene compressed "the same capture packed with gzip and with zstd"
record_compressed() {
    two_hosts --delay 10
    web s
    tap c:eth0 packed.pcap tcp
    fetch http://www.example/4.txt
    untap
    gzip -9nk "$tmp/packed.pcap"
    zstd -19 -q "$tmp/packed.pcap" -o "$tmp/packed.pcap.zst"
    keep packed.pcap.gz 'http.response'
    keep packed.pcap 'http.response'
    kept[-1]=packed.pcap.zst
}

scene any "all interfaces of a router at once (tcpdump -i any): each packet twice, in Linux cooked headers, v1 and v2"
record_any() {
    one_router
    web s
    tap r:any any-sll.pcap -y LINUX_SLL ip or arp
    tap r:any any-sll2.pcap -y LINUX_SLL2 ip or arp
    on c ping -nq -c 1 192.0.2.1 >/dev/null
    at=192.0.2.1 fetch http://www.example/
    untap
    keep any-sll.pcap 'sll.pkttype == 0' 'sll.pkttype == 4' 'http.response'
    keep any-sll2.pcap 'sll.ifindex == 2' 'sll.ifindex == 3' 'http.response'
}

scene offload "on the sending host itself: checksums not yet computed, segments of 64 kB not yet cut (TSO, GRO)"
record_offload() {
    two_hosts
    local end
    for end in c s; do on $end ethtool -K eth0 tx on sg on tso on gso on gro on >/dev/null; done
    web s
    tap s:eth0 offload.pcap tcp
    fetch http://www.example/160.txt
    untap
    keep offload.pcap 'tcp.len > 1460' 'frame.len > 20000'
}

scene loopback "the loopback interface: MTU 65536, no checksum ever computed"
record_loopback() {
    host c
    web c
    tap c:lo loopback.pcap tcp
    at=127.0.0.1 fetch http://www.example/16.txt
    untap
    keep loopback.pcap 'ip.src == 127.0.0.1 && tcp.len > 1460'
}

scene raw-ip "recorded on a TUN device: packets without any link header"
record_raw-ip() {
    tunnel 4 iff-no-pi
    tap c:tun0 raw-ip.pcap ip
    on c ping -nq -c 1 192.0.2.2 >/dev/null
    at=192.0.2.2 fetch http://www.example/
    untap
    keep raw-ip.pcap 'frame.protocols == "raw:ip:icmp:data"' 'http.response'
}

scene nflog "recorded by the packet filter: what passed a rule of nft, with its NFLOG header"
record_nflog() {
    two_hosts
    web s
    on s nft -f - <<<'table inet t { chain c { type filter hook input priority 0; tcp dport 80 log prefix "web " group 5; }; }'
    tap s:nflog:5 nflog.pcap
    fetch http://www.example/
    sleep 1.2 # the kernel hands these over once a second
    untap
    keep nflog.pcap 'http.request'
}

# first_frame FILE FILTER: the number of the first frame that the display filter finds.
first_frame() { tshark -n -r "$tmp/$1" -Y "$2" -T fields -e frame.number 2>/dev/null | sed -n 1p; }

scene interfaces "pcapng from two interfaces with different link types (a tunnel and the wire below it), with comments"
record_interfaces() {
    tunnel 4 iff-no-pi
    exec_on c dumpcap -q -n -i eth0 -f ip -i tun0 -f ip -w "$tmp/dumpcap.pcapng" 2>"$tmp/dumpcap.log" &
    taps+=($!)
    until_said "$tmp/dumpcap.log" 'File:'
    sleep 0.5
    on c ping -nq -c 2 -i 0.2 192.0.2.2 >/dev/null
    sleep 1
    untap
    # dumpcap takes packets as the interfaces hand them over, so that a file may go back in time a little.
    local inside wire
    inside=$(first_frame dumpcap.pcapng 'frame.interface_name == "tun0"')
    wire=$(first_frame dumpcap.pcapng 'frame.interface_name == "eth0"')
    editcap -a "$inside:An echo request enters the tunnel," -a "$wire:and the same one on the wire, inside another header." \
        --capture-comment 'Two interfaces, two link types, one file.' \
        "$tmp/dumpcap.pcapng" "$tmp/interfaces.pcapng"
    python3 "$here/recording/strip.py" "$tmp/interfaces.pcapng"
    keep interfaces.pcapng 'frame.comment' 'frame.interface_id == 0 && ip.proto == 4' 'frame.interface_id == 1'
}
