// Chores: what has to be done again and again beside the work itself.
//
// An interface, because one thread (Caretaker) does them all and tests call them one by one with a
// clock of their own.
#pragma once

#include "base/clock.h"
#include "base/result.h"

namespace care {

// Used by one thread at a time.
class Chore {
 public:
  virtual ~Chore() = default;

  // Once, before the first Tick: what a process that is gone left half done.
  virtual base::Result<> Recover() = 0;
  // Does what is due and says when to look again, unless woken before.
  virtual base::Time Tick() = 0;
};

}  // namespace care
