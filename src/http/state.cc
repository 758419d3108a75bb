#include "http/state.h"

#include <fmt/format.h>

#include "base/random.h"

namespace http {

ServerState::ServerState(ServerOptions o, std::vector<Route> routes, Authenticator a, base::Log l)
    : options(std::move(o)),
      router(std::move(routes)),
      authenticate(std::move(a)),
      log(std::move(l)),
      pool(options.handler_threads),
      handling(options.handler_threads + options.limits.max_queued),
      uploads(options.limits.max_uploads),
      event_streams(options.limits.max_event_streams),
      body_memory(options.limits.max_body_memory),
      id_base_(base::SystemSeed()) {}

std::string ServerState::NewRequestId() {
  return fmt::format("{:012x}-{:x}", id_base_ >> 16, ++id_next_);
}

}  // namespace http
