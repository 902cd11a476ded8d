# bash completion for glass: commands, options, their values, files, and the words explain knows.

# The number of words before the current one that are neither options nor their arguments; the command counts.
_glass_positionals() {
    local i count=0
    for ((i = 1; i < COMP_CWORD; i++)); do
        case ${COMP_WORDS[i]} in
            -f | -n | -i | -w | --filter | --count | --interface | --write | --fields | --color | --time | \
                --max-streams | --frames | --snaplen | --anon | --by-flow | --svg | --side | \
                -o | --output | --export | --max-buffer | --overlap | --device | --address | --mtu | --link | --seed | \
                --record | --record-peer | --cc | --port | --sockets | --log | --dir)
                ((i++))
                [[ ${COMP_WORDS[i]} == "=" ]] && ((i++))
                ;;
            -?*) ;;
            *) ((count++)) ;;
        esac
    done
    echo "$count"
}

_glass_options() {
    local read="-f --filter -n --count --verify --no-verify --progress --no-progress --max-streams"
    local view="--color --pager --no-pager" order="--max-buffer --overlap"
    local stack="--device --address --mtu --no-offload --link --seed --record --record-peer --cc"
    case $1 in
        decode) echo "$read $view -i --interface --time --abs-seq --tree --bytes --hex --json --fields -w --write" ;;
        show) echo "$read $view --tree --bytes --hex --box --json" ;;
        streams) echo "$read $view $order -i --interface --json --hash --no-hash --long" ;;
        follow)
            echo "$read $view $order --client --server --raw --hex --json --all -o --output --fill --strict"
            ;;
        http) echo "$read $view $order -i --interface --headers --body --export --json --hash --no-hash" ;;
        ladder) echo "$read $view --scale --all --frames --svg" ;;
        plot) echo "$read $view --side --svg" ;;
        why) echo "$view --json --verify --no-verify" ;;
        stats) echo "$read $view -i --interface --json" ;;
        check) echo "$read $view --json --salvage -w --write" ;;
        cut) echo "$read -i --interface -w --write --frames --snaplen --anon --by-flow" ;;
        explain) echo "$view --json" ;;
        sim)
            echo "$view --rtt --rate --queue --loss --ack-loss --drop --burst --reorder --reorder-by --duplicate
                --corrupt --jitter --mtu --black-hole --aqm --cc --bytes --flows --stagger --time --sack --rack
                --timestamps --window-scale --nagle --ecn --buffer --seed --explain --ladder --plot --flow --svg
                -w --write --json"
            ;;
        replay) echo "$view -f --filter --play --seed --all --json -w --write" ;;
        serve) echo "$stack --live --port --sockets --log --quiet --uploads --max-upload --hidden" ;;
        get)
            echo "$stack --tun -T --upload -d --data -X --method -I --head -H --header -o --output -O --remote-name
                -C --continue -r --range --compressed --no-location -f --fail --max-time --max-size --retry
                -v --verbose --json --no-progress --color"
            ;;
        ping) echo "$stack -c --count -i --interval -s --size -W --wait" ;;
        nc) echo "$stack -l --listen --sockets" ;;
        lab) echo "$stack --dir --live --no-server --port --log" ;;
        lesson)
            echo "--watch --seed --json --give-up --student --answers --key --format -o --output --program --programs"
            ;;
    esac
}

