// The events of the database as streams of server-sent events. One thread reads what is new, once
// for all streams, as soon as this process has committed something (and now and then, for other
// processes); a stream that lags behind reads the table itself.
//
// A stream's only state is the id of the last event it sent, so none is left out or sent twice,
// however often it is cut and opened again with that id. An id whose successors are pruned already,
// or that was never given, is answered with one `reset` event: from there on the stream is whole
// again, but what it shows must be read anew.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <thread>

#include "base/clock.h"
#include "base/log.h"
#include "base/result.h"
#include "http/message.h"
#include "sql/database.h"

namespace api {

// What one client asked for.
struct EventQuery {
  std::optional<int64_t> after;        // the last id it has seen; nothing: from now on
  std::optional<int64_t> batch_id;     // only events of this batch
  bool from_oldest = false;            // instead of `after`: everything that is kept
  bool follow = true;                  // false: ends with the newest event there is now
  std::chrono::seconds heartbeat{15};  // a comment after so long without an event
};

struct EventFeedOptions {
  size_t window = 4096;                  // newest events kept in memory for all streams
  std::chrono::milliseconds poll{1000};  // how often other processes' events are looked for
  std::chrono::milliseconds pause{20};   // events within it are delivered together
};

// Thread-safe. `database` and `clock` outlive it and its streams; streams may outlive it, they are
// served from the table then.
class EventFeed {
 public:
  EventFeed(sql::Database& database, const base::Clock& clock, base::Log log,
            const EventFeedOptions& options = {});
  ~EventFeed() = default;

  base::Result<std::shared_ptr<http::EventSource>> Open(const EventQuery& query);

 private:
  class State;
  class Stream;
  const std::shared_ptr<State> state_;
  const std::jthread thread_;
};

}  // namespace api
