#include "formats/pdf/block_builder.h"

#include <cmath>
#include <map>
#include <optional>
#include <utility>

#include "formats/pdf/characters.h"
#include "formats/pdf/lattice.h"
#include "formats/pdf/line_text.h"
#include "formats/pdf/open_tables.h"
#include "formats/pdf/pictures.h"
#include "formats/pdf/regions.h"
#include "formats/pdf/rows.h"
#include "formats/pdf/rulings.h"
#include "formats/pdf/tables.h"
#include "formats/pdf/tag_roles.h"
#include "text/utf8.h"

namespace pdf {

namespace {

constexpr float kIndent = 0.8F;      // em
constexpr float kSizeRatio = 1.12F;  // type sizes within one paragraph

// What stands on a page as a whole.
struct Objects {
  std::vector<Figure> figures;
  std::vector<PlacedTable> tables;
  std::vector<bool> taken;  // lines of the page that belong to one of them, or are furniture
};

// Builds the blocks of one column after the other from rows.
class Paragraphs {
 public:
  Paragraphs(const PageLines& page, uint32_t page_index, const Statistics& statistics,
             std::vector<Row> rows, Objects& objects)
      : page_(page),
        page_index_(page_index),
        statistics_(statistics),
        rows_(std::move(rows)),
        objects_(objects) {}

  std::vector<Block> Build() {
    const std::vector<RowRange> tables = FindTables(page_, rows_);
    size_t next_table = 0;
    for (size_t i = 0; i < rows_.size();) {
      if (next_table < tables.size() && tables[next_table].first == i) {
        AddTable(tables[next_table]);
        i = tables[next_table++].last;
        continue;
      }
      AddRow(i++);
    }
    return std::move(blocks_);
  }

 private:
  void AddTable(const RowRange& range) {
    Start(rows_[range.first]);
    TextRows text;
    for (size_t i = range.first; i < range.last; ++i) {
      if (i > range.first) Append(rows_[i]);
      text.rows.push_back(rows_[i].lines);
    }
    Block& block = blocks_.back();
    text.box = block.box;
    text.size = block.size;
    text.index = block.index = range.index;
    block.kind = Kind::kTable;
    block.table = BuildTable(page_, text);
    last_ = nullptr;
  }

  void AddObject(const Row& row) {
    Start(row);
    Block& block = blocks_.back();
    block.kind = Kind::kPicture;
    last_ = nullptr;
    const size_t id = row.id - page_.lines.size();
    if (id < objects_.figures.size()) {
      block.lines = std::move(objects_.figures[id].lines);
      return;
    }
    PlacedTable& table = objects_.tables[id - objects_.figures.size()];
    block.kind = Kind::kTable;
    block.table = std::move(table.data);
    block.lines = std::move(table.lines);
  }

  void AddRow(size_t index) {
    const Row& row = rows_[index];
    next_ = index + 1 < rows_.size() ? &rows_[index + 1] : nullptr;
    if (row.picture) {
      AddObject(row);
      return;
    }
    const bool code = IsCode(row);
    if (last_ != nullptr && code == (blocks_.back().kind == Kind::kCode) &&
        (code ? ContinuesCode(row) : Continues(row))) {
      Append(row);
    } else {
      Start(row);
      if (code) blocks_.back().kind = Kind::kCode;
    }
    last_ = &row;
    blocks_.back().fills_measure = Fills(row, 3 * row.size);
  }

  bool IsCode(const Row& row) const {
    if (page_.lines[row.lines.front()].label_end > 0) return false;  // a note, of an address say
    return row.mono && statistics_.Share(StyleOf(page_.lines[row.lines.front()])) < 0.5F;
  }

  bool ContinuesCode(const Row& row) const {
    return row.column == last_->column && row.baseline > last_->baseline &&
           row.baseline - last_->baseline < 3 * row.size;
  }

  // Whether the row goes on with the paragraph that the last row belongs to.
  bool Continues(const Row& row) const {
    const Block& block = blocks_.back();
    const Row& last = *last_;
    if (row.column != last.column || OverlapX(row.box, block.box) <= 0) return false;
    if (row.size > last.size * kSizeRatio || last.size > row.size * kSizeRatio) return false;
    if (const auto tagged = SameElement(row); tagged) return *tagged;
    if (!LeadingFits(row, block)) return false;
    if (ChangesWeight(row)) return false;
    if (StartsItem(row, block)) return false;
    if (ChangesFont(row, block)) return false;
    if (Centered(row, last) || RightAligned(row, last)) return true;
    if (IsHeadline(row, block)) return true;
    if (ShiftsLeftEdge(row, block)) return false;
    return !EndedEarly(row);
  }

