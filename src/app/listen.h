// How a server listens: the flags of `serve`, and what becomes of them and the settings.
#pragma once

#include <cstdint>
#include <string>

#include "app/settings.h"
#include "base/result.h"
#include "http/server.h"

namespace app {

struct ListenOptions {
  std::string host = "127.0.0.1";
  uint16_t port = 8000;  // 0: any free one
  std::string uds;       // path of a Unix socket, instead of host and port
  int fd = -1;           // an inherited listening socket, instead of all of them
  std::string ssl_certfile;
  std::string ssl_keyfile;
  bool proxy_headers = false;
  std::string forwarded_allow_ips;  // "": the setting's
  std::string root_path;
  bool access_log = false;
};

// kInvalidArgument names the flag or setting that is wrong.
base::Result<http::ServerOptions> MakeServerOptions(const ListenOptions& listen,
                                                    const Settings& settings);

// As many descriptors as this process may have, for as many connections. Their number.
uint64_t RaiseDescriptorLimit();

}  // namespace app
