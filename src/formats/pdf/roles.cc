#include "formats/pdf/roles.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "formats/pdf/block_text.h"
#include "formats/pdf/characters.h"
#include "formats/pdf/line_text.h"
#include "text/utf8.h"

namespace pdf {

namespace {

constexpr size_t kListLookAhead = 24;  // blocks between two items of one list at most
constexpr float kSmallType = 0.93F;    // of body size: a footnote is not larger

bool IsFurniture(const Block& block) {
  return block.kind == Kind::kHeader || block.kind == Kind::kFooter;
}

std::string_view SkipOpening(std::string_view text) {
  for (const std::string_view open : {"[", "<", "(", "〈", "【", "《"}) {
    if (text.starts_with(open)) return text.substr(open.size());
  }
  return text;
}

// The text after the word for figure or table, empty when it begins with none.
std::string_view AfterCaptionWord(std::string_view text) {
  static constexpr std::array<std::string_view, 24> kWords{
      "figure", "fig.",      "fig",       "table", "tab.",    "scheme",  "chart",  "listing",
      "plate",  "algorithm", "abbildung", "abb.",  "tabelle", "tableau", "figura", "tabla",
      "graph",  "exhibit",   "box",       "表",    "图",      "그림",    "표",     "図"};
  const std::string lower = text::ToLower(text.substr(0, 32));
  for (const std::string_view word : kWords) {
    if (!lower.starts_with(word)) continue;
    const std::string_view rest = text.substr(word.size());
    if (!rest.empty() && (rest.front() == ' ' || word.back() == '.' || word.size() % 3 == 0)) {
      return text::StripLeft(rest);
    }
  }
  return {};
}

bool IsFigureWord(std::string_view text) {
  const std::string lower = text::ToLower(text.substr(0, 12));
  for (const std::string_view word : {"fig", "abb", "图", "그림", "図", "chart", "scheme"}) {
    if (lower.starts_with(word)) return true;
  }
  return false;
}

bool IsNumberCharacter(char c) {
  return (c >= '0' && c <= '9') || c == '.' || c == '-' || (c >= 'A' && c <= 'Z');
}

bool IsFootnoteMark(const Line& line) {
  if (line.label_end > 0) return true;
  for (const std::string_view mark : {"*", "†", "‡", "§", "¶", "※"}) {
    if (line.text.starts_with(mark)) return true;
  }
  return ParseLabel(line.text).Enumerated();
}

}  // namespace

bool IsCaption(std::string_view text) {
  std::string_view rest = AfterCaptionWord(SkipOpening(text));
  size_t end = 0;
  bool digit = false;
  while (end < rest.size() && IsNumberCharacter(rest[end])) {
    digit = digit || (rest[end] >= '0' && rest[end] <= '9') || end == 0;
    ++end;
  }
  if (!digit || end == 0 || end > 8) return false;
  rest = rest.substr(end);
  if (rest.empty() || rest.front() != ' ') return true;  // "Table 2:", "[표 1]"
  return !StartsLower(text::StripLeft(rest));
}

bool IsFigureCaption(std::string_view text) {
  return IsFigureWord(SkipOpening(text)) && IsCaption(text);
}

void FindCaptions(std::vector<Block>& blocks, const std::vector<PageLines>& pages) {
  for (Block& block : blocks) {
    if ((block.kind != Kind::kText && block.kind != Kind::kHeading) || block.rows > 8) continue;
    if (IsCaption(TextOf(block, pages[block.page]))) block.kind = Kind::kCaption;
  }
}

void FindListItems(std::vector<Block>& blocks, const std::vector<PageLines>& pages) {
  for (size_t i = 0; i < blocks.size(); ++i) {
    Block& block = blocks[i];
    if (block.kind != Kind::kText || !block.label || block.rotated) continue;
    const std::string& first = pages[block.page].lines[block.lines.front()].text;
    const bool only_label = block.lines.size() == 1 && block.label.text_at >= first.size();
    if (only_label) continue;
    if (block.label.family == Family::kBullet && static_cast<unsigned char>(first[0]) >= 0x80) {
      block.kind = Kind::kListItem;
      continue;
    }
    for (size_t j = i + 1; j < std::min(blocks.size(), i + kListLookAhead); ++j) {
      Block& other = blocks[j];
      if (other.kind == Kind::kHeading) break;
      if (other.kind != Kind::kText || !Follows(block.label, other.label)) continue;
      const bool aligned = std::abs(block.box.l - other.box.l) < block.size;
      if (!aligned && block.column == other.column && block.page == other.page) continue;
      block.kind = Kind::kListItem;
      other.in_list = true;  // the last of a list has no follower
      break;
    }
    if (block.in_list) block.kind = Kind::kListItem;
  }
}

void FindFootnotes(std::vector<Block>& blocks, const std::vector<PageLines>& pages,
                   const Statistics& statistics) {
  for (size_t end = blocks.size(); end > 0;) {
    // One column at a time, from its foot.
    size_t first = end;
    while (first > 0 && blocks[first - 1].page == blocks[end - 1].page &&
           blocks[first - 1].column == blocks[end - 1].column) {
      --first;
    }
    size_t small = end;
    while (small > first) {
      const Block& block = blocks[small - 1];
      const bool skip = IsFurniture(block) || block.rotated;
      const bool fits = (block.kind == Kind::kText || block.kind == Kind::kListItem) &&
                        block.size <= kSmallType * statistics.body_size &&
                        block.box.t > 0.4F * pages[block.page].frame.Height();
      if (!skip && !fits) break;
      --small;
    }
    bool marked = false;
    for (size_t i = small; i < end; ++i) {
      Block& block = blocks[i];
      if (IsFurniture(block) || block.rotated) continue;
      marked = marked || IsFootnoteMark(pages[block.page].lines[block.lines.front()]);
      if (marked) block.kind = Kind::kFootnote;
    }
    end = first;
  }
}

namespace {

bool CanBreakOff(const Block& block) {
  return (block.kind == Kind::kText || block.kind == Kind::kListItem) && !block.rotated &&
         !block.lines.empty();
}

// Whether `next` is where a reader looks for the rest of `block`.
bool IsNextPlace(const Block& block, const Block& next) {
  if (block.page != next.page) return next.page == block.page + 1;
  return block.column != next.column && next.box.l > block.box.r - 1;
}

bool BreaksOff(const Block& block, const Block& next, const std::vector<PageLines>& pages) {
  const Line& last = pages[block.page].lines[block.lines.back()];
  const Line& first = pages[next.page].lines[next.lines.front()];
  if (last.text.empty() || first.text.empty() || next.label || first.label_end > 0) return false;
  if (std::abs(block.size - next.size) > 0.1F * block.size) return false;
  if ((block.bold_share > 0.6F) != (next.bold_share > 0.6F)) return false;
  const char tail = last.text.back();
  const bool open = (tail >= 'a' && tail <= 'z') || tail == '-' || tail == ',';
  if (!open) return false;
  const char32_t head = text::DecodeAt(first.text, 0).code_point;
  return IsLower(head) || (text::IsLetter(head) && block.fills_measure && block.rows > 1);
}

}  // namespace

void JoinBrokenParagraphs(std::vector<Block>& blocks, const std::vector<PageLines>& pages) {
  int open = -1;
  for (size_t i = 0; i < blocks.size(); ++i) {
    const Block& block = blocks[i];
    if (block.kind == Kind::kHeading || block.kind == Kind::kTitle || block.kind == Kind::kCode) {
      open = -1;
      continue;
    }
    if (!CanBreakOff(block)) continue;  // furniture, notes, pictures, tables stand in between
    if (open >= 0) {
      Block& before = blocks[static_cast<size_t>(open)];
      if (block.kind == Kind::kText && IsNextPlace(before, block) &&
          BreaksOff(before, block, pages)) {
        before.continues = static_cast<int>(i);
      }
    }
    open = static_cast<int>(i);
  }
}

}  // namespace pdf
