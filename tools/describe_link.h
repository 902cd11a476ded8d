// Describe links: the fields of link headers, tunnels (from Ethernet to Geneve) and ARP, for every view.
#pragma once

#include <span>

#include "tools/field.h"
#include "tools/packet.h"

namespace glass::tools {

// Each adds the fields of its table to a list that was started with the layer's octets.
void describe_eth(const Layer& layer, const Packet& packet, FieldList& out);
void describe_vlan(const Layer& layer, const Packet& packet, FieldList& out);
void describe_llc(const Layer& layer, const Packet& packet, FieldList& out);
void describe_arp(const Layer& layer, const Packet& packet, FieldList& out);
void describe_null(const Layer& layer, const Packet& packet, FieldList& out);
void describe_raw(const Layer& layer, const Packet& packet, FieldList& out);
void describe_sll(const Layer& layer, const Packet& packet, FieldList& out);
void describe_sll2(const Layer& layer, const Packet& packet, FieldList& out);
void describe_nflog(const Layer& layer, const Packet& packet, FieldList& out);
void describe_ppp(const Layer& layer, const Packet& packet, FieldList& out);
void describe_pppoe(const Layer& layer, const Packet& packet, FieldList& out);
void describe_chdlc(const Layer& layer, const Packet& packet, FieldList& out);
void describe_fr(const Layer& layer, const Packet& packet, FieldList& out);
void describe_wlan(const Layer& layer, const Packet& packet, FieldList& out);
void describe_radiotap(const Layer& layer, const Packet& packet, FieldList& out);
void describe_ppi(const Layer& layer, const Packet& packet, FieldList& out);
void describe_mpls(const Layer& layer, const Packet& packet, FieldList& out);
void describe_gre(const Layer& layer, const Packet& packet, FieldList& out);
void describe_vxlan(const Layer& layer, const Packet& packet, FieldList& out);
void describe_geneve(const Layer& layer, const Packet& packet, FieldList& out);
void describe_gtp(const Layer& layer, const Packet& packet, FieldList& out);
void describe_l2tp(const Layer& layer, const Packet& packet, FieldList& out);

extern const std::span<const FieldInfo> kEthFields;
extern const std::span<const FieldInfo> kVlanFields;
extern const std::span<const FieldInfo> kLlcFields;
extern const std::span<const FieldInfo> kArpFields;
extern const std::span<const FieldInfo> kNullFields;
extern const std::span<const FieldInfo> kRawFields;
extern const std::span<const FieldInfo> kSllFields;
extern const std::span<const FieldInfo> kSll2Fields;
extern const std::span<const FieldInfo> kNflogFields;
extern const std::span<const FieldInfo> kPppFields;
extern const std::span<const FieldInfo> kPppoeFields;
extern const std::span<const FieldInfo> kChdlcFields;
extern const std::span<const FieldInfo> kFrFields;
extern const std::span<const FieldInfo> kWlanFields;
extern const std::span<const FieldInfo> kRadiotapFields;
extern const std::span<const FieldInfo> kPpiFields;
extern const std::span<const FieldInfo> kMplsFields;
extern const std::span<const FieldInfo> kGreFields;
extern const std::span<const FieldInfo> kVxlanFields;
extern const std::span<const FieldInfo> kGeneveFields;
extern const std::span<const FieldInfo> kGtpFields;
extern const std::span<const FieldInfo> kL2tpFields;

}  // namespace glass::tools