  // What the tags say, where both rows are tagged.
  std::optional<bool> SameElement(const Row& row) const {
    if (!statistics_.tags) return std::nullopt;
    const Tag& last = TagOf(page_, page_.lines[last_->lines.back()]);
    const Tag& next = TagOf(page_, page_.lines[row.lines.front()]);
    if (last.role == Role::kNone || next.role == Role::kNone) return std::nullopt;
    const float leading = row.baseline - last_->baseline;
    return last.element == next.element && leading > 0 && leading < 3 * row.size;
  }

  bool LeadingFits(const Row& row, const Block& block) const {
    const float leading = (row.baseline - last_->baseline) / std::max(row.size, last_->size);
    if (leading < 0.5F) return false;
    if (block.pitch > 0) return leading <= block.pitch * 1.18F + 0.05F;
    if (leading <= 2.4F && IsEvenlySpaced(row) && !EndedEarly(row)) return true;
    const bool display = row.size > 1.3F * statistics_.body_size && row.style == block.style;
    return leading <= std::max(display ? 1.75F : 1.5F, statistics_.body_pitch * 1.18F);
  }

  // Whether the row stands midway between its neighbours: lines of widely spaced text.
  bool IsEvenlySpaced(const Row& row) const {
    if (next_ == nullptr || next_->picture || next_->column != row.column) return false;
    const float above = row.baseline - last_->baseline;
    const float below = next_->baseline - row.baseline;
    return std::abs(above - below) < 0.06F * above && std::abs(next_->size - row.size) < 0.5F;
  }

  // A bold line before a plain one is a heading, unless the bold words run on into the next line.
  bool ChangesWeight(const Row& row) const {
    if (last_->bold == row.bold) return false;
    const Line& first = page_.lines[row.lines.front()];
    return !(last_->bold && first.bold_prefix > 0 && !EndedEarly(row)) && last_->chars > 2;
  }

  // A first line in a type of its own over body text is a heading that nothing else marks.
  bool ChangesFont(const Row& row, const Block& block) const {
    return block.rows == 1 && row.one_font && last_->one_font &&
           row.style.font != last_->style.font && last_->style.font != statistics_.body.font &&
           !StartsLower(page_.lines[row.lines.front()].text) && last_->chars > 2;
  }

  bool StartsItem(const Row& row, const Block& block) const {
    const Label label = LabelOf(page_, row);
    if (!label) return false;
    if (label.family == Family::kBullet) return true;
    if (label.family == Family::kDotted && label.close == 0 && row.style == block.style) {
      // "… in section\n2.3 we show": a number in the middle of a sentence.
      return EndedEarly(row);
    }
    if (label.close == 0) return EndedEarly(row);
    if (block.label && Follows(block.label, label)) return true;
    const float start = StartOf(row, row.box);
    const bool shifted = std::abs(start - StartOf(row, last_->box)) > 0.3F * row.size;
    return EndedEarly(row) || (shifted && EndsSentence(RowText(*last_))) ||
           start < StartOf(row, block.box) - kIndent * row.size;
  }

  static bool Centered(const Row& row, const Row& last) {
    const float em = std::max(row.size, last.size);
    return std::abs(row.box.MidX() - last.box.MidX()) < 0.5F * em &&
           std::abs(row.box.l - last.box.l) > em && std::abs(row.box.r - last.box.r) > em;
  }

  // Short lines set flush right.
  bool RightAligned(const Row& row, const Row& last) const {
    const float em = std::max(row.size, last.size);
    const float width = 0.8F * MeasureWidth(row);
    return std::abs(row.box.r - last.box.r) < 0.3F * em && std::abs(row.box.l - last.box.l) > em &&
           row.box.Width() < width && last.box.Width() < width;
  }

  // Large type is broken where its sense breaks, not where the line is full.
  bool IsHeadline(const Row& row, const Block& block) const {
    return row.size > 1.3F * statistics_.body_size && row.style == block.style && block.rows < 3 &&
           std::abs(StartOf(row, row.box) - StartOf(row, last_->box)) < 0.3F * row.size;
  }

