#!/bin/bash
# glass check and glass cut: what they say of sound and damaged files, what they save, and that parts of a capture are
# parts of it: the same frames, other addresses where asked for, and nothing else changed.
source tests/scripts/common.bash
capture=captures/http-get.pcap
[ -r "$capture" ] || { skip check_cut "there is no $capture"; exit 0; }

json() { python3 -c "import json,sys; d=json.load(open('$tmp/out')); sys.exit(not ($1))"; }
frames_of() { "$GLASS" decode --json --no-verify "$1" 2>/dev/null | wc -l; }
# What is in a capture, without numbers and times that depend on the frames before.
content() { "$GLASS" decode "$@" --fields frame.len,frame.cap_len,ip.id,tcp.seq_raw,tcp.ack_raw,udp.length 2>/dev/null; }
first_line() { head -1 "$tmp/out"; }

# ---- check: sound files --------------------------------------------------------------------------------------
run check "$capture"
check "check: a sound file: exit status 0" [ "$status" -eq 0 ]
check "check: a sound file: the verdict stands first" [ "$(first_line)" = "$capture: sound" ]
check "check: a sound file: nothing on standard error" is_empty "$tmp/err"
unsound=
for file in captures/*.pcap captures/*.pcapng captures/*.gz captures/*.zst; do
    [ -e "$file" ] || continue
    "$GLASS" check "$file" >/dev/null 2>&1 || unsound="$unsound $file"
done
check "check: every capture here is sound" [ -z "$unsound" ]
n=$(frames_of "$capture")
run check --json "$capture"
check "check --json: one line" has_lines "$tmp/out" 1
check "check --json: facts" json "d['schema'] == 1 and d['sound'] and d['frames'] == $n and d['damage'] == [] and d['faults'] == []
    and d['size'] == $(stat -c %s "$capture") and d['links'][0]['link'] == 'EN10MB' and not d['cut']['count']"
run check --json -f 'tcp port 80 and src port 80' -n 3 "$capture"
check "check -f -n: so many, and says that there was more" json "d['frames'] == 3 and not d['read_to_end']"
if [ -e captures/snaplen.pcap ]; then
    want=$("$GLASS" decode --json captures/snaplen.pcap | python3 -c "
import json,sys
cut = [f for f in map(json.loads, sys.stdin) if f['cap_len'] < f['len']]
print(len(cut), sum(f['len'] - f['cap_len'] for f in cut), max(f['cap_len'] for f in cut))")
    run check --json captures/snaplen.pcap
    check "check: frames cut by the snap length" json "'%d %d %d' % (d['cut']['count'], d['cut']['missing_bytes'], d['cut']['longest']) == '$want'"
fi

# ---- check: what is not right in packets -----------------------------------------------------------------------
# Frame 4 gets another octet at its end, frame 6 a time before all others, and frame 5 a header length of 8.
python3 - "$capture" "$tmp/odd.pcap" <<'EOF'
import struct, sys
data = bytearray(open(sys.argv[1], 'rb').read())
at, starts = 24, []
while at < len(data):
    starts.append(at)
    at += 16 + struct.unpack_from('<I', data, at + 8)[0]
length = struct.unpack_from('<I', data, starts[3] + 8)[0]
data[starts[3] + 16 + length - 1] ^= 1
data[starts[4] + 16 + 14] = 0x42
struct.pack_into('<I', data, starts[5], 1000)
open(sys.argv[2], 'wb').write(data)
EOF
run check --json "$tmp/odd.pcap"
check "check: wrong packets leave a file sound" [ "$status" -eq 0 ]
check "check: a wrong checksum and its frame" json "[c['frames'] for c in d['checksums'] if c['proto'] == 'tcp'] == [[4]]"
check "check: a fault and its frame" json "[(f['proto'], f['count'], f['frames']) for f in d['faults']] == [('ip', 1, [5])]"
check "check: time goes backwards" json "d['times_backwards']['frames'] == [6] and d['times_backwards']['largest_ns'] > 10**18"
run check "$tmp/odd.pcap"
check "check: all of it in words" [ "$(grep -Ec 'wrong: #4$|\(1 frame: #5\)|goes backwards 1 time' "$tmp/out")" -eq 3 ]

# ---- check: damage, and what can be saved ----------------------------------------------------------------------
starts=($(python3 - "$capture" <<'EOF'
import struct, sys
data, at = open(sys.argv[1], 'rb').read(), 24
while at < len(data):
    print(at)
    at += 16 + struct.unpack_from('<I', data, at + 8)[0]
print(at)
EOF
))
head -c $((starts[6] + 20)) "$capture" >"$tmp/short.pcap"
run check "$tmp/short.pcap"
check "check: a file cut off: exit status 1" [ "$status" -eq 1 ]
check "check: a file cut off: the place is named, first of all" [ "$(first_line | grep -c "short.pcap: damaged at byte ${starts[6]}: ")" -eq 1 ]
check "check: a file cut off: and on standard error, in a line" [ "$(grep -c "damaged at byte ${starts[6]}: " "$tmp/err")" -eq 1 -a "$(wc -l <"$tmp/err")" -eq 1 ]
check "check: a file cut off: bytes lost" grep -q '20 bytes lost' "$tmp/out"

cp "$capture" "$tmp/broken.pcap"
printf '\xee%.0s' {1..16} | dd of="$tmp/broken.pcap" bs=1 seek="${starts[4]}" conv=notrunc status=none
run check --salvage -w "$tmp/saved.pcap" "$tmp/broken.pcap"
check "salvage: exit status 1" [ "$status" -eq 1 ]
check "salvage: says how many, before and after, and what was skipped" \
    grep -q "$((n - 1)) frames in .*: 4 from before" <(tr -s ' \n' ' ' <"$tmp/out")
lost=$((starts[5] - starts[4]))
check "salvage: bytes skipped" grep -q "$((n - 5)) from after it; $lost bytes skipped" <(tr -s ' \n' ' ' <"$tmp/out")
check "salvage: all frames but the broken one" same_file <(content "$capture" | sed 6d) <(content "$tmp/saved.pcap")
run check "$tmp/saved.pcap"
check "salvage: the result is sound" [ "$status" -eq 0 ]
run check --json --salvage -w "$tmp/saved.pcapng" "$tmp/broken.pcap"
check "salvage --json: the same facts" json "d['salvage']['frames_before'] == 4 and d['salvage']['frames_after'] == $((n - 5))
    and d['damage'][0]['offset'] == ${starts[4]} and d['damage'][0]['lost_bytes'] == d['salvage']['skipped_bytes'] == $lost"
gzip -c "$tmp/broken.pcap" >"$tmp/broken.pcap.gz"
run check --salvage -w "$tmp/saved2.pcap" "$tmp/broken.pcap.gz"
check "salvage: out of a compressed file as well" same_file "$tmp/saved.pcap" "$tmp/saved2.pcap"
run cut -w "$tmp/whole.pcapng" "$capture"
python3 - "$tmp/whole.pcapng" "$tmp/broken.pcapng" <<'EOF'
import sys, struct
data, at, n = bytearray(open(sys.argv[1], 'rb').read()), 0, 0
while at < len(data):
    kind, length = struct.unpack_from('<II', data, at)
    n += kind == 6
    if n == 7:
        del data[at + 9:at + 12]  # three octets gone: nothing after them is where it should be
        break
    at += length
open(sys.argv[2], 'wb').write(data)
EOF
run check --salvage -w "$tmp/saved3.pcap" "$tmp/broken.pcapng"
check "salvage: pcapng" same_file <(content "$capture" | sed 8d) <(content "$tmp/saved3.pcap")
{ head -c "${starts[4]}" "$capture"; head -c 320 /dev/zero; tail -c "+$((starts[4] + 1))" "$capture"; } >"$tmp/zeros.pcap"
run check --json --salvage -w "$tmp/saved4.pcap" "$tmp/zeros.pcap"
check "check: a stretch of zeros is noticed" json "d['empty']['count'] == 20 and d['salvage']['left_out'] == 20"
check "salvage: a stretch of zeros is left out" same_file <(content "$capture") <(content "$tmp/saved4.pcap")
cp "$tmp/broken.pcap" "$tmp/itself.pcap"
run check --salvage -w "$tmp/itself.pcap" "$tmp/itself.pcap"
check "salvage: not over the file itself" [ "$status" -eq 2 ]
check "salvage: which is left as it was" same_file "$tmp/itself.pcap" "$tmp/broken.pcap"

# ---- cut: which frames -----------------------------------------------------------------------------------------
run cut -w "$tmp/a.pcap" "$capture"
check "cut: exit status 0, and not a word" [ "$status" -eq 0 -a ! -s "$tmp/out" -a ! -s "$tmp/err" ]
check "cut: everything" same_file <("$GLASS" decode --tree "$capture") <("$GLASS" decode --tree "$tmp/a.pcap")
run cut --frames 3-5 -w "$tmp/a.pcap" "$capture"
check "cut --frames" same_file <(content "$capture" | sed -n '1p;4,6p') <(content "$tmp/a.pcap")
run cut --frames 3- -n 2 -w "$tmp/a.pcap" "$capture"
check "cut --frames -n: counts those in the range" same_file <(content "$capture" | sed -n '1p;4,5p') <(content "$tmp/a.pcap")
run cut -f 'src port 80' -w "$tmp/a.pcap" "$capture"
check "cut -f" same_file <(content "$capture" -f 'src port 80') <(content "$tmp/a.pcap")
run cut --snaplen 40 -w "$tmp/a.pcap" "$capture"
lengths() { "$GLASS" decode "$1" --json --no-verify | python3 -c "
import json,sys
for f in map(json.loads, sys.stdin): print(f['len'], min(f['cap_len'], $2))"; }
check "cut --snaplen: the length on the wire stays" same_file <(lengths "$capture" 40) <(lengths "$tmp/a.pcap" 9999)
"$GLASS" cut -n 4 -w - "$capture" 2>"$tmp/err" | "$GLASS" decode --json - >"$tmp/out"
check "cut -w -: to the next program" has_lines "$tmp/out" 4
run cut -f 'port 9' -w "$tmp/none.pcap" "$capture"
check "cut: no frame matches: said, and the file is sound" [ "$status" -eq 0 -a "$(grep -c '^note: no frame' "$tmp/err")" -eq 1 -a "$(frames_of "$tmp/none.pcap")" -eq 0 ]
for name in a.pcap a.pcapng a; do
    run cut -w "$tmp/f-$name" "$capture"
    case $name in a.pcap) want=pcap ;; *) want=pcapng ;; esac
    run check --json "$tmp/f-$name"
    check "cut -w $name: $want" json "d['format'].split(' ')[0] == '$want'"
done
if [ -e captures/interfaces.pcapng ]; then
    run cut -w "$tmp/b.pcapng" captures/interfaces.pcapng
    check "cut: interfaces, link types and comments are kept" \
        same_file <("$GLASS" decode --tree captures/interfaces.pcapng) <("$GLASS" decode --tree "$tmp/b.pcapng")
fi

# ---- cut: files that must not be lost ----------------------------------------------------------------------------
cp "$capture" "$tmp/same.pcap"
ln "$tmp/same.pcap" "$tmp/hard.pcap"
ln -s same.pcap "$tmp/soft.pcap"
for name in same hard soft; do
    run cut -w "$tmp/$name.pcap" "$tmp/same.pcap"
    check "cut: not over its own input ($name)" [ "$status" -eq 2 -a "$(wc -l <"$tmp/err")" -eq 1 ]
done
check "cut: the input is as it was" same_file "$tmp/same.pcap" "$capture"
cp "$capture" "$tmp/precious.pcap"
run cut -w "$tmp/precious.pcap" "$tmp/missing.pcap"
check "cut: an input that is not there costs no other file" same_file "$tmp/precious.pcap" "$capture"
run cut -f 'no such word' -w "$tmp/precious.pcap" "$capture"
check "cut: nor does a filter that is wrong" [ "$status" -eq 2 -a "$(cmp -s "$tmp/precious.pcap" "$capture"; echo $?)" -eq 0 ]
run cut --frames 5-3 -w "$tmp/a.pcap" "$capture"
check "cut: a range that is none" [ "$status" -eq 2 ]
run cut --by-flow 3 -w - "$capture"
check "cut: several files on one standard output" [ "$status" -eq 2 ]
run cut -w "$tmp/c.pcap" "$tmp/short.pcap"
check "cut: a damaged file: exit status 1, and what was before the damage" [ "$status" -eq 1 -a "$(frames_of "$tmp/c.pcap")" -eq 6 ]
mkfifo "$tmp/fifo"
"$GLASS" cut -w "$tmp/stopped.pcap" - <"$tmp/fifo" 2>/dev/null &
reader=$!
exec 7>"$tmp/fifo"
head -c "${starts[5]}" "$capture" >&7
sleep 0.5
kill -INT $reader
wait $reader
status=$?
exec 7>&-
check "cut: Ctrl-C: exit status 130" [ "$status" -eq 130 ]
check "cut: Ctrl-C: a sound file with what came" [ "$(frames_of "$tmp/stopped.pcap")" -eq 5 ]

# ---- cut --by-flow, --anon: every capture there is ---------------------------------------------------------------
cat >"$tmp/compare.py" <<'EOF'
"""compare.py shards|anon FILE...: cuts every file and compares what `decode --json` says before and after."""
import ipaddress, json, os, re, subprocess, sys

glass, folder = os.environ['GLASS'], os.environ['tmp']


def decode(path, *options):
    done = subprocess.run([glass, 'decode', '--json', *options, path], capture_output=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def cut(path, *options):
    done = subprocess.run([glass, 'cut', *options, path], capture_output=True)
    if done.returncode not in (0, 1):
        sys.exit(f'{path}: {done.stderr.decode()}')


def flows(frame):
    """The connection of a frame, either way round."""
    layers = frame['layers']
    for i in range(len(layers) - 1, -1, -1):
        if layers[i]['proto'] not in ('tcp', 'udp') or layers[i].get('quoted') or 'dstport' not in layers[i]:
            continue
        around = [l for l in layers[:i] if l['proto'] in ('ip', 'ipv6') and 'dst' in l]
        if around and not around[-1].get('options'):
            ends = [(around[-1]['src'], layers[i]['srcport']), (around[-1]['dst'], layers[i]['dstport'])]
            return [(layers[i]['proto'], frozenset(ends))]
    return []


def check_shards(path, n=4):
    whole = decode(path, '--no-verify')
    cut(path, '--by-flow', str(n), '-w', f'{folder}/s.pcapng')
    shards = [decode(f'{folder}/s-{i}.pcapng', '--no-verify') for i in range(n)]
    key = lambda f: (f['time'], f['len'], f['cap_len'])
    if sorted(key(f) for s in shards for f in s) != sorted(map(key, whole)):
        return 'the shards together are not the whole'
    for shard in shards:
        rest = iter(map(key, whole))
        if not all(any(k == other for other in rest) for k in map(key, shard)):
            return 'frames are not in the order of the capture'
    where = {}
    for i, shard in enumerate(shards):
        for flow in (f for frame in shard for f in flows(frame)):
            if where.setdefault(flow, i) != i:
                return f'{flow} is in shards {where[flow]} and {i}'
    put_together = lambda frames: sum('reassembled' in l for f in frames for l in f['layers'])
    if put_together(whole) != sum(map(put_together, shards)):
        return 'fragments of a datagram are in different shards'
    return None


MAC = re.compile(r'(?:[0-9a-f]{2}:){5}[0-9a-f]{2}$')
replaced = {4: {}, 6: {}, 'mac': {}}


def kind_of(text):
    if MAC.match(text):
        return 'mac'
    try:
        return ipaddress.ip_address(text).version
    except ValueError:
        return None


def compare(a, b, path):
    """What differs, but for addresses and checksums; None if nothing does."""
    if isinstance(a, dict) and isinstance(b, dict) and list(a) == list(b):
        return next(filter(None, (compare(a[k], b[k], f'{path}.{k}') for k in a if k != 'checksum')), None)
    if isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        return next(filter(None, (compare(x, y, path) for x, y in zip(a, b))), None)
    if a == b and not (isinstance(a, str) and kind_of(a)):
        return None
    if isinstance(a, str) and isinstance(b, str) and kind_of(a) and kind_of(a) == kind_of(b):
        known = replaced[kind_of(a)].setdefault(a, b)
        return None if known == b else f'{path}: {a} became {known}, then {b}'
    if path.endswith('.tlvs.value'):  # link addresses in NFLOG's items are octets to the decoder
        return None
    return f'{path}: {a!r} became {b!r}'


def check_anonymized(path):
    cut(path, '--anon', 'a key', '-w', f'{folder}/x.pcapng')
    before, after = decode(path), decode(f'{folder}/x.pcapng')
    for frame in before + after:  # DNS is payload: nothing in it changes
        frame['layers'] = [l for l in frame['layers'] if l['proto'] not in ('dns', 'http')]
    if len(before) != len(after):
        return 'frames are missing'
    return next(filter(None, (compare(a, b, f"#{a['frame']}") for a, b in zip(before, after))), None)


def check_prefixes():
    for version, bits in ((4, 32), (6, 128)):
        pairs = sorted((int(ipaddress.ip_address(a)), int(ipaddress.ip_address(b))) for a, b in replaced[version].items())
        for (a, x), (b, y) in zip(pairs, pairs[1:]):
            if (a ^ b).bit_length() != (x ^ y).bit_length():
                return f'{ipaddress.ip_address(a)} and {ipaddress.ip_address(b)} share another prefix than before'
    for kind, pairs in replaced.items():
        if len(set(pairs.values())) != len(pairs):
            return f'two addresses became one ({kind})'
        if len([a for a, b in pairs.items() if a != b]) < 3:
            return f'hardly any address was replaced ({kind})'
    return None


judge = {'shards': check_shards, 'anon': check_anonymized}[sys.argv[1]]
for path in sys.argv[2:]:
    wrong = judge(path)
    if wrong:
        sys.exit(f'{path}: {wrong}')
if sys.argv[1] == 'anon' and (wrong := check_prefixes()):
    sys.exit(wrong)
EOF
export GLASS tmp
all=(captures/*.pcap captures/*.pcapng)
python3 "$tmp/compare.py" shards "${all[@]}" >"$tmp/out" 2>"$tmp/err"
check "cut --by-flow: ${#all[@]} captures: the parts are the whole, and connections stay together" [ $? -eq 0 ]
run cut --by-flow 4 -w "$tmp/p.pcap" "$capture"
check "cut --by-flow: four files, by these names" [ "$(cd "$tmp" && echo p-*.pcap)" = "p-0.pcap p-1.pcap p-2.pcap p-3.pcap" ]
python3 "$tmp/compare.py" anon "${all[@]}" >"$tmp/out" 2>"$tmp/err"
check "cut --anon: ${#all[@]} captures: addresses alone changed, one to one, prefixes kept, checksums as right as before" [ $? -eq 0 ]

run cut --anon one -w "$tmp/one.pcap" "$capture"
check "cut --anon: says once what was not replaced" [ "$(grep -c '^note: .*payload' "$tmp/err")" -eq 1 -a "$(wc -l <"$tmp/err")" -eq 1 ]
run cut --anon '' -w "$tmp/plain.pcap" "$capture"
check "cut --anon: a key that is empty is refused, not ignored" [ "$status" -eq 2 -a ! -e "$tmp/plain.pcap" ]
run cut --anon one -w "$tmp/again.pcap" "$capture"
check "cut --anon: the same key, the same file" same_file "$tmp/one.pcap" "$tmp/again.pcap"
run cut --anon two -w "$tmp/two.pcap" "$capture"
check "cut --anon: another key, another file" [ "$(cmp -s "$tmp/one.pcap" "$tmp/two.pcap"; echo $?)" -eq 1 ]
run cut --anon one --snaplen 54 -w "$tmp/headers.pcap" "$capture"
check "cut --anon --snaplen: the same, cut" same_file <(content "$tmp/one.pcap" | cut -f1,3-) <(content "$tmp/headers.pcap" | cut -f1,3-)
address=$("$GLASS" decode "$capture" --fields ip.src -n 1 | tail -1)
check "cut --anon: the address is gone" [ "$("$GLASS" decode "$tmp/one.pcap" -f "host $address" | wc -l)" -eq 0 ]
if command -v tshark >/dev/null; then
    other_opinion() {
        tshark -r "$1" -o ip.check_checksum:TRUE -o tcp.check_checksum:TRUE -o udp.check_checksum:TRUE -T fields \
            -e ip.checksum.status -e tcp.checksum.status -e udp.checksum.status -e icmp.checksum.status -e icmpv6.checksum.status \
            -e tcp.seq_raw -e frame.protocols 2>/dev/null
    }
    for file in http-get http6 ping6 vxlan gre 6in4 path-mtu unreachable6; do
        [ -e "captures/$file.pcap" ] || continue
        run cut --anon key -w "$tmp/t.pcap" "captures/$file.pcap"
        check "cut --anon: tshark finds the same checksums right in $file" same_file <(other_opinion "captures/$file.pcap") <(other_opinion "$tmp/t.pcap")
    done
else
    skip "cut --anon: a second opinion" "tshark is not installed"
fi
