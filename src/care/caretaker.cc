#include "care/caretaker.h"

#include <algorithm>
#include <chrono>

namespace care {
namespace {

// The wall clock can jump: nobody sleeps longer than this.
constexpr base::Duration kLongestSleep = std::chrono::minutes(1);

}  // namespace

base::Result<std::unique_ptr<Caretaker>> Caretaker::Start(
    std::vector<std::unique_ptr<Chore>> chores, const base::Clock& clock) {
  for (const auto& chore : chores) SI_TRY(chore->Recover());
  std::unique_ptr<Caretaker> caretaker(new Caretaker(std::move(chores), clock));
  caretaker->thread_ = std::thread([self = caretaker.get()] { self->Run(); });
  return caretaker;
}

Caretaker::~Caretaker() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void Caretaker::Wake() {
  {
    const std::lock_guard lock(mutex_);
    woken_ = true;
  }
  changed_.notify_one();
}

void Caretaker::Run() {
  for (;;) {
    base::Time next = base::Time::max();
    for (const auto& chore : chores_) next = std::min(next, chore->Tick());
    const base::Duration sleep =
        std::clamp<base::Duration>(next - clock_.Now(), base::Duration::zero(), kLongestSleep);
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, sleep, [this] { return woken_ || stopping_; });
    if (stopping_) return;
    woken_ = false;
  }
}

}  // namespace care
