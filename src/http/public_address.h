// Which addresses belong to the Internet, and which lead into somebody's own network.
#pragma once

#include <string_view>

namespace http {

// True for an IPv4 or IPv6 address of a public host. False for everything else: private, shared,
// loopback, link-local, multicast and reserved networks, documentation, IPv6 forms that carry an
// IPv4 address (mapped, NAT64, 6to4, Teredo), cloud metadata services, and what is no address.
bool IsPublicAddress(std::string_view ip);

}  // namespace http
