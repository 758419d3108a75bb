// For fuzz targets: reads bytes as a file, or wraps them as a part of a package that is whole.
#pragma once

#include <cstdlib>
#include <map>
#include <string>

#include "docling/json.h"
#include "formats/office/archive.h"
#include "formats/office/reader.h"
#include "formats/office/zip_fixture.h"

namespace office {

// `bytes` are read as they are when they are an archive; otherwise `package`, which holds them, is.
inline void FuzzFile(Kind kind, const std::string& bytes,
                     const std::map<std::string, std::string>& package) {
  docling::CollectedDiagnostics diagnostics;
  const std::string file = LooksLikeArchive(bytes) ? bytes : Zip(package);
  const auto document = Read(kind, {.bytes = file, .name = "fuzz"}, {}, diagnostics);
  if (document && !docling::ReadJson(docling::WriteJson(*document))) std::abort();
}

}  // namespace office
