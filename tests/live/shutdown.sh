#!/bin/bash
# The end of glass serve: at whatever moment it is told, by whatever signal, no interface, address, route or process is
# left; what was asked for before still arrives, and records are whole.
#   GLASS_SHUTDOWN_ROUNDS  how many moments (4)
source tests/live/namespace.bash
needs curl
rounds=${GLASS_SHUTDOWN_ROUNDS:-4}
mkdir "$tmp/site"
head -c 5000000 /dev/urandom >"$tmp/site/large.bin"

clean() {
    [ "$(inside ip -o link | wc -l)" -eq "$links" ] && [ -z "$(inside ip -o route show table all | grep -v ' lo ')" ] &&
        [ -z "$(inside ip -o address | grep -v ' lo ')" ] && ! pgrep -f "$tmp/site" >/dev/null
}
links=$(inside ip -o link | wc -l)
check "before: a clean namespace" clean

# While it begins, and while it works for several who want much.
left=0
for round in $(seq "$rounds"); do
    for signal in INT TERM KILL; do
        start "$GLASS" serve --quiet "$tmp/site" >"$tmp/served" 2>"$tmp/server.err" </dev/null
        if [ $((round % 3)) -ne 0 ]; then
            until_true grep -q '^Serving' "$tmp/served"
            for url in http://10.7.0.2/large.bin 'http://[fd07::2]/large.bin'; do
                inside curl -s -g -A "glass-client $ns" --limit-rate 2M -o /dev/null "$url" &
            done
        fi
        sleep "0.0$((round * 7 % 10))$round"
        finish "$signal"
        pkill -KILL -f "glass-client $ns"
        until_true clean || left=$((left + 1))
    done
done
wait 2>/dev/null
check "$((3 * rounds)) ends at different moments: nothing is left" [ "$left" -eq 0 ]

# In good order: who downloads gets all of it, who is idle sees the end at once, and then it is over.
start_server --quiet "$tmp/site" --record "$tmp/record.pcapng"
inside curl -s -o "$tmp/whole" --limit-rate 3M http://10.7.0.2/large.bin &
download=$!
inside python3 -c '
import socket
s = socket.create_connection(("10.7.0.2", 80))
s.sendall(b"HEAD / HTTP/1.1\r\nHost: a\r\n\r\n")
while b"\r\n\r\n" not in s.recv(10000): pass
print("idle", flush=True)
print("FIN" if s.recv(1) == b"" else "more")' >"$tmp/idle" &
until_true grep -q idle "$tmp/idle"
until_true test -s "$tmp/whole"
finish INT
check "Ctrl-C: exit status 0" [ "$status" -eq 0 ]
wait $download
check "Ctrl-C: the download came to its end" [ $? -eq 0 ]
check "Ctrl-C: it is whole" same_file "$tmp/whole" "$tmp/site/large.bin"
check "Ctrl-C: an idle connection is closed" grep -q FIN "$tmp/idle"
check "Ctrl-C: nothing is left" clean
run check "$tmp/record.pcapng"
check "the record is sound" [ "$status" -eq 0 ]
run streams "$tmp/record.pcapng" --json
check "the record has both connections, to their ends" eval '[ "$(grep -c "\"handshake\":\"complete\",\"end\":\"fin\"" "$tmp/out")" -eq 2 ]'
if command -v tshark >/dev/null; then
    check "tshark reads the record, and finds the request" eval 'tshark -r "$tmp/record.pcapng" -Y http.request 2>/dev/null | grep -q "GET /large.bin"'
    check "tshark: comments say why segments were sent" eval 'tshark -r "$tmp/record.pcapng" -Y "frame.comment contains \"ESTABLISHED\"" -c 50 2>/dev/null | grep -q .'
fi

# Twice: at once, though somebody would still want something.
truncate -s 100M "$tmp/site/huge.bin"  # more than fits into any buffer
start_server --quiet "$tmp/site"
inside curl -s -m 60 -o /dev/null --limit-rate 1M http://10.7.0.2/huge.bin 2>"$tmp/err" &
download=$!
until_true eval "inside ss -Htn 'dport = :80' | grep -q ESTAB"
kill -INT "$started"
sleep 0.2
begin=$(date +%s%N)
finish INT
check "Ctrl-C twice: at once" [ $(($(date +%s%N) - begin)) -lt 3000000000 ]
wait $download
check "Ctrl-C twice: the client is told by a reset, not left waiting" [ $? -eq 56 ]  # failure in receiving
check "Ctrl-C twice: nothing is left" clean

# The other commands, in their first moments.
early() {  # early ARGUMENT...
    local delay
    for delay in 0 0.03 0.1; do
        # What a shell starts in the background ignores it at first.
        start env --default-signal=INT "$GLASS" "$@" >/dev/null 2>&1 </dev/null
        sleep $delay
        finish INT
        until_true clean || left=$((left + 1))
    done
}
left=0
early ping 10.7.0.1
early nc -l 7000
early get --tun http://10.7.0.77/
early serve --live
early lab -- sleep 54321
pgrep -f 'sleep 54321' >/dev/null && left=$((left + 1))
check "the first moments of ping, nc, get, serve --live and lab: nothing is left" [ "$left" -eq 0 ]

