// Tagged PDF: what the structure tree says of the text of a page.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "formats/pdf/pdfium.h"

namespace pdf {

enum class Role : uint8_t {
  kNone,  // not in the tree: an artifact, or not tagged
  kParagraph,
  kHeading,
  kListItem,
  kCaption,
  kNote,
  kCode,
  kFormula,
  kFigure,
  kCell,  // of a table
  kIndex,
};

// The structure element a piece of text belongs to: the innermost one that makes a block.
struct Tag {
  Role role = Role::kNone;
  uint8_t level = 0;     // of kHeading, 1..6; 0 when the tree leaves it open ("H")
  uint32_t element = 0;  // its number on the page
  // Of kCell: the number of its table on the page, and its place in it.
  uint32_t table = 0;
  uint16_t row = 0;
  uint16_t column = 0;
  uint16_t row_span = 1;
  uint16_t column_span = 1;
  bool header = false;  // TH
};

// The tags of a page; tags[0] stands for no tag.
struct PageTags {
  std::vector<Tag> tags = std::vector<Tag>(1);
  std::unordered_map<int, uint32_t> by_content;  // marked-content id → index; only looked up

  uint32_t Find(int content_id) const {
    const auto found = by_content.find(content_id);
    return found == by_content.end() ? 0 : found->second;
  }
};

// Reads the part of the structure tree that belongs to the page. Bounded in nodes and depth; what
// is beyond counts as not tagged.
PageTags ReadTags(const Pdfium& pdfium, PageHandle* page);

}  // namespace pdf
