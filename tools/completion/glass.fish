# fish completion for glass: commands, options, their values, files, and the words explain knows.

set -l commands decode show streams follow http ladder plot why stats check cut explain sim replay serve get ping nc lab doctor lesson

# The words after the command that are neither options nor their arguments.
function __glass_positionals
    set -l takes_argument -f --filter -n --count -i --interface -w --write --fields --color --time --max-streams \
        --frames --snaplen --anon --by-flow --svg --side -o --output --export --max-buffer --overlap --play --seed
    set -l words (commandline -opc)
    set -l skip no
    for word in $words[2..-1]
        if test $skip = yes
            set skip no
        else if contains -- $word $takes_argument
            set skip yes
        else if not string match -q -- '-?*' $word
            echo $word
        end
    end
end

function __glass_needs_file
    set -l words (__glass_positionals)
    test (count $words) -eq 1; and contains -- $words[1] decode show streams follow http ladder plot why stats check cut replay
end

function __glass_needs_kind
    set -l words (__glass_positionals)
    test (count $words) -eq 3; and test $words[1] = plot
end

function __glass_needs_word
    set -l words (__glass_positionals)
    test (count $words) -eq 1; and test $words[1] = explain
end

# One term a line; its word comes first.
function __glass_terms
    set -l words (commandline -opc)
    $words[1] explain 2>/dev/null | string replace -r ' .*' ''
end

function __glass_interfaces
    echo any
    command ls /sys/class/net 2>/dev/null
end

# A comma list: what is there already, then each field.
function __glass_fields
    set -l begun (string replace -rf '^(.*,).*$' '$1' -- (commandline -ct | string replace -r '^--fields=' ''))
    printf "$begun%s\n" eth.src eth.dst eth.type vlan.id ip.src ip.dst ip.ttl ip.id ip.len ip.p ip.frag_offset \
        ipv6.src ipv6.dst ipv6.hlim ipv6.nxt ipv6.plen icmp.type icmp.code udp.srcport udp.dstport udp.length \
        tcp.stream tcp.srcport tcp.dstport tcp.seq tcp.seq_raw tcp.ack tcp.ack_raw tcp.flags tcp.flags_str \
        tcp.window_size tcp.window_size_value tcp.len tcp.checksum_status dns.id dns.rcode
end

complete -c glass -f
complete -c glass -n "not __fish_seen_subcommand_from $commands" -a decode -d 'One line a packet, or all of it'
complete -c glass -n "not __fish_seen_subcommand_from $commands" -a show -d 'One packet in full'
complete -c glass -n "not __fish_seen_subcommand_from $commands" -a streams -d 'TCP connections: what went wrong'
complete -c glass -n "not __fish_seen_subcommand_from $commands" -a follow -d 'The ordered bytes of a connection'
complete -c glass -n "not __fish_seen_subcommand_from $commands" -a http -d 'HTTP messages, paired, with timing'
complete -c glass -n "not __fish_seen_subcommand_from $commands" -a why -d 'What is special about one packet, and the proof'
complete -c glass -n "not __fish_seen_subcommand_from $commands" -a ladder -d 'One connection as a sequence diagram'
complete -c glass -n "not __fish_seen_subcommand_from $commands" -a plot -d 'One connection over time'
complete -c glass -n "not __fish_seen_subcommand_from $commands" -a stats -d 'Protocols, talkers and problems'
complete -c glass -n "not __fish_seen_subcommand_from $commands" -a check -d 'Is the file sound'
complete -c glass -n "not __fish_seen_subcommand_from $commands" -a cut -d 'A part of a capture'
complete -c glass -n "not __fish_seen_subcommand_from $commands" -a explain -d 'A label or field in five lines'
complete -c glass -n "not __fish_seen_subcommand_from $commands" -a sim -d 'Transfers of our own TCP over a simulated link'
complete -c glass -n "not __fish_seen_subcommand_from $commands" -a replay -d 'A recorded end against our own TCP'
complete -c glass -n "not __fish_seen_subcommand_from $commands" -a serve -d 'A web server over our own TCP'
complete -c glass -n "not __fish_seen_subcommand_from $commands" -a get -d 'What is at a URL, or something sent there'
complete -c glass -n "not __fish_seen_subcommand_from $commands" -a ping -d 'Echo requests from our own stack'
complete -c glass -n "not __fish_seen_subcommand_from $commands" -a nc -d 'A byte pipe over our own TCP'
complete -c glass -n "not __fish_seen_subcommand_from $commands" -a lab -d 'A network of its own for a command'
complete -c glass -n "not __fish_seen_subcommand_from $commands" -a doctor -d 'What this machine allows'
complete -c glass -n "not __fish_seen_subcommand_from $commands" -a lesson -d 'The course: write parts of this stack'
complete -c glass -n "not __fish_seen_subcommand_from $commands" -l version -d 'Print the version'
complete -c glass -s h -l help -d 'Print help'

