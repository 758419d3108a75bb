// What the connections of a server share. Private to the folder.
#pragma once

#include <atomic>
#include <boost/asio/thread_pool.hpp>
#include <memory>
#include <string>

#include "http/bound.h"
#include "http/registry.h"
#include "http/server.h"
#include "http/tls.h"

namespace http {

// Constant after construction, or with a synchronisation of its own.
struct ServerState {
  ServerState(ServerOptions o, std::vector<Route> routes, Authenticator a, base::Log l);

  // An id that no other request of this or an earlier process has, most likely.
  std::string NewRequestId();

  const ServerOptions options;
  const Router router;
  const Authenticator authenticate;
  const base::Log log;
  std::unique_ptr<TlsContext> tls;  // null: plain

  boost::asio::thread_pool pool;  // for handlers, sinks and sources
  Registry registry;
  std::atomic<bool> stopping{false};
  Bound handling;       // requests that wait for a handler or run
  Bound uploads;        // bodies with files being received
  Bound event_streams;  // streams of events
  Bound body_memory;    // bytes of bodies in memory

 private:
  const uint64_t id_base_;
  std::atomic<uint64_t> id_next_{0};
};

}  // namespace http
