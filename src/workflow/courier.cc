#include "workflow/courier.h"

#include <algorithm>
#include <exception>

#include "workflow/machine.h"

namespace workflow {

base::Result<std::unique_ptr<Courier>> Courier::Start(const Options& options,
                                                      Dependencies dependencies) {
  std::unique_ptr<Courier> courier(new Courier(options, std::move(dependencies)));
  if (options.only_worker) {
    SI_TRY(courier->deps_.db.Write([&](sql::Tx& tx) {
      return records::Outbox::ReleaseAll(tx, courier->deps_.clock.Now());
    }));
  }
  for (int i = 0; i < options.threads; ++i) {
    courier->threads_.emplace_back([self = courier.get()] { self->Run(); });
  }
  return courier;
}

void Courier::Wake() {
  {
    const std::lock_guard lock(mutex_);
    ++wakes_;
  }
  woken_.notify_all();
}

void Courier::Stop() {
  stop_.request_stop();
  Wake();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

void Courier::Run() {
  while (!stop_.stop_requested()) {
    uint64_t seen = 0;
    {
      const std::lock_guard lock(mutex_);
      seen = wakes_;
    }
    if (CarryOne()) continue;
    const auto sleep = UntilNext();
    std::unique_lock lock(mutex_);
    woken_.wait_for(lock, sleep, [&] { return wakes_ != seen; });
  }
}

std::chrono::nanoseconds Courier::UntilNext() {
  const auto due = deps_.db.Read([](sql::Tx& tx) { return records::Outbox::NextDueAt(tx); });
  const base::Duration longest = options_.longest_sleep;
  if (!due || !*due) return longest;
  return std::clamp<base::Duration>(**due - deps_.clock.Now(), std::chrono::milliseconds(1),
                                    longest);
}

bool Courier::CarryOne() {
  const base::Time now = deps_.clock.Now();
  // Most looks find nothing; they must not cost a write.
  const auto due = deps_.db.Read([](sql::Tx& tx) { return records::Outbox::NextDueAt(tx); });
  if (!due || !*due || **due > now) return false;
  const auto calls = deps_.db.Write([&](sql::Tx& tx) {
    return records::Outbox::Claim(tx, now, now + options_.claim, 1);
  });
  if (!calls) {
    deps_.log.Warning("cannot look for calls", {{"error", calls.error().ToString()}});
    return false;
  }
  if (calls->empty()) return false;  // somebody else was faster
  Carry(calls->front());
  return true;
}

void Courier::Carry(const records::OutboxCall& call) {
  EventContext context{.event = call.event,
                       .time = call.event_date,
                       .call_id = call.id,
                       .handler_name = call.handler_name,
                       .method = call.method,
                       .parameters = call.parameters.text,
                       .run_group_id = call.run_group_id,
                       .run_id = call.workflow_run_id,
                       .step_id = call.step_id.value_or(0),
                       .document_hash = call.doc_hash,
                       .message = call.message,
                       .stop = stop_.get_token()};
  base::Duration asked_for{};
  context.retry_after = [&](base::Duration wait) { asked_for = wait; };
  base::Result<std::string> answer = base::Fail(
      base::Code::kUnsupported, "method '" + call.method + "' is not available here");
  try {
    if (EventMethod* const method = deps_.registry.Event(call.selects)) {
      answer = method->Run(context);
    }
  } catch (const std::exception& e) {  // a bug: it must not take the other calls down
    answer = base::Fail(base::Code::kInternal, std::string("unexpected error: ") + e.what());
  }
  const auto written = Settle(call, answer, asked_for);
  if (!answer || !written) {
    deps_.log.Warning("event handler failed",
                      {{"handler", call.handler_name},
                       {"run", call.workflow_run_id},
                       {"try", call.tries},
                       {"error", (answer ? written.error() : answer.error()).ToString()}});
  }
}

base::Result<> Courier::Settle(const records::OutboxCall& call,
                               const base::Result<std::string>& answer, base::Duration asked_for) {
  const base::Time now = deps_.clock.Now();
  return deps_.db.Write([&](sql::Tx& tx) -> base::Result<> {
    if (answer) return records::Outbox::Done(tx, call, model::RunStatus::kCompleted, {}, now);
    if (stop_.stop_requested()) return records::Outbox::Release(tx, call, now);
    const std::string error = answer.error().ToString();
    if (!answer.error().retryable() || call.tries >= call.max_tries) {
      return records::Outbox::Done(tx, call, model::RunStatus::kFailed, error, now);
    }
    const Policy policy{.backoff_base = options_.backoff_base, .backoff_cap = options_.backoff_cap};
    const base::Duration wait = std::min(asked_for, options_.backoff_cap) +
                                Backoff(policy, call.tries, deps_.random.Fraction());
    return records::Outbox::Retry(tx, call, error, now + wait);
  });
}

}  // namespace workflow
