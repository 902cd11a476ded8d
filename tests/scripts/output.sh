#!/bin/bash
# What comes out, and where: pipes, colour, JSON, columns, files written, the same capture in other wrappings, damaged
# files, Ctrl-C and full disks.
source tests/scripts/common.bash
capture=captures/http-get.pcap
[ -r "$capture" ] || { skip output "there is no $capture"; exit 0; }

# ---- pipes ---------------------------------------------------------------------------------------------------
longest=$(ls -S captures/*.pcap | head -1)
for view in --no-pager --tree --bytes --json '--fields frame.number'; do
    { "$GLASS" decode "$longest" $view 2>"$tmp/err"; echo $? >"$tmp/status"; } | head -1 >"$tmp/out"
    check "| head -1 with $view: one line" has_lines "$tmp/out" 1
    check "| head -1 with $view: not a word on standard error" is_empty "$tmp/err"
    check "| head -1 with $view: ended by SIGPIPE at the worst" grep -Eqx '0|141' "$tmp/status"
done

# ---- colour --------------------------------------------------------------------------------------------------
escape=$'\x1b'
colored() { grep -q "$escape" "$tmp/out"; }
plain() { ! grep -q "$escape" "$tmp/out"; }
run decode "$capture"
check "no colour in a file" plain
run decode "$capture" --color always
check "--color always" colored
sed "s/$escape\[[0-9;]*m//g" "$tmp/out" >"$tmp/stripped"
run decode "$capture" --color never
check "--color never" plain
check "colour changes nothing but colour" same_file "$tmp/out" "$tmp/stripped"
NO_COLOR=1 run decode "$capture" --color always
check "--color always wins over NO_COLOR" colored
if command -v script >/dev/null; then
    on_terminal() { TERM=xterm script -qec "$*" /dev/null >"$tmp/out" 2>"$tmp/err" </dev/null; }
    on_terminal "'$GLASS' decode '$capture' -n 3 --no-pager"
    check "colour on a terminal" colored
    NO_COLOR=1 on_terminal "'$GLASS' decode '$capture' -n 3 --no-pager"
    check "NO_COLOR on a terminal" plain
    GLASS_PAGER='sed s/^/paged:/' on_terminal "'$GLASS' decode '$capture' -n 3 --color never"
    check "a pager on a terminal" [ "$(grep -c '^paged:' "$tmp/out")" -eq 3 ]
    GLASS_PAGER='sed s/^/paged:/' on_terminal "'$GLASS' decode '$capture' -n 3 --json"
    check "no pager for JSON" [ "$(grep -c '^paged:' "$tmp/out")" -eq 0 ]
else
    skip "colour and pager on a terminal" "there is no script(1)"
fi

# ---- JSON and columns ----------------------------------------------------------------------------------------
valid_json() {
    python "$tmp/out" 2>"$tmp/why" <<'PYTHON'
import sys
from json_lines import objects
found = objects(sys.argv[1])
assert found, "no line"
for o in found:
    assert o["layers"] and o["cap_len"] <= o["len"] and len(o["time"].split(".")[1]) == 9, o
PYTHON
}
wrong=
for file in captures/*.pcap*; do
    run decode --json "$file"
    [ "$status" -eq 0 ] && valid_json || wrong+=" $file"
done
check "--json parses, each line of each capture$wrong" [ -z "$wrong" ]
run decode --json "$capture" -f 'tcp[tcpflags] & tcp-push != 0'
check "--json with a filter: the first line tells the schema" valid_json
check "--json with a filter: and it is not frame 1" grep -vq '"frame":1,' "$tmp/out"
run show --json "$capture" 3-5
check "show --json" valid_json
check "show --json: three frames" has_lines "$tmp/out" 3

run decode captures/ping.pcap -f icmp -n 2 --fields frame.number,ip.src,ip.ttl,icmp.type,tcp.seq
printf 'frame.number\tip.src\tip.ttl\ticmp.type\ttcp.seq\n' >"$tmp/want"
check "--fields: a header row" same_file "$tmp/want" <(head -1 "$tmp/out")
check "--fields: as many columns in each row" [ "$(awk -F'\t' 'NF != 5' "$tmp/out" | wc -l)" -eq 0 ]
python3 - "$tmp" <<'PYTHON' 2>"$tmp/why"
import json, subprocess, sys, os
glass = os.environ.get("GLASS", "build/release/glass")
rows = [line.split("\t") for line in open(sys.argv[1] + "/out").read().splitlines()[1:]]
text = subprocess.run([glass, "decode", "--json", "captures/ping.pcap", "-f", "icmp", "-n", "2"], capture_output=True).stdout
objects = [json.loads(line) for line in text.splitlines()]
assert len(rows) == len(objects) == 2
for row, o in zip(rows, objects):
    ip, icmp = ({l["proto"]: l for l in o["layers"]}[p] for p in ("ip", "icmp"))
    assert row == [str(o["frame"]), ip["src"], str(ip["ttl"]), str(icmp["type"]), ""], (row, o)
PYTHON
check "--fields: the values that JSON has$(tail -1 "$tmp/why")" [ $? -eq 0 -a ! -s "$tmp/why" ]

# ---- the same capture in other wrappings ---------------------------------------------------------------------
run decode "$capture"
cp "$tmp/out" "$tmp/plain"
"$GLASS" decode - <"$capture" >"$tmp/out" 2>"$tmp/err"
check "- is standard input" same_file "$tmp/out" "$tmp/plain"
cat "$capture" | "$GLASS" decode - >"$tmp/out" 2>"$tmp/err"
check "- is a pipe" same_file "$tmp/out" "$tmp/plain"
gzip -c "$capture" >"$tmp/copy.of.anything"
run decode "$tmp/copy.of.anything"
check "gzip, whatever it is called" same_file "$tmp/out" "$tmp/plain"
gzip -c "$capture" | "$GLASS" decode - >"$tmp/out" 2>"$tmp/err"
check "gzip on standard input" same_file "$tmp/out" "$tmp/plain"
if command -v zstd >/dev/null; then
    zstd -qc "$capture" >"$tmp/copy.zst"
    run decode "$tmp/copy.zst"
    check "zstd" same_file "$tmp/out" "$tmp/plain"
fi
run decode captures/packed.pcap.gz
cp "$tmp/out" "$tmp/gz"
run decode captures/packed.pcap.zst
check "a gzip and a zstd file of one capture" same_file "$tmp/out" "$tmp/gz"
gzip -dc captures/packed.pcap.gz | "$GLASS" decode - >"$tmp/out" 2>"$tmp/err"
check "and what is in them" same_file "$tmp/out" "$tmp/gz"

# ---- files written -------------------------------------------------------------------------------------------
without_numbers() { sed 's/^{\("schema":1,\)\?"frame":[0-9]*,/{/' "$1"; }
run decode captures/vlan.pcap -f 'vlan and icmp' --json
without_numbers "$tmp/out" >"$tmp/want"
for format in pcap pcapng; do
    run decode captures/vlan.pcap -f 'vlan and icmp' -w "$tmp/written.$format"
    check "-w $format: exit status 0" [ "$status" -eq 0 ]
    run decode "$tmp/written.$format" --json
    without_numbers "$tmp/out" >"$tmp/read"
    check "-w $format: what matched reads back equal" same_file "$tmp/read" "$tmp/want"
done
check "-w: something matched" [ -s "$tmp/want" ]
run decode "$capture" -w "$tmp/all.pcap"
run decode "$tmp/all.pcap"
check "-w: a whole capture reads back equal" same_file "$tmp/out" "$tmp/plain"

# ---- damaged files -------------------------------------------------------------------------------------------
fifth=$(python3 - "$capture" <<'PYTHON'
import struct, sys
data, at = open(sys.argv[1], "rb").read(), 24
for _ in range(4):
    at += 16 + struct.unpack_from("<I", data, at + 8)[0]
print(at)
PYTHON
)
head -c $((fifth + 20)) "$capture" >"$tmp/cut.pcap"
run decode "$tmp/cut.pcap"
check "cut file: exit status 1" [ "$status" -eq 1 ]
check "cut file: one line on standard error" has_lines "$tmp/err" 1
check "cut file: names the file and the byte $fifth" grep -q "cut\.pcap.*byte $fifth\b" "$tmp/err"
check "cut file: all packets before it" same_file "$tmp/out" <(head -4 "$tmp/plain")
run decode --json "$tmp/cut.pcap"
check "cut file: JSON stays JSON" valid_json
gzip -c "$longest" >"$tmp/whole.gz"
head -c $(($(wc -c <"$tmp/whole.gz") / 2)) "$tmp/whole.gz" >"$tmp/cut.gz"
run decode "$longest"
cp "$tmp/out" "$tmp/plain.longest"
run decode "$tmp/cut.gz"
check "cut gzip file: exit status 1, and says so" [ "$status" -eq 1 -a "$(wc -l <"$tmp/err")" -eq 1 ]
check "cut gzip file: the packets that are there" same_file "$tmp/out" <(head -"$(wc -l <"$tmp/out")" "$tmp/plain.longest")
check "cut gzip file: some packets are there" [ -s "$tmp/out" ]

# ---- Ctrl-C --------------------------------------------------------------------------------------------------
# The stream goes on for ever; what has come is printed at once, and stays.
mkfifo "$tmp/stream" "$tmp/lines"
cat "$tmp/lines" >"$tmp/out" &
reader=$!
"$GLASS" decode - <"$tmp/stream" >"$tmp/lines" 2>"$tmp/err" &
glass=$!
exec 9>"$tmp/stream"
cat "$capture" >&9
for _ in $(seq 100); do
    [ "$(wc -l <"$tmp/out")" -ge "$(wc -l <"$tmp/plain")" ] && break
    sleep 0.1
done
check "a stream is shown while it comes" same_file "$tmp/out" "$tmp/plain"
kill -INT "$glass"
wait "$glass"
status=$?
exec 9>&-
wait "$reader"
check "Ctrl-C: exit status 130" [ "$status" -eq 130 ]
check "Ctrl-C: all that was found is there" same_file "$tmp/out" "$tmp/plain"
check "Ctrl-C: not a word on standard error" is_empty "$tmp/err"

# ---- full disks ----------------------------------------------------------------------------------------------
for view in --no-pager --tree --json '--fields frame.number'; do
    "$GLASS" decode "$longest" $view >/dev/full 2>"$tmp/err"
    status=$?
    check "full disk with $view: exit status 2" [ "$status" -eq 2 ]
    check "full disk with $view: one line says so" grep -q '^glass: .*[Nn]o space left' "$tmp/err"
    check "full disk with $view: no more than that" has_lines "$tmp/err" 1
done
run decode "$capture" -w /dev/full
check "-w on a full disk: exit status 2" [ "$status" -eq 2 ]
check "-w on a full disk: says so" grep -q '^glass: .*[Nn]o space left' "$tmp/err"
