#!/bin/bash
# glass serve over the kernel's sockets, with curl and wget as the clients: files arrive as they are, both ways, by every
# door that HTTP has for them. No privilege is needed.
#   SERVE_OCTETS  size of the large file (20,000,000)      SERVE_FILES  number of small ones (300)
source tests/scripts/common.bash
for needed in curl wget; do
    command -v $needed >/dev/null || { skip "serve files" "there is no $needed"; exit 0; }
done
octets=${SERVE_OCTETS:-20000000}
files=${SERVE_FILES:-300}
limit=$((120 + octets / 1000000 + files / 20))  # seconds for one client: only what hangs takes so long

site=$tmp/site
mkdir -p "$site/small/deep" "$site/sub"
head -c "$octets" /dev/urandom >"$site/large.bin"
seq 200000 >"$site/numbers.txt"
echo '<h1>index</h1>' >"$site/sub/index.html"
echo secret >"$tmp/outside"
ln -s ../outside "$site/out"
ln -s numbers.txt "$site/link.txt"
python3 - "$site/small" "$files" <<'PYTHON'
import os, random, sys
draw = random.Random(1)
for number in range(int(sys.argv[2])):
    name = ("deep/" if number % 3 == 0 else "") + f"{number} {draw.choice('äß&<%#?+')}.txt"
    with open(os.path.join(sys.argv[1], name), "wb") as file:
        file.write(draw.randbytes(draw.choice((0, 1, 100, 1000, 20000))))
PYTHON

timeout -s KILL $((10 * limit)) "$GLASS" serve --sockets 127.0.0.1:0 --uploads --max-upload $((octets + 1000)) --log "$tmp/log" "$site" >"$tmp/served" 2>"$tmp/err" &
waiter=$!
for _ in $(seq 200); do grep -q http:// "$tmp/served" && break; sleep 0.05; done
url=$(grep -o 'http://[0-9.]*:[0-9]*' "$tmp/served")
[ -n "$url" ] || { bad "serve files" "does not start: $(cat "$tmp/err")"; exit 0; }
server=$(pgrep -P "$waiter")
trap 'kill -KILL "$server" 2>/dev/null; rm -rf "$tmp"' EXIT

# fetch PATH ARGUMENT...: curl; sets `status` to the status of the answer, leaves $tmp/out and $tmp/head.
fetch() {
    local path=$1
    shift
    status=$(timeout "$limit" curl -sS -o "$tmp/out" -D "$tmp/head" -w '%{http_code}' "$@" "$url$path" 2>"$tmp/err")
}
field() { sed -n "s/^$1: \(.*\)\r$/\1/Ip" "$tmp/head"; }
same_sum() { [ "$(sha256sum <"$1")" = "$(sha256sum <"$2")" ]; }
gives() {  # gives NAME STATUS PATH ARGUMENT...
    local name=$1 wanted=$2
    shift 2
    fetch "$@"
    check "$name" [ "$status" = "$wanted" ]
}

gives "GET" 200 /large.bin
check "a large file arrives as it is" same_sum "$tmp/out" "$site/large.bin"
gives "HTTP/1.0" 200 /numbers.txt -0
check "HTTP/1.0: as it is" same_file "$tmp/out" "$site/numbers.txt"
gives "HEAD" 200 /large.bin -I
check "HEAD: the length of the file" [ "$(field content-length)" = "$octets" ]
fetch /numbers.txt --compressed
check "gzip: curl takes it off again" same_file "$tmp/out" "$site/numbers.txt"
check "gzip: it was there" [ "$(field content-encoding)" = gzip ]
check "gzip: Vary says so" [ "$(field vary)" = Accept-Encoding ]
head -c 1000 "$site/large.bin" >"$tmp/part"
timeout "$limit" curl -sS -C - -o "$tmp/part" "$url/large.bin" 2>"$tmp/err"
check "what was begun is gone on with" same_sum "$tmp/part" "$site/large.bin"
fetch /numbers.txt -r 0-1,100-105,-3
check "several ranges" [ "$status" = 206 ]
check "several ranges: each with its place" [ "$(grep -ac '^Content-Range: bytes' "$tmp/out")" = 3 ]
gives "behind the end" 416 /numbers.txt -r 99999999-
fetch /numbers.txt --etag-save "$tmp/etag"
gives "not modified, by its tag" 304 /numbers.txt --etag-compare "$tmp/etag"
gives "not modified, by its time" 304 /numbers.txt -z "$site/numbers.txt"
gives "a directory without its slash" 301 /sub
gives "an index" 200 /sub/ -L
check "an index is the file" same_file "$tmp/out" "$site/sub/index.html"
gives "a link within" 200 /link.txt
gives "a link that leads out" 404 /out
gives "dots that lead out" 400 /../outside --path-as-is
gives "dots that lead out, encoded" 400 /%2e%2e/outside --path-as-is
gives "nothing there" 404 /nothing
gives "a method that is not there" 405 /numbers.txt -X DELETE

check "PUT" [ "$(timeout "$limit" curl -sS -o /dev/null -w '%{http_code}' -T "$site/large.bin" "$url/up.bin")" = 201 ]
check "PUT: it arrives as it is" same_sum "$site/up.bin" "$site/large.bin"
truncate -s $((octets + 1001)) "$tmp/too_much"
check "PUT of more than --max-upload" [ "$(timeout "$limit" curl -sS -o /dev/null -w '%{http_code}' -T "$tmp/too_much" "$url/more.bin")" = 413 ]
check "PUT of more than --max-upload: nothing is left of it" [ ! -e "$site/more.bin" ]
check "PUT never replaces" [ "$(timeout "$limit" curl -sS -o /dev/null -w '%{http_code}' -T "$site/numbers.txt" "$url/up.bin")" = 409 ]
check "PUT in chunks" [ "$(timeout "$limit" curl -sS -o /dev/null -w '%{http_code}' -T - "$url/chunks.bin" <"$site/large.bin")" = 201 ]
check "PUT in chunks: it arrives as it is" same_sum "$site/chunks.bin" "$site/large.bin"
check "PUT does not lead out" [ "$(timeout "$limit" curl -sS -o /dev/null -w '%{http_code}' --path-as-is -T "$site/numbers.txt" "$url/../up")" = 400 ]
rm -f "$site/up.bin" "$site/chunks.bin"

(cd "$tmp" && timeout "$limit" wget -q -r -l 3 -np -nH --restrict-file-names=nocontrol -R 'index.html*' "$url/small/" 2>"$tmp/err")
check "many small files, found by their lists, arrive as they are" diff -qr "$site/small" "$tmp/small"

kill -INT "$server"
wait "$waiter"
status=$?
check "Ctrl-C ends it: exit status 0" [ "$status" -eq 0 ]
check "each answer has its line" [ "$(wc -l <"$tmp/log")" -gt "$files" ]
check "access log: the combined format" [ "$(grep -Ecv \
    '^127\.0\.0\.1 - - \[[0-9]{2}/[A-Z][a-z]{2}/[0-9]{4}:[0-9:]{8} \+0000\] "[A-Z]+ /[^"]* HTTP/1\.[01]" [0-9]{3} [0-9]+ "[^"]*" "[^"]*"$' \
    "$tmp/log")" = 0 ]
