#include "http/peers.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <charconv>
#include <optional>

#include "http/tokens.h"

namespace http {
namespace {

using Bytes = std::array<uint8_t, 16>;

std::optional<Bytes> ParseIp(std::string_view text) {
  const std::string copy(text);
  Bytes bytes{};
  if (::inet_pton(AF_INET6, copy.c_str(), bytes.data()) == 1) return bytes;
  bytes.fill(0);
  bytes[10] = bytes[11] = 0xff;
  if (::inet_pton(AF_INET, copy.c_str(), bytes.data() + 12) == 1) return bytes;
  return std::nullopt;
}

bool SamePrefix(const Bytes& a, const Bytes& b, int bits) {
  for (size_t i = 0; bits > 0; ++i, bits -= 8) {
    const int mask = bits >= 8 ? 0xff : 0xff << (8 - bits);
    if (((a[i] ^ b[i]) & mask) != 0) return false;
  }
  return true;
}

// "1.2.3.4:567" and "[::1]:567" without the port; "" when what is left is no address.
std::string_view BareIp(std::string_view entry) {
  if (entry.starts_with('[')) {
    entry = entry.substr(1, entry.find(']') - 1);
  } else if (entry.find('.') != std::string_view::npos) {
    entry = entry.substr(0, entry.find(':'));
  }
  return ParseIp(entry) ? entry : std::string_view();
}

}  // namespace

base::Result<AddressList> AddressList::Parse(const std::vector<std::string>& entries) {
  AddressList list;
  for (const std::string& entry : entries) {
    if (entry == "*") {
      list.all_ = true;
      continue;
    }
    const size_t slash = std::min(entry.find('/'), entry.size());
    const auto bytes = ParseIp(std::string_view(entry).substr(0, slash));
    const int most = entry.find(':') == std::string::npos ? 32 : 128;
    int prefix = most;
    bool good = bytes.has_value();
    if (good && slash < entry.size()) {
      const char* end = entry.data() + entry.size();
      const auto parsed = std::from_chars(entry.data() + slash + 1, end, prefix);
      good = parsed.ec == std::errc() && parsed.ptr == end && prefix >= 0 && prefix <= most;
    }
    if (!good) {
      return base::Fail(
          base::Code::kInvalidArgument,
          fmt::format("'{}' is not an IP address, a network like 10.0.0.0/8, or *", entry));
    }
    list.networks_.push_back({*bytes, prefix + (128 - most)});
  }
  return list;
}

bool AddressList::Has(std::string_view address) const {
  if (all_) return true;
  const auto bytes = ParseIp(address == "unix" ? "127.0.0.1" : address);
  if (!bytes) return false;
  for (const Network& network : networks_) {
    if (SamePrefix(*bytes, network.bytes, network.prefix)) return true;
  }
  return false;
}

std::string ForwardedClient(const Headers& headers, const AddressList& proxies) {
  const auto entries = SplitList(headers.GetAll("X-Forwarded-For"));
  std::string_view client;
  for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
    const std::string_view ip = BareIp(*entry);
    if (ip.empty()) break;  // what stands before it is not to be believed either
    client = ip;
    if (!proxies.Has(ip)) break;
  }
  return std::string(client);
}

std::string ForwardedScheme(const Headers& headers) {
  const auto entries = SplitList(headers.GetAll("X-Forwarded-Proto"));
  if (entries.empty()) return "";
  for (const char* scheme : {"http", "https"}) {
    if (EqualsIgnoringCase(entries.back(), scheme)) return scheme;
  }
  return "";
}

}  // namespace http
