// Any bytes as a presentation, or as the slide, layout and master of one: never a crash, and what
// comes out is a document that reads back.
#include "formats/office/office_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string part(reinterpret_cast<const char*>(data), size);
  const std::string presentation =
      R"(<p:presentation xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" )"
      R"(xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">)"
      R"(<p:sldIdLst><p:sldId r:id="r1"/></p:sldIdLst></p:presentation>)";
  office::FuzzFile(office::Kind::kPptx, part,
                   {{"_rels/.rels", office::Rels({{"r1", {"officeDocument", "ppt/p.xml"}}})},
                    {"ppt/p.xml", presentation},
                    {"ppt/_rels/p.xml.rels", office::Rels({{"r1", {"slide", "s.xml"}},
                                                           {"r2", {"commentAuthors", "s.xml"}}})},
                    {"ppt/_rels/s.xml.rels", office::Rels({{"r1", {"slideLayout", "s.xml"}},
                                                           {"r2", {"slideMaster", "s.xml"}},
                                                           {"r3", {"notesSlide", "s.xml"}},
                                                           {"r4", {"comments", "s.xml"}},
                                                           {"r5", {"chart", "s.xml"}}})},
                    {"ppt/s.xml", part}});
  return 0;
}
