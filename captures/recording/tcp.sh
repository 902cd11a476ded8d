# Scenes of TCP: how connections begin and end, what happens to them on bad paths, options.

# drop HOST RULE…: a rule for packets that pass through or arrive at the host (nft).
drop() {
    on "$1" nft -f - <<<"table ip t { chain c { type filter hook prerouting priority -300; ${*:2}; }; }"
}

scene loss "one download, four in a hundred packets lost, recorded at both ends: SACK, fast retransmissions"
record_loss() {
    one_router --delay 10
    web s
    drop r ip saddr 192.0.2.1 numgen random mod 100 '<' 4 drop
    tap s:eth0 loss-sender.pcap tcp
    tap c:eth0 loss-receiver.pcap tcp
    at=192.0.2.1 fetch http://www.example/160.txt
    untap
    keep loss-sender.pcap 'tcp.analysis.duplicate_ack_num == 3' 'tcp.analysis.retransmission || tcp.analysis.out_of_order' 'tcp.options.sack.count >= 1'
    keep loss-receiver.pcap 'tcp.analysis.lost_segment' 'tcp.analysis.duplicate_ack'
}

scene loss-plain "the same without SACK and timestamps: three duplicate ACKs, as in 1990"
record_loss-plain() {
    one_router --delay 10
    web s
    set_in c net.ipv4.tcp_sack=0 net.ipv4.tcp_timestamps=0
    drop r ip saddr 192.0.2.1 numgen random mod 100 '<' 4 drop
    tap s:eth0 loss-plain.pcap tcp
    at=192.0.2.1 fetch http://www.example/160.txt
    untap
    keep loss-plain.pcap 'tcp.analysis.retransmission' 'tcp.analysis.duplicate_ack_num == 3'
}

scene bottleneck "a download through 4 Mbit/s and a queue of 12 kB: slow start, overflow, recovery, sawtooth"
record_bottleneck() {
    one_router --delay 10
    web s
    on r tc qdisc add dev near root tbf rate 4mbit burst 3100 limit 12000
    tap s:eth0 bottleneck.pcap tcp
    at=192.0.2.1 fetch http://www.example/320.txt
    untap
    keep bottleneck.pcap 'tcp.analysis.duplicate_ack_num == 3' 'tcp.options.sack.count >= 2'
}

scene timeout "the last segment of an answer is lost twice: tail loss probe, then retransmission timeout"
record_timeout() {
    one_router --delay 10
    web s
    drop r ip saddr 192.0.2.1 tcp flags '&' psh == psh ip length '< 1500' numgen inc mod 100 '{ 1, 2 }' drop
    tap s:eth0 timeout.pcap tcp
    at=192.0.2.1 fetch http://www.example/4.txt
    untap
    keep timeout.pcap 'tcp.analysis.retransmission && tcp.analysis.rto > 0.2' 'tcp.len > 0 && tcp.analysis.retransmission'
}

scene reordered "a path on which every eighth segment is overtaken: nothing is lost, all the same SACKs"
record_reordered() {
    two_hosts --delay 10 --late 8
    web s
    tap c:eth0 reordered.pcap tcp
    fetch http://www.example/64.txt
    untap
    keep reordered.pcap 'tcp.analysis.out_of_order || tcp.analysis.retransmission' 'tcp.options.sack.count >= 1'
}

scene duplicated "a path that delivers every eighth segment twice: D-SACK"
record_duplicated() {
    two_hosts --delay 10 --twice 8
    web s
    tap c:eth0 duplicated.pcap tcp
    fetch http://www.example/64.txt
    untap
    keep duplicated.pcap 'tcp.analysis.retransmission || tcp.analysis.spurious_retransmission' 'tcp.options.sack.dsack'
}

scene syn-lost "the first SYN is lost, and the second comes a second later"
record_syn-lost() {
    two_hosts --delay 10
    web s
    drop s tcp flags syn numgen inc mod 100 == 0 drop
    tap c:eth0 syn-lost.pcap tcp
    fetch http://www.example/
    untap
    keep syn-lost.pcap 'tcp.flags == 0x002 && tcp.analysis.retransmission' 'http.response'
}

scene no-answer "a connection attempt that nobody answers: SYN, and again after 1, 2 and 4 seconds"
record_no-answer() {
    two_hosts --delay 10
    on c sysctl -eqw net.ipv4.tcp_syn_linear_timeouts=0 # newer kernels' patience is not the RFC's
    drop s tcp dport 80 drop
    tap c:eth0 no-answer.pcap tcp
    fetch --connect-timeout 8 http://www.example/ 2>/dev/null || true
    untap
    keep no-answer.pcap 'frame.number == 4' 'tcp.flags == 0x002 && tcp.analysis.retransmission'
}

