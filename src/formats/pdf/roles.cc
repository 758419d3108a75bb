#include "formats/pdf/roles.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <string>
#include <tuple>
#include <utility>

#include "formats/pdf/block_text.h"
#include "formats/pdf/characters.h"
#include "formats/pdf/line_text.h"
#include "text/utf8.h"

namespace pdf {

namespace {

constexpr float kSmallType = 0.93F;  // of body size: a footnote is not larger

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

namespace {

bool IsFloat(const Block& block) {
  return block.kind == Kind::kPicture || (block.kind == Kind::kTable && !block.index);
}

// How far the caption stands from where the caption of `block` is looked for first; 1e9: elsewhere.
float CaptionDistance(const Block& caption, bool of_figure, const Block& block) {
  constexpr float kReach = 40;      // points
  constexpr float kOtherSide = 10;  // points added for a table's caption below, a figure's above
  constexpr float kOtherKind = 25;  // and for the picture of a table, a table as a figure
  const float shared = OverlapX(caption.box, block.box);
  if (shared < 0.3F * std::min(caption.box.Width(), block.box.Width())) return 1e9F;
  const bool below = caption.box.MidY() > block.box.MidY();
  const float gap = below ? caption.box.t - block.box.b : block.box.t - caption.box.b;
  if (gap > kReach || gap < -0.5F * caption.box.Height() - 6) return 1e9F;
  const bool figure = block.kind == Kind::kPicture;
  return std::max(gap, 0.F) + (below == of_figure ? 0 : kOtherSide) +
         (figure == of_figure ? 0 : kOtherKind);
}

}  // namespace

void AttachCaptions(std::vector<Block>& blocks, const std::vector<PageLines>& pages) {
  struct Pair {
    float distance;
    size_t caption;
    size_t owner;
  };
  std::vector<Pair> pairs;
  for (size_t first = 0; first < blocks.size();) {
    size_t last = first;
    while (last < blocks.size() && blocks[last].page == blocks[first].page) ++last;
    for (size_t i = first; i < last; ++i) {
      if (blocks[i].kind != Kind::kCaption) continue;
      const std::string& text = pages[blocks[i].page].lines[blocks[i].lines.front()].text;
      const bool of_figure = IsFigureCaption(text);
      for (size_t j = first; j < last; ++j) {
        if (!IsFloat(blocks[j])) continue;
        const float distance = CaptionDistance(blocks[i], of_figure, blocks[j]);
        if (distance < 1e9F) pairs.push_back({distance, i, j});
      }
    }
    first = last;
  }
  std::ranges::sort(pairs, {}, [](const Pair& pair) {
    return std::tuple(pair.distance, pair.caption, pair.owner);
  });
  std::vector<bool> has(blocks.size(), false);
  for (const Pair& pair : pairs) {
    if (has[pair.caption] || has[pair.owner]) continue;
    has[pair.caption] = has[pair.owner] = true;
    blocks[pair.caption].owner = static_cast<int>(pair.owner);
  }
}

namespace {

constexpr float kMathShare = 0.25F;  // of the characters of a formula
constexpr uint32_t kTallestFormula = 6;

bool HasRelation(std::string_view text) {
  for (const std::string_view sign : {"=", "<", ">", "≤", "≥", "≈", "≡", "∝", "∈", "→", "∼", "≜"}) {
    if (text.find(sign) != std::string_view::npos) return true;
  }
  return false;
}

// Words of four lower-case letters and more, "where" and "otherwise" say.
size_t CountLongWords(std::string_view text) {
  size_t words = 0;
  size_t run = 0;
  for (const char c : text) {
    run = c >= 'a' && c <= 'z' ? run + 1 : 0;
    if (run == 4) ++words;
  }
  return words;
}

float MathShare(const Block& block, const PageLines& page) {
  float math = 0;
  for (const uint32_t id : block.lines) {
    math += page.lines[id].math_share * static_cast<float>(page.lines[id].chars);
  }
  return math / static_cast<float>(std::max<uint32_t>(block.chars, 1));
}

}  // namespace

void FindFormulas(std::vector<Block>& blocks, const std::vector<PageLines>& pages) {
  std::map<std::pair<uint32_t, uint32_t>, float> left;
  for (const Block& block : blocks) {
    if (block.kind != Kind::kText) continue;
    const auto [at, fresh] = left.try_emplace({block.page, block.column}, block.box.l);
    if (!fresh) at->second = std::min(at->second, block.box.l);
  }
  for (Block& block : blocks) {
    if (block.kind != Kind::kText || block.rotated || block.rows > kTallestFormula) continue;
    if (block.box.l < left.at({block.page, block.column}) + 1.5F * block.size) continue;
    const PageLines& page = pages[block.page];
    if (MathShare(block, page) < kMathShare) continue;
    const std::string text = TextOf(block, page);
    if (HasRelation(text) && CountLongWords(text) <= 2) block.kind = Kind::kFormula;
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
