// Randomness is passed in, so that a run can be repeated from its seed.
#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <random>
#include <string>
#include <string_view>

namespace base {

// Thread-safe source of 64 random bits.
class Random {
 public:
  virtual ~Random() = default;
  virtual uint64_t Next() = 0;

  // Uniform in [0, 1).
  double Fraction() { return static_cast<double>(Next() >> 11) * 0x1.0p-53; }
};

// Not for secrets; repeatable from its seed.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(uint64_t seed) : engine_(seed) {}
  uint64_t Next() override {
    const std::lock_guard lock(mutex_);
    return engine_();
  }

 private:
  std::mutex mutex_;
  std::mt19937_64 engine_;
};

// A seed from the operating system.
uint64_t SystemSeed();

// Random UUID (version 4), lower case with hyphens.
std::string NewUuid(Random& random);
// Name-based UUID (version 5): the same namespace and name give the same UUID for ever.
// `name_space` is a UUID in text form.
std::string NameUuid(std::string_view name_space, std::string_view name);

}  // namespace base