scene refused "nobody listens: RST, over IPv4 and IPv6"
record_refused() {
    two_hosts --delay 10
    with_v6
    tap c:eth0 refused.pcap tcp or 'ip6 proto 6'
    fetch http://www.example/ 2>/dev/null || true
    at='[2001:db8::2]' fetch http://www.example/ 2>/dev/null || true
    untap
    keep refused.pcap 'tcp.flags == 0x014 && ip' 'tcp.flags == 0x014 && ipv6'
}

scene abort "a client gives up in the middle of a download: data arrives at a closed socket, RST"
record_abort() {
    two_hosts --delay 20
    web s
    tap c:eth0 abort.pcap tcp
    fetch --limit-rate 20k --max-time 0.2 http://www.example/64.txt 2>/dev/null || true
    untap
    keep abort.pcap 'tcp.flags.reset == 1' 'tcp.len > 0'
}

scene gone "a line for a server that has closed already: RST, for nobody is there to read it"
record_gone() {
    two_hosts --delay 10
    start s socat TCP-LISTEN:7,reuseaddr EXEC:/bin/true
    wait_for s 7
    tap c:eth0 gone.pcap tcp
    (sleep 1.2; echo too late; sleep 0.4) | on c socat -t 3 - TCP:10.0.0.2:7 >/dev/null 2>&1 || true
    untap
    keep gone.pcap 'tcp.flags.reset == 1 && tcp.srcport == 7' 'tcp.len > 0 && tcp.dstport == 7'
}

scene peer-lost "the other end vanishes: keep-alives without an answer, then RST"
record_peer-lost() {
    two_hosts --delay 10
    start s socat TCP-LISTEN:7,reuseaddr EXEC:/bin/cat
    wait_for s 7
    tap c:eth0 peer-lost.pcap tcp
    (echo hello; sleep 6) | on c socat - TCP:10.0.0.2:7,keepalive,keepidle=1,keepintvl=1,keepcnt=3 >/dev/null 2>&1 &
    local client=$!
    sleep 0.5
    drop s tcp dport 7 drop
    wait $client || true
    untap
    keep peer-lost.pcap 'tcp.analysis.keep_alive' 'tcp.flags.reset == 1 && tcp.dstport == 7'
}

scene ack-lost "an answer arrives, its ACKs do not: sent again for nothing, and D-SACK says so"
record_ack-lost() {
    two_hosts --delay 10
    web s
    drop s tcp dport 80 ip length 52 tcp flags '&' '(fin|syn|rst)' == 0 numgen inc mod 1000 '<' 6 drop
    tap c:eth0 ack-lost.pcap tcp
    (printf 'GET /4.txt HTTP/1.1\r\nHost: www.example\r\n\r\n'; sleep 1.5) | on c socat - TCP:10.0.0.2:80 >/dev/null
    untap
    keep ack-lost.pcap 'tcp.analysis.spurious_retransmission' 'tcp.options.sack.dsack'
}

scene zero-window "a reader that stops reading for three seconds: window full, zero window, probes, update"
record_zero-window() {
    two_hosts --delay 10
    web s
    set_in c 'net.ipv4.tcp_rmem=4096 16384 32768'
    tap c:eth0 zero-window.pcap tcp
    on c curl -q -sS http://10.0.0.2/160.txt | (sleep 3; cat >/dev/null)
    untap
    keep zero-window.pcap 'tcp.analysis.zero_window' 'tcp.analysis.zero_window_probe || tcp.analysis.keep_alive' \
        'tcp.analysis.window_full' 'tcp.analysis.window_update'
}

scene keep-alive "an idle connection and its keep-alive probes, one a second"
record_keep-alive() {
    two_hosts --delay 10
    start s socat TCP-LISTEN:7,reuseaddr EXEC:/bin/cat
    wait_for s 7
    tap c:eth0 keep-alive.pcap tcp
    (echo hello; sleep 3.5) | on c socat - TCP:10.0.0.2:7,keepalive,keepidle=1,keepintvl=1 >/dev/null
    untap
    keep keep-alive.pcap 'tcp.analysis.keep_alive' 'tcp.analysis.keep_alive_ack'
}

scene half-close "a sorting service: the answer can only come after the client's FIN"
record_half-close() {
    two_hosts --delay 10
    start s socat TCP-LISTEN:7,reuseaddr,fork EXEC:/usr/bin/sort
    wait_for s 7
    tap c:eth0 half-close.pcap tcp
    printf '%s\n' three one two | on c socat -t 3 - TCP:10.0.0.2:7 >/dev/null
    untap
    keep half-close.pcap 'tcp.srcport == 7 && tcp.len > 0 && tcp.ack > 15' 'tcp.flags.fin == 1 && tcp.srcport == 7'
}

