// How many steps of each type may run here at once, and how many do. Private to the folder.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <span>
#include <vector>

#include "model/status.h"

namespace workflow {

// Thread-safe.
//
// A reservation is taken before the transaction that claims steps for it; what it could not fill
// goes back with Return. Steps that became ready in between (while their slots were reserved by
// somebody who could not see them) are told by Return and Ready, so that no wake-up is lost.
class Slots {
 public:
  using Type = model::WorkflowStepType;
  using Counts = std::map<Type, int64_t>;

  struct Reservation {
    Counts counts;                    // free slots that are ours now; none is 0
    std::map<Type, uint64_t> epochs;  // of Ready(), when it was taken

    int64_t Total() const;
  };

  explicit Slots(Counts limits);

  // All free slots of `types`; of every type when it is empty.
  Reservation Reserve(std::span<const Type> types);
  // Gives back what is left; the types of which steps became ready since it was taken.
  std::vector<Type> Return(const Reservation& left);
  // A step of this type ended.
  void Free(Type type);
  // A step of this type became ready and nobody claimed it. True when there is a slot for it.
  bool Ready(Type type);

  int64_t Busy() const;

 private:
  struct Counter {
    int64_t limit = 0;
    int64_t used = 0;
    uint64_t epoch = 0;
  };

  mutable std::mutex mutex_;
  std::map<Type, Counter> counters_;  // guarded by mutex_
};

}  // namespace workflow
