// Any bytes as a book, or as the package file and chapter of one: never a crash, and what comes out
// is a document that reads back.
#include <cstdlib>

#include "docling/json.h"
#include "formats/epub_reader.h"
#include "formats/office/archive.h"
#include "formats/office/zip_fixture.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string part(reinterpret_cast<const char*>(data), size);
  const std::string book =
      office::LooksLikeArchive(part)
          ? part
          : office::Zip({{"META-INF/container.xml",
                          "<container><rootfile full-path=\"a/b.opf\"/></container>"},
                         {"a/b.opf", part}});
  docling::CollectedDiagnostics diagnostics;
  formats::Context context{.diagnostics = diagnostics};
  const auto document = formats::ReadEpub({.bytes = book, .filename = "fuzz"}, context);
  if (document && !docling::ReadJson(docling::WriteJson(*document))) std::abort();
  return 0;
}
