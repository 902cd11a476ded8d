#!/bin/bash
# The command line of the live commands, as far as it needs neither rights nor a network.
source tests/scripts/common.bash

run doctor
check "doctor: exit status 0" [ "$status" -eq 0 ]
check "doctor: not a word on standard error" is_empty "$tmp/err"
for command in "glass serve, ping, nc, get --tun" "glass lab" "glass get, serve, nc --sockets"; do
    check "doctor speaks of $command" grep -Eq "^  $command +(yes|no)" "$tmp/out"
done
for command in serve get ping nc lab doctor; do
    run $command --version
    check "$command --version" eval '[ "$status" -eq 0 ] && grep -Eqx "glass [0-9.]+" "$tmp/out"'
    run $command --help
    check "$command --help: exit status 0" [ "$status" -eq 0 ]
    check "$command --help: how it exits" grep -q 'Exit status: ' "$tmp/out"
    check "$command --help: an option is shown as it is written" eval '! grep -q "{false}" "$tmp/out"'
done

refuses "serve: no such directory" 'nonexistent.*No such file' serve --sockets 127.0.0.1:0 /nonexistent
refuses "serve: a file" '[Nn]ot a directory' serve --sockets 127.0.0.1:0 README.md
refuses "serve: no such word of a link" "there is no word 'los'; did you mean loss" serve --link "los 2%"
refuses "serve: a link that cannot be" 'impossible link: a rate below 1 kbit/s' serve --link "rate 1"
refuses "serve: no value" 'loss lacks its value' serve --link loss
refuses "serve: no address" "'10.7.0' is not an address" serve --address 10.7.0
refuses "serve: a network too small" 'from 8 to 30' serve --address 10.7.0.2/31
refuses "serve: no port" 'from 1 to 65535' serve --port 0
refuses "serve: no endpoint" 'is not an address and a port' serve --sockets localhost:80
refuses "serve: an MTU too small for IPv6" 'from 1280 to 65535' serve --mtu 576
refuses "serve: no such algorithm" 'cubic' serve --cc vegas
refuses "serve: not an address of this machine" '192.0.2.1:8000 is no address of this machine' serve --sockets 192.0.2.1:8000
refuses "serve: a link without a word" '--link: takes words' serve --link ''
refuses "serve: an interface without a name" '--device' serve --device ''
refuses "serve: a record of what the kernel does" 'with --sockets the kernel does the TCP' serve --sockets 127.0.0.1:0 --record x
refuses "nc: a link before the kernel" 'with --sockets the kernel does the TCP' nc --sockets --link "loss 1%" 127.0.0.1 9
refuses "get: no URL" 'URL is required' get
refuses "get: https" 'https needs TLS' get https://127.0.0.1/
refuses "get: not http" 'only http URLs' get ftp://127.0.0.1/
refuses "get: no host" 'the URL has no host' get http:///x
refuses "get: no port" 'not a URL|not a port' get http://127.0.0.1:99999/
refuses "get: a field" "takes 'Name: value', not 'Name'" get -H Name 127.0.0.1
refuses "get: a field that frames" "that field is the connection's own" get -H 'Content-Length: 3' 127.0.0.1
refuses "get: a method" "'B D': " get -X 'B D' 127.0.0.1
refuses "get: a range" 'takes a range as 0-499' get -r 7 127.0.0.1
refuses "get: both up" 'excludes' get -T README.md -d x 127.0.0.1
refuses "get: on with what?" '-C goes on with a file' get -C 127.0.0.1
refuses "get: two into one" '-O makes a file of each' get -o x 127.0.0.1/a 127.0.0.1/b
refuses "get: no name for a file" 'use -o FILE' get -O 127.0.0.1
refuses "get: nothing to send" 'cannot read /nonexistent: No such file' get -T /nonexistent 127.0.0.1:9
refuses "ping: a name" "takes an IPv4 or IPv6 address, not 'host'" ping host
refuses "ping: too large" 'from 0 to 65000' ping -s 70000 10.7.0.1
refuses "nc: no port" 'nc takes an address and a port' nc 10.7.0.1
refuses "nc: no such port" 'nc takes an address and a port' nc 10.7.0.1 70000
refuses "nc: listening at a name" 'nc takes an address and a port' nc -l localhost
refuses "mistyped" "did you mean doctor" docter

# Who reads goes away: get and doctor end quietly, and the server goes on.
port=$((20000 + $$ % 20000))
"$GLASS" serve --sockets 127.0.0.1:$port . > >(head -n 1 >"$tmp/served") 2>"$tmp/served.err" &
server=$!
get() { run get --retry 5 "http://127.0.0.1:$port/$1"; }
get README.md
check "get: as it is" same_file "$tmp/out" README.md
get LICENSE
check "serve | head: goes on" same_file "$tmp/out" LICENSE
check "serve | head: says once that nobody reads" eval '[ "$(cat "$tmp/served.err")" = "glass: nobody reads the log any more: serving goes on without it (--quiet: from the start)" ]'
timeout -s KILL 60 "$GLASS" get "http://127.0.0.1:$port/README.md" 2>"$tmp/err" | head -n 1 >"$tmp/out"
check "get | head: quiet" [ "${PIPESTATUS[0]}" -eq 0 -a ! -s "$tmp/err" ]
kill -INT $server
wait $server
check "serve | head: Ctrl-C ends it: exit status 0" [ $? -eq 0 ]
run get --json http://127.0.0.1:9
check "get: refused: exit status 1" [ "$status" -eq 1 ]
check "get: refused: one line says so" eval 'has_lines "$tmp/err" 1 && grep -q "127.0.0.1:9 refused the connection: " "$tmp/err"'
check "get: refused: and in JSON" grep -q '"complete":false.*"error":"127.0.0.1:9 refused' "$tmp/out"

# A byte pipe over the kernel's sockets, and who is not there.
run nc --sockets 127.0.0.1 9
check "nc: refused: exit status 1" [ "$status" -eq 1 ]
check "nc: refused: one line says so" grep -q '^glass: 127.0.0.1:9 refused the connection: ' "$tmp/err"
port=$((20000 + $$ % 20000))
head -c 300000 /dev/urandom >"$tmp/up"
timeout -s KILL 60 "$GLASS" nc --sockets -l 127.0.0.1 $port <"$tmp/up" >"$tmp/there" 2>"$tmp/err" &
listener=$!
for _ in $(seq 100); do
    timeout -s KILL 60 "$GLASS" nc --sockets 127.0.0.1 $port <README.md >"$tmp/here" 2>/dev/null && break
    sleep 0.1
done
wait $listener
check "nc to nc: exit status 0" [ $? -eq 0 ]
check "nc to nc: all arrived here" same_file "$tmp/here" "$tmp/up"
check "nc to nc: all arrived there" same_file "$tmp/there" README.md
