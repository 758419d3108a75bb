#include "api/event_feed.h"

#include <algorithm>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include "api/event_stream.h"
#include "records/events.h"

namespace api {
namespace {

using base::Result;
using records::EventRange;
using Steady = std::chrono::steady_clock::time_point;
using Wake = std::function<void()>;

constexpr int64_t kPiece = 256;  // events in one piece of a stream
constexpr int64_t kRead = 1000;  // events in one read for all

struct Line {
  int64_t id = 0;
  std::optional<int64_t> batch_id;
  std::string text;
};

// What a stream sends next, and the id it has got to with it.
struct Piece {
  std::string text;
  int64_t last_id = 0;
};

// Nothing was pruned between that id and the oldest event, and it was given once.
bool CanGoOnAfter(int64_t id, const EventRange& range) {
  return id <= range.newest && id + 1 >= range.oldest;
}

}  // namespace

// Shared by the feed, its thread and its streams.
class EventFeed::State {
 public:
  State(sql::Database& database, const base::Clock& clock, base::Log log,
        const EventFeedOptions& options)
      : clock_(clock), database_(database), log_(std::move(log)), options_(options) {}

  Result<EventRange> Range() const {
    return database_.Read([](sql::Tx& tx) { return records::Events::Range(tx); });
  }

  const base::Clock& clock() const { return clock_; }

  void Add(std::weak_ptr<Wake> wake) {
    const std::lock_guard lock(mutex_);
    listeners_.push_back(std::move(wake));
  }

  // The events after `last_id`, from memory when they are there.
  Result<Piece> Next(int64_t last_id, std::optional<int64_t> batch_id) const {
    {
      const std::lock_guard lock(mutex_);
      if (reads_ && last_id >= begin_) return FromWindow(last_id, batch_id);
    }
    return FromTable(last_id, batch_id);
  }

  void Run(const std::stop_token& stop) {
    uint64_t seen = 0;
    while (!stop.stop_requested()) {
      seen = database_.commits().WaitPast(seen, options_.poll, stop);
      if (stop.stop_requested()) break;
      if (auto delivered = Deliver(); !delivered && !failed_) {
        log_.Warning("cannot read events", {{"error", delivered.error().ToString()}});
        failed_ = true;
      } else if (delivered) {
        failed_ = false;
      }
      std::this_thread::sleep_for(options_.pause);
    }
    const std::lock_guard lock(mutex_);
    reads_ = false;
  }

 private:
  Piece FromWindow(int64_t last_id, std::optional<int64_t> batch_id) const {
    Piece piece{.text = {}, .last_id = std::max(last_id, end_)};
    int64_t count = 0;
    for (auto line = std::ranges::upper_bound(window_, last_id, {}, &Line::id);
         line != window_.end(); ++line) {
      if (batch_id && line->batch_id != batch_id) continue;
      piece.text += line->text;
      if (++count == kPiece) {
        piece.last_id = line->id;
        break;
      }
    }
    return piece;
  }

  Result<Piece> FromTable(int64_t last_id, std::optional<int64_t> batch_id) const {
    return database_.Read([&](sql::Tx& tx) -> Result<Piece> {
      SI_ASSIGN(const EventRange range, records::Events::Range(tx));
      if (!CanGoOnAfter(last_id, range)) return Piece{ResetBlock(last_id, range), range.newest};
      SI_ASSIGN(const auto events, records::Events::After(tx, last_id, kPiece, batch_id));
      // Not a full piece: whatever else there is does not belong to the batch.
      Piece piece{.text = {}, .last_id = range.newest};
      if (std::ssize(events) == kPiece) piece.last_id = events.back().id;
      for (const model::Event& event : events) piece.text += EventBlock(event);
      return piece;
    });
  }

  // Reads what is new into the window and wakes the streams.
  Result<> Deliver() {
    std::optional<int64_t> after;
    {
      const std::lock_guard lock(mutex_);
      std::erase_if(listeners_, [](const auto& listener) { return listener.expired(); });
      if (listeners_.empty()) {
        reads_ = false;
        window_.clear();
        return {};
      }
      if (reads_) after = end_;
    }
    if (!after) return Begin();
    bool more = true;
    while (more) {
      SI_ASSIGN(const auto events, database_.Read([&](sql::Tx& tx) {
        return records::Events::After(tx, *after, kRead);
      }));
      if (events.empty()) return {};
      after = events.back().id;
      more = std::ssize(events) == kRead;
      Append(events);
      WakeAll();
    }
    return {};
  }

