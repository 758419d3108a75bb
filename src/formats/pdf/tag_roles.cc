#include "formats/pdf/tag_roles.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "formats/pdf/table_text.h"

namespace pdf {

namespace {

constexpr float kEdge = 0.15F;  // of the page height: where artifacts are headers and footers

}  // namespace

const Tag& TagOf(const PageLines& page, const Line& line) {
  static constexpr Tag kNoTag;
  return line.tag < page.tags.size() ? page.tags[line.tag] : kNoTag;
}

bool TrustTags(const std::vector<PageLines>& pages) {
  size_t chars = 0;
  size_t tagged = 0;
  size_t headings = 0;
  size_t paragraph_lines = 0;
  size_t paragraph_chars = 0;
  std::set<std::pair<int, uint32_t>> paragraphs;
  for (const PageLines& page : pages) {
    for (const Line& line : page.lines) {
      const float y = line.box.MidY() / page.frame.Height();
      const Tag& tag = TagOf(page, line);
      if (tag.role == Role::kNone && (y < kEdge || y > 1 - kEdge)) continue;
      chars += line.chars;
      if (tag.role != Role::kNone) tagged += line.chars;
      if (tag.role == Role::kHeading) headings += line.chars;
      if (tag.role != Role::kParagraph) continue;
      ++paragraph_lines;
      paragraph_chars += line.chars;
      paragraphs.emplace(page.number, tag.element);
    }
  }
  if (chars == 0 || tagged * 10 < chars * 8 || headings * 10 > chars * 4) return false;
  if (paragraphs.empty()) return tagged > headings;
  return paragraph_lines * 10 >= paragraphs.size() * 12 ||
         paragraph_chars >= paragraphs.size() * 40;
}

void MarkArtifacts(const std::vector<PageLines>& pages,
                   std::vector<std::vector<Furniture>>& furniture) {
  for (size_t p = 0; p < pages.size(); ++p) {
    const PageLines& page = pages[p];
    const auto tagged = std::ranges::count_if(
        page.lines, [&](const Line& line) { return TagOf(page, line).role != Role::kNone; });
    if (static_cast<size_t>(tagged) * 2 < page.lines.size()) continue;
    for (size_t i = 0; i < page.lines.size(); ++i) {
      const Line& line = page.lines[i];
      if (line.rotated || TagOf(page, line).role != Role::kNone) continue;
      const float y = line.box.MidY() / page.frame.Height();
      if (y < kEdge) furniture[p][i] = Furniture::kHeader;
      if (y > 1 - kEdge) furniture[p][i] = Furniture::kFooter;
    }
  }
}

namespace {

struct TaggedCell {
  Tag tag;
  Box box;
  std::vector<Piece> pieces;
};

// Cells by row and column of one table.
using TaggedTable = std::map<std::pair<int, int>, TaggedCell>;

// Whether rows stand below each other and cells of a row beside each other, as far as they do not
// span.
bool StandsInGrid(const TaggedTable& cells) {
  std::set<int> rows;
  std::set<int> columns;
  size_t wrong = 0;
  const TaggedCell* last = nullptr;
  for (const auto& [place, cell] : cells) {
    rows.insert(place.first);
    columns.insert(place.second);
    if (last != nullptr) {
      const bool same_row = last->tag.row == cell.tag.row;
      const bool fits = same_row ? cell.box.l > last->box.l : cell.box.b > last->box.t;
      wrong += fits ? 0 : 1;
    }
    last = &cell;
  }
  return rows.size() >= 2 && columns.size() >= 2 && wrong * 10 <= cells.size();
}

docling::TableData Emit(const PageLines& page, TaggedTable& cells) {
  docling::TableData data;
  for (auto& [place, cell] : cells) {
    auto& added = data.Add(docling::TableCell::At(place.first, place.second, TextOf(cell.pieces),
                                                  cell.tag.row_span, cell.tag.column_span));
    added.bbox = CellBox(page, cell.box);
    added.column_header = cell.tag.header && (place.first == 0 || cell.tag.column > 0);
    added.row_header = cell.tag.header && !added.column_header;
  }
  return data;
}

// Rows are numbered from the first that has text on this page.
void StartAtZero(TaggedTable& cells) {
  const int first = cells.begin()->first.first;
  TaggedTable moved;
  for (auto& [place, cell] : cells) {
    cell.tag.row = static_cast<uint16_t>(cell.tag.row - first);
    moved.emplace(std::pair{place.first - first, place.second}, std::move(cell));
  }
  cells = std::move(moved);
}

}  // namespace

std::vector<PlacedTable> FindTaggedTables(const PageLines& page, const std::vector<bool>& taken) {
  struct Found {
    TaggedTable cells;
    PlacedTable table{{1e9F, 1e9F, -1e9F, -1e9F}, {}, {}};
  };
  std::map<uint32_t, Found> found;
  for (uint32_t i = 0; i < page.lines.size(); ++i) {
    const Line& line = page.lines[i];
    const Tag& tag = TagOf(page, line);
    if (taken[i] || tag.role != Role::kCell) continue;
    Found& here = found[tag.table];
    const auto [cell, fresh] =
        here.cells.try_emplace({tag.row, tag.column}, TaggedCell{tag, line.box, {}});
    cell->second.box.Add(line.box);
    cell->second.pieces.push_back(PieceOf(line));
    here.table.box.Add(line.box);
    here.table.lines.push_back(i);
  }
  std::vector<PlacedTable> tables;
  for (auto& [number, here] : found) {
    if (!StandsInGrid(here.cells)) continue;
    StartAtZero(here.cells);
    here.table.data = Emit(page, here.cells);
    tables.push_back(std::move(here.table));
  }
  return tables;
}

void ApplyTags(std::vector<Block>& blocks, const std::vector<PageLines>& pages) {
  for (Block& block : blocks) {
    if (block.kind != Kind::kText || block.lines.empty() || block.rotated) continue;
    const PageLines& page = pages[block.page];
    const Tag& tag = TagOf(page, page.lines[block.lines.front()]);
    switch (tag.role) {
      case Role::kHeading:
        block.kind = Kind::kHeading;
        block.tag_level = tag.level;
        break;
      case Role::kListItem:
        block.kind = Kind::kListItem;
        break;
      case Role::kCaption:
        block.kind = Kind::kCaption;
        break;
      case Role::kNote:
        block.kind = Kind::kFootnote;
        break;
      case Role::kFormula:
        block.kind = Kind::kFormula;
        break;
      default:
        break;
    }
  }
}

}  // namespace pdf
