// Who may call: an API key, or the user a trusted proxy names. Both switched off = open.
#pragma once

#include <string>

#include "http/server.h"

namespace api {

struct AuthOptions {
  bool api_key_enabled = false;
  std::string api_key;
  bool trust_proxy_headers = false;  // of peers that are believed (Request::from_proxy)
  bool metrics_open = false;         // /metrics without a key
};

// Sets request.user. kUnauthenticated when neither a right key nor a trusted name is there.
// Thread-safe.
http::Authenticator MakeAuthenticator(AuthOptions options);

}  // namespace api
