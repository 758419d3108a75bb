// Any bytes as a Word document, or as the body of one with styles and numbering: never a crash, and
// what comes out is a document that reads back.
#include "formats/office/office_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string part(reinterpret_cast<const char*>(data), size);
  // Everything is in the one part: what a reader looks for in another it finds in it as well.
  office::FuzzFile(office::Kind::kDocx, part,
                   {{"_rels/.rels", office::Rels({{"r1", {"officeDocument", "word/d.xml"}}})},
                    {"word/_rels/d.xml.rels", office::Rels({{"r1", {"header", "d.xml"}},
                                                            {"r2", {"styles", "d.xml"}},
                                                            {"r3", {"numbering", "d.xml"}},
                                                            {"r4", {"comments", "d.xml"}},
                                                            {"r5", {"image", "d.xml"}}})},
                    {"word/d.xml", part}});
  return 0;
}
