#include "http/public_address.h"

#include <arpa/inet.h>

#include <string>

#include "http/peers.h"

namespace http {
namespace {

// IANA's special-purpose registry, and the metadata address that is not in it.
const std::vector<std::string> kNotPublic4 = {
    "0.0.0.0/8",                          // this network
    "10.0.0.0/8",                         // private
    "100.64.0.0/10",                      // shared (carrier NAT, metadata of some clouds)
    "127.0.0.0/8",                        // loopback
    "168.63.129.16",                      // metadata of Azure
    "169.254.0.0/16",                     // link-local, metadata of most clouds
    "172.16.0.0/12",                      // private
    "192.0.0.0/24",                       // protocol assignments
    "192.0.2.0/24",                       // documentation
    "192.88.99.0/24",                     // 6to4 relays
    "192.168.0.0/16",                     // private
    "198.18.0.0/15",                      // benchmarks
    "198.51.100.0/24", "203.0.113.0/24",  // documentation
    "224.0.0.0/4",                        // multicast
    "240.0.0.0/4",                        // reserved, broadcast
};
// Of IPv6 only global unicast is public at all …
const std::vector<std::string> kGlobal6 = {"2000::/3"};
// … without these.
const std::vector<std::string> kNotPublic6 = {
    "2001::/23",      // protocol assignments, Teredo
    "2001:db8::/32",  // documentation
    "2002::/16",      // 6to4
    "3fff::/20",      // documentation
};

AddressList ListOf(const std::vector<std::string>& networks) {
  return AddressList::Parse(networks).value();
}

}  // namespace

bool IsPublicAddress(std::string_view ip) {
  static const AddressList kRefused4 = ListOf(kNotPublic4);
  static const AddressList kAllowed6 = ListOf(kGlobal6);
  static const AddressList kRefused6 = ListOf(kNotPublic6);
  const std::string text(ip);
  in_addr four{};
  if (::inet_pton(AF_INET, text.c_str(), &four) == 1) return !kRefused4.Has(ip);
  // What is no address is in no list.
  return kAllowed6.Has(ip) && !kRefused6.Has(ip);
}

}  // namespace http