_glass() {
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} command='' word
    local commands="decode show streams follow http ladder plot why stats check cut explain sim replay serve get ping nc lab doctor lesson"
    local fields="eth.src eth.dst eth.type vlan.id ip.src ip.dst ip.ttl ip.id ip.len ip.p ip.frag_offset
        ipv6.src ipv6.dst ipv6.hlim ipv6.nxt ipv6.plen icmp.type icmp.code udp.srcport udp.dstport udp.length
        tcp.stream tcp.srcport tcp.dstport tcp.seq tcp.seq_raw tcp.ack tcp.ack_raw tcp.flags tcp.flags_str
        tcp.window_size tcp.window_size_value tcp.len tcp.checksum_status dns.id dns.rcode"
    COMPREPLY=()
    if [[ $cur == "=" ]]; then # --color=<TAB>: bash splits at the equals sign
        cur=''
    elif [[ $prev == "=" ]]; then
        prev=${COMP_WORDS[COMP_CWORD - 2]}
    fi
    for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        [[ $word != -* ]] && command=$word && break
    done

    if [[ -z $command ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$commands -h --help --version" -- "$cur")
        return
    fi
    case $prev in
        --color) mapfile -t COMPREPLY < <(compgen -W "auto always never" -- "$cur") && return ;;
        --rtt | --rate | --queue | --loss | --ack-loss | --drop | --burst | --reorder | --reorder-by) return ;;
        --duplicate | --corrupt | --jitter | --mtu | --bytes | --flows | --stagger | --buffer | --seed | --flow) return ;;
        --sack | --rack | --timestamps | --window-scale | --nagle | --ecn)
            mapfile -t COMPREPLY < <(compgen -W "on off" -- "$cur") && return
            ;;
        --aqm) mapfile -t COMPREPLY < <(compgen -W "drop-tail red codel" -- "$cur") && return ;;
        --cc) mapfile -t COMPREPLY < <(compgen -W "cubic newreno bbr" -- "$cur") && return ;;
        --play) mapfile -t COMPREPLY < <(compgen -W "client server" -- "$cur") && return ;;
        --plot)
            mapfile -t COMPREPLY < <(compgen -W "cwnd queue seq rtt flight window throughput" -- "$cur")
            return
            ;;
        --time)
            [[ $command == sim ]] && return
            mapfile -t COMPREPLY < <(compgen -W "rel abs delta" -- "$cur")
            return
            ;;
        -i | --interface | --device)
            [[ $command == ping && $prev == -i ]] && return
            mapfile -t COMPREPLY < <(compgen -W "any $(command ls /sys/class/net 2>/dev/null)" -- "$cur")
            return
            ;;
        --format) mapfile -t COMPREPLY < <(compgen -W "json junit csv gradescope" -- "$cur") && return ;;
        --side) mapfile -t COMPREPLY < <(compgen -W "client server" -- "$cur") && return ;;
        --overlap) mapfile -t COMPREPLY < <(compgen -W "first last bsd linux" -- "$cur") && return ;;
        -o | --output | --export)
            compopt -o filenames
            [[ $command == get ]] && mapfile -t COMPREPLY < <(compgen -f -- "$cur") && return
            mapfile -t COMPREPLY < <(compgen -d -- "$cur")
            return
            ;;
        --dir)
            compopt -o filenames
            mapfile -t COMPREPLY < <(compgen -d -- "$cur")
            return
            ;;
        --address | --link | --port | --sockets | -c | -s | -W | --interval | --size | --wait) return ;;
        -T | --upload)
            compopt -o filenames
            mapfile -t COMPREPLY < <(compgen -f -- "$cur")
            return
            ;;
        -d | --data | -X | --method | -H | --header | -r | --range | --max-time | --max-size | --max-upload | --retry) return ;;
        -w | --write | --svg | --record | --record-peer | --log)
            compopt -o filenames
            mapfile -t COMPREPLY < <(compgen -f -- "$cur")
            return
            ;;
        --fields)
            compopt -o nospace
            local done_part=''
            [[ $cur == *,* ]] && done_part=${cur%,*},
            mapfile -t COMPREPLY < <(compgen -P "$done_part" -W "$fields" -- "${cur##*,}")
            return
            ;;
        -f | --filter | -n | --count | --max-streams | --frames | --snaplen | --anon | --by-flow | --max-buffer) return ;;
    esac
    if [[ $command == lesson && $cur != -* ]]; then
        # The word after it, and then a lesson of the tree we are in.
        if [[ $(_glass_positionals) == 1 ]]; then
            mapfile -t COMPREPLY < <(compgen -W "list start check hint show quiz serve report reset" -- "$cur")
        else
            mapfile -t COMPREPLY < <(compgen -W "$(command ls -d lessons/[0-9]*-* 2>/dev/null | sed 's|lessons/\([^-]*\).*|\1|')" -- "$cur")
        fi
        return
    fi
    if [[ $cur == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$(_glass_options "$command") -h --help" -- "$cur")
    elif [[ $command == plot && $(_glass_positionals) == 3 ]]; then
        mapfile -t COMPREPLY < <(compgen -W "seq rtt flight window throughput" -- "$cur")
    elif [[ $command == serve && $(_glass_positionals) == 1 ]]; then
        compopt -o filenames
        mapfile -t COMPREPLY < <(compgen -d -- "$cur")
    elif [[ $command == lab ]]; then
        mapfile -t COMPREPLY < <(compgen -c -- "$cur")
    elif [[ " sim get ping nc doctor " != *" $command "* && $(_glass_positionals) == 1 ]]; then
        if [[ $command == explain ]]; then
            # One term a line; its word comes first.
            mapfile -t COMPREPLY < <(compgen -W "$("${COMP_WORDS[0]}" explain 2>/dev/null | cut -d ' ' -f 1)" -- "$cur")
        else
            compopt -o filenames
            mapfile -t COMPREPLY < <(compgen -f -- "$cur")
        fi
    fi
}

complete -F _glass glass
