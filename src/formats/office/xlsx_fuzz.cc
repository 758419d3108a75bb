// Any bytes as a workbook, or as the one sheet of a workbook: never a crash, and what comes out is
// a document that reads back.
#include <cstdlib>

#include "docling/json.h"
#include "formats/office/office_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string part(reinterpret_cast<const char*>(data), size);
  const std::string workbook =
      R"(<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" )"
      R"(xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">)"
      R"(<sheets><sheet name="S" r:id="r1"/></sheets></workbook>)";
  office::FuzzFile(office::Kind::kXlsx, part,
                   {{"_rels/.rels", office::Rels({{"r1", {"officeDocument", "xl/workbook.xml"}}})},
                    {"xl/workbook.xml", workbook},
                    {"xl/_rels/workbook.xml.rels", office::Rels({{"r1", {"worksheet", "s.xml"}}})},
                    {"xl/s.xml", part}});
  return 0;
}
