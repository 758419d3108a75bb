// The fonts of a document and what their names and flags say of style.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pdf {

// Style of a font. PDFium's weight comes from StemV and is nonsense across fonts, so the name
// decides: first tokens such as Bold, Semibold, Black, Light and TeX's cmbx, then the ForceBold
// flag.
struct Font {
  std::string name;  // without the subset prefix "ABCDEF+"
  bool bold = false;
  bool italic = false;
  bool mono = false;
  bool math = false;  // made of symbols: TeX maths, Symbol, Cambria Math, Wingdings
};

// `flags` are those of the font descriptor (PDF 32000-1, table 123).
Font DescribeFont(std::string_view base_name, int flags);

// Fonts by number, each once. Numbers are given in order of first use. Not thread-safe.
class FontTable {
 public:
  uint16_t Intern(std::string_view base_name, int flags);
  const Font& At(uint16_t id) const { return fonts_[id]; }
  size_t Size() const { return fonts_.size(); }

 private:
  std::map<std::pair<std::string, int>, uint16_t> ids_;
  std::vector<Font> fonts_;
};

}  // namespace pdf
