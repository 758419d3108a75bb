#include "app/source_files.h"

#include <fnmatch.h>

#include <algorithm>

namespace app {
namespace {

namespace fs = std::filesystem;
using base::Code;
using base::Fail;
using base::Result;

bool FitsAny(const std::vector<std::string>& globs, const fs::path& below) {
  const std::string whole = below.generic_string();
  const std::string name = below.filename().string();
  return std::ranges::any_of(globs, [&](const std::string& glob) {
    return fnmatch(glob.c_str(), whole.c_str(), 0) == 0 ||
           fnmatch(glob.c_str(), name.c_str(), 0) == 0;
  });
}

bool IsSelected(const FileSelection& selection, const fs::path& below) {
  if (!selection.include.empty() && !FitsAny(selection.include, below)) return false;
  return !FitsAny(selection.exclude, below);
}

Result<> AddFolder(const FileSelection& selection, const fs::path& folder,
                   std::vector<fs::path>& files) {
  std::error_code error;
  std::vector<fs::path> found;
  auto walk = fs::recursive_directory_iterator(
      folder, fs::directory_options::skip_permission_denied, error);
  for (; !error && walk != fs::recursive_directory_iterator(); walk.increment(error)) {
    std::error_code ignored;  // gone meanwhile: not a file any more
    const bool hidden = walk->path().filename().string().starts_with('.');
    if (hidden && walk->is_directory(ignored)) walk.disable_recursion_pending();
    if (!hidden && walk->is_regular_file(ignored) &&
        IsSelected(selection, walk->path().lexically_relative(folder))) {
      found.push_back(walk->path());
    }
  }
  if (error) return Fail(base::FromErrno("cannot list " + folder.string(), error.value()));
  std::ranges::sort(found);
  files.insert(files.end(), found.begin(), found.end());
  return {};
}

}  // namespace

Result<std::vector<fs::path>> CollectFiles(const FileSelection& selection, Missing missing) {
  std::vector<fs::path> files;
  for (const fs::path& path : selection.paths) {
    std::error_code error;
    if (fs::is_regular_file(path, error)) {
      files.push_back(path);
    } else if (fs::is_directory(path, error)) {
      SI_TRY(AddFolder(selection, path, files));
    } else if (missing == Missing::kIsError) {
      return Fail(Code::kNotFound, "there is no file or folder " + path.string());
    }
  }
  return files;
}

std::string UriOf(const fs::path& file) { return file.lexically_normal().generic_string(); }

bool IsGone(const FileSelection& selection, std::string_view uri) {
  std::error_code error;
  if (fs::exists(fs::path(uri), error) || error) return false;
  return std::ranges::any_of(selection.paths, [&](const fs::path& path) {
    std::string base = UriOf(path);
    if (uri == base) return true;
    if (base == ".") return !uri.starts_with('/');
    if (!base.ends_with('/')) base += '/';
    return uri.starts_with(base);
  });
}

Snapshot LookAt(const FileSelection& selection) {
  Snapshot snapshot;
  const auto files = CollectFiles(selection, Missing::kIsEmpty);
  if (!files) return snapshot;
  for (const fs::path& file : *files) {
    std::error_code error;
    FileState state{.modified = fs::last_write_time(file, error), .size = 0};
    if (!error) state.size = fs::file_size(file, error);
    if (!error) snapshot.emplace(file, state);
  }
  return snapshot;
}

}  // namespace app
