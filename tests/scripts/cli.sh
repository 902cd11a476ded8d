#!/bin/bash
# The command line as users meet it: what is refused, in which words, and with which exit status.
source tests/scripts/common.bash
capture=captures/http-get.pcap
[ -r "$capture" ] || { skip cli "there is no $capture"; exit 0; }

# ---- files that cannot be read -------------------------------------------------------------------------------
: >"$tmp/empty.pcap"
printf 'This is text, and longer than any magic number.\n' >"$tmp/text.pcap"
printf '\xd4\xc3\xb2' >"$tmp/stub.pcap"
gzip -c "$tmp/text.pcap" >"$tmp/text.gz"
mkdir "$tmp/folder"
mkfifo "$tmp/closed"
for command in decode stats check 'show 1' 'cut -w /dev/null'; do
    set -- $command
    verb=$1
    shift
    args=("$@")
    file_first() { refuses "$1" "$2" "$verb" "$3" "${args[@]}"; }
    file_first "$verb: missing file" 'missing\.pcap.*[Nn]o such file' "$tmp/missing.pcap"
    file_first "$verb: directory" 'folder.*directory' "$tmp/folder"
    file_first "$verb: empty file" 'empty\.pcap.*empty' "$tmp/empty.pcap"
    file_first "$verb: no capture" 'text\.pcap.*not a capture' "$tmp/text.pcap"
done
refuses "decode: less than a magic number" 'stub\.pcap' decode "$tmp/stub.pcap"
refuses "decode: compressed, but no capture" 'text\.gz' decode "$tmp/text.gz"
refuses "decode: nothing on standard input" '(-|standard input).*empty' decode -

# Root may read everything: become nobody.
cp "$capture" "$tmp/secret.pcap"
chmod 000 "$tmp/secret.pcap"
as_nobody=()
[ "$(id -u)" = 0 ] && as_nobody=(setpriv --reuid=65534 --regid=65534 --clear-groups)
cp "$GLASS" "$tmp/glass" && chmod 755 "$tmp/glass"
if "${as_nobody[@]}" "$tmp/glass" --version >/dev/null 2>&1; then
    "${as_nobody[@]}" "$tmp/glass" decode "$tmp/secret.pcap" >"$tmp/out" 2>"$tmp/err"
    status=$?
    check "unreadable file: exit status" [ "$status" -eq 2 ]
    check "unreadable file: one line says why" grep -q 'secret\.pcap.*[Pp]ermission denied' "$tmp/err"
    check "unreadable file: no more than that" has_lines "$tmp/err" 1
else
    skip "unreadable file" "cannot give up root's rights here"
fi
rm -f "$tmp/glass"

# ---- command lines that are wrong ----------------------------------------------------------------------------
refuses "unknown option" '--nonsense' decode "$capture" --nonsense
says() { grep -qF -- "$1" "$tmp/err"; }
run decode --jsn "$capture"
check "a mistyped option: the nearest one is named" says "there is no option '--jsn'; did you mean --json?"
check "a mistyped option: the file is not" eval '! says "$capture"'
run decode --zzzzz=1 "$capture"
check "an option like no other: just that" says "there is no option '--zzzzz' (glass decode --help)"
refuses "unknown command" "no command 'frobnicate'" frobnicate "$capture"
refuses "mistyped command" "no command 'decod'; did you mean decode" decod "$capture"
refuses "unknown option and no command" 'nonsense' --nonsense
refuses "no file" 'which capture|FILE' decode
refuses "show without a frame" 'N' show "$capture"
refuses "two views at once" '(tree|json|views)' decode "$capture" --tree --json
refuses "a view that is not there" 'box' decode "$capture" --box
refuses "bad BPF" '(filter|BPF|tcp prot).*|syntax' decode "$capture" -f 'tcp prot 80'
refuses "BPF of nonsense" 'nonsense' decode "$capture" -f 'nonsense'
refuses "bad field: a suggestion" "tcp\.window_siz.*did you mean.*tcp\.window_size" decode "$capture" --fields tcp.window_siz
refuses "bad field: unknown protocol" 'nothing\.at_all' decode "$capture" --fields nothing.at_all
refuses "an empty field name" 'field' decode "$capture" --fields tcp.seq,,ip.ttl
refuses "count of none" '(-n|--count|COUNT|positive|[Nn]umber)' decode "$capture" -n 0
refuses "count below zero" '(-n|--count|COUNT|positive|[Nn]umber)' decode "$capture" -n -3
refuses "count that is no number" '(-n|--count|COUNT|positive|[Nn]umber)' decode "$capture" -n many
refuses "colour that is none" 'purple' decode "$capture" --color purple
refuses "time style that is none" 'sundial' decode "$capture" --time sundial
refuses "frame 0" "'0'.*frame" show "$capture" 0
refuses "frame that is no number" "'one'.*frame" show "$capture" one
refuses "range that runs backwards" "'9-7'.*frame" show "$capture" 9-7
refuses "frame after the last" 'no frame 99999.*the last one is' show "$capture" 99999
refuses "interface that is not there" 'nowhere9' decode -i nowhere9
refuses "file and interface" '(excludes|FILE|interface)' decode "$capture" -i lo
refuses "output that cannot be written" 'missing' decode "$capture" -w "$tmp/missing/out.pcap"
refuses "explain: unknown word" 'windoww.*did you mean.*window' explain windoww

run
check "no arguments: exit status 2" [ "$status" -eq 2 ]
check "no arguments: says what there is" grep -q decode "$tmp/out" "$tmp/err"

# ---- help ----------------------------------------------------------------------------------------------------
run --help
check "--help: exit status 0" [ "$status" -eq 0 ]
check "--help: nothing on standard error" is_empty "$tmp/err"
commands=$(sed -n 's/^  \([a-z]\{3,\}\)  .*/\1/p' "$tmp/out")
for needed in decode show stats check cut explain; do
    check "--help names $needed" grep -qw "$needed" <<<"$commands"
done
for command in $commands; do
    run "$command" --help
    check "$command --help: exit status 0, on standard output" [ "$status" -eq 0 -a -s "$tmp/out" -a ! -s "$tmp/err" ]
    check "$command --help fits into 100 columns" [ "$(wc -L <"$tmp/out")" -le 100 ]
done
run --version
check "--version" grep -Eqx 'glass [0-9]+\.[0-9]+\.[0-9]+' "$tmp/out"
