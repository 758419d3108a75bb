#include "api/auth.h"

#include <openssl/crypto.h>

#include "base/hash.h"

namespace api {
namespace {

// In constant time, also for keys of different lengths: digests are compared.
bool SameKey(std::string_view given, std::string_view expected) {
  const std::string a = base::Sha256Hex(given);
  const std::string b = base::Sha256Hex(expected);
  return CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string_view ProxyUser(const http::Headers& headers) {
  for (const char* name :
       {"X-Auth-Request-User", "X-Auth-Request-Email", "X-Forwarded-User", "X-Forwarded-Email"}) {
    if (const std::string_view user = headers.Get(name); !user.empty()) return user;
  }
  return {};
}

}  // namespace

http::Authenticator MakeAuthenticator(AuthOptions options) {
  return [options = std::move(options)](http::Request& request) -> base::Result<> {
    if (!options.api_key_enabled && !options.trust_proxy_headers) return {};
    if (options.metrics_open && request.path == "/metrics") return {};
    const std::string_view header = request.headers.Get("Authorization");
    static constexpr std::string_view kBearer = "Bearer ";
    if (options.api_key_enabled && header.starts_with(kBearer) &&
        SameKey(header.substr(kBearer.size()), options.api_key)) {
      request.user = "api-key";
      return {};
    }
    if (options.trust_proxy_headers && request.from_proxy) {
      if (const std::string_view user = ProxyUser(request.headers); !user.empty()) {
        request.user = user;
        return {};
      }
    }
    return base::Fail(base::Code::kUnauthenticated,
                      options.api_key_enabled
                          ? "a valid API key is required: Authorization: Bearer KEY"
                          : "the proxy in front must name the user");
  };
}

}  // namespace api
