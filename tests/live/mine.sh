#!/bin/bash
# The program as students get it from `make mine`: objects of exercises before the archives. Here they are our own files,
# for all lessons at once; what it serves over a TUN interface arrives as it is, over a bad path as well.
source tests/scripts/common.bash
# Under AddressSanitizer: the leak checker cannot trace processes of a lab.
export ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0"
command -v curl >/dev/null || { skip mine "there is no curl"; exit 0; }
[ -c /dev/net/tun ] || { skip mine "there is no /dev/net/tun"; exit 0; }
"$GLASS" lab --no-server -- true 2>"$tmp/err" || { skip mine "$(cat "$tmp/err")"; exit 0; }
build=$(dirname "$GLASS")
mapfile -t exercises < <(cat lessons/[0-9][0-9]-*/lesson | sed -n "s|^file: *\(.*\)cc|$build/\1o|p")
ls "$build/tools/main.o" "${exercises[@]}" >/dev/null 2>&1 || { skip mine "the objects of the stack are not here"; exit 0; }

# shellcheck disable=SC2046
$(cat "$build/flags") "$build/tools/main.o" "${exercises[@]}" "$build"/libglass_{tools,http,tcp,ip}.a \
    $(sed -n 's/^LDLIBS := //p' Makefile) -o "$tmp/mine" 2>"$tmp/err"
status=$?
check "mine: the program links with ${#exercises[@]} exercises" [ "$status" -eq 0 ]
[ "$status" -eq 0 ] || exit 0

mkdir "$tmp/site"
head -c 300000 /dev/urandom >"$tmp/site/file"
serves() {  # serves NAME ARGUMENT...: of glass lab
    local name=$1
    shift
    timeout -s KILL 60 "$tmp/mine" lab --dir "$tmp/site" "$@" -- curl -sS http://10.7.0.2/file >"$tmp/out" 2>"$tmp/err" </dev/null
    status=$?
    check "mine: serves a file$name" [ "$status" -eq 0 ]
    check "mine: as it is$name" same_file "$tmp/out" "$tmp/site/file"
}
serves ""
serves " over a bad path" --link "loss 3% rtt 4ms reorder 2% duplicate 2%"
