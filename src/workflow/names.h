// Step types and lifecycle events as YAML spells them. Private to the folder.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "model/status.h"
#include "reflect/enum.h"

namespace workflow {

inline std::string_view StepName(model::WorkflowStepType type) { return reflect::Wire(type); }

template <typename E>
std::vector<std::string_view> WireNames() {
  std::vector<std::string_view> names;
  for (const E value : reflect::AllOf<E>()) names.push_back(reflect::Wire(value));
  return names;
}
inline std::vector<std::string_view> StepNames() { return WireNames<model::WorkflowStepType>(); }
inline std::vector<std::string_view> EventNames() { return WireNames<model::LifecycleEvent>(); }

}  // namespace workflow
