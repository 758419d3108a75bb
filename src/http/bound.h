// A number of things (requests, uploads, bytes) that may exist at once.
#pragma once

#include <atomic>
#include <cstdint>
#include <utility>

namespace http {

// Thread-safe.
class Bound {
 public:
  explicit Bound(uint64_t most) : most_(most) {}

  // A part of the bound, given back when destroyed. Not thread-safe. The bound outlives it.
  class Share {
   public:
    explicit Share(Bound& bound) : bound_(&bound) {}
    ~Share() { Release(); }
    Share(Share&& other) noexcept : bound_(other.bound_), held_(std::exchange(other.held_, 0)) {}
    Share& operator=(Share&&) = delete;

    // Holds `wanted` from now on; false, and nothing changes, when the bound has no more.
    bool Hold(uint64_t wanted) {
      if (wanted > held_ && !bound_->Take(wanted - held_)) return false;
      if (wanted < held_) bound_->Return(held_ - wanted);
      held_ = wanted;
      return true;
    }
    void Release() { Hold(0); }

   private:
    Bound* bound_;
    uint64_t held_ = 0;
  };

 private:
  bool Take(uint64_t n) {
    uint64_t used = used_.load(std::memory_order_relaxed);
    do {
      if (n > most_ || used > most_ - n) return false;
    } while (!used_.compare_exchange_weak(used, used + n, std::memory_order_relaxed));
    return true;
  }
  void Return(uint64_t n) { used_.fetch_sub(n, std::memory_order_relaxed); }

  const uint64_t most_;
  std::atomic<uint64_t> used_{0};
};

}  // namespace http
