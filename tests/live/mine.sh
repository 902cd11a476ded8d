#!/bin/bash
# The program as students get it from `make mine`, with our own files as exercises: with lesson 08 alone, with 11 alone,
# and with all lessons. What it serves over a TUN interface arrives as it is, and `make test-mine` passes; with a bug in
# an exercise it does not. Under the sanitizers, which take their time, lesson 08 is built and serves.
#   GLASS_MINE   the sets of lessons ("08 11 all")
#   GLASS_SEEDS, GLASS_LIVE_BYTES, GLASS_LIVE_FILES, GLASS_LIVE_LOSS   sizes of what `make test-mine` runs
source tests/scripts/common.bash
# Under AddressSanitizer: the leak checker cannot trace processes of a lab.
export ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0"
command -v curl >/dev/null || { skip mine "there is no curl"; exit 0; }
[ -c /dev/net/tun ] || { skip mine "there is no /dev/net/tun"; exit 0; }
"$GLASS" lab --no-server -- true 2>"$tmp/err" || { skip mine "$(cat "$tmp/err")"; exit 0; }
build=$(realpath "$(dirname "$GLASS")") mode=$(basename "$(dirname "$GLASS")") root=$PWD
mapfile -t ours < <(cat lessons/*/lesson | sed -n 's/^file: *//p')
ls "${ours[@]}" >/dev/null 2>&1 || { skip mine "our own exercises are not here, as in a tree for students"; exit 0; }
ls "$build"/{flags,tools/main.o,libglass_{tools,http,tcp,ip}.a} >/dev/null 2>&1 ||
    { skip mine "the objects of the stack are not here"; exit 0; }
sets=${GLASS_MINE:-08 11 all}
[ "$mode" = release ] || sets=08
export GLASS_SEEDS=${GLASS_SEEDS:-10} GLASS_LIVE_BYTES=${GLASS_LIVE_BYTES:-60000} \
    GLASS_LIVE_FILES=${GLASS_LIVE_FILES:-10} GLASS_LIVE_LOSS=${GLASS_LIVE_LOSS:-5}

# ---- a tree of its own, in which what is built need not be built again ------------------------------------------
tree=$tmp/tree
mkdir -p "$tree/build"
ln -s "$root"/{Makefile,ip,tcp,http,tools,tests,captures} "$tree"
cp -r lessons "$tree"
cp -rs "$build" "$tree/build/$mode"
[ -d build/setup ] && cp -rs "$root/build/setup" "$tree/build"
rm -rf "$tree/build/$mode/lessons"
cd "$tree" || exit 1
mapfile -t built < <(find "build/$mode" -maxdepth 2 \( -name '*.[oa]' -o -name '*.gch' -o -name flags \) -printf '-o\n%p\n')

# solved NUMBER PATCH: the exercise of this lesson is our file, with this patch if there is one.
solved() {
    local folder file
    folder=$(echo lessons/"$1"-*) file=$(sed -n 's/^file: *//p' lessons/"$1"-*/lesson)
    if [ -n "${2-}" ]; then patch -s -o "$folder/exercise.cc" "$file" "$folder/mutants/$2.patch"
    else cp -p "$file" "$folder/exercise.cc"; fi
}
# only NUMBER...: these lessons are solved, the others still to do. Leaves the list of exercises in `exercises`.
only() {
    local number
    for exercise in lessons/*/exercise.cc; do echo '// glass::todo' >"$exercise"; done
    for number; do solved "$number"; done
    exercises=$(grep -L glass::todo lessons/*/exercise.cc | paste -sd' ')
}
# makes TARGET...: as a student does. What is built already is taken as it is.
makes() {
    env -u MAKEFLAGS -u MAKELEVEL timeout -s KILL 300 \
        make "${built[@]}" MODE="$mode" CXX="$(cut -d' ' -f1 "build/$mode/flags")" "$@" >"$tmp/made" 2>&1 </dev/null
    status=$?
    grep -E 'not ok|error|ERROR|hangs|killed|\*\*\*' "$tmp/made" >"$tmp/err"
}
runs_on() { grep -qxF "$1 runs on: $exercises" "$tmp/made"; }

# ---- serves NAME ARGUMENT...: of glass lab ------------------------------------------------------------------------
mkdir "$tmp/site"
head -c 300000 /dev/urandom >"$tmp/site/file"
serves() {
    local name=$1
    shift
    timeout -s KILL 60 build/mine/glass lab --dir "$tmp/site" "$@" -- curl -sS http://10.7.0.2/file >"$tmp/out" 2>"$tmp/err" </dev/null
    status=$?
    check "mine $set: serves a file$name" [ "$status" -eq 0 ]
    check "mine $set: as it is$name" same_file "$tmp/out" "$tmp/site/file"
}

for set in $sets; do
    case $set in
    all) mapfile -t numbers < <(ls -d lessons/[0-9]*-* | sed 's|lessons/\([^-]*\).*|\1|') ;;
    *) numbers=("$set") ;;
    esac
    only "${numbers[@]}"
    makes mine
    check "mine $set: is built" [ "$status" -eq 0 ]
    check "mine $set: runs on the exercises that are written, and on no other" runs_on build/mine/glass
    serves ""
    serves " over a bad path" --link "loss 3% rtt 4ms reorder 2% duplicate 2%"
    [ "$mode" = release ] || continue
    makes test-mine
    check "mine $set: the tests of exactness are built on it" runs_on build/mine/exactness
    check "mine $set: and pass" [ "$status" -eq 0 ]
done
[ "$mode" = release ] || exit 0

# The tests run on the exercise indeed: with a bug in it they fail.
solved 08 fin-closes-early
makes build/mine/exactness
check "mine: an exercise with a bug is built" [ "$status" -eq 0 ]
timeout -s KILL 60 build/mine/exactness -aa=1 >"$tmp/out" 2>&1 </dev/null
check "mine: and fails the tests of exactness" grep -q '| [1-9][0-9]* failed' "$tmp/out"
