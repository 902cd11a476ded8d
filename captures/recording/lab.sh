# The laboratory a scene happens in: hosts (network namespaces), cables, servers and recorders, removed on exit.
# Sourced by `record`; runs as root. A host is named by a letter or two, an interface as HOST:IFACE.

scenes=()
declare -A about
# scene NAME WHAT-IT-SHOWS: announces the function record_NAME that follows it.
scene() { scenes+=("$1"); about[$1]=$2; }

need_tools() {
    local row missing=
    for row in tcpdump:tcpdump tshark:tshark dumpcap:wireshark-common editcap:wireshark-common curl:curl wget:wget \
        nginx:nginx socat:socat dig:bind9-dnsutils dnsmasq:dnsmasq-base ping:iputils-ping ip:iproute2 \
        tc:iproute2 ss:iproute2 nft:nftables ethtool:ethtool sysctl:procps python3:python3 gzip:gzip zstd:zstd; do
        PATH=$clean_path command -v "${row%:*}" >/dev/null || missing+=" ${row#*:}"
    done
    [ -z "$missing" ] || { echo "record: please install the Debian packages:$missing" >&2; return 1; }
}

# ---- the laboratory itself -----------------------------------------------------------------------------------
clean_path=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

# Must run in a subshell of its own: everything goes when that ends, however it ends.
laboratory() {
    tag=glass-$BASHPID
    tmp=$(mktemp -d)
    hosts=() pids=() taps=() kept=() macs=9
    trap 'exit 130' INT TERM HUP
    trap clear_away EXIT
}

clear_away() {
    local host pid
    set +e
    { # quietly: the shell would report each process it sees killed
        for pid in "${pids[@]}" "${taps[@]}"; do kill "$pid"; done
        sleep 0.1
        for host in "${hosts[@]}"; do
            for pid in $(ip netns pids "$tag-$host"); do kill -9 "$pid"; done
        done
        wait
    } 2>/dev/null
    for host in "${hosts[@]}"; do ip netns del "$tag-$host"; done
    rm -rf "$tmp"
}

# on HOST COMMAND…: runs it there, with nothing of the caller's environment.
on() { (exec_on "$@"); }

# The shell itself becomes the command, so that $! is the command's process.
exec_on() {
    local host=$1
    shift
    exec ip netns exec "$tag-$host" env -i PATH=$clean_path LC_ALL=C.UTF-8 HOME="$tmp" "$@"
}

# start HOST COMMAND…: the same, in the background, until the laboratory closes.
start() {
    local host=$1
    shift
    exec_on "$host" "$@" >>"$tmp/log" 2>&1 &
    pids+=($!)
}

# wait_for HOST PORT: until somebody listens on that TCP port there.
wait_for() {
    local tries
    for ((tries = 0; tries < 100; tries++)); do
        [ -z "$(on "$1" ss -Hltn "sport = :$2")" ] || return 0
        sleep 0.05
    done
    cat "$tmp/log" >&2
    echo "record: nothing listens on port $2" >&2
    return 1
}

# set_in HOST NAME=VALUE…: kernel settings of that host alone.
set_in() {
    local host=$1
    shift
    on "$host" sysctl -qw "$@"
}

# ---- hosts and cables ----------------------------------------------------------------------------------------
host() {
    local name
    for name; do
        ip netns add "$tag-$name"
        hosts+=("$name")
        set_in "$name" net.ipv6.conf.default.disable_ipv6=1 net.ipv4.tcp_congestion_control=reno \
            net.ipv4.icmp_ratelimit=0 net.ipv4.icmp_msgs_per_sec=100000 net.ipv6.icmp.ratelimit=0 \
            net.ipv4.tcp_no_metrics_save=1 'net.ipv4.tcp_rmem=4096 131072 6291456'
        on "$name" ip link set lo up
    done
}

# cable HOST:IFACE HOST:IFACE: MAC addresses count up from 02:00:00:00:00:0a; nothing is left to offload engines.
cable() {
    local end
    ip link add "${1#*:}" netns "$tag-${1%:*}" address "02:00:00:00:00:$(printf %02x $((macs + 1)))" type veth \
        peer name "${2#*:}" netns "$tag-${2%:*}" address "02:00:00:00:00:$(printf %02x $((macs + 2)))"
    macs=$((macs + 2))
    for end in "$1" "$2"; do
        on "${end%:*}" ethtool -K "${end#*:}" tx off tso off gso off gro off >/dev/null
        on "${end%:*}" ip link set "${end#*:}" up
    done
}

