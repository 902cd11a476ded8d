# What the scripts share: how a check is reported, and how the program is run. Read it with `source`.
# GLASS names the program; a script runs in the root of the repository.
set -u
GLASS=${GLASS:-build/release/glass}
tmp=$(mktemp -d)
chmod 711 "$tmp"  # users without rights look for files in it, too
trap 'rm -rf "$tmp"' EXIT

ok() { echo "ok $1"; }
bad() { echo "not ok $1: $2"; }
skip() { echo "skip $1: $2"; }

# Runs the program: sets `status`, leaves $tmp/out and $tmp/err. It has no standard input and a minute at the most.
run() {
    timeout 60 "$GLASS" "$@" >"$tmp/out" 2>"$tmp/err" </dev/null
    status=$?
}

# check NAME CONDITION...: the words after the name are a command that must succeed.
check() {
    local name=$1
    shift
    if "$@"; then ok "$name"; else bad "$name" "$* (status ${status-}; $(head -c 300 "$tmp/err" | tr '\n' '|'))"; fi
}

same_file() { cmp -s "$1" "$2"; }
is_empty() { [ ! -s "$1" ]; }
has_lines() { [ "$(wc -l <"$1")" -eq "$2" ]; }
