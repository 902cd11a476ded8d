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

# refuses NAME WORDS ARGUMENT...: exit status 2, nothing on standard output, one line on standard error which names the
# program and has these words (a regular expression).
refuses() {
    local name=$1 words=$2
    shift 2
    run "$@"
    if [ "$status" -ne 2 ]; then bad "$name" "exit status $status, not 2"
    elif [ -s "$tmp/out" ]; then bad "$name" "writes to standard output: $(head -c 200 "$tmp/out")"
    elif ! has_lines "$tmp/err" 1; then bad "$name" "not one line on standard error: $(head -c 400 "$tmp/err")"
    elif ! grep -Eq "^glass: .*$words" "$tmp/err"; then bad "$name" "says: $(cat "$tmp/err")"
    else ok "$name"; fi
}

# Runs the Python program on standard input; it may import tests/scripts/json_lines.py.
python() { PYTHONPATH=tests/scripts PYTHONDONTWRITEBYTECODE=1 python3 - "$@"; }

same_file() { cmp -s "$1" "$2"; }
is_empty() { [ ! -s "$1" ]; }
has_lines() { [ "$(wc -l <"$1")" -eq "$2" ]; }
