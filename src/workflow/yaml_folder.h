// A folder of YAML files as a catalogue by id, read again when a file changed: definitions and
// parameter sets both live in one. Private to the folder.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace workflow {

// What is wrong with an id that names a file, or nothing. Ids are opaque, but never a path.
base::Result<> CheckId(std::string_view what, std::string_view id);

// The file as it stands on disk.
struct YamlFile {
  std::filesystem::path path;
  std::string text;
};

// The *.yaml and *.yml files of `folder` in order of name; unreadable ones come with their error.
std::vector<std::pair<YamlFile, std::optional<base::Error>>> ReadYamlFiles(
    const std::filesystem::path& folder);

// A change of any name, size or time in the folder changes it.
std::string FolderFingerprint(const std::filesystem::path& folder);

// Catalogue of `T` (which has a member `id`). Thread-safe. One broken file never hides the others:
// it is listed with its error, under its file name without extension.
template <typename T>
class YamlFolder {
 public:
  struct Entry {
    std::string id;
    YamlFile file;
    base::Result<std::shared_ptr<const T>> value;
  };
  using Parse = std::function<base::Result<T>(const YamlFile&)>;
  using Entries = std::shared_ptr<const std::vector<Entry>>;

  YamlFolder(std::string what, std::filesystem::path folder, const base::Clock& clock, Parse parse)
      : what_(std::move(what)),
        folder_(std::move(folder)),
        clock_(clock),
        parse_(std::move(parse)) {}

  // At most once a second the folder is looked at; after Invalidate() at once.
  Entries All() const {
    const std::lock_guard lock(mutex_);
    const auto now = clock_.Steady();
    if (entries_ && checked_ && now - *checked_ < std::chrono::seconds(1)) return entries_;
    checked_ = now;
    std::string fingerprint = FolderFingerprint(folder_);
    if (entries_ && fingerprint == fingerprint_) return entries_;
    fingerprint_ = std::move(fingerprint);
    entries_ = Load();
    return entries_;
  }

  void Invalidate() {
    const std::lock_guard lock(mutex_);
    checked_.reset();
    entries_.reset();
  }

  // The entry of `id`; kNotFound names what there is, kInvalidArgument refuses paths. A file that
  // was added just now is found.
  base::Result<Entry> Find(std::string_view id) const {
    if (auto entry = FindIn(*All(), id)) return std::move(*entry);
    {
      const std::lock_guard lock(mutex_);
      checked_.reset();
    }
    const Entries all = All();
    if (auto entry = FindIn(*all, id)) return std::move(*entry);
    SI_TRY(CheckId(what_, id));
    std::string known;
    for (const Entry& entry : *all) known += (known.empty() ? "" : ", ") + entry.id;
    return base::Fail(base::Code::kNotFound,
                      "no " + what_ + " '" + std::string(id) + "' (there are: " + known + ")");
  }

 private:
  static std::optional<Entry> FindIn(const std::vector<Entry>& entries, std::string_view id) {
    for (const Entry& entry : entries) {
      if (entry.id == id) return entry;
    }
    return std::nullopt;
  }

  Entries Load() const {
    auto entries = std::make_shared<std::vector<Entry>>();
    std::map<std::string, std::filesystem::path> owner;
    for (auto& [file, error] : ReadYamlFiles(folder_)) {
      base::Result<T> parsed = error ? base::Result<T>(base::Fail(*error)) : parse_(file);
      std::string id = parsed ? parsed->id : file.path.stem().string();
      if (const auto [at, fresh] = owner.emplace(id, file.path); parsed && !fresh) {
        parsed = base::Fail(base::Code::kConflict,
                            "the id '" + id + "' is taken by " + at->second.filename().string());
        id = file.path.stem().string();
      }
      base::Result<std::shared_ptr<const T>> value =
          parsed ? base::Result<std::shared_ptr<const T>>(
                       std::make_shared<const T>(std::move(*parsed)))
                 : base::Fail(parsed.error().Within(file.path.filename().string()));
      entries->push_back({std::move(id), std::move(file), std::move(value)});
    }
    return entries;
  }

  // Constant after construction.
  const std::string what_;
  const std::filesystem::path folder_;
  const base::Clock& clock_;
  const Parse parse_;

  mutable std::mutex mutex_;
  // Guarded by mutex_.
  mutable Entries entries_;
  mutable std::string fingerprint_;
  mutable std::optional<std::chrono::steady_clock::time_point> checked_;
};

}  // namespace workflow
