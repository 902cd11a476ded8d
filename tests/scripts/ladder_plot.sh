#!/bin/bash
# glass ladder and glass plot as users meet them: what is refused and how, files written, widths, colour, and that every
# capture draws a picture which an XML parser reads.
source tests/scripts/common.bash
capture=captures/http-get.pcap
[ -r "$capture" ] || { skip ladder_plot "there is no $capture"; exit 0; }

for verb in ladder plot; do
    kind=; [ $verb = plot ] && kind=seq
    refuses "$verb: no number" 'N' $verb "$capture"
    refuses "$verb: a number that is none" "'one'.*connection number" $verb "$capture" one $kind
    refuses "$verb: a number below zero" "-1" $verb "$capture" -1 $kind
    refuses "$verb: a number that is too large" "'4294967296'.*connection number" $verb "$capture" 4294967296 $kind
    refuses "$verb: no such connection" 'it has one, numbered 0' $verb "$capture" 1 $kind
    refuses "$verb: no such connection of several" 'it has 4, numbered 0 to 3' $verb captures/http-parallel.pcap 4 $kind
    refuses "$verb: no connection at all" 'no TCP connection' $verb captures/ping.pcap 0 $kind
    refuses "$verb: a filter leaves nothing" 'leaves nothing' $verb "$capture" 0 $kind -f 'port 9'
    refuses "$verb: missing file" '[Nn]o such file' $verb "$tmp/missing.pcap" 0 $kind
    refuses "$verb: a picture that cannot be written" 'missing' $verb "$capture" 0 $kind --svg "$tmp/missing/a.svg"
    cp "$capture" "$tmp/kept.pcap"
    refuses "$verb: the capture is not overwritten" 'is the file that is read' $verb "$tmp/kept.pcap" 0 $kind --svg "$tmp/kept.pcap"
    check "$verb: the capture is as it was" same_file "$capture" "$tmp/kept.pcap"
    run $verb "$capture" 0 $kind --svg "$tmp/a.svg"
    check "$verb --svg FILE: quiet" [ "$status" -eq 0 -a ! -s "$tmp/out" -a ! -s "$tmp/err" ]
    run $verb "$capture" 0 $kind --svg -
    check "$verb --svg -: the same on standard output" same_file "$tmp/out" "$tmp/a.svg"
    check "$verb --svg: no script, and nothing from a network" [ "$(grep -Ec '<script|href|url\(h' "$tmp/a.svg")" -eq 0 ]
    run $verb "$capture" 0 $kind --color always
    sed "s/$(printf '\033')\[[0-9;]*m//g" "$tmp/out" >"$tmp/stripped"
    check "$verb --color always: coloured" [ "$(grep -c "$(printf '\033')" "$tmp/out")" -gt 0 ]
    [ $verb = plot ] || { run $verb "$capture" 0; check "$verb: colour changes nothing but colour" same_file "$tmp/out" "$tmp/stripped"; }
done
refuses "plot: no kind" 'plot what.*seq, rtt, flight' plot "$capture" 0
refuses "plot: a kind that is none" "no plot 'sequence'.*seq, rtt" plot "$capture" 0 sequence
refuses "plot: cwnd is in no packet" 'flight' plot "$capture" 0 cwnd
refuses "plot: nothing to plot" 'nothing to plot: the client sent no data' plot captures/refused.pcap 0 throughput --side client
refuses "ladder: frames that are no range" "'x'" ladder "$capture" 0 --frames x
refuses "ladder: frames of others" 'its frames are 1 to 12' ladder "$capture" 0 --frames 50-60

run ladder "$capture" 0 --frames 2-3
check "ladder --frames: those two" [ "$(grep -Ec '^ +[23] ' "$tmp/out")" -eq 2 ]
check "ladder --frames: and no others" [ "$(grep -Ec '^ +[0-9]+ +[0-9.]+ ' "$tmp/out")" -eq 2 ]
run plot "$capture" 0 seq --side client
check "plot --side client" grep -q 'data of the client' "$tmp/out"
run plot "$capture" 0 seq
check "plot: by default, who sent more" grep -q 'data of the server' "$tmp/out"
head -c 700 "$capture" >"$tmp/cut.pcap"
run ladder "$tmp/cut.pcap" 0
check "a damaged file: what could be read is drawn, and status 1" [ "$status" -eq 1 -a -s "$tmp/out" ]

command -v python3 >/dev/null || { skip "pictures of all captures" "there is no python3"; exit 0; }
wrong=
pictures=0
rm -f "$tmp/a.svg"
for file in captures/*.pcap*; do
    for what in 'ladder 0' 'ladder 0 --scale --all' 'plot 0 seq' 'plot 0 throughput'; do
        set -- $what
        verb=$1
        shift
        run $verb "$file" "$@" --svg "$tmp/$((++pictures)).svg"
        [ "$status" -le 1 ] || grep -Eq 'no TCP connection|nothing to plot' "$tmp/err" || wrong="$wrong $file($what)"
    done
done
check "all captures are drawn" [ -z "$wrong" ]
python3 - "$tmp"/*.svg >"$tmp/out" 2>"$tmp/err" <<'PYTHON'
import sys, xml.dom.minidom
for name in sys.argv[1:]:
    root = xml.dom.minidom.parse(name).documentElement
    assert root.tagName == "svg" and root.getElementsByTagName("title"), name
PYTHON
status=$?
check "every picture is XML" [ "$status" -eq 0 ]
