#include "app/listen.h"

#include <sys/resource.h>

#include <algorithm>

namespace app {
namespace {

// Databases, documents, pipes of child processes: what needs descriptors besides connections.
constexpr uint64_t kOtherDescriptors = 512;

http::Limits MakeLimits(const Settings& s) {
  http::Limits limits;
  const uint64_t descriptors = RaiseDescriptorLimit();
  const uint64_t room =
      descriptors > 2 * kOtherDescriptors ? descriptors - kOtherDescriptors : descriptors / 2;
  limits.max_connections = std::min(static_cast<uint64_t>(s.max_connections), room);
  limits.max_uploads = static_cast<size_t>(s.max_concurrent_uploads);
  limits.max_queued = static_cast<size_t>(s.max_queued_requests);
  limits.max_upload_bytes = static_cast<uint64_t>(s.max_upload_mb) << 20;
  limits.header_timeout = std::chrono::seconds(s.http_header_timeout);
  limits.body_grace = std::chrono::seconds(s.http_body_grace);
  limits.idle_timeout = std::chrono::seconds(s.http_idle_timeout);
  return limits;
}

}  // namespace

base::Result<http::ServerOptions> MakeServerOptions(const ListenOptions& listen,
                                                    const Settings& settings) {
  const bool flag = !listen.forwarded_allow_ips.empty();
  auto proxies = http::AddressList::Parse(flag ? SplitList(listen.forwarded_allow_ips)
                                               : settings.forwarded_allow_ips);
  if (!proxies) {
    return base::Fail(
        proxies.error().Within(flag ? "--forwarded-allow-ips" : "FORWARDED_ALLOW_IPS"));
  }
  http::ServerOptions options{.listen_fd = listen.fd,
                              .unix_socket = listen.uds,
                              .host = listen.host,
                              .port = listen.port,
                              .certificate_file = listen.ssl_certfile,
                              .key_file = listen.ssl_keyfile,
                              .proxies = std::move(*proxies),
                              .proxy_headers = listen.proxy_headers,
                              .root_path = listen.root_path,
                              .cors_origins = settings.cors_allow_origins,
                              .access_log = listen.access_log};
  while (options.root_path.ends_with('/')) options.root_path.pop_back();
  if (!options.root_path.empty() && !options.root_path.starts_with('/'))
    options.root_path.insert(0, "/");
  options.handler_threads = static_cast<unsigned>(settings.http_threads);
  options.limits = MakeLimits(settings);
  return options;
}

uint64_t RaiseDescriptorLimit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 1024;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  ::getrlimit(RLIMIT_NOFILE, &limit);
  return limit.rlim_cur;
}

}  // namespace app
