#include "steps/byte_gate.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <optional>
#include <thread>

namespace steps {
namespace {

using namespace std::chrono_literals;

// Enters on a thread of its own and stays until the object goes.
class Visitor {
 public:
  Visitor(ByteGate& gate, uint64_t bytes)
      : thread_([this, &gate, bytes](const std::stop_token& stop) {
          auto pass = gate.Enter(bytes, stop);
          entered_ = pass.has_value();
          while (!stop.stop_requested()) std::this_thread::sleep_for(1ms);
        }) {}

  bool Entered() const {
    for (int i = 0; i < 2000 && !entered_; ++i) std::this_thread::sleep_for(1ms);
    return entered_;
  }
  bool StaysOutside() const {
    std::this_thread::sleep_for(30ms);
    return !entered_;
  }

 private:
  std::atomic<bool> entered_{false};
  std::jthread thread_;
};

TEST(ByteGateTest, LetsInWhatFits) {
  ByteGate gate(100);
  const Visitor a(gate, 60);
  const Visitor b(gate, 40);
  EXPECT_TRUE(a.Entered());
  EXPECT_TRUE(b.Entered());
}

TEST(ByteGateTest, WhatDoesNotFitWaits) {
  ByteGate gate(100);
  std::optional<Visitor> a(std::in_place, gate, 60);
  ASSERT_TRUE(a->Entered());
  const Visitor b(gate, 50);
  EXPECT_TRUE(b.StaysOutside());
  a.reset();
  EXPECT_TRUE(b.Entered());
}

TEST(ByteGateTest, LargerThanTheLimitGoesAlone) {
  ByteGate gate(100);
  std::optional<Visitor> large(std::in_place, gate, 500);
  ASSERT_TRUE(large->Entered());
  const Visitor small(gate, 1);
  EXPECT_TRUE(small.StaysOutside());
  large.reset();
  EXPECT_TRUE(small.Entered());
}

TEST(ByteGateTest, SmallOnesDoNotPassALargeOne) {
  ByteGate gate(100);
  std::optional<Visitor> first(std::in_place, gate, 10);
  ASSERT_TRUE(first->Entered());
  std::optional<Visitor> large(std::in_place, gate, 500);
  ASSERT_TRUE(large->StaysOutside());
  const Visitor small(gate, 10);
  EXPECT_TRUE(small.StaysOutside());
  first.reset();
  ASSERT_TRUE(large->Entered());
  large.reset();
  EXPECT_TRUE(small.Entered());
}

TEST(ByteGateTest, WhoIsCalledBackDoesNotBlockTheNext) {
  ByteGate gate(100);
  const Visitor first(gate, 90);
  ASSERT_TRUE(first.Entered());
  std::optional<Visitor> large(std::in_place, gate, 500);
  ASSERT_TRUE(large->StaysOutside());
  const Visitor small(gate, 10);
  large.reset();
  EXPECT_TRUE(small.Entered());
}

}  // namespace
}  // namespace steps
