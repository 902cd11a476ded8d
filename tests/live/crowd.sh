#!/bin/bash
# Many clients at a time, and clients that mean harm, against glass serve on our own stack, in a network namespace of
# its own.
#
# environment: CROWD          connections held at the same time (1000), for
#              CROWD_SECONDS  (1); as many new ones follow each other for that long, at CROWD_RATE a second (200)
#              FLOOD_SECONDS  of spoofed SYNs (2)
#              SLOW_CLIENTS   whose heads never end (500)
source tests/live/namespace.bash
needs python3 curl hping3 sysctl
crowd=${CROWD:-1000} seconds=${CROWD_SECONDS:-1} rate=${CROWD_RATE:-200}
longest=$((10 * seconds + 300))
flood=${FLOOD_SECONDS:-2} slow=${SLOW_CLIENTS:-500}

mkdir "$tmp/www"
head -c 1024 /dev/urandom >"$tmp/www/file"
sum=$(sha256sum <"$tmp/www/file" | cut -d' ' -f1)
inside sysctl -qw net.ipv4.ip_local_port_range="2000 65000"
# Under sanitizers, what is freed is soon used again: else it would count as leaking.
export ASAN_OPTIONS=${ASAN_OPTIONS-}:quarantine_size_mb=1:thread_local_quarantine_size_kb=64
start_server "$tmp/www" --quiet
clients() { inside timeout -s KILL $((seconds + 300)) tests/live/crowd.py "$@" \
    >"$tmp/out" 2>"$tmp/err"; status=$?; }
resident() { awk '/VmRSS/ { print $2 }' "/proc/$started/status"; }  # KiB
fetched() {
    inside curl -s -S --max-time 30 -o "$tmp/got" -w '%{time_total}' http://10.7.0.2/file >"$tmp/out" 2>"$tmp/err" &&
        same_file "$tmp/got" "$tmp/www/file"
}

clients hold 10.7.0.2 80 /file "$crowd" "$seconds" "$sum"
check "crowd: $crowd connections held, then a file for each" [ "$status" -eq 0 ]
clients hold fd07::2 80 /file "$crowd" "$seconds" "$sum"
check "crowd: the same over IPv6" [ "$status" -eq 0 ]
before=$(resident)
for i in 1 2; do clients hold 10.7.0.2 80 /file "$crowd" "$seconds" "$sum"; done
# Each leaves a TIME-WAIT, which takes less than 1 KiB.
check "crowd: nothing leaks ($before, now $(resident) KiB)" [ "$(resident)" -le $((before * 105 / 100 + 2 * crowd + 1024)) ]
clients churn 10.7.0.2 80 /file "$rate" "$seconds" "$sum"
check "crowd: $rate new connections a second" [ "$status" -eq 0 ]

# A flood of SYNs from addresses that do not answer, 100000 a second: cookies take over.
before=$(resident)
inside ip route add default dev glass0
inside timeout -s KILL "$flood" hping3 -q -i u10 --rand-source -S -p 80 10.7.0.2 >/dev/null 2>&1 &
flooder=$!
sleep 0.5
for i in 1 2 3; do
    fetched
    served=$?
    check "flood: an honest request is served ($(cat "$tmp/out") s)" [ "$served" -eq 0 ]
done
wait "$flooder"
check "flood: memory is bounded ($before, now $(resident) KiB)" [ "$(resident)" -le $((before + 65536)) ]

# Heads that never end.
inside timeout -s KILL 60 tests/live/crowd.py slowloris 10.7.0.2 80 "$slow" 4 \
    >"$tmp/slow" 2>&1 &
slowloris=$!
sleep 2
for i in 1 2 3; do
    fetched
    served=$?
    check "slowloris: an honest request is served beside $slow others ($(cat "$tmp/out") s)" [ "$served" -eq 0 ]
done
wait "$slowloris"

# Whoever knows the ports, but not the numbers, cannot end or fill a connection: RSTs, SYNs and data all over the
# sequence space, at steps that no window slips through.
head -c 3000000 /dev/urandom >"$tmp/www/large"
inside curl -s -S --max-time 60 --limit-rate 1M --local-port 40000 -o "$tmp/got" http://10.7.0.2/large 2>"$tmp/err" &
victim=$!
sleep 0.3
inside timeout -s KILL 50 tests/live/inject.py 10.7.0.1 40000 10.7.0.2 80 >"$tmp/out" 2>&1
check "injection: $(tail -n 1 "$tmp/out")" [ $? -eq 0 ]
wait "$victim"
check "injection: the transfer is whole" same_file "$tmp/got" "$tmp/www/large"

finish INT
check "crowd: the server ends with status 0" [ "$status" -eq 0 ]
