// One process owns a data folder. The lock is a file beside the database that its owner holds with
// flock, so it is free the moment the owner ends, however it ends; the file's text (process id and
// address) only tells others whom to talk to.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "base/files.h"
#include "base/result.h"

namespace sql {

// Held until destroyed. Movable.
class OwnerLock {
 public:
  struct Owner {
    int64_t pid = 0;
    std::string address;  // "http://127.0.0.1:8000"; "" when it listens nowhere
  };

  // `database` is the database's file; the lock is "<database>.lock". kConflict, with the owner's
  // address and process id, when another process holds it.
  static base::Result<OwnerLock> Acquire(const std::filesystem::path& database,
                                         const std::string& address = {});

  // Who holds it now; nothing when nobody does (whatever a dead owner left in the file).
  static base::Result<std::optional<Owner>> Find(const std::filesystem::path& database);

  // Once the server listens.
  base::Result<> SetAddress(const std::string& address);

 private:
  OwnerLock(base::Fd fd, std::filesystem::path path) : fd_(std::move(fd)), path_(std::move(path)) {}

  base::Fd fd_;
  std::filesystem::path path_;
};

}  // namespace sql
