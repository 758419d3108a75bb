// Which peers are proxies that are believed, and what they say about the client behind them.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "http/message.h"

namespace http {

// Addresses and networks: "127.0.0.1", "10.0.0.0/8", "fd00::/8", "*" for all. Immutable,
// thread-safe.
class AddressList {
 public:
  // kInvalidArgument names the entry that is none of these.
  static base::Result<AddressList> Parse(const std::vector<std::string>& entries);

  // An IP address; "unix" (the peer of a Unix socket) counts as 127.0.0.1.
  bool Has(std::string_view address) const;

 private:
  struct Network {
    std::array<uint8_t, 16> bytes;  // IPv4 mapped into IPv6
    int prefix;
  };
  bool all_ = false;
  std::vector<Network> networks_;
};

// The client according to X-Forwarded-For: the last address that is not itself a believed proxy.
// "" when the header is absent or says nothing of use.
std::string ForwardedClient(const Headers& headers, const AddressList& proxies);

// "http" or "https" according to X-Forwarded-Proto, else "".
std::string ForwardedScheme(const Headers& headers);

}  // namespace http
