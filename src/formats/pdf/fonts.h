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
  std::string name;   // without the subset prefix "ABCDEF+"
  int weight = 400;   // as in CSS: 300 light, 500 medium, 700 bold
  bool bold = false;  // weight 600 and more
  bool italic = false;
  bool mono = false;
  bool dingbats = false;  // pictures in the places of letters
  bool math = false;      // made of symbols: TeX maths, Symbol, Cambria Math, Wingdings
};

// `flags` are those of the font descriptor (PDF 32000-1, table 123).
Font DescribeFont(std::string_view base_name, int flags);

// Learns from the letters of a font whether all are equally wide.
class PitchObserver {
 public:
  // `advance` in em. Only a…z count: ideographs are equally wide in every font.
  void Observe(char32_t code, float advance);
  bool Fixed() const;

  // What was learned, to be learned elsewhere too.
  struct Learned {
    uint32_t letters = 0;  // which were seen, a bit each
    float narrowest = 1e9F;
    float widest = 0;
  };
  const Learned& learned() const { return learned_; }
  void Learn(const Learned& more);

 private:
  Learned learned_;
};

// Fonts by number, each once. Numbers are given in order of first use. Not thread-safe.
class FontTable {
 public:
  uint16_t Intern(std::string_view base_name, int flags);
  const Font& At(uint16_t id) const { return fonts_[id]; }
  PitchObserver& Pitch(uint16_t id) { return pitches_[id]; }
  bool FixedPitch(uint16_t id) const { return fonts_[id].mono || pitches_[id].Fixed(); }

  // All fonts by number, and a way to bring them into the table of another part of the document.
  struct Entry {
    std::string base_name;
    int flags = 0;
    PitchObserver::Learned pitch;
  };
  std::vector<Entry> Entries() const;
  uint16_t Add(const Entry& entry);

 private:
  std::map<std::pair<std::string, int>, uint16_t> ids_;
  std::vector<Font> fonts_;
  std::vector<PitchObserver> pitches_;
};

}  // namespace pdf
