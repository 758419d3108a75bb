#include "formats/office/archive.h"

#include <fmt/format.h>
#include <zip.h>

#include <algorithm>
#include <cstring>

namespace office {
namespace {

using base::Code;
using base::Fail;

constexpr size_t kPiece = size_t{256} << 10;

// What is shown of a name from outside.
std::string Shown(std::string_view name) { return std::string(name.substr(0, 100)); }

struct CloseFile {
  void operator()(zip_file_t* file) const { zip_fclose(file); }
};

std::unexpected<base::Error> CannotUnpack(std::string_view name, int zip_error) {
  if (zip_error == ZIP_ER_NOPASSWD || zip_error == ZIP_ER_WRONGPASSWD) {
    return Fail(Code::kEncrypted, "the document is protected with a password");
  }
  return Fail(Code::kDamaged, fmt::format("'{}' in the archive cannot be unpacked", Shown(name)));
}

}  // namespace

void Archive::Close::operator()(zip* archive) const { zip_discard(archive); }

base::Result<Archive> Archive::Open(std::string_view bytes, ArchiveLimits limits) {
  zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, nullptr);
  zip_t* opened = source != nullptr ? zip_open_from_source(source, ZIP_RDONLY, nullptr) : nullptr;
  if (opened == nullptr) {
    zip_source_free(source);
    return Fail(Code::kDamaged, "the file is a ZIP archive that is damaged or cut off");
  }
  Archive archive(opened, bytes.size(), limits);
  const auto entries = zip_get_num_entries(opened, 0);
  if (entries < 0 || uint64_t(entries) > limits.entries) {
    return Fail(Code::kTooLarge,
                fmt::format("the archive has {} entries, more than {}", entries, limits.entries));
  }
  return archive;
}

std::string Archive::Find(std::string_view name) const {
  const std::string wanted(name.substr(name.starts_with('/') ? 1 : 0));
  if (wanted.empty() || wanted.contains('\0')) return {};
  auto index = zip_name_locate(archive_.get(), wanted.c_str(), 0);
  if (index < 0) index = zip_name_locate(archive_.get(), wanted.c_str(), ZIP_FL_NOCASE);
  if (index < 0) return {};
  const char* found = zip_get_name(archive_.get(), zip_uint64_t(index), 0);
  return found != nullptr ? found : "";
}

std::vector<std::string> Archive::Names() const {
  std::vector<std::string> names;
  const auto entries = zip_get_num_entries(archive_.get(), 0);
  for (zip_int64_t i = 0; i < entries; ++i) {
    const char* name = zip_get_name(archive_.get(), zip_uint64_t(i), 0);
    if (name != nullptr) names.emplace_back(name);
  }
  return names;
}

base::Result<> Archive::Afford(std::string_view name, uint64_t of_entry) const {
  if (of_entry > limits_.entry_bytes) {
    return Fail(Code::kTooLarge, fmt::format("'{}' in the archive unpacks to more than {} bytes",
                                             Shown(name), limits_.entry_bytes));
  }
  const uint64_t total = read_ + of_entry;
  if (total > limits_.total_bytes) {
    return Fail(Code::kTooLarge,
                fmt::format("the archive unpacks to more than {} bytes", limits_.total_bytes));
  }
  if (total > limits_.free_bytes && total / limits_.ratio > size_) {
    return Fail(Code::kTooLarge,
                fmt::format("the archive unpacks to more than {} times its size (a ZIP bomb)",
                            limits_.ratio));
  }
  return {};
}

base::Result<std::string> Archive::Read(std::string_view name) {
  const std::string found = Find(name);
  if (found.empty()) {
    return Fail(Code::kNotFound, fmt::format("'{}' is not in the archive", Shown(name)));
  }
  const std::unique_ptr<zip_file_t, CloseFile> file(zip_fopen(archive_.get(), found.c_str(), 0));
  if (file == nullptr) {
    return CannotUnpack(name, zip_error_code_zip(zip_get_error(archive_.get())));
  }
  std::string content;
  for (;;) {
    // What the directory says of the size is not believed: memory is taken as data comes.
    const size_t had = content.size();
    content.resize(had + kPiece);
    const auto got = zip_fread(file.get(), content.data() + had, kPiece);
    if (got < 0) return CannotUnpack(name, zip_error_code_zip(zip_file_get_error(file.get())));
    content.resize(had + size_t(got));
    SI_TRY(Afford(name, content.size()));
    if (got == 0) break;
  }
  read_ += content.size();
  return content;
}

bool LooksLikeArchive(std::string_view bytes) {
  return bytes.starts_with("PK\x03\x04") || bytes.starts_with("PK\x05\x06");
}

}  // namespace office