complete -c glass -n __glass_needs_file -F
complete -c glass -n __glass_needs_kind -a 'seq rtt flight window throughput'
complete -c glass -n __glass_needs_word -a '(__glass_terms)'

set -l lesson "__fish_seen_subcommand_from lesson"
set -l lesson_words list start check hint show quiz serve report reset
complete -c glass -n "$lesson; and not __fish_seen_subcommand_from $lesson_words" -x -a "$lesson_words"
complete -c glass -n "$lesson" -l watch -d 'Check again whenever the exercise changes'
complete -c glass -n "$lesson" -l give-up -d 'Show our solution although yours does not pass'
complete -c glass -n "$lesson" -l student -x -d 'Whose quiz'
complete -c glass -n "$lesson" -l answers -x -d 'To a quiz, with commas'
complete -c glass -n "$lesson" -l key -d 'A quiz with its answers'
complete -c glass -n "$lesson" -l format -x -a 'json junit csv gradescope' -d 'Of a report'

set -l reads "not __fish_seen_subcommand_from lesson; and __fish_seen_subcommand_from decode show streams follow http ladder plot stats check cut"
set -l views "__fish_seen_subcommand_from decode show streams follow http ladder plot why stats check explain sim replay"
set -l jsons "__fish_seen_subcommand_from decode show streams follow http stats check explain sim replay"
set -l draws "__fish_seen_subcommand_from ladder plot sim"
set -l sims "__fish_seen_subcommand_from sim"
set -l replays "__fish_seen_subcommand_from replay"
set -l lives "__fish_seen_subcommand_from decode streams http stats cut"
set -l orders "__fish_seen_subcommand_from streams follow http"
set -l hashes "__fish_seen_subcommand_from streams http"
set -l follows "__fish_seen_subcommand_from follow"
set -l https "__fish_seen_subcommand_from http"
set -l writes "__fish_seen_subcommand_from decode check cut sim replay"
set -l decodes "__fish_seen_subcommand_from decode"
set -l cuts "__fish_seen_subcommand_from cut"
complete -c glass -n $reads -s f -l filter -x -d 'Only frames that match this BPF expression'
complete -c glass -n $reads -s n -l count -x -d 'Stop after so many frames'
complete -c glass -n $reads -l verify -d 'Verify checksums (default)'
complete -c glass -n $reads -l no-verify -d 'Do not verify checksums'
complete -c glass -n $reads -l progress -d 'Show how far a long file is read (default)'
complete -c glass -n $reads -l no-progress -d 'Do not show how far a long file is read'
complete -c glass -n $reads -l max-streams -x -d 'Connections remembered at the most'
complete -c glass -n $lives -s i -l interface -x -a '(__glass_interfaces)' -d 'Capture live from this interface'
complete -c glass -n $views -l color -x -a 'auto always never' -d 'When to use colour'
complete -c glass -n $views -l pager -d 'Page long text on a terminal (default)'
complete -c glass -n $views -l no-pager -d 'Do not page'
complete -c glass -n $jsons -l json -d 'Output for programs'
complete -c glass -n $writes -s w -l write -r -F -d 'Write frames to this file'
complete -c glass -n $decodes -l time -x -a 'rel abs delta' -d 'How to print times'
complete -c glass -n $decodes -l abs-seq -d 'Sequence numbers as they stand in the header'
complete -c glass -n $decodes -l fields -x -a '(__glass_fields)' -d 'Columns, tab separated'
complete -c glass -n "__fish_seen_subcommand_from decode show" -l tree -d 'Every field of every header'
complete -c glass -n "__fish_seen_subcommand_from decode show" -l bytes -d 'Every byte beside its field'
complete -c glass -n "__fish_seen_subcommand_from follow" -l hex -d 'A hex dump'
complete -c glass -n $orders -l max-buffer -x -d 'Bytes that may wait for missing ones'
complete -c glass -n $orders -l overlap -x -a 'first last bsd linux' -d 'Who wins where segments differ'
complete -c glass -n $hashes -l hash -d 'With --json: SHA-256 (default)'
complete -c glass -n $hashes -l no-hash -d 'With --json: no SHA-256'
complete -c glass -n "__fish_seen_subcommand_from streams" -l long -d 'A second line about each'
complete -c glass -n $follows -l client -d 'Only what the client sent'
complete -c glass -n $follows -l server -d 'Only what the server sent'
complete -c glass -n $follows -l raw -d 'Exactly the bytes'
complete -c glass -n $follows -l all -d 'Every connection, into files'
complete -c glass -n $follows -s o -l output -x -a '(__fish_complete_directories)' -d 'The folder for --all'
complete -c glass -n $follows -l fill -d 'With --raw: zeros where bytes are missing'
complete -c glass -n $follows -l strict -d 'Exit status 3 where bytes are missing'
complete -c glass -n $https -l headers -d 'Start line and fields'
complete -c glass -n $https -l body -d 'Content, decoded, as text'
complete -c glass -n $https -l export -x -a '(__fish_complete_directories)' -d 'Write content into this folder'
complete -c glass -n "__fish_seen_subcommand_from decode show" -l hex -d 'Every byte beside its field'
complete -c glass -n "__fish_seen_subcommand_from show" -l box -d "The RFC's header diagrams, filled in"
complete -c glass -n "__fish_seen_subcommand_from check" -l salvage -d 'Write every frame that can be read'
complete -c glass -n $draws -l svg -r -F -d 'Draw into this SVG file'
complete -c glass -n "__fish_seen_subcommand_from ladder" -l scale -d 'Time to scale'
complete -c glass -n "__fish_seen_subcommand_from ladder" -l all -d 'Every segment on a row of its own'
complete -c glass -n "__fish_seen_subcommand_from plot" -l side -x -a 'client server' -d 'Whose data'
complete -c glass -n "__fish_seen_subcommand_from cut ladder" -l frames -x -d 'Only these frames, as 100-200'
complete -c glass -n $cuts -l snaplen -x -d 'Keep only the first so many bytes of each frame'
complete -c glass -n $cuts -l anon -x -d 'Replace addresses, the same key giving the same'
complete -c glass -n $cuts -l by-flow -x -d 'Split into so many files'
complete -c glass -n "__fish_seen_subcommand_from why" -l json -d 'One JSON object'
complete -c glass -n "__fish_seen_subcommand_from why" -l no-verify -d 'Do not verify checksums'
complete -c glass -n $sims -l rtt -x -d 'Round trip of the empty link'
complete -c glass -n $sims -l rate -x -d 'Bits a second'
complete -c glass -n $sims -l queue -x -d 'Packets or bytes that wait'
complete -c glass -n $sims -l loss -x -d 'Packets lost'
complete -c glass -n $sims -l ack-loss -x -d "Packets lost on the ACKs' way"
complete -c glass -n $sims -l drop -x -d 'These packets: 3,7,10-12'
complete -c glass -n $sims -l burst -x -d 'How often a burst of losses begins'
complete -c glass -n $sims -l reorder -x -d 'Packets that others overtake'
complete -c glass -n $sims -l reorder-by -x -d 'How late those are'
complete -c glass -n $sims -l duplicate -x -d 'Packets that arrive twice'
complete -c glass -n $sims -l corrupt -x -d 'Packets damaged'
complete -c glass -n $sims -l jitter -x -d 'At most so much more delay'
complete -c glass -n $sims -l mtu -x -d 'Largest packet of the link'
complete -c glass -n $sims -l bytes -x -d 'What each flow sends'
complete -c glass -n $sims -l flows -x -d 'Transfers at the same time'
complete -c glass -n $sims -l stagger -x -d 'Between the starts of two flows'
complete -c glass -n $sims -l time -x -d 'Break off after so much virtual time'
complete -c glass -n $sims -l buffer -x -d 'Buffers of each connection'
complete -c glass -n $sims -l flow -x -d 'The flow that is drawn'
complete -c glass -n $sims -l sack -x -a 'on off' -d 'A part of TCP'
complete -c glass -n $sims -l rack -x -a 'on off' -d 'A part of TCP'
complete -c glass -n $sims -l timestamps -x -a 'on off' -d 'A part of TCP'
complete -c glass -n $sims -l window-scale -x -a 'on off' -d 'A part of TCP'
complete -c glass -n $sims -l nagle -x -a 'on off' -d 'A part of TCP'
complete -c glass -n $sims -l ecn -x -a 'on off' -d 'A part of TCP'
complete -c glass -n $sims -l black-hole -d 'Too large packets vanish'
complete -c glass -n $sims -l aqm -x -a 'drop-tail red codel' -d 'What manages the queue'
complete -c glass -n $sims -l cc -x -a 'cubic newreno bbr' -d 'Congestion control'
complete -c glass -n $sims -l explain -d 'Why each segment was sent again'
complete -c glass -n $sims -l ladder -d 'The sequence diagram of a flow'
complete -c glass -n $sims -l plot -x -a 'cwnd queue seq rtt flight window throughput' -d 'Draw'
complete -c glass -n "__fish_seen_subcommand_from sim replay" -l seed -x -d 'Of all chance'
complete -c glass -n $replays -s f -l filter -x -d 'Only frames that match this BPF expression'
complete -c glass -n $replays -l play -x -a 'client server' -d 'Which end is played'
complete -c glass -n $replays -l all -d 'Every row'