# give HOST:IFACE ADDRESS/BITS…
give() {
    local at=$1 address dev=${1#*:}
    shift
    for address; do
        if [[ $address == *:* ]]; then
            # No address configuration and no routers' advertisements: only the packets the scene is about.
            set_in "${at%:*}" "net.ipv6.conf.$dev.accept_dad=0" "net.ipv6.conf.$dev.accept_ra=0" \
                "net.ipv6.conf.$dev.router_solicitations=0" "net.ipv6.conf.$dev.disable_ipv6=0"
            on "${at%:*}" ip addr add "$address" dev "$dev" nodad
        else
            on "${at%:*}" ip addr add "$address" dev "$dev"
        fi
    done
}

router() { set_in "$1" net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1; }

# long_cable FROM TO WIRE-OPTIONS…: a cable that takes its time, made by wire.py on a host of its own.
long_cable() {
    local from=$1 to=$2 between=w${#hosts[@]}
    shift 2
    host "$between"
    cable "$from" "$between:left"
    cable "$between:right" "$to"
    start "$between" python3 "$here/recording/wire.py" left right "$@"
    sleep 0.3
}

# two_hosts [WIRE-OPTIONS…]: c 10.0.0.1 and s 10.0.0.2 on one cable.
two_hosts() {
    host c s
    if [ $# -gt 0 ]; then long_cable c:eth0 s:eth0 "$@"; else cable c:eth0 s:eth0; fi
    give c:eth0 10.0.0.1/24
    give s:eth0 10.0.0.2/24
}

# with_v6: the two hosts are also 2001:db8::1 and ::2.
with_v6() {
    give c:eth0 2001:db8::1/64
    give s:eth0 2001:db8::2/64
}

# one_router [WIRE-OPTIONS…]: c 10.0.0.1 -- .254 r .254 -- 192.0.2.1 s; v6 2001:db8::1 -- ::fe r 1::fe -- 2001:db8:0:1::1.
one_router() {
    host c r s
    cable c:eth0 r:near
    if [ $# -gt 0 ]; then long_cable r:far s:eth0 "$@"; else cable r:far s:eth0; fi
    router r
    give c:eth0 10.0.0.1/24 2001:db8::1/64
    give r:near 10.0.0.254/24 2001:db8::fe/64
    give r:far 192.0.2.254/24 2001:db8:0:1::fe/64
    give s:eth0 192.0.2.1/24 2001:db8:0:1::1/64
    default_via c 10.0.0.254 2001:db8::fe
    default_via s 192.0.2.254 2001:db8:0:1::fe
}

# two_routers MTU WIRE-OPTIONS…: c -- r == q -- s, the link between the routers carrying packets of at most MTU bytes.
two_routers() {
    local mtu=$1
    host c r q s
    cable c:eth0 r:near
    long_cable r:mid q:mid "${@:2}"
    long_cable q:far s:eth0 "${@:2}"
    router r
    router q
    give c:eth0 10.0.0.1/24 2001:db8::1/64
    give r:near 10.0.0.254/24 2001:db8::fe/64
    give r:mid 198.51.100.1/24 2001:db8:0:2::1/64
    give q:mid 198.51.100.2/24 2001:db8:0:2::2/64
    give q:far 192.0.2.254/24 2001:db8:0:1::fe/64
    give s:eth0 192.0.2.1/24 2001:db8:0:1::1/64
    default_via c 10.0.0.254 2001:db8::fe
    default_via r 198.51.100.2 2001:db8:0:2::2
    default_via q 198.51.100.1 2001:db8:0:2::1
    default_via s 192.0.2.254 2001:db8:0:1::fe
    on r ip link set mid mtu "$mtu"
    on q ip link set mid mtu "$mtu"
}

default_via() {
    on "$1" ip route add default via "$2"
    on "$1" ip -6 route add default via "$3"
}

# ---- recorders -----------------------------------------------------------------------------------------------
# tap HOST:IFACE FILE [TCPDUMP-ARGUMENTS…]: records from now on, until untap.
tap() {
    local at=$1 file=$2
    shift 2
    exec_on "${at%%:*}" tcpdump -i "${at#*:}" -n -B 32768 -U --immediate-mode -Z root -w "$tmp/$file" "$@" 2>"$tmp/$file.log" &
    taps+=($!)
    until_said "$tmp/$file.log" 'listening on'
}

until_said() {
    local tries
    for ((tries = 0; tries < 200; tries++)); do
        ! grep -q "$2" "$1" 2>/dev/null || return 0
        sleep 0.05
    done
    cat "$1" >&2
    return 1
}

untap() {
    local pid
    sleep 0.3
    for pid in "${taps[@]}"; do
        kill "$pid" 2>/dev/null || true # -c may have ended it
        wait "$pid" || true
    done
    taps=()
    if grep -hE '^[1-9][0-9]* packets? dropped by kernel' "$tmp"/*.log; then return 1; fi
}

# keep FILE FILTER…: delivers FILE if each display filter (of tshark) finds a frame in it.
keep() {
    local file=$1 filter
    shift
    for filter; do
        if [ -z "$(TZ=UTC tshark -n -r "$tmp/$file" -Y "$filter" 2>>"$tmp/log" | head -1)" ]; then
            echo "record: $file has no frame with: $filter" >&2
            return 1
        fi
    done
    kept+=("$file")
}

deliver() {
    local file
    for file in "${kept[@]}"; do
        install -m 644 -o "${SUDO_UID:-0}" -g "${SUDO_GID:-0}" "$tmp/$file" "$here/$file"
        echo "  $file, $(stat -c %s "$here/$file") bytes"
    done
}

# ---- what is sent --------------------------------------------------------------------------------------------
# lines COUNT: text in which every line says where it belongs; 64 bytes a line.
lines() { awk -v n="$1" 'BEGIN { for (i = 1; i <= n; i++) printf "%06d  glass lets you see every byte of this numbered line ...\n", i }'; }

# web HOST: nginx there, on port 80, serving files that are the same in every recording.
web() {
    local www=$tmp/www size
    mkdir -p "$www/upload" "$tmp/nginx"
    printf '<!doctype html>\n<title>Glass</title>\n<h1>Every byte of this page can be seen.</h1>\n' >"$www/index.html"
    for size in 4 16 64 160 320; do lines $((size * 16)) >"$www/$size.txt"; done
    TZ=UTC find "$www" -type f -exec touch -d '2020-01-01 00:00:00' {} +
    cp "$here/recording/nginx.conf" "$tmp/nginx.conf"
    start "$1" nginx -e stderr -p "$tmp" -c nginx.conf
    wait_for "$1" 80
}

# fetch CURL-ARGUMENTS…: curl on host c, knowing www.example by the address $at (10.0.0.2 unless set).
fetch() { on c curl -q -sS --resolve "www.example:80:${at-10.0.0.2}" -o /dev/null "$@"; }

peer() { on "$1" python3 "$here/recording/peer.py" "${@:2}"; }
