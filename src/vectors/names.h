// Names of databases: paths below the root that never lead out of it.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "vectors/catalog.h"

namespace vectors {

// "a/b" → <root>/a/b. kInvalidArgument for "", "..", ".", absolute paths, NUL and other control
// characters, a part that ends in ".lance" (a table, not a database), and names that lead out of
// `root` through a symbolic link. `s3://bucket/prefix` stays as it is. `root` must be absolute.
base::Result<std::string> ResolveName(const std::filesystem::path& root, std::string_view name);

// The databases below `root` (links are not followed), sorted by name.
base::Result<std::vector<DatabaseEntry>> ListDatabases(const std::filesystem::path& root);

}  // namespace vectors