set -l stacks "not __fish_seen_subcommand_from lesson; and __fish_seen_subcommand_from serve get ping nc lab"
set -l serves "not __fish_seen_subcommand_from lesson; and __fish_seen_subcommand_from serve"
set -l servers "not __fish_seen_subcommand_from lesson; and __fish_seen_subcommand_from serve lab"
complete -c glass -n $stacks -l device -x -a '(__glass_interfaces)' -d "The TUN interface's name"
complete -c glass -n $stacks -l address -x -d 'Of our stack'
complete -c glass -n $stacks -l mtu -x -d 'Of the interface'
complete -c glass -n $stacks -l no-offload -d 'Every segment by itself'
complete -c glass -n $stacks -l link -x -d 'A simulated link before the kernel'
complete -c glass -n $stacks -l seed -x -d "Of the link's chances"
complete -c glass -n $stacks -l record -r -F -d 'All packets, into this file'
complete -c glass -n $stacks -l record-peer -r -F -d "The same at the link's other end"
complete -c glass -n $stacks -l cc -x -a 'cubic newreno bbr' -d 'Congestion control'
complete -c glass -n $servers -l live -d 'A page that shows its packets'
complete -c glass -n $servers -l port -x -d 'TCP port'
complete -c glass -n $servers -l log -r -F -d 'Lines of what was served'
complete -c glass -n $serves -l quiet -d 'No lines of what was served'
complete -c glass -n $serves -l uploads -d 'PUT and POST make new files'
complete -c glass -n $serves -l max-upload -x -d 'Bytes that one request may bring'
complete -c glass -n $serves -l hidden -d 'Names that begin with a dot, too'
complete -c glass -n "not __fish_seen_subcommand_from lesson; and __fish_seen_subcommand_from serve nc" -l sockets -d "Over the kernel's TCP"
complete -c glass -n $serves -x -a '(__fish_complete_directories)'
set -l gets "__fish_seen_subcommand_from get"
complete -c glass -n $gets -l tun -d 'Over our own TCP'
complete -c glass -n $gets -s T -l upload -r -F -d 'PUT this file'
complete -c glass -n $gets -s d -l data -x -d 'POST this text'
complete -c glass -n $gets -s X -l method -x -d 'Any other method'
complete -c glass -n $gets -s I -l head -d 'The head of the response'
complete -c glass -n $gets -s H -l header -x -d 'One more field'
complete -c glass -n $gets -s o -l output -r -F -d 'Into this file'
complete -c glass -n $gets -s O -l remote-name -d "Into a file with the URL's last name"
complete -c glass -n $gets -s C -l continue -d 'Go on at the end of the file'
complete -c glass -n $gets -s r -l range -x -d 'These bytes'
complete -c glass -n $gets -l compressed -d 'Ask for gzip and deflate'
complete -c glass -n $gets -l no-location -d 'Do not follow redirects'
complete -c glass -n $gets -s f -l fail -d 'Status 400 and above is a failure'
complete -c glass -n $gets -l max-time -x -d 'For each URL'
complete -c glass -n $gets -l max-size -x -d 'Bytes of content'
complete -c glass -n $gets -l retry -x -d 'So many more attempts'
complete -c glass -n $gets -s v -l verbose -d 'What HTTP says and what TCP does'
complete -c glass -n $gets -l json -d 'One JSON object about each URL'
complete -c glass -n $gets -l no-progress -d 'No line about it on a terminal'
complete -c glass -n "__fish_seen_subcommand_from ping" -s c -l count -x -d 'So many'
complete -c glass -n "__fish_seen_subcommand_from ping" -s i -l interval -x -d 'Between two'
complete -c glass -n "__fish_seen_subcommand_from ping" -s s -l size -x -d 'Bytes of data'
complete -c glass -n "__fish_seen_subcommand_from ping" -s W -l wait -x -d 'For the last answer'
complete -c glass -n "__fish_seen_subcommand_from nc" -s l -l listen -d 'Wait for somebody to connect'
complete -c glass -n "__fish_seen_subcommand_from lab" -l dir -x -a '(__fish_complete_directories)' -d 'What our server serves'
complete -c glass -n "__fish_seen_subcommand_from lab" -l no-server -d 'The network alone'
