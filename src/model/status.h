// States of runs, steps, run groups and lifecycle events.
#pragma once

#include <boost/describe/enum.hpp>

namespace model {

// PENDING -> RUNNING -> COMPLETED | ERROR;  ERROR -> RUNNING (after a back-off) | FAILED.
// Stored by name: do not rename.
enum class RunStatus {
  kPending,
  kRunning,
  kCompleted,
  kError,   // failed, will be tried again
  kFailed,  // for good
};
BOOST_DESCRIBE_ENUM(RunStatus, kPending, kRunning, kCompleted, kError, kFailed)
constexpr bool WireIsName(RunStatus) { return true; }

constexpr bool IsTerminal(RunStatus status) {
  return status == RunStatus::kCompleted || status == RunStatus::kFailed;
}

// In the order in which configurations accumulate. Stored by name: do not rename or reorder.
enum class WorkflowStepType {
  kIngest,
  kValidate,
  kParse,
  kChunk,
  kEmbed,
  kStore,
  kEnrich,
  kRoute,
};
BOOST_DESCRIBE_ENUM(WorkflowStepType, kIngest, kValidate, kParse, kChunk, kEmbed, kStore, kEnrich,
                    kRoute)

// Stored by name: do not rename.
enum class LifecycleEvent {
  kGroupStart,
  kGroupEnd,
  kItemStart,
  kItemEnd,
  kItemFailed,
  kStepStart,
  kStepEnd,
  kStepFailed,
};
BOOST_DESCRIBE_ENUM(LifecycleEvent, kGroupStart, kGroupEnd, kItemStart, kItemEnd, kItemFailed,
                    kStepStart, kStepEnd, kStepFailed)

}  // namespace model
