#!/bin/bash
# glass get against nginx and Python's http.server, over the kernel's sockets and over our own TCP, both versions: what
# arrives is what was sent, both ways, by every door that HTTP has for it; and what is said where it cannot be.
source tests/live/namespace.bash
needs nginx python3 nft
GLASS=$(realpath "$GLASS")  # it is run in other directories, too
site=$tmp/site
mkdir -p "$site/sub" "$tmp/logs" "$tmp/here"
head -c 3000000 /dev/urandom >"$site/large.bin"
seq 30000 >"$site/numbers.txt"
echo hello >"$site/hello.txt"
chmod 755 "$site" && chmod 777 "$site/sub"

cat >"$tmp/nginx.conf" <<NGINX
daemon off; user nobody nogroup; pid $tmp/logs/pid; error_log $tmp/logs/error;
events {}
http {
    types { text/plain txt; }
    access_log off; gzip on; gzip_types text/plain; keepalive_timeout 60;
    client_body_temp_path $tmp/logs/body; client_max_body_size 100m;
    server {
        listen 8000; listen [::]:8000; root $site;
        location /sub/ { dav_methods PUT; }
        location /old/ { return 301 /hello.txt; }
    }
}
NGINX
start nginx -e "$tmp/logs/error" -c "$tmp/nginx.conf" >/dev/null 2>&1 </dev/null
inside timeout -s KILL $longest python3 tests/live/get_peer.py "$site" 8001 </dev/null 2>"$tmp/logs/peer" &
listening() { until_true eval "inside ss -Hltn 'sport = :$1' | grep -q ." || skip_all "no server at $1"; }
listening 8000
listening 8001

one_line() { has_lines "$tmp/err" 1 && grep -Eq "^glass: .*$1" "$tmp/err"; }
# gives NAME FILE ARGUMENT...: glass get writes that file's octets to standard output, and nothing else anywhere.
gives() {
    local name=$1 file=$2
    shift 2
    glass get "$@"
    check "$name: exit status 0" [ "$status" -eq 0 ]
    check "$name: as it is" same_file "$tmp/out" "$file"
    check "$name: not a word more" is_empty "$tmp/err"
}
# fails NAME STATUS WORDS ARGUMENT...
fails() {
    local name=$1 wanted=$2 words=$3
    shift 3
    glass get "$@"
    check "$name: exit status $wanted" [ "$status" -eq "$wanted" ]
    check "$name: one line says why" one_line "$words"
}

