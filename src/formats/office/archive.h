// A ZIP archive in memory: what office files and books are packed in. Nothing is unpacked before it
// is asked for, and all that is unpacked counts against Limits, so that a bomb ends in kTooLarge
// after a bounded amount of work. Names are trusted for nothing but looking them up.
//
// Ownership: a view of `bytes`, which must outlive the archive. Not thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

struct zip;

namespace office {

// What one archive may unfold to.
struct ArchiveLimits {
  size_t entries = 50'000;
  uint64_t entry_bytes = uint64_t{1} << 30;  // of one entry
  uint64_t total_bytes = uint64_t{2} << 30;  // of all that is read
  // Beyond `free_bytes` no more than this many times the size of the archive: honest documents stay
  // below 100, deflate reaches 1000.
  uint64_t ratio = 200;
  uint64_t free_bytes = uint64_t{64} << 20;
};

class Archive {
 public:
  // kDamaged: no ZIP archive; kTooLarge: more entries than allowed.
  static base::Result<Archive> Open(std::string_view bytes, ArchiveLimits limits = {});

  // The name of the entry as the archive has it: `name`, or else one that differs in case only. ""
  // when there is none.
  std::string Find(std::string_view name) const;
  bool Has(std::string_view name) const { return !Find(name).empty(); }
  std::vector<std::string> Names() const;

  // The content of an entry. kNotFound; kDamaged when it cannot be unpacked or its checksum is
  // wrong; kEncrypted; kTooLarge.
  base::Result<std::string> Read(std::string_view name);

 private:
  struct Close {
    void operator()(zip* archive) const;
  };

  Archive(zip* archive, uint64_t size, ArchiveLimits limits)
      : archive_(archive), size_(size), limits_(limits) {}
  // Fails when `more` bytes cannot be afforded.
  base::Result<> Afford(std::string_view name, uint64_t of_entry) const;

  std::unique_ptr<zip, Close> archive_;
  uint64_t size_;
  ArchiveLimits limits_;
  uint64_t read_ = 0;  // bytes unpacked so far
};

// Begins like a ZIP archive?
bool LooksLikeArchive(std::string_view bytes);

}  // namespace office
