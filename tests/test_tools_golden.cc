// Golden lines: frames of our captures as the JSON contract has them, to the last octet. The values were
// compared by hand with those that Wireshark's dissectors give.
//
// captures/record makes other frames of the same kind: whoever records these files anew writes new lines
// here.
#include <doctest/doctest.h>
#include <filesystem>
#include <string>

#include "tools/decoder.h"
#include "tools/view_json.h"

namespace {

using namespace glass;

struct Golden {
    const char* what;
    const char* capture;
    std::uint64_t frame;
    std::string_view json;
};

const Golden kGolden[] = {
    {"a SYN behind a VLAN tag: RFC 9293 3.1, RFC 7323 2.2 and 3.2, RFC 2018 2", "captures/vlan.pcap", 5,
     R"({"frame":5,"time":"1795303808.045686000","len":78,"cap_len":78,"layers":[)"
     R"({"proto":"eth","dst":"02:00:00:00:00:0b","src":"02:00:00:00:00:0a","type":33024},)"
     R"({"proto":"vlan","priority":3,"id":10,"type":2048},)"
     R"({"proto":"ip","hdr_len":20,"dsfield":0,"len":60,"id":16912,"df":true,"mf":false,"frag_offset":0,)"
     R"("ttl":64,"p":6,"checksum":58537,"checksum_status":"good","src":"10.0.0.1","dst":"10.0.0.2"},)"
     R"({"proto":"tcp","stream":0,"srcport":60500,"dstport":80,"seq_raw":814232096,"seq":0,"ack_raw":0,)"
     R"("ack":0,"hdr_len":40,"flags":2,"flags_str":"SYN","window_size_value":64240,"window_size":64240,)"
     R"("checksum":45944,"checksum_status":"good","urgent_pointer":0,"options":[{"kind":2,"name":"mss",)"
     R"("value":1460},{"kind":4,"name":"sack_permitted"},{"kind":8,"name":"timestamps","tsval":984087455,)"
     R"("tsecr":0},{"kind":1,"name":"nop"},{"kind":3,"name":"wscale","shift":7}],"len":0}]})"},
    {"a DNS answer with a compressed name and EDNS: RFC 1035 4.1, RFC 6891 6.1", "captures/dns.pcap", 2,
     R"({"frame":2,"time":"1795303829.065817000","len":98,"cap_len":98,"layers":[)"
     R"({"proto":"eth","dst":"02:00:00:00:00:0a","src":"02:00:00:00:00:0b","type":2048},)"
     R"({"proto":"ip","hdr_len":20,"dsfield":0,"len":84,"id":41256,"df":true,"mf":false,"frag_offset":0,)"
     R"("ttl":64,"p":17,"checksum":34158,"checksum_status":"good","src":"10.0.0.2","dst":"10.0.0.1"},)"
     R"({"proto":"udp","srcport":53,"dstport":47313,"length":64,"checksum":61206,"checksum_status":"good"},)"
     R"({"proto":"dns","id":32452,"flags":34176,"response":true,"opcode":0,"rcode":0,"qdcount":1,"ancount":1,)"
     R"("nscount":0,"arcount":1,"queries":[{"name":"www.example","type":1,"type_name":"A","class":1}],)"
     R"("answers":[{"name":"www.example","type":1,"type_name":"A","class":1,"ttl":0,"data":"192.0.2.80"}],)"
     R"("additionals":[{"name":".","type":41,"type_name":"OPT","class":1232,"ttl":0,"data":"UDP 1232,)"
     R"( version 0"}]}]})"},
    {"the fragment that completes a datagram: RFC 8200 4.5", "captures/fragments6.pcap", 6,
     R"({"frame":6,"time":"1795303760.489825000","len":374,"cap_len":374,"layers":[)"
     R"({"proto":"eth","dst":"02:00:00:00:00:0b","src":"02:00:00:00:00:0a","type":34525},)"
     R"({"proto":"ipv6","tclass":0,"flow":624400,"plen":320,"nxt":44,"hlim":64,"src":"2001:db8::1",)"
     R"("dst":"2001:db8::2","reassembled":{"frames":[3,4,5,6],"len":4008}},)"
     R"({"proto":"ipv6.fraghdr","nxt":58,"offset":3696,"more":false,"id":1654484549},)"
     R"({"proto":"icmpv6","type":128,"code":0,"checksum":37458,"checksum_status":"good","ident":23474,)"
     R"("seq":1},)"
     R"({"proto":"data","len":4000}]})"},
    {"an ICMP error and the packet it quotes: RFC 792, RFC 1812 4.3.2.3", "captures/unreachable.pcap", 2,
     R"({"frame":2,"time":"1795303772.107556000","len":76,"cap_len":76,"layers":[)"
     R"({"proto":"eth","dst":"02:00:00:00:00:0a","src":"02:00:00:00:00:0b","type":2048},)"
     R"({"proto":"ip","hdr_len":20,"dsfield":192,"len":62,"id":12290,"df":false,"mf":false,"frag_offset":0,)"
     R"("ttl":63,"p":1,"checksum":32507,"checksum_status":"good","src":"192.0.2.1","dst":"10.0.0.1"},)"
     R"({"proto":"icmp","type":3,"code":3,"checksum":51486,"checksum_status":"good"},)"
     R"({"proto":"ip","quoted":true,"hdr_len":20,"dsfield":0,"len":34,"id":19377,"df":true,"mf":false,)"
     R"("frag_offset":0,"ttl":63,"p":17,"checksum":9240,"checksum_status":"good","src":"10.0.0.1",)"
     R"("dst":"192.0.2.1"},)"
     R"({"proto":"udp","quoted":true,"srcport":37678,"dstport":9,"length":14,"checksum":23740,)"
     R"("checksum_status":"unverified"},)"
     R"({"proto":"data","quoted":true,"len":6}]})"},
    {"IPv4 options: the timestamp option, RFC 791 3.1", "captures/ip-options.pcap", 3,
     R"({"frame":3,"time":"1795303755.665039000","len":134,"cap_len":134,"layers":[)"
     R"({"proto":"eth","dst":"02:00:00:00:00:0b","src":"02:00:00:00:00:0a","type":2048},)"
     R"({"proto":"ip","hdr_len":56,"dsfield":0,"len":120,"id":22251,"df":true,"mf":false,"frag_offset":0,)"
     R"("ttl":64,"p":1,"checksum":30422,"checksum_status":"good","src":"10.0.0.1","dst":"192.0.2.1",)"
     R"("options":[{"kind":68,"name":"ts","pointer":13,"overflow":0,"flag":1,"entries":[{"address":"10.0.0.1",)"
     R"("time":84555665},{"address":"0.0.0.0","time":0},{"address":"0.0.0.0","time":0},{"address":"0.0.0.0",)"
     R"("time":0}]}]},)"
     R"({"proto":"icmp","type":8,"code":0,"checksum":52018,"checksum_status":"good","ident":23359,"seq":1},)"
     R"({"proto":"data","len":56}]})"},
    {"an echo request inside VXLAN: RFC 7348 5", "captures/vxlan.pcap", 3,
     R"({"frame":3,"time":"1795303824.941124000","len":148,"cap_len":148,"layers":[)"
     R"({"proto":"eth","dst":"02:00:00:00:00:0b","src":"02:00:00:00:00:0a","type":2048},)"
     R"({"proto":"ip","hdr_len":20,"dsfield":0,"len":134,"id":12067,"df":false,"mf":false,"frag_offset":0,)"
     R"("ttl":64,"p":17,"checksum":14146,"checksum_status":"good","src":"10.0.0.1","dst":"10.0.0.2"},)"
     R"({"proto":"udp","srcport":60844,"dstport":4789,"length":114,"checksum":44144,"checksum_status":"good"},)"
     R"({"proto":"vxlan","flags":8,"vni":42},)"
     R"({"proto":"eth","dst":"02:00:00:00:00:1b","src":"02:00:00:00:00:1a","type":2048},)"
     R"({"proto":"ip","hdr_len":20,"dsfield":0,"len":84,"id":54406,"df":true,"mf":false,"frag_offset":0,)"
     R"("ttl":64,"p":1,"checksum":57886,"checksum_status":"good","src":"192.0.2.1","dst":"192.0.2.2"},)"
     R"({"proto":"icmp","type":8,"code":0,"checksum":5997,"checksum_status":"good","ident":24795,"seq":1},)"
     R"({"proto":"data","len":56}]})"},
    {"Linux's header of the \"any\" device", "captures/any-sll2.pcap", 3,
     R"({"frame":3,"time":"1795304003.469973000","len":104,"cap_len":104,"layers":[)"
     R"({"proto":"sll2","type":2048,"if_index":2,"hatype":1,"pkttype":0,"halen":6,"src":"02:00:00:00:00:0a"},)"
     R"({"proto":"ip","hdr_len":20,"dsfield":0,"len":84,"id":22927,"df":true,"mf":false,"frag_offset":0,)"
     R"("ttl":64,"p":1,"checksum":5400,"checksum_status":"good","src":"10.0.0.1","dst":"192.0.2.1"},)"
     R"({"proto":"icmp","type":8,"code":0,"checksum":38546,"checksum_status":"good","ident":29145,"seq":1},)"
     R"({"proto":"data","len":56}]})"},
    {"a segment of which the text was cut off: its checksum cannot be verified", "captures/snaplen.pcap", 4,
     R"({"frame":4,"time":"1795303994.485779000","len":147,"cap_len":96,"layers":[)"
     R"({"proto":"eth","dst":"02:00:00:00:00:0d","src":"02:00:00:00:00:0a","type":2048},)"
     R"({"proto":"ip","hdr_len":20,"dsfield":0,"len":133,"id":24783,"df":true,"mf":false,"frag_offset":0,)"
     R"("ttl":64,"p":6,"checksum":50593,"checksum_status":"good","src":"10.0.0.1","dst":"10.0.0.2"},)"
     R"({"proto":"tcp","stream":0,"srcport":33954,"dstport":80,"seq_raw":3413474664,"seq":1,)"
     R"("ack_raw":3271671374,"ack":1,"hdr_len":32,"flags":24,"flags_str":"PSH,ACK","window_size_value":502,)"
     R"("window_size":64256,"checksum":32363,"checksum_status":"unverified","urgent_pointer":0,)"
     R"("options":[{"kind":1,"name":"nop"},{"kind":1,"name":"nop"},{"kind":8,"name":"timestamps",)"
     R"("tsval":2308848627,"tsecr":942978646}],"len":81},)"
     R"({"proto":"data","len":81}]})"},
    {"TCP MD5 signatures: RFC 2385 3", "captures/tcp-md5.pcap", 1,
     R"({"frame":1,"time":"1795303941.411213000","len":86,"cap_len":86,"layers":[)"
     R"({"proto":"eth","dst":"02:00:00:00:00:0d","src":"02:00:00:00:00:0a","type":2048},)"
     R"({"proto":"ip","hdr_len":20,"dsfield":0,"len":72,"id":62759,"df":true,"mf":false,"frag_offset":0,)"
     R"("ttl":64,"p":6,"checksum":12678,"checksum_status":"good","src":"10.0.0.1","dst":"10.0.0.2"},)"
     R"({"proto":"tcp","stream":0,"srcport":54178,"dstport":7,"seq_raw":3382720544,"seq":0,"ack_raw":0,)"
     R"("ack":0,"hdr_len":52,"flags":2,"flags_str":"SYN","window_size_value":64240,"window_size":64240,)"
     R"("checksum":5726,"checksum_status":"good","urgent_pointer":0,"options":[{"kind":1,"name":"nop"},)"
     R"({"kind":1,"name":"nop"},{"kind":19,"name":"md5","digest":"acfbd4e1cb037ecd1cdb6419dcb9e6d0"},)"
     R"({"kind":2,"name":"mss","value":1460},{"kind":1,"name":"nop"},{"kind":1,"name":"nop"},{"kind":4,)"
     R"("name":"sack_permitted"},{"kind":1,"name":"nop"},{"kind":3,"name":"wscale","shift":7}],"len":0}]})"},
};

std::string json_of(const std::string& path, std::uint64_t wanted) {
    auto reader = ip::CaptureReader::open(path);
    REQUIRE(reader);
    tools::Decoder decoder({});
    tools::FieldList fields(tools::FieldList::For::json);
    tools::TextBuffer text;
    ip::Frame frame;
    while (reader->next(frame)) {
        const tools::Packet& packet = decoder.decode(frame);
        if (frame.number != wanted) continue;
        tools::JsonWriter writer(text);
        tools::write_json_line(packet, fields, writer, false);
        return std::string(text.view());
    }
    return "no such frame";
}

bool captures_are_missing() {
    return !std::filesystem::exists(kGolden[0].capture);
}

}  // namespace

TEST_CASE("frames of captures, as JSON to the last octet" * doctest::skip(captures_are_missing())) {
    for (const Golden& golden : kGolden) {
        CAPTURE(std::string(golden.what));
        CHECK(json_of(golden.capture, golden.frame) == std::string(golden.json) + "\n");
    }
}