  // A first line that is indented, or an outdent after which a new hanging item begins.
  bool ShiftsLeftEdge(const Row& row, const Block& block) const {
    const float em = row.size;
    const float shift = StartOf(row, row.box) - StartOf(row, last_->box);
    if (std::abs(shift) <= kIndent * em) return false;
    if (block.rows == 1) {
      if (shift < 0) return -shift > 8 * em;   // the first line was indented
      if (block.label) return shift > 8 * em;  // hanging under its label
      return EndsSentence(RowText(*last_)) || EndedEarly(row);
    }
    return shift > 0 ? EndsSentence(RowText(*last_)) || EndedEarly(row) : -shift > kIndent * em;
  }

  // Whether the last row stopped before the edge although the next word would have fitted.
  bool EndedEarly(const Row& row) const {
    const std::string text = RowText(*last_);
    if (!text.empty() && text.back() == '-') return false;
    const Line& first = page_.lines[row.lines.front()];
    const std::string_view word = std::string_view(first.text).substr(0, first.text.find(' '));
    const auto letters = static_cast<float>(FirstBreak(word));
    const float per_char = row.box.Width() / static_cast<float>(std::max<uint32_t>(row.chars, 1));
    float needed = (letters + 1) * per_char;
    if (!EndsSentence(text)) {
      // A line that breaks off in mid sentence is more likely ragged than an end.
      needed = std::max(needed * 1.3F, StartsLower(first.text) ? 0.3F * MeasureWidth(row) : 0);
    }
    return !Fills(*last_, needed);
  }

  float MeasureWidth(const Row& row) const {
    const auto found = measures_.find(row.column);
    return found == measures_.end() ? row.box.Width() : found->second.Width();
  }

  // Whether less than `room` is left between the row and the edge of its column's text.
  bool Fills(const Row& row, float room) const {
    const auto found = measures_.find(row.column);
    return found == measures_.end() || EndOf(row, found->second) - EndOf(row, row.box) < room;
  }

  std::string RowText(const Row& row) const { return page_.lines[row.lines.back()].text; }

  void Start(const Row& row) {
    Block block;
    block.page = page_index_;
    block.column = row.column;
    block.box = row.box;
    block.size = row.size;
    block.style = row.style;
    block.upper = row.upper;
    block.space_above = SpaceAbove(row);
    block.label = LabelOf(page_, row);
    blocks_.push_back(std::move(block));
    last_ = nullptr;
    Append(row);
  }

  float SpaceAbove(const Row& row) const {
    if (blocks_.empty() || blocks_.back().column != row.column) return 99;
    return (row.box.t - blocks_.back().box.b) / statistics_.body_size;
  }

  void Append(const Row& row) {
    Block& block = blocks_.back();
    if (last_ != nullptr && row.baseline > last_->baseline) {
      const float pitch = (row.baseline - last_->baseline) / std::max(row.size, 1.F);
      block.pitch = block.pitch == 0 ? pitch : std::min(block.pitch, pitch);
      block.centered = Centered(row, *last_);
    }
    block.bold_share = (block.bold_share * static_cast<float>(block.chars) +
                        row.bold_share * static_cast<float>(row.chars)) /
                       static_cast<float>(std::max<uint32_t>(block.chars + row.chars, 1));
    block.lines.insert(block.lines.end(), row.lines.begin(), row.lines.end());
    block.box.Add(row.box);
    block.chars += row.chars;
    block.upper = block.upper && row.upper;
    ++block.rows;
  }

 public:
  void Measure() { measures_ = MeasureColumns(rows_); }

