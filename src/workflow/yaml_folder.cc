#include "workflow/yaml_folder.h"

#include <algorithm>

#include "base/files.h"
#include "text/utf8.h"

namespace workflow {
namespace {

constexpr size_t kMaxFile = 1024 * 1024;
constexpr size_t kMaxId = 100;

std::vector<std::filesystem::path> YamlPaths(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> paths;
  std::error_code ignored;
  for (std::filesystem::directory_iterator at(folder, ignored), end; !ignored && at != end;
       at.increment(ignored)) {
    const std::string extension = at->path().extension().string();
    if (extension == ".yaml" || extension == ".yml") paths.push_back(at->path());
  }
  std::ranges::sort(paths);
  return paths;
}

}  // namespace

base::Result<> CheckId(std::string_view what, std::string_view id) {
  const bool control = std::ranges::any_of(
      id, [](unsigned char c) { return c < 0x20 || c == 0x7f || c == '/' || c == '\\'; });
  if (id.empty() || id.size() > kMaxId || control || id.starts_with('.') ||
      !text::IsValidUtf8(id)) {
    return base::Fail(base::Code::kInvalidArgument,
                      std::string(what) + " id '" + std::string(id.substr(0, kMaxId)) +
                          "' is not allowed: 1 to 100 bytes of text that is no path (no slash, no "
                          "leading dot, no control characters)");
  }
  return {};
}

std::vector<std::pair<YamlFile, std::optional<base::Error>>> ReadYamlFiles(
    const std::filesystem::path& folder) {
  std::vector<std::pair<YamlFile, std::optional<base::Error>>> files;
  for (auto& path : YamlPaths(folder)) {
    auto text = base::ReadFile(path, kMaxFile);
    if (text) {
      files.push_back({{std::move(path), std::move(*text)}, std::nullopt});
    } else {
      files.push_back({{std::move(path), {}}, std::move(text).error()});
    }
  }
  return files;
}

std::string FolderFingerprint(const std::filesystem::path& folder) {
  std::string all;
  for (const auto& path : YamlPaths(folder)) {
    std::error_code ignored;
    const auto size = std::filesystem::file_size(path, ignored);
    const auto time = std::filesystem::last_write_time(path, ignored).time_since_epoch().count();
    all +=
        path.filename().string() + '|' + std::to_string(size) + '|' + std::to_string(time) + '\n';
  }
  return all;
}

}  // namespace workflow
