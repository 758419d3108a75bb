// How long to wait before starting something again that keeps failing: doubling from `first` to
// `max`, and back to `first` once it has run for `healthy_after`.
#pragma once

#include <algorithm>
#include <chrono>

namespace process {

// A value without threads or clocks of its own; the caller says how long the last run lasted.
class Backoff {
 public:
  using Milliseconds = std::chrono::milliseconds;

  struct Options {
    Milliseconds first{50};
    Milliseconds max{5000};
    Milliseconds healthy_after{10000};
  };

  Backoff() = default;
  explicit Backoff(Options options) : options_(options) {}

  // The wait before the next start, after a run that lasted `ran`.
  Milliseconds Next(Milliseconds ran) {
    if (ran >= options_.healthy_after) current_ = Milliseconds{0};
    current_ = current_ == Milliseconds{0} ? options_.first : std::min(current_ * 2, options_.max);
    return current_;
  }

 private:
  Options options_;
  Milliseconds current_{0};
};

}  // namespace process
