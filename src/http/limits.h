// What one client, and all of them together, may take. Part of ServerOptions.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace http {

struct Limits {
  // --- sizes of one request
  uint32_t max_header_bytes = 32 * 1024;  // request line and headers; more is 431
  size_t max_headers = 100;               // more is 431
  size_t max_fields = 1000;               // of a query or a form; more is 400
  // Forms without files, whole bodies, and all text fields of a multipart together; more is 413.
  uint64_t max_body_bytes = 16ULL << 20;
  uint64_t max_upload_bytes = 16ULL << 30;  // a multipart body with files in all; more is 413

  // --- at once, of the whole server; one more is 503 with Retry-After
  size_t max_connections = 20'000;
  size_t max_queued = 512;               // requests that wait for a handler thread
  size_t max_uploads = 256;              // bodies with files being received
  size_t max_event_streams = 1000;       // each holds a connection, none a thread
  uint64_t max_body_memory = 256 << 20;  // bodies and fields kept in memory

  // --- time
  std::chrono::milliseconds idle_timeout{75'000};    // between two requests of a connection
  std::chrono::milliseconds header_timeout{15'000};  // first byte to end of headers; TLS handshake
  std::chrono::milliseconds read_timeout{30'000};    // between two pieces of a body
  // A body may take this long, and a second more for every min_rate bytes that have arrived.
  std::chrono::milliseconds body_grace{30'000};
  uint64_t min_rate = 1024;
  std::chrono::milliseconds body_timeout{3'600'000};  // a body in all
  std::chrono::milliseconds write_timeout{60'000};    // until 64 KiB of an answer are taken
  // While stopping: how long a connection without a request may still send one.
  std::chrono::milliseconds stop_linger{500};
};

// Until when the next piece of a body must be there: `received` bytes of it arrived since `began`.
std::chrono::steady_clock::time_point BodyDeadline(const Limits& limits,
                                                   std::chrono::steady_clock::time_point began,
                                                   std::chrono::steady_clock::time_point now,
                                                   uint64_t received);

}  // namespace http
