// Which keys our YAML files may carry and what values they take: one table that drives checking,
// the messages and the "did you mean". Private to the folder.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/status.h"
#include "workflow/yaml_node.h"

namespace workflow {

// The key of `known` that is spelled most alike, or "" when none is near.
std::string_view Nearest(std::string_view key, std::span<const std::string_view> known);

// "line 7: unknown key 'chunksize' in config.chunk is kept but has no effect; did you mean
// 'chunk_size'?"
std::string UnknownKey(const YamlNode& value, std::string_view key, std::string_view where,
                       std::span<const std::string_view> known);

// "parse, chunk or embed"
std::string AnyOf(std::span<const std::string_view> words);

// Checks the settings of one step of a parameter set: the first wrong value of a known key is the
// error, unknown keys are warnings.
base::Result<> CheckStepSettings(model::WorkflowStepType type, const YamlNode& settings,
                                 std::vector<std::string>& warnings);

}  // namespace workflow
