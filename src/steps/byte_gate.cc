#include "steps/byte_gate.h"

namespace steps {

base::Result<ByteGate::Pass> ByteGate::Enter(uint64_t bytes, const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  const uint64_t ticket = ++last_ticket_;
  waiting_.insert(ticket);
  const bool admitted =
      changed_.wait(lock, stop, [&] { return *waiting_.begin() == ticket && Fits(bytes); });
  waiting_.erase(ticket);
  changed_.notify_all();  // the next one may fit as well
  if (!admitted) return base::Fail(base::Code::kCancelled, "the attempt was called back");
  inside_ += bytes;
  return Pass(*this, bytes);
}

void ByteGate::Leave(uint64_t bytes) {
  const std::lock_guard lock(mutex_);
  inside_ -= bytes;
  changed_.notify_all();
}

}  // namespace steps