scene simultaneous "both sides open at the same time, and close at the same time: SYNs and FINs that cross"
record_simultaneous() {
    two_hosts --delay 100
    tap c:eth0 simultaneous.pcap tcp
    (echo hello from c; sleep 1.5) | on c socat -t 1 - TCP:10.0.0.2:7,sourceport=7 >/dev/null &
    local other=$!
    (echo hello from s; sleep 1.5) | on s socat -t 1 - TCP:10.0.0.1:7,sourceport=7 >/dev/null
    wait $other
    untap
    # Both FINs are on their way before either is acknowledged.
    keep simultaneous.pcap 'tcp.flags == 0x002 && ip.src == 10.0.0.1' 'tcp.flags == 0x002 && ip.src == 10.0.0.2' \
        'tcp.flags.fin == 1 && ip.src == 10.0.0.1 && tcp.ack == 14' 'tcp.flags.fin == 1 && ip.src == 10.0.0.2 && tcp.ack == 14'
}

scene fast-open "TCP Fast Open: the first visit asks for a cookie, the second sends its request in the SYN"
record_fast-open() {
    two_hosts --delay 20
    set_in c net.ipv4.tcp_fastopen=1
    set_in s net.ipv4.tcp_fastopen=2
    web s
    tap c:eth0 fast-open.pcap tcp
    fetch --tcp-fastopen http://www.example/
    fetch --tcp-fastopen http://www.example/
    untap
    keep fast-open.pcap 'tcp.options.tfo.request' 'tcp.flags.syn == 1 && tcp.flags.ack == 0 && tcp.len > 0'
}

scene ecn "explicit congestion notification: the router marks some packets CE, ECE answers, CWR confirms"
record_ecn() {
    one_router --delay 10
    set_in c net.ipv4.tcp_ecn=1
    set_in s net.ipv4.tcp_ecn=1
    web s
    drop r ip saddr 192.0.2.1 ip ecn ect0 numgen inc mod 12 == 11 ip ecn set ce
    tap c:eth0 ecn.pcap tcp
    at=192.0.2.1 fetch http://www.example/64.txt
    untap
    keep ecn.pcap 'tcp.flags.syn == 1 && tcp.flags.ece == 1 && tcp.flags.cwr == 1' 'ip.dsfield.ecn == 3' \
        'tcp.flags.syn == 0 && tcp.flags.ece == 1' 'tcp.flags.syn == 0 && tcp.flags.cwr == 1'
}

scene port-reused "the same client port twice within a second: two connections, not one"
record_port-reused() {
    two_hosts --delay 10
    web s
    tap c:eth0 port-reused.pcap tcp
    # The server closes first, so that no TIME-WAIT keeps the client from its port.
    fetch --local-port 50000 --http1.0 http://www.example/chunked/4.txt
    sleep 0.2
    fetch --local-port 50000 --http1.0 http://www.example/chunked/4.txt
    untap
    keep port-reused.pcap 'tcp.analysis.reused_ports' 'tcp.stream == 1'
}

# peers FILE SERVER-OPTIONS CLIENT-ARGUMENTS: peer.py talks to itself.
peers() {
    local file=$1 server=$2 client=$3
    two_hosts --delay 10
    start s python3 "$here/recording/peer.py" serve 7 $server
    wait_for s 7
    tap c:eth0 "$file" tcp
    on c python3 "$here/recording/peer.py" send 10.0.0.2 7 $client >/dev/null
    untap
}

scene seq-wrap "sequence numbers pass 2^32 in the middle of the data"
record_seq-wrap() {
    peers seq-wrap.pcap '' '200 --isn 4294962296'
    keep seq-wrap.pcap 'tcp.seq_raw == 4294962296' 'tcp.srcport != 7 && tcp.seq_raw < 10000 && tcp.len > 0'
}

scene urgent "one urgent byte after the first line"
record_urgent() {
    peers urgent.pcap '' '3 --urgent'
    keep urgent.pcap 'tcp.flags.urg == 1 && tcp.urgent_pointer > 0'
}

scene tcp-md5 "every segment signed with MD5 (RFC 2385)"
record_tcp-md5() {
    peers tcp-md5.pcap '--md5 10.0.0.1' '3 --md5 10.0.0.2'
    keep tcp-md5.pcap 'tcp.options.md5 && tcp.flags.syn == 1' 'tcp.options.md5 && tcp.len > 0'
}

scene mptcp "Multipath TCP: capable, data sequence signals, data FIN"
record_mptcp() {
    peers mptcp.pcap --mptcp '3 --mptcp'
    keep mptcp.pcap 'tcp.options.mptcp.subtype == 0' 'tcp.options.mptcp.subtype == 2'
}
