# Scenes of HTTP/1: curl, wget and others talk to nginx and to Python's servers.

scene http-get "one small page: handshake, request, answer, close (begin here)"
record_http-get() {
    two_hosts --delay 10
    web s
    tap c:eth0 http-get.pcap tcp
    fetch http://www.example/index.html
    untap
    keep http-get.pcap 'frame.number == 1 && tcp.flags == 0x002' 'http.response.code == 200' 'tcp.flags.fin == 1'
}

scene http-session "one connection, many answers: 200, HEAD, 304, 206, 416, 301, 404, 405"
record_http-session() {
    two_hosts --delay 10
    web s
    tap c:eth0 http-session.pcap tcp
    local base=http://www.example common=(-sS --resolve "www.example:80:10.0.0.2" -o /dev/null)
    on c curl -q "${common[@]}" $base/index.html \
        --next "${common[@]}" -I $base/4.txt \
        --next "${common[@]}" -z 'Wed, 01 Jan 2020 00:00:00 GMT' $base/4.txt \
        --next "${common[@]}" -r 64-127 $base/4.txt \
        --next "${common[@]}" -r 0-63,128-191 $base/4.txt \
        --next "${common[@]}" -r 9999- $base/4.txt \
        --next "${common[@]}" -L $base/old \
        --next "${common[@]}" $base/nothing-here \
        --next "${common[@]}" -d name=glass $base/index.html
    untap
    keep http-session.pcap 'http.response.code == 304' 'http.response.code == 206' 'http.response.code == 416' \
        'http.response.code == 301' 'http.response.code == 404' 'http.response.code == 405' \
        'http.request.method == HEAD' 'mime_multipart'
}

scene http-pipelined "three requests in one segment, three answers in order"
record_http-pipelined() {
    two_hosts --delay 10
    web s
    tap c:eth0 http-pipelined.pcap tcp
    local path
    for path in /index.html /4.txt /nothing-here; do
        printf 'GET %s HTTP/1.1\r\nHost: www.example\r\n\r\n' $path
    done | on c socat -t 0.3 - TCP:10.0.0.2:80 >/dev/null
    untap
    keep http-pipelined.pcap 'http.request.uri == "/nothing-here"' 'http.response.code == 404'
}

scene http-chunked "chunked: from nginx; compressed on the way; with extensions and trailers from a Python server"
record_http-chunked() {
    two_hosts --delay 10
    web s
    start s python3 "$here/recording/peer.py" trailers 8000
    wait_for s 8000
    tap c:eth0 http-chunked.pcap tcp
    fetch http://www.example/chunked/4.txt
    fetch --compressed http://www.example/gzip/16.txt
    fetch http://10.0.0.2:8000/
    untap
    keep http-chunked.pcap 'http.transfer_encoding == "chunked"' 'http.content_encoding == "gzip"' 'tcp contains "X-Crc32: "'
}

scene http-upload "uploads: 100 (Continue) before the body, a chunked body, 201, 204, DELETE"
record_http-upload() {
    two_hosts --delay 10
    web s
    lines 100 >"$tmp/body"
    tap c:eth0 http-upload.pcap tcp
    fetch -H 'Expect: 100-continue' -T "$tmp/body" http://www.example/upload/one.txt
    fetch -T - http://www.example/upload/one.txt <"$tmp/body"
    fetch -X DELETE http://www.example/upload/one.txt
    untap
    keep http-upload.pcap 'http.response.code == 100' 'http.response.code == 201' 'http.response.code == 204' \
        'http.request.method == DELETE'
}

scene http-1.0 "HTTP/1.0: a body that ends with the connection, and keep-alive by request"
record_http-1.0() {
    two_hosts --delay 10
    web s
    tap c:eth0 http-1.0.pcap tcp
    fetch --http1.0 http://www.example/chunked/4.txt
    fetch --http1.0 -H 'Connection: keep-alive' http://www.example/4.txt
    untap
    keep http-1.0.pcap 'http.request.version == "HTTP/1.0"' 'http.response.code == 200'
}

scene http-odd-port "wget, and Python's little server on port 8081: HTTP/1.0 where one would not look for it"
record_http-odd-port() {
    two_hosts --delay 10
    mkdir "$tmp/site"
    lines 20 >"$tmp/site/page.txt"
    touch -d '2020-01-01 00:00:00Z' "$tmp/site/page.txt"
    start s python3 -m http.server --directory "$tmp/site" 8081
    wait_for s 8081
    tap c:eth0 http-odd-port.pcap tcp
    on c wget --no-config -q -O /dev/null http://10.0.0.2:8081/page.txt
    untap
    keep http-odd-port.pcap 'tcp.port == 8081 && tcp contains "HTTP/1.0 200"'
}

scene http-parallel "four downloads at once: their segments are mixed"
record_http-parallel() {
    two_hosts --delay 10
    web s
    tap c:eth0 http-parallel.pcap tcp
    fetch --parallel --parallel-immediate --parallel-max 4 --no-progress-meter http://www.example/16.txt -o /dev/null \
        http://www.example/4.txt -o /dev/null http://www.example/16.txt -o /dev/null http://www.example/index.html
    untap
    keep http-parallel.pcap 'tcp.stream == 3'
}

scene http6 "a page over IPv6"
record_http6() {
    two_hosts --delay 10
    with_v6
    web s
    tap c:eth0 http6.pcap 'ip6 proto 6'
    at='[2001:db8::2]' fetch http://www.example/4.txt
    untap
    keep http6.pcap 'ipv6 && http.response.code == 200'
}

scene http-cut "the recording ends in the middle of the body"
record_http-cut() {
    two_hosts --delay 10
    web s
    tap c:eth0 http-cut.pcap -c 20 tcp
    fetch http://www.example/64.txt
    untap
    keep http-cut.pcap 'frame.number == 20' 'http.request'
}

scene http-late "the recording begins in the middle of a body: no handshake, window scale unknown"
record_http-late() {
    two_hosts --delay 10
    web s
    fetch http://www.example/slow/64.txt &
    local download=$!
    sleep 0.8
    tap c:eth0 http-late.pcap tcp
    wait $download
    fetch http://www.example/index.html
    untap
    keep http-late.pcap 'frame.number == 1 && tcp.flags.syn == 0' 'tcp.flags.fin == 1' 'http.response'
}

scene one-sided "only one direction was recorded, as behind a router with two paths"
record_one-sided() {
    two_hosts --delay 10
    web s
    tap c:eth0 one-sided.pcap tcp src port 80
    fetch http://www.example/16.txt
    untap
    keep one-sided.pcap 'tcp.flags == 0x012' 'tcp.len > 1000'
}