 private:
  const PageLines& page_;
  const uint32_t page_index_;
  const Statistics& statistics_;
  const std::vector<Row> rows_;
  Objects& objects_;
  std::map<uint32_t, Box> measures_;
  std::vector<Block> blocks_;
  const Row* next_ = nullptr;  // the row after the one being added
  const Row* last_ = nullptr;  // the last row added to the last block; null: nothing may join it
};

// Furniture and turned text: one block per line.
Block SingleLine(const PageLines& page, uint32_t page_index, uint32_t line, Kind kind) {
  Block block;
  block.kind = kind;
  block.page = page_index;
  block.lines = {line};
  block.box = page.lines[line].box;
  block.size = page.lines[line].size;
  block.style = StyleOf(page.lines[line]);
  block.chars = page.lines[line].chars;
  block.rows = 1;
  block.rotated = page.lines[line].rotated;
  return block;
}

std::vector<Block> FurnitureBlocks(const PageLines& page, uint32_t page_index,
                                   std::span<const Furniture> furniture, Furniture which) {
  std::vector<uint32_t> lines;
  for (uint32_t i = 0; i < page.lines.size(); ++i) {
    if (furniture[i] == which) lines.push_back(i);
  }
  std::ranges::sort(lines, [&](uint32_t a, uint32_t b) {
    const Line& x = page.lines[a];
    const Line& y = page.lines[b];
    if (std::abs(x.baseline - y.baseline) > 0.01F) return x.baseline < y.baseline;
    return x.box.l != y.box.l ? x.box.l < y.box.l : a < b;
  });
  std::vector<Block> blocks;
  for (const uint32_t line : lines) {
    blocks.push_back(SingleLine(page, page_index, line,
                                which == Furniture::kHeader ? Kind::kHeader : Kind::kFooter));
  }
  return blocks;
}

bool IsRightToLeftPage(const PageLines& page) {
  int balance = 0;
  for (size_t i = 0; i < std::min<size_t>(page.lines.size(), 40); ++i) {
    if (page.lines[i].text.empty()) continue;
    balance += IsRightToLeft(text::DecodeAt(page.lines[i].text, 0).code_point) ? 1 : -1;
  }
  return balance > 0;
}

// Tables and pictures first: the text of the page is laid out around them.
Objects FindObjects(const PageLines& page, std::span<const Furniture> furniture,
                    const Statistics& statistics, bool pictures) {
  Objects objects;
  for (const Furniture kind : furniture) objects.taken.push_back(kind != Furniture::kNone);
  const auto take = [&](std::vector<PlacedTable> tables) {
    for (PlacedTable& table : tables) {
      for (const uint32_t line : table.lines) objects.taken[line] = true;
      objects.tables.push_back(std::move(table));
    }
  };
  if (statistics.tags) take(FindTaggedTables(page, objects.taken));
  const Rulings drawn = CollectRulings(page, false);
  take(FindLattices(page, drawn, objects.taken, true));
  take(FindOpenTables(page, drawn, objects.taken));
  if (std::ranges::any_of(page.rules, &Rule::soft)) {
    // Where no lines are drawn, coloured cells may show the grid.
    take(FindLattices(page, CollectRulings(page, true), objects.taken, false));
  }
  if (!pictures) return objects;
  objects.figures = FindFigures(page, objects.tables, objects.taken, statistics.body_size);
  for (const Figure& figure : objects.figures) {
    for (const uint32_t line : figure.lines) objects.taken[line] = true;
  }
  return objects;
}

std::vector<LayoutItem> ItemsOf(const PageLines& page, const Objects& objects, float body_size) {
  std::vector<LayoutItem> items;
  for (uint32_t i = 0; i < page.lines.size(); ++i) {
    const Line& line = page.lines[i];
    if (objects.taken[i] || line.rotated) continue;
    const auto words = 1 + std::ranges::count(line.text, ' ');
    items.push_back({line.box, line.baseline, line.size, i, static_cast<uint16_t>(words), false});
  }
  auto id = static_cast<uint32_t>(page.lines.size());
  const auto add = [&](const Box& box) { items.push_back({box, box.b, body_size, id++, 0, true}); };
  for (const Figure& figure : objects.figures) add(figure.box);
  for (const PlacedTable& table : objects.tables) add(table.box);
  return items;
}

}  // namespace

std::vector<Block> BuildBlocks(const PageLines& page, uint32_t page_index,
                               std::span<const Furniture> furniture, const Statistics& statistics,
                               bool pictures) {
  std::vector<Block> blocks = FurnitureBlocks(page, page_index, furniture, Furniture::kHeader);
  Objects objects = FindObjects(page, furniture, statistics, pictures);
  const std::vector<Region> regions =
      CutRegions(ItemsOf(page, objects, statistics.body_size), IsRightToLeftPage(page));
  Paragraphs paragraphs(page, page_index, statistics, BuildRows(page, regions), objects);
  paragraphs.Measure();
  for (Block& block : paragraphs.Build()) blocks.push_back(std::move(block));
  for (uint32_t i = 0; i < page.lines.size(); ++i) {
    if (page.lines[i].rotated && !objects.taken[i]) {
      blocks.push_back(SingleLine(page, page_index, i, Kind::kText));
    }
  }
  for (Block& block : FurnitureBlocks(page, page_index, furniture, Furniture::kFooter)) {
    blocks.push_back(std::move(block));
  }
  return blocks;
}

}  // namespace pdf
