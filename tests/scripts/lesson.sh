#!/bin/bash
# glass lesson as students meet it: what is refused, the ladder of hints, quizzes, reports; and check programs that
# crash, lie, flood and stop, none of which may take the parent along. No sanitized build: the programs are scripts.
source tests/scripts/common.bash
[ -r lessons/lessons.mk ] || { skip lesson "there are no lessons"; exit 0; }
GLASS=$(realpath "$GLASS")
completion=$PWD/tools/completion/glass.bash

# A tree of its own: progress is written there.
mkdir -p "$tmp/tree/build/lessons"
cp -r lessons captures "$tmp/tree/"  # no source: checks are not built here
rm -f "$tmp/tree/lessons/progress"
cd "$tmp/tree" || exit 1
says() { grep -qF -- "$1" "$tmp/out"; }

run lesson list
check "lesson list" [ "$status" -eq 0 ]
check "lesson list: a line a lesson" says "03  The Internet checksum"
refuses "lesson: no such lesson" "no lesson '99'; there are" lesson start 99
refuses "lesson: no word" 'glass lesson takes a command: list, start' lesson
refuses "lesson: no such word" "there is no command 'lesson foo' .glass lesson --help" lesson foo
refuses "lesson: mistyped" "there is no command 'lesson chek'; did you mean check" lesson chek
refuses "lesson: mistyped option" '--wach' lesson check 03 --wach
cd /
refuses "lesson: outside of the source" 'no lessons/' lesson list
cd "$tmp/tree/captures" || exit 1
run lesson list
check "lesson: in a folder of the tree" says "The reassembler"
cd "$tmp/tree" || exit 1