# ---- down, by every way ----
for way in "sockets:127.0.0.1:" "sockets, IPv6:[::1]:" "our TCP:10.7.0.1:--tun" "our TCP, IPv6:[fd07::1]:--tun"; do
    name=${way%%:*} option=${way##*:} host=${way#*:} host=${host%:*}
    nginx=http://$host:8000 peer=http://$host:8001
    gives "$name: nginx" "$site/large.bin" $option "$nginx/large.bin"
    gives "$name: http.server" "$site/large.bin" $option "$peer/large.bin"
    gives "$name: several, a redirect among them" <(cat "$site"/{hello,hello,numbers}.txt) \
        $option "$nginx/old/" "$nginx/hello.txt" "$nginx/numbers.txt"
    gives "$name: chunked" "$site/numbers.txt" $option "$peer/chunked/numbers.txt"
    rm -f "$site/sub/up.bin" "$site/posted"
    glass get $option -T "$site/large.bin" "$nginx/sub/up.bin"
    check "$name: PUT: exit status 0" [ "$status" -eq 0 ]
    check "$name: PUT arrives as it is" same_file "$site/sub/up.bin" "$site/large.bin"
    glass get $option -d "@$site/numbers.txt" "$peer/posted"
    check "$name: POST arrives as it is" same_file "$site/posted" "$site/numbers.txt"
done

# ---- what else HTTP has ----
url=http://127.0.0.1:8000 peer=http://127.0.0.1:8001
glass get -I "$url/large.bin"
check "HEAD: the head, and no more" eval 'head -1 "$tmp/out" | grep -q "^HTTP/1.1 200" && grep -qi "^Content-Length: 3000000$" "$tmp/out"'
glass get -v --compressed -o "$tmp/here/numbers" "$url/numbers.txt"
check "gzip was there" grep -qi '< Content-Encoding: gzip' "$tmp/err"
check "gzip is taken off" same_file "$tmp/here/numbers" "$site/numbers.txt"
gives "gzip of http.server" "$site/numbers.txt" --compressed "$peer/gzip/numbers.txt"
gives "a redirect to another server" "$site/hello.txt" "$peer/to/$url/hello.txt"
fails "a redirect to itself" 1 'redirect' "$peer/loop"
fails "a redirect to https" 1 'a redirect to https, which needs TLS' "$peer/to/https://127.0.0.1/"
glass get --no-location -I "$url/old/"
check "--no-location" grep -q '^HTTP/1.1 301' "$tmp/out"
(cd "$tmp/here" && glass get -O "$url/hello.txt")
check "-O: the URL's name" same_file "$tmp/here/hello.txt" "$site/hello.txt"
inside sh -c "cat '$site/numbers.txt' | timeout -s KILL 60 '$GLASS' get -T - '$peer/chunked.txt'" 2>"$tmp/err"
check "PUT from a pipe, in chunks" same_file "$site/chunked.txt" "$site/numbers.txt"
glass get -f "$url/nothing"
check "--fail: 404: exit status 1, and no page" [ "$status" -eq 1 -a ! -s "$tmp/out" ]
glass get --json -o "$tmp/here/large" "$url/large.bin"
check "--json: the digest" grep -q "\"sha256\":\"$(sha256sum <"$site/large.bin" | cut -d' ' -f1)\"" "$tmp/out"

# A reader that takes its time: what waits for it does not grow.
truncate -s 40M "$site/sparse.bin"
inside timeout -s KILL 60 python3 - "$GLASS" >"$tmp/out" 2>"$tmp/err" <<'PYTHON'
import resource, subprocess, sys, time
def fetch(name, pause):
    process = subprocess.Popen([sys.argv[1], "get", "--tun", "http://10.7.0.1:8000/" + name], stdout=subprocess.PIPE)
    octets = 0
    while piece := process.stdout.read1(30000):
        octets += len(piece)
        time.sleep(pause)
    process.wait()
    return octets, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
usual, slow = fetch("large.bin", 0), fetch("sparse.bin", 0.0002)
print(slow[0], "small" if slow[1] < usual[1] + 20000 else f"{usual[1]} kB, {slow[1]} kB")
PYTHON
check "a slow reader: all arrives, and little waits for it" [ "$(cat "$tmp/out")" = "41943040 small" ]

# ---- what was cut off is gone on with ----
for option in "" --tun; do
    [ -z "$option" ] && peer=http://127.0.0.1:8001 || peer=http://10.7.0.1:8001
    rm -f "$tmp/here/cut"
    fails "cut${option:+, our TCP}" 1 'cut short: 1500000 of 3000000 octets.*-C' $option -o "$tmp/here/cut" "$peer/cut/large.bin"
    glass get $option -C -o "$tmp/here/cut" "$peer/cut/large.bin"
    check "resumed${option:+, our TCP}: as it is" same_file "$tmp/here/cut" "$site/large.bin"
    glass get $option --retry 1 -o "$tmp/here/again" "$peer/cut/large.bin"
    check "--retry${option:+, our TCP}: as it is" same_file "$tmp/here/again" "$site/large.bin"
    rm -f "$tmp/here/again"
done

# ---- the story of the connection, over a path that loses ----
lose() {  # lose INTERFACE: every twelfth packet of TCP, both ways
    inside nft -f - <<RULES
flush ruleset
table inet lossy {
    chain from { type filter hook input priority 0; iifname "$1" meta l4proto tcp numgen inc mod 12 == 7 drop; }
    chain to { type filter hook output priority 0; oifname "$1" meta l4proto tcp numgen inc mod 12 == 7 drop; }
}
RULES
}
if lose glass0; then
    glass get -v --no-offload --record "$tmp/get.pcapng" -o "$tmp/here/lossy" http://10.7.0.1:8000/numbers.txt
    check "our TCP, lossy: as it is" same_file "$tmp/here/lossy" "$site/numbers.txt"
    check "our TCP, lossy: the request" grep -q '> GET /numbers.txt HTTP/1.1' "$tmp/err"
    check "our TCP, lossy: the handshake" grep -q 'SYN,ACK; the handshake took' "$tmp/err"
    check "our TCP, lossy: the sum" grep -Eq '^ .* we sent .* before its turn, .*; round trip .*, RTO ' "$tmp/err"
    glass get -v --no-offload -T "$site/numbers.txt" http://10.7.0.1:8001/lossy
    check "our TCP, lossy: the upload arrives as it is" same_file "$site/lossy" "$site/numbers.txt"
    check "our TCP, lossy: what is sent again, and why" grep -Eq 'we send .* again: ' "$tmp/err"
    run decode "$tmp/get.pcapng"
    check "--record: glass decode reads it" [ "$status" -eq 0 ]
    check "--record: the request is in it" grep -q 'GET /numbers.txt' "$tmp/out"
    lose lo
    glass get -v -o "$tmp/here/lossy" http://127.0.0.1:8000/large.bin
    check "sockets, lossy: as it is" same_file "$tmp/here/lossy" "$site/large.bin"
    check "sockets, lossy: what the kernel says" grep -Eq 'sent [0-9]+ segments again; [1-9][0-9]* came before their turn; round trip' "$tmp/err"
    inside nft flush ruleset
else
    skip "lossy" "nftables drops nothing here"
fi
glass get -v -o "$tmp/here/lossy" --link "loss 10% rtt 4ms reorder 1% duplicate 1%" http://10.7.0.1:8000/numbers.txt
check "a simulated link: as it is" same_file "$tmp/here/lossy" "$site/numbers.txt"
check "a simulated link: what it loses" grep -q 'the link loses .* that they sent' "$tmp/err"
check "a simulated link: what is missing" grep -q 'is missing before it' "$tmp/err"
check "a simulated link: what comes late" grep -q 'nothing is missing any more, after ' "$tmp/err"

# ---- what is known of the path ----
glass get --json --tun -o "$tmp/here/large" http://10.7.0.1:8000/large.bin
check "our TCP: the RTO is less than a second" grep -Eq '"rto_ms":[0-9]{3}(\.[0-9]*)?,' "$tmp/out"

# ---- what cannot be ----
inside ip route add unreachable 192.0.2.0/24
fails "nobody there" 1 '10.7.0.77:80 does not answer within 300 ms: is it up' --tun --max-time 300ms http://10.7.0.77/
inside sysctl -qw net.ipv4.ip_forward=1
fails "refused" 1 '127.0.0.1:7999 refused the connection: ' http://127.0.0.1:7999/
fails "refused, our TCP" 1 '10.7.0.1:7999 refused the connection: ' --tun http://10.7.0.1:7999/
fails "refused, our TCP, IPv6" 1 '.fd07::1.:7999 refused the connection: ' --tun 'http://[fd07::1]:7999/'
fails "unreachable" 1 '192.0.2.1:80 cannot be reached: ' http://192.0.2.1/
fails "unreachable, our TCP" 1 '192.0.2.1:80 cannot be reached: ' --tun http://192.0.2.1/
fails "no answer" 1 'not done within 300 ms' --max-time 0.3 http://127.0.0.1:8001/slow
fails "loopback over our TCP" 1 "127.0.0.1:8000: that is the kernel's loopback, .*10.7.0.1" --tun http://127.0.0.1:8000/
fails "our own address" 1 '10.7.0.2:80: that is our own stack' --tun http://10.7.0.2/
fails "an unknown name" 1 'no address of nowhere.invalid' http://nowhere.invalid/
inside timeout -s KILL 60 python3 -c 'import socket, time
server = socket.socket(type=socket.SOCK_DGRAM)
server.bind(("127.0.0.9", 53))
time.sleep(60)' </dev/null &
silent=$!
until_true eval 'inside ss -Hlun "sport = :53" | grep -q .'
echo "nameserver 127.0.0.9" >"$tmp/resolv.conf"
for option in "" --tun; do
    inside unshare -m sh -c 'mount --bind "$0" /etc/resolv.conf && exec "$@"' "$tmp/resolv.conf" timeout -s KILL 30 \
        "$GLASS" get $option --max-time 300ms http://somewhere.test/ >"$tmp/out" 2>"$tmp/err" </dev/null
    status=$?
    check "a name server that is silent${option:+, our TCP}: exit status 1" [ "$status" -eq 1 ]
    check "a name server that is silent${option:+, our TCP}: one line says so" \
        one_line 'no name server tells the address of somewhere.test within 300 ms'
done
kill $silent
gives "a name" "$site/hello.txt" http://localhost:8000/hello.txt
fails "cannot write" 2 'cannot write /nonexistent/x: No such file' -o /nonexistent/x "$url/hello.txt"
fails "a full disk" 2 'cannot write /dev/full: No space' -o /dev/full "$url/hello.txt"
fails "cannot read" 2 'cannot read /nonexistent: No such file' -T /nonexistent "$url/sub/x"
fails "a full disk for the record" 2 '/dev/full: No space' --record /dev/full http://10.7.0.1:8000/hello.txt
cp "$GLASS" "$tmp/glass" && chmod 755 "$tmp/glass"
inside "${as_user[@]}" "$tmp/glass" get --tun http://10.7.0.1:8000/ >"$tmp/out" 2>"$tmp/err" </dev/null
check "without rights: one line says what helps" one_line 'cannot make the TUN interface .*run it as root'
inside "${as_user[@]}" "$tmp/glass" get "$url/hello.txt" >"$tmp/out" 2>"$tmp/err" </dev/null
check "without rights, over sockets" same_file "$tmp/out" "$site/hello.txt"

# ---- Ctrl-C ----
start "$GLASS" get --tun -o "$tmp/here/slow" http://10.7.0.1:8001/slow >/dev/null 2>"$tmp/err" </dev/null
until_true eval 'inside ss -Htn state established "sport = :8001" | grep -q .'
finish INT
check "Ctrl-C: exit status 130" [ "$status" -eq 130 ]
check "Ctrl-C: nothing is left" eval '[ "$(inside ip -o link | wc -l)" -eq 1 ]'
