// Blocks: what a page is made of, in reading order. Filled in stages: BlockBuilder finds them,
// later stages say what they are.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "docling/table.h"
#include "formats/pdf/geometry.h"
#include "formats/pdf/labels.h"
#include "formats/pdf/statistics.h"

namespace pdf {

enum class Kind : uint8_t {
  kText,
  kTitle,
  kHeading,
  kListItem,
  kCaption,
  kFootnote,
  kCode,
  kFormula,
  kTable,
  kPicture,
  kHeader,
  kFooter,
};

struct Block {
  Kind kind = Kind::kText;
  uint32_t page = 0;  // index of its page
  uint32_t column = 0;
  std::vector<uint32_t> lines;  // of the page, in reading order
  docling::TableData table;     // of kTable
  Box box;
  float size = 0;   // of most of its characters
  float pitch = 0;  // distance of its baselines in em; 0 when it has one row
  Style style;      // of most of its characters
  float bold_share = 0;
  uint32_t rows = 0;
  uint32_t chars = 0;
  bool upper = false;  // all capitals
  bool centered = false;
  bool rotated = false;
  bool index = false;          // of kTable: a table of contents
  bool fills_measure = false;  // its last line ends where lines of its column end
  float space_above = 0;       // to what is above in its column, in body lines; large at the top
  int level = 1;               // of a heading
  int tag_level = 0;           // of a heading: the level its tag says, 0 when none does
  Label label;                 // its list or heading label
  int depth = 0;               // of a list item: 0 is the outermost
  bool in_list = false;        // an earlier item of its list was found
  int continues = -1;          // index of the block whose text goes on here
  int owner = -1;              // of a caption: index of the picture or table it belongs to
};

// Whether a block of this kind ends a list: furniture, notes and figures may stand inside of one.
inline bool EndsList(Kind kind) {
  return kind != Kind::kListItem && kind != Kind::kHeader && kind != Kind::kFooter &&
         kind != Kind::kFootnote && kind != Kind::kPicture;
}

}  // namespace pdf
