// How many bytes of documents may be in memory at once, over all steps that go through one gate.
// Private to the folder.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <set>
#include <stop_token>

#include "base/result.h"

namespace steps {

// Thread-safe. First come, first served, so that a large step is not passed by small ones for ever;
// a step larger than the whole limit goes in alone.
class ByteGate {
 public:
  explicit ByteGate(uint64_t limit) : limit_(limit) {}

  // What a step holds while it is inside; gives it back when it goes. Must not outlive the gate.
  class Pass {
   public:
    Pass(ByteGate& gate, uint64_t bytes) : gate_(&gate), bytes_(bytes) {}
    Pass(Pass&& other) noexcept : gate_(other.gate_), bytes_(other.bytes_) {
      other.gate_ = nullptr;
    }
    Pass& operator=(Pass&&) = delete;
    ~Pass() {
      if (gate_ != nullptr) gate_->Leave(bytes_);
    }

   private:
    ByteGate* gate_;
    uint64_t bytes_;
  };

  // Blocks until `bytes` fit. kCancelled when `stop` comes first.
  base::Result<Pass> Enter(uint64_t bytes, const std::stop_token& stop);

 private:
  void Leave(uint64_t bytes);
  bool Fits(uint64_t bytes) const { return inside_ == 0 || inside_ + bytes <= limit_; }

  const uint64_t limit_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  uint64_t inside_ = 0;         // guarded by mutex_
  uint64_t last_ticket_ = 0;    // guarded by mutex_
  std::set<uint64_t> waiting_;  // tickets; guarded by mutex_
};

}  // namespace steps
