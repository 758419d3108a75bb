#include "app/config_folders.h"

#include "base/files.h"

namespace app {
namespace fs = std::filesystem;
using base::Result;

Result<int> CopyMissingYaml(const fs::path& from, const fs::path& to) {
  int copied = 0;
  std::error_code error, ignored;
  for (const auto& entry : fs::directory_iterator(from, error)) {
    const fs::path target = to / entry.path().filename();
    if (entry.path().extension() != ".yaml" || fs::exists(target, ignored)) continue;
    SI_ASSIGN(const std::string text, base::ReadFile(entry.path()));
    SI_TRY(base::WriteFileDurably(target, text));
    ++copied;
  }
  if (error) return base::Fail(base::FromErrno("cannot list " + from.string(), error.value()));
  return copied;
}

Result<> EnsureConfigFolders(const Settings& settings, const Resources& resources) {
  std::error_code error;
  for (const auto& [folder, shipped] :
       {std::pair(settings.workflow_dir, "workflows"), {settings.param_dir, "params"}}) {
    if (fs::is_directory(folder, error)) continue;
    SI_TRY(CopyMissingYaml(resources.shipped_config / shipped, folder));
  }
  return {};
}

}  // namespace app
