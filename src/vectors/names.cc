#include "vectors/names.h"

#include <algorithm>
#include <system_error>

namespace vectors {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMaxName = 1000;
constexpr int kMaxDepth = 16;
constexpr std::string_view kTableSuffix = ".lance";

base::Result<> Bad(std::string_view name, std::string_view why) {
  return base::Fail(base::Code::kInvalidArgument,
                    "database name '" + std::string(name) + "' " + std::string(why));
}

base::Result<> CheckPart(std::string_view name, std::string_view part) {
  if (part.empty()) return Bad(name, "has an empty part");
  if (part == "." || part == "..") return Bad(name, "must not contain '.' or '..'");
  if (part.ends_with(kTableSuffix)) return Bad(name, "must not end in .lance: that is a table");
  return {};
}

base::Result<> CheckName(std::string_view name) {
  if (name.empty()) return Bad(name, "is empty");
  if (name.size() > kMaxName) return Bad(name.substr(0, 40), "is too long");
  if (name.front() == '/') return Bad(name, "must be relative to the database folder");
  for (const char c : name) {
    // '?' and '#' begin the query of an address, and names become addresses in the engine.
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f || c == '\\' || c == '?' || c == '#') {
      return Bad("…", "has characters that names of databases do not have");
    }
  }
  size_t begin = 0;
  while (begin <= name.size()) {
    const size_t end = std::min(name.find('/', begin), name.size());
    SI_TRY(CheckPart(name, name.substr(begin, end - begin)));
    begin = end + 1;
  }
  return {};
}

// Whether `path`, as far as it exists and with links followed, is `root` or below it.
bool StaysBelow(const fs::path& root, const fs::path& path) {
  std::error_code error;
  const fs::path real_root = fs::weakly_canonical(root, error);
  if (error) return false;
  const fs::path real = fs::weakly_canonical(path, error);
  if (error) return false;
  const auto [left, right] = std::ranges::mismatch(real_root, real);
  return left == real_root.end();
}

uint64_t FolderSize(const fs::path& folder) {
  uint64_t size = 0;
  std::error_code error;
  // Files come and go while a writer works: what is gone by now does not count.
  for (fs::recursive_directory_iterator it(folder, fs::directory_options::skip_permission_denied,
                                           error);
       !error && it != fs::recursive_directory_iterator(); it.increment(error)) {
    std::error_code gone;
    if (it->is_regular_file(gone) && !it->is_symlink(gone)) {
      const uint64_t bytes = it->file_size(gone);
      if (!gone) size += bytes;
    }
  }
  return size;
}

void ListBelow(const fs::path& root, const fs::path& folder, int depth,
               std::vector<DatabaseEntry>& out) {
  std::error_code error;
  if (depth > 0 && fs::is_directory(folder / "chunks.lance", error)) {
    out.push_back({.name = folder.lexically_relative(root).generic_string(),
                   .size_bytes = FolderSize(folder)});
  }
  if (depth == kMaxDepth) return;
  for (fs::directory_iterator it(folder, fs::directory_options::skip_permission_denied, error);
       !error && it != fs::directory_iterator(); it.increment(error)) {
    std::error_code gone;
    const bool plain = it->is_directory(gone) && !it->is_symlink(gone);
    if (plain && it->path().extension() != kTableSuffix) {
      ListBelow(root, it->path(), depth + 1, out);
    }
  }
}

bool IsS3(std::string_view name) {
  constexpr std::string_view kScheme = "s3://";
  if (!name.starts_with(kScheme)) return false;
  const size_t slash = name.find('/', kScheme.size());
  return slash != std::string_view::npos && slash > kScheme.size() && slash + 1 < name.size();
}

}  // namespace

base::Result<std::string> ResolveName(const fs::path& root, std::string_view name) {
  if (IsS3(name)) {
    SI_TRY(CheckName(name.substr(std::string_view("s3://").size())));
    return std::string(name);
  }
  SI_TRY(CheckName(name));
  const fs::path path = (root / name).lexically_normal();
  if (!StaysBelow(root, path)) {
    SI_TRY(Bad(name, "leads out of the database folder"));
  }
  return path.string();
}

base::Result<std::vector<DatabaseEntry>> ListDatabases(const fs::path& root) {
  std::vector<DatabaseEntry> out;
  ListBelow(root, root, 0, out);
  std::ranges::sort(out, {}, &DatabaseEntry::name);
  return out;
}

}  // namespace vectors
