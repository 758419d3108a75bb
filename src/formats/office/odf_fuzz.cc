// Any bytes as an OpenDocument file, or as the content, styles and objects of one of each kind:
// never a crash, and what comes out is a document that reads back.
#include "formats/office/office_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string part(reinterpret_cast<const char*>(data), size);
  const std::map<std::string, std::string> package = {
      {"content.xml", part}, {"styles.xml", part}, {"Object 1/content.xml", part}};
  for (const auto kind : {office::Kind::kOdt, office::Kind::kOds, office::Kind::kOdp}) {
    office::FuzzFile(kind, part, package);
  }
  return 0;
}
