// Which files of folders are a source's documents.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace app {

struct FileSelection {
  std::vector<std::filesystem::path> paths;  // files and folders
  // Globs on the path below the folder and on the file's name; a file that is named is always in.
  std::vector<std::string> include;  // empty: all
  std::vector<std::string> exclude;
};

enum class Missing { kIsError, kIsEmpty };

// Files in order of name, hidden ones left out. kNotFound names a path that is not there.
base::Result<std::vector<std::filesystem::path>> CollectFiles(const FileSelection& selection,
                                                              Missing missing = Missing::kIsError);

// The URI under which a file is ingested.
std::string UriOf(const std::filesystem::path& file);

// The URI is that of a file below the selection's paths which is not there any more.
bool IsGone(const FileSelection& selection, std::string_view uri);

// What a file was when it was looked at; another value means that it has to be ingested again.
struct FileState {
  std::filesystem::file_time_type modified;
  uintmax_t size = 0;
  bool operator==(const FileState&) const = default;
};
using Snapshot = std::map<std::filesystem::path, FileState>;
Snapshot LookAt(const FileSelection& selection);

}  // namespace app