completed=$(bash --norc -c 'source "$1"; COMP_WORDS=(glass lesson check 10) COMP_CWORD=3; _glass glass 10 check
    echo "${COMPREPLY[*]}"' - "$completion")
check "lesson: numbers with a letter are completed" [ "$completed" = "10a 10b" ]
run lesson start 10b
check "start: what it builds on" says "ideas of 07 and 10a;"

run lesson show 08
check "show: not before a pass" [ "$status" -eq 1 ]
check "show: says how" grep -q -- '--give-up' "$tmp/err"
for hint in 1 2 3; do
    run lesson hint 08
    check "hint: the ladder, step $hint" [ "$(grep -c '^Hint' "$tmp/out")" -eq "$hint" ]
done
check "hint: recorded" grep -q '^08 started hints=3' lessons/progress

# ---- check programs ------------------------------------------------------------------------------------------------
# program NAME: one on standard input, which writes records to descriptor 3.
program() {
    { echo '#!/bin/bash'; cat; } >"$tmp/$1"
    chmod +x "$tmp/$1"
}
outcome() { grep -o '"outcome":"[A-Z]*"' "$tmp/out" | head -n 1 | cut -d '"' -f 4; }
judged() { # judged NAME OUTCOME
    run lesson check 03 --program "$tmp/$1" --json
    check "check program that $1: $2" [ "$(outcome)" = "$2" ]
}
program passes <<'P'
printf 'case 1 a\nrfc r\nend \ndone 1\n' >&3
P
program 'has to do' <<'P'
printf 'case 1 a\nrfc r\ntodo x\nend \ndone 1\n' >&3
P
program fails <<'P'
printf 'case 1 a\nrfc r\nfail w\nform text\nexpected 1\nactual 2\nstory s\nend \ndone 1\n' >&3
P
program 'says nothing' <<'P'
exit 0
P
program 'stops early' <<'P'
[ "$4" = 1 ] && { printf 'case 1 a\nrfc r\nend \ncase 2 b\nrfc r\n' >&3; exit 0; }
printf 'done 2\n' >&3
P
program 'is killed' <<'P'
[ "$4" = 1 ] && { printf 'case 1 a\nrfc r\n' >&3; kill -SEGV $$; }
printf 'case 2 b\nrfc r\nend \ndone 2\n' >&3
P
program 'floods' <<'P'
head -c 30000000 /dev/zero | tr '\0' x
printf 'case 1 a\nrfc r\nend \ndone 1\n' >&3
P
program 'floods its records' <<'P'
printf 'case 1 a\n' >&3
yes 'fail x' | head -c 30000000 >&3
printf 'end \ndone 1\n' >&3
P
judged passes PASS
judged 'has to do' TODO
judged fails FAIL
judged 'says nothing' FAIL
judged 'stops early' FAIL
check "stops early: the next cases run all the same" grep -q 'status 0, before the checks were done' "$tmp/out"
judged 'is killed' FAIL
check "is killed: case 2 ran" grep -q '"name":"b","rfc":"r","outcome":"PASS"' "$tmp/out"
judged floods PASS
judged 'floods its records' FAIL
run lesson check 03 --program "$tmp/fails"
check "a failure: exit status 1" [ "$status" -eq 1 ]
check "a failure: both values" grep -q 'expected  1' "$tmp/out"
check "a failure: how to do it again" says "make check-03 SEED=1"
run lesson check 03 --program "$tmp/has to do"
check "to do: exit status 0" [ "$status" -eq 0 ]
run lesson check 03 --program "$tmp/passes"
check "a pass is recorded" grep -q '^03 started passed' lessons/progress
run lesson check 03 --program "$tmp/missing"
check "a program that is not there: FAIL" [ "$status" -eq 1 ]

# ---- quizzes and reports -------------------------------------------------------------------------------------------
run lesson quiz 03 --student anna --key
check "quiz: a key" [ "$(grep -c '^= ' "$tmp/out")" -ge 3 ]
key=$(sed -n 's/^= \([^ ]*\) .*/\1/p' "$tmp/out" | paste -sd,)
run lesson quiz 03 --student anna --answers "$key"
check "quiz: all right" [ "$status" -eq 0 ]
run lesson quiz 03 --student anna --answers x,x
check "quiz: not finished" [ "$status" -eq 1 ]
check "quiz: the best attempt is recorded" grep -q '^03 .*quiz=\([0-9]*\)/\1$' lessons/progress
mkdir -p build/asan/lessons/03
cp "$tmp/passes" build/asan/lessons/03/check
sed -i 's/glass::todo/written/' lessons/10b-timer/exercise.cc
for format in json junit csv gradescope; do
    run lesson report --format $format
    check "report: $format" [ "$status" -eq 0 ]
    cp "$tmp/out" "$tmp/report.$format"
done
python "$tmp" <<'PY'
import json, sys, xml.etree.ElementTree
folder = sys.argv[1]
for line in open(f"{folder}/report.json"):
    json.loads(line)
xml.etree.ElementTree.parse(f"{folder}/report.junit")
tests = json.load(open(f"{folder}/report.gradescope"))["tests"]
assert tests[0]["score"] == 10 or any(t["score"] == 10 for t in tests)
PY
check "reports parse" [ $? -eq 0 ]
check "report: a lesson that nobody touched is not started" grep -q '^02,ipv4-header,TODO,' "$tmp/report.csv"
check "report: one that is written and not built fails" grep -q '^10b,timer,FAIL,' "$tmp/report.csv"
git init -q . && git add lessons && git -c user.name=x -c user.email=x@x commit -qm stubs
echo >>lessons/02-ipv4-header/exercise.cc
run lesson report --format csv
check "report: in a repository any change is a start" grep -q '^02,ipv4-header,FAIL,' "$tmp/out"
check "report: in a repository the stub is not started" grep -q '^04,fragments,TODO,' "$tmp/out"
refuses "report: no such form" 'takes one of json' lesson report --format paper
refuses "report: a folder that is not there" 'nowhere' lesson report -o nowhere/report

# ---- pages ---------------------------------------------------------------------------------------------------------
timeout -s KILL 60 "$GLASS" lesson serve --port 0 >"$tmp/serve" 2>&1 &
server=$!
for _ in {1..200}; do
    grep -q 'http://' "$tmp/serve" && break
    sleep 0.05
done
url=$(grep -o 'http://[^ ]*' "$tmp/serve")
python "$url" >"$tmp/out" 2>&1 <<'PY'
import re, sys, urllib.error, urllib.parse, urllib.request
root, seen, todo = sys.argv[1], set(), [sys.argv[1]]
# Every link of the course's pages leads somewhere; source is shown but not followed.
while todo:
    url = todo.pop()
    if url in seen:
        continue
    seen.add(url)
    try:
        answer = urllib.request.urlopen(url, timeout=20)
    except urllib.error.HTTPError as error:
        print(error.code, url)
        continue
    page = answer.read().decode()
    if "/lessons/" in answer.url and not answer.url.endswith((".h", ".cc")):
        todo += [urllib.parse.urljoin(answer.url, link).split("#")[0] for link in re.findall(r'href="([^":]+)"', page)]
print(len(seen), "pages")
sys.exit(0 if len(seen) > 5 else 1)
PY
pages=$?
kill -INT "$(pgrep -P $server)" 2>/dev/null
wait $server
check "serve: ends at Ctrl-C in good order" [ $? -eq 0 ]
check "serve: pages" [ $pages -eq 0 ]
check "serve: links to what the tree here has" eval '! grep -E "^404 .*/(lessons|page)/" "$tmp/out"'
