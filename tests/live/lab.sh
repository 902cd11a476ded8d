#!/bin/bash
# A lab: a command in a network of its own, its exit status, and that nothing of it is left, however it ends. As root
# and, where the system allows it, as a user without any rights.
source tests/scripts/common.bash
# Under AddressSanitizer: the leak checker cannot trace processes of a lab.
export ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0"
needs_program() { command -v "$1" >/dev/null || { skip lab "there is no $1"; exit 0; }; }
needs_program curl
needs_program ip
[ -c /dev/net/tun ] || { skip lab "there is no /dev/net/tun"; exit 0; }
"$GLASS" lab --no-server -- true 2>"$tmp/err" || { skip lab "$(cat "$tmp/err")"; exit 0; }

# A copy whom nobody's rights keep from being run; and where nobody may write.
mkdir "$tmp/bin" "$tmp/files"
cp "$GLASS" "$tmp/bin/glass"
chmod 755 "$tmp/bin" "$tmp/bin/glass" "$tmp/files"
head -c 300000 /dev/urandom >"$tmp/files/some.bin"
chmod 644 "$tmp/files/some.bin"

as=()
lab() {
    (cd / && timeout -s KILL 60 "${as[@]}" "$tmp/bin/glass" lab "$@") >"$tmp/out" 2>"$tmp/err" </dev/null
    status=$?
}
links() { ip -o link | wc -l; }
processes() { pgrep -f "$tmp/bin/glass" | wc -l; }
nothing_left() { [ "$(links)" -eq "$links_before" ] && [ "$(processes)" -eq 0 ]; }

checks_as() {
    local who=$1
    lab --dir "$tmp/files" -- curl -s -S http://10.7.0.2/some.bin
    check "$who: curl in a lab: exit status 0" [ "$status" -eq 0 ]
    check "$who: curl in a lab: all arrived" same_file "$tmp/out" "$tmp/files/some.bin"
    lab --dir "$tmp/files" -- curl -s -S -g 'http://[fd07::2]/some.bin'
    check "$who: curl in a lab, IPv6" same_file "$tmp/out" "$tmp/files/some.bin"
    lab --dir "$tmp/files" --link "loss 5% rtt 4ms reorder 2% duplicate 2%" -- curl -s -S http://10.7.0.2/some.bin
    check "$who: over a bad link" same_file "$tmp/out" "$tmp/files/some.bin"
    lab --no-server -- sh -c 'exit 7'
    check "$who: the exit status is the command's" [ "$status" -eq 7 ]
    lab --no-server -- sh -c 'kill -TERM $$'
    check "$who: ended by a signal: 128 and its number" [ "$status" -eq 143 ]
    lab --no-server -- /nonexistent/command
    check "$who: no such command: exit status 127" [ "$status" -eq 127 ]
    check "$who: no such command: one line" grep -q '^glass: cannot run /nonexistent/command: No such file' "$tmp/err"
    lab -- id -u
    check "$who: it is the same user" [ "$(cat "$tmp/out")" = "$("${as[@]}" id -u)" ]
    lab -- ip -o link
    check "$who: with rights on the network: two interfaces of its own" has_lines "$tmp/out" 2
    lab --no-server -- sh -c "ip tuntap add x0 mode tun && ip address add 10.9.9.9/24 dev x0 && echo made"
    check "$who: with rights on the network" grep -q '^made' "$tmp/out"
    lab -- "$tmp/bin/glass" ping -c 1 10.7.0.2
    check "$who: two stacks of ours reach each other" [ "$status" -eq 0 ]
    # What the command leaves running ends with it.
    lab -- sh -c 'sleep 54321 & echo started'
    check "$who: what was left running is gone" eval '! pgrep -f "sleep 54321" >/dev/null'
    check "$who: nothing is left" nothing_left
}

# ended_by SIGNAL: of the process that was started, not of the command.
ended_by() {
    (cd / && exec "${as[@]}" "$tmp/bin/glass" lab --dir "$tmp/files" -- sh -c 'echo up; sleep 54321') >"$tmp/out" 2>"$tmp/err" </dev/null &
    local lab=$!
    for _ in $(seq 200); do grep -q up "$tmp/out" && break; sleep 0.05; done
    kill -"$1" "$lab"
    wait "$lab" 2>/dev/null
    status=$?
    for _ in $(seq 100); do pgrep -f "sleep 54321" >/dev/null || break; sleep 0.05; done
    check "$2: SIG$1: exit status" [ "$status" -eq "$3" ]
    check "$2: SIG$1: the command is gone" eval '! pgrep -f "sleep 54321" >/dev/null'
    check "$2: SIG$1: nothing is left" nothing_left
}

links_before=$(links)
if [ "$(id -u)" = 0 ]; then
    checks_as root
    for signal in INT:130 TERM:143 HUP:129 KILL:137; do ended_by "${signal%:*}" root "${signal#*:}"; done
    # As on most systems, everybody may open the device.
    cat >"$tmp/as_user" <<'INSIDE'
mount -t tmpfs none /dev/net && mknod -m 666 /dev/net/tun c 10 200 &&
    exec setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
INSIDE
    as=(unshare -m sh "$tmp/as_user")
fi
if "${as[@]}" "$tmp/bin/glass" lab --dir "$tmp/files" -- true 2>"$tmp/err"; then
    checks_as "an ordinary user"
    for signal in INT:130 TERM:143 KILL:137; do ended_by "${signal%:*}" "an ordinary user" "${signal#*:}"; done
else
    skip "lab as an ordinary user" "$(cat "$tmp/err")"
fi

# Ctrl-C on a terminal reaches the command, and that decides: its exit status is the lab's.
cat >"$tmp/terminal.py" <<'PYTHON'
import os, pty, sys, time
child, terminal = pty.fork()
if child == 0:
    os.execv(sys.argv[1], [sys.argv[1], "lab", "--no-server", "--", "sh", "-c", "trap 'exit 9' INT; echo up; while :; do sleep 0.05; done"])
seen = b""
while b"up" not in seen:
    seen += os.read(terminal, 1000)
os.write(terminal, b"\x03")
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
PYTHON
timeout -s KILL 30 python3 "$tmp/terminal.py" "$tmp/bin/glass" >"$tmp/out" 2>"$tmp/err"
check "Ctrl-C on a terminal is the command's" [ "$(cat "$tmp/out")" = 9 ]

run doctor
check "doctor: exit status 0" [ "$status" -eq 0 ]
check "doctor: labs work here" grep -Eq '^ +glass lab +yes' "$tmp/out"
check "nothing is left" nothing_left
