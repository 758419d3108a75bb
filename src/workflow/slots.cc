#include "workflow/slots.h"

#include <algorithm>

namespace workflow {

int64_t Slots::Reservation::Total() const {
  int64_t total = 0;
  for (const auto& [type, count] : counts) total += count;
  return total;
}

Slots::Slots(Counts limits) {
  for (const auto& [type, limit] : limits) counters_[type].limit = limit;
}

Slots::Reservation Slots::Reserve(std::span<const Type> types) {
  Reservation reservation;
  const std::lock_guard lock(mutex_);
  for (auto& [type, counter] : counters_) {
    if (!types.empty() && std::ranges::find(types, type) == types.end()) continue;
    const int64_t free = counter.limit - counter.used;
    if (free <= 0) continue;
    counter.used = counter.limit;
    reservation.counts[type] = free;
    reservation.epochs[type] = counter.epoch;
  }
  return reservation;
}

std::vector<Slots::Type> Slots::Return(const Reservation& left) {
  std::vector<Type> missed;
  const std::lock_guard lock(mutex_);
  for (const auto& [type, count] : left.counts) {
    if (count <= 0) continue;
    Counter& counter = counters_[type];
    counter.used -= count;
    if (counter.epoch != left.epochs.at(type)) missed.push_back(type);
  }
  return missed;
}

void Slots::Free(Type type) {
  const std::lock_guard lock(mutex_);
  counters_[type].used -= 1;
}

bool Slots::Ready(Type type) {
  const std::lock_guard lock(mutex_);
  Counter& counter = counters_[type];
  counter.epoch += 1;
  return counter.used < counter.limit;
}

int64_t Slots::Busy() const {
  const std::lock_guard lock(mutex_);
  int64_t busy = 0;
  for (const auto& [type, counter] : counters_) busy += counter.used;
  return busy;
}

}  // namespace workflow