# Those who listen to events get their end, not a reset.
start_server --quiet --live
inside timeout -s KILL 30 curl -s -N http://10.7.0.2/live/events >"$tmp/events" &
listener=$!
until_true grep -q '^event: hello' "$tmp/events"
begin=$(date +%s%N)
finish INT
took=$((($(date +%s%N) - begin) / 1000000))
wait $listener
check "an event stream comes to its end" [ $? -eq 0 ]
check "an event stream: at once ($took ms)" [ $took -lt 3000 ]
check "an event stream: nothing is left" clean

# What keeps it from serving is said in one line.
refuses_inside() {
    local name=$1 words=$2
    shift 2
    glass "$@"
    check "$name: exit status 2" [ "$status" -eq 2 ]
    check "$name: one line says why" eval 'has_lines "$tmp/err" 1'
    check "$name: what and why" grep -Eq "^glass: .*$words" "$tmp/err"
}
refuses_inside "no such directory" 'nonexistent.*No such file' serve /nonexistent
refuses_inside "a file is no directory" 'large.bin.*[Nn]ot a directory' serve "$tmp/site/large.bin"
refuses_inside "no such link" "there is no word 'los'; did you mean loss" serve --link "los 2%"
refuses_inside "no address" 'is not an address' serve --address 10.7.0
refuses_inside "no right to write the record" 'nonexistent/x.pcapng: No such file' serve --record /nonexistent/x.pcapng
refuses_inside "no right to write the log" 'nonexistent/log: No such file' serve --log /nonexistent/log
refuses_inside "not an address of ours" '192.0.2.1:8000 is no address of this machine' serve --sockets 192.0.2.1:8000
refuses_inside "too long a name" 'the name of an interface has 1 to 15 characters' serve --device an-interface-name-too-long
refuses_inside "a name with a blank" '"a b": the name of an interface has .* no blank' serve --device 'a b'
refuses_inside "a name with a slash" '"a/b": the name of an interface has .* no blank' nc --device a/b -l 7000
start_server --quiet --record /dev/full "$tmp/site"
finish INT
check "a full disk for the record: exit status 2, one line" \
    [ "$status" -eq 2 -a "$(cat "$tmp/server.err")" = "glass: /dev/full: No space left on device" ]
# ... or is said while it serves, where it keeps nothing from being served.
mkdir "$tmp/small"
start unshare -m sh -c 'mount -t tmpfs -o size=600k none "$0" && exec "$@"' "$tmp/small" \
    "$GLASS" serve --quiet --record "$tmp/small/record.pcapng" "$tmp/site" >"$tmp/served" 2>"$tmp/server.err" </dev/null
until_true grep -q '^Serving' "$tmp/served"
inside curl -s -m 30 -o "$tmp/got" http://10.7.0.2/large.bin
check "the disk becomes full: what is asked for arrives" same_file "$tmp/got" "$tmp/site/large.bin"
check "the disk becomes full: that is said at once" \
    eval 'has_lines "$tmp/server.err" 1 && grep -q "^glass: .*/record.pcapng: No space left on device: the record ends here" "$tmp/server.err"'
cp "/proc/$started/root$tmp/small/record.pcapng" "$tmp/full.pcapng"
inside curl -s -m 30 -o "$tmp/got" http://10.7.0.2/large.bin
finish INT
check "the disk becomes full: exit status 2, and not a word more" eval '[ "$status" -eq 2 ] && has_lines "$tmp/server.err" 1'
run check "$tmp/full.pcapng"
check "the disk becomes full: the record is sound up to there" [ "$status" -eq 0 ]
start "$GLASS" serve --quiet --sockets 127.0.0.1:8000 "$tmp/site" >"$tmp/served" 2>&1 </dev/null
until_true grep -q '^Serving' "$tmp/served"
refuses_inside "in use" '127.0.0.1:8000 is in use by another program: choose another port' serve --sockets 127.0.0.1:8000
finish TERM
check "over sockets: exit status 0" [ "$status" -eq 0 ]
cp "$GLASS" "$tmp/glass" && chmod 755 "$tmp/glass"
inside "${as_user[@]}" "$tmp/glass" serve / >"$tmp/out" 2>"$tmp/err" </dev/null
status=$?
check "without rights: exit status 2" [ "$status" -eq 2 ]
check "without rights: what to do" grep -Eq '^glass: cannot make the TUN interface .*run it as root' "$tmp/err"
inside "${as_user[@]}" "$tmp/glass" serve --sockets 127.0.0.1:81 / >"$tmp/out" 2>"$tmp/err" </dev/null
check "a port of root's" grep -Eq "^glass: ports below 1024 are root's" "$tmp/err"
# ... unless root has made an interface for that user.
inside ip tuntap add dev made0 mode tun user 65534
inside ip address add 10.9.0.1/24 dev made0
inside ip address add fd09::1/64 dev made0 nodad
inside ip link set made0 up
chmod 755 "$tmp/site"
start "${as_user[@]}" "$tmp/glass" serve --quiet --device made0 "$tmp/site" >"$tmp/served" 2>"$tmp/err"
check "an interface of somebody else's: its other end is ours" until_true grep -q 'http://10.9.0.2/ and http://.fd09::2./' "$tmp/served"
check "an interface of somebody else's: it is reached" inside curl -s -o /dev/null http://10.9.0.2/
check "an interface of somebody else's: it is reached over IPv6" inside curl -s -g -o /dev/null 'http://[fd09::2]/'
finish INT
check "an interface of somebody else's: exit status 0" [ "$status" -eq 0 ]
check "an interface of somebody else's stays" eval 'inside ip -o link show made0 >/dev/null'
inside ip tuntap del dev made0 mode tun