  // With the first stream: the window begins with what comes from now on.
  Result<> Begin() {
    SI_ASSIGN(const EventRange range, Range());
    {
      const std::lock_guard lock(mutex_);
      begin_ = end_ = range.newest;
      reads_ = true;
    }
    WakeAll();
    return {};
  }

  void Append(const std::vector<model::Event>& events) {
    std::vector<Line> lines;
    lines.reserve(events.size());
    for (const model::Event& event : events) {
      lines.push_back({event.id, event.batch_id, EventBlock(event)});
    }
    const std::lock_guard lock(mutex_);
    end_ = lines.back().id;
    std::ranges::move(lines, std::back_inserter(window_));
    while (window_.size() > options_.window) {
      begin_ = window_.front().id;
      window_.pop_front();
    }
  }

  void WakeAll() {
    std::vector<std::shared_ptr<Wake>> awake;
    {
      const std::lock_guard lock(mutex_);
      for (const auto& listener : listeners_) {
        if (auto wake = listener.lock()) awake.push_back(std::move(wake));
      }
    }
    for (const auto& wake : awake) (*wake)();
  }

  const base::Clock& clock_;
  sql::Database& database_;
  const base::Log log_;
  const EventFeedOptions options_;

  mutable std::mutex mutex_;  // guards what follows
  std::vector<std::weak_ptr<Wake>> listeners_;
  bool reads_ = false;  // the window holds exactly the events in (begin_, end_]
  int64_t begin_ = 0;
  int64_t end_ = 0;
  std::deque<Line> window_;

  bool failed_ = false;  // the thread's: said so already
};

// One client's stream.
class EventFeed::Stream final : public http::EventSource {
 public:
  Stream(std::shared_ptr<State> state, const EventQuery& query, const EventRange& range)
      : state_(std::move(state)), query_(query), until_(range.newest) {
    last_id_ = query.from_oldest ? std::max<int64_t>(range.oldest, 1) - 1
                                 : query.after.value_or(range.newest);
    if (CanGoOnAfter(last_id_, range)) {
      waiting_ = GreetingBlock(last_id_);
    } else {
      waiting_ = GreetingBlock(range.newest) + ResetBlock(last_id_, range);
      last_id_ = range.newest;
    }
    sent_at_ = state_->clock().Steady();
  }

  void Attach(std::function<void()> wake) override {
    wake_ = std::make_shared<Wake>(std::move(wake));
    state_->Add(wake_);
  }

  Result<std::optional<std::string>> Poll() override {
    std::string text = std::exchange(waiting_, {});
    if (text.empty() && !query_.follow && last_id_ >= until_) return std::nullopt;
    if (query_.follow || last_id_ < until_) {
      SI_ASSIGN(Piece piece, state_->Next(last_id_, query_.batch_id));
      last_id_ = piece.last_id;
      text += piece.text;
    }
    const Steady now = state_->clock().Steady();
    if (text.empty() && now - sent_at_ >= query_.heartbeat) text = HeartbeatBlock(last_id_);
    if (!text.empty()) sent_at_ = now;
    return text;
  }

  std::chrono::milliseconds poll_interval() const override {
    const auto due = sent_at_ + query_.heartbeat - state_->clock().Steady();
    return std::clamp(std::chrono::ceil<std::chrono::milliseconds>(due),
                      std::chrono::milliseconds(10), std::chrono::milliseconds(1000));
  }

 private:
  const std::shared_ptr<State> state_;
  const EventQuery query_;
  const int64_t until_;  // without `follow`
  std::shared_ptr<Wake> wake_;
  std::string waiting_;  // to send first
  int64_t last_id_ = 0;
  Steady sent_at_;
};

EventFeed::EventFeed(sql::Database& database, const base::Clock& clock, base::Log log,
                     const EventFeedOptions& options)
    : state_(std::make_shared<State>(database, clock, std::move(log), options)),
      thread_([state = state_](const std::stop_token& stop) { state->Run(stop); }) {}

Result<std::shared_ptr<http::EventSource>> EventFeed::Open(const EventQuery& query) {
  SI_ASSIGN(const EventRange range, state_->Range());
  return std::make_shared<Stream>(state_, query, range);
}

}  // namespace api
