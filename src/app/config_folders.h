// Where workflow and parameter files are read from. Private to the folder.
#pragma once

#include <filesystem>

#include "app/resources.h"
#include "app/settings.h"
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

}  // namespace app
