// Where workflow and parameter files are read from. Private to the folder.
#pragma once

#include <filesystem>

#include "app/resources.h"
#include "app/settings.h"
#include "base/result.h"
#include "workflow/definition.h"
#include "workflow/params.h"

namespace app {

// WORKFLOW_DIR / PARAM_DIR when they exist, else the shipped ones: the first day needs no set-up.
inline std::filesystem::path FolderOr(const std::string& configured,
                                      const std::filesystem::path& shipped) {
  std::error_code error;
  return std::filesystem::is_directory(configured, error) ? std::filesystem::path(configured)
                                                          : shipped;
}

inline workflow::Definitions::Options DefinitionOptions(const Settings& settings,
                                                        const Resources& resources) {
  return {.folder = FolderOr(settings.workflow_dir, resources.shipped_config / "workflows"),
          .default_id = settings.default_workflow_id};
}
inline workflow::ParamSets::Options ParamOptions(const Settings& settings,
                                                 const Resources& resources) {
  return {.folder = FolderOr(settings.param_dir, resources.shipped_config / "params"),
          .default_id = settings.default_param_id};
}

// Copies the YAML files of `from` that `to` does not have yet; how many.
base::Result<int> CopyMissingYaml(const std::filesystem::path& from,
                                  const std::filesystem::path& to);

// Fills WORKFLOW_DIR and PARAM_DIR with the shipped files when they do not exist: a server writes
// uploaded parameter sets to a folder of its own, never among the program's files.
base::Result<> EnsureConfigFolders(const Settings& settings, const Resources& resources);

}  // namespace app
