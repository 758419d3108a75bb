// For tests: builds archives in memory.
#pragma once

#include <zip.h>

#include <cstdlib>
#include <map>
#include <string>

namespace office {

// A ZIP archive with these entries, deflated.
inline std::string Zip(const std::map<std::string, std::string>& entries) {
  zip_source_t* target = zip_source_buffer_create(nullptr, 0, 0, nullptr);
  zip_t* archive = zip_open_from_source(target, ZIP_TRUNCATE, nullptr);
  zip_source_keep(target);
  for (const auto& [name, content] : entries) {
    zip_source_t* source = zip_source_buffer(archive, content.data(), content.size(), 0);
    zip_file_add(archive, name.c_str(), source, 0);
  }
  if (zip_close(archive) != 0) std::abort();
  zip_stat_t facts;
  zip_source_stat(target, &facts);
  std::string bytes(facts.size, '\0');
  zip_source_open(target);
  zip_source_read(target, bytes.data(), bytes.size());
  zip_source_close(target);
  zip_source_free(target);
  return bytes;
}

// The relationships part of `entries`: id → {type, target}.
inline std::string Rels(const std::map<std::string, std::pair<std::string, std::string>>& rels) {
  std::string out =
      "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">";
  for (const auto& [id, relationship] : rels) {
    const bool external = relationship.second.find("://") != std::string::npos;
    out += "<Relationship Id=\"" + id +
           "\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/" +
           relationship.first + "\" Target=\"" + relationship.second + "\"" +
           (external ? " TargetMode=\"External\"" : "") + "/>";
  }
  return out + "</Relationships>";
}

}  // namespace office
