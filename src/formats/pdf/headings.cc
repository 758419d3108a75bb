#include "formats/pdf/headings.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>
#include <string>
#include <tuple>

#include "formats/pdf/block_text.h"
#include "formats/pdf/characters.h"
#include "formats/pdf/line_text.h"
#include "formats/pdf/outline_match.h"
#include "formats/pdf/roles.h"
#include "text/utf8.h"

namespace pdf {

namespace {

constexpr float kAccepted = 0.75F;
constexpr size_t kLongest = 200;  // code points
constexpr uint32_t kMostRows = 4;

bool IsKnownName(std::string_view text) {
  static constexpr std::array<std::string_view, 22> kNames{
      "abstract",  "introduction",    "references",   "bibliography",    "appendix",
      "summary",   "contents",        "conclusion",   "conclusions",     "discussion",
      "results",   "methods",         "preface",      "foreword",        "glossary",
      "index",     "background",      "related work", "zusammenfassung", "einleitung",
      "literatur", "acknowledgements"};
  const std::string lower = text::ToLower(text::Strip(text));
  return std::ranges::find(kNames, lower) != kNames.end() || lower == "acknowledgments" ||
         lower == "table of contents" || lower == "inhaltsverzeichnis";
}

struct Letters {
  size_t letters = 0;
  size_t digits = 0;
  size_t all = 0;
  char32_t first = 0;
};

Letters CountLetters(std::string_view text) {
  Letters count;
  for (const char32_t code : text::ToUtf32(text)) {
    if (code == ' ') continue;
    ++count.all;
    if (text::IsLetter(code)) {
      ++count.letters;
      if (count.first == 0) count.first = code;
    } else if (text::IsNumber(code)) {
      ++count.digits;
    }
  }
  return count;
}

// "… ends. Begins …" inside.
bool HasSentenceBreak(std::string_view text, size_t from) {
  for (size_t at = from; (at = text.find(". ", at)) != std::string_view::npos; at += 2) {
    const bool word = at >= from + 4 && IsLower(static_cast<unsigned char>(text[at - 1])) &&
                      IsLower(static_cast<unsigned char>(text[at - 2]));
    if (word && at + 2 < text.size() && IsUpper(text::DecodeAt(text, at + 2).code_point))
      return true;
  }
  return false;
}

// What no heading is, whatever it looks like.
bool IsRuledOut(const Block& block, std::string_view text, const Statistics& statistics) {
  if (block.kind != Kind::kText || block.rotated || block.rows > kMostRows) return true;
  if (text.size() > 4 * kLongest || text::CountCodePoints(text) > kLongest) return true;
  const char last = text.back();
  if (last == ',' || last == ';' || last == '-') return true;
  if (block.label.family == Family::kBullet) return true;
  const std::string_view rest = text.substr(std::min(block.label.text_at, text.size()));
  const Letters count = CountLetters(rest);
  const bool larger = block.size > statistics.body_size * 1.1F;
  if (count.letters < 2 && !(larger && count.all > 0)) return true;
  if (count.digits > count.letters && !larger) return true;
  if (IsLower(count.first) && !block.label.Enumerated() && !larger) return true;
  if (text.front() == '(' && last == ')' && !block.label) return true;
  if (rest.find('@') != std::string_view::npos || rest.starts_with("http") ||
      rest.starts_with("www.")) {
    return true;
  }
  return HasSentenceBreak(text, block.label.text_at);
}

float SizeScore(float ratio) {
  if (ratio >= 1.25F) return 0.55F;
  if (ratio >= 1.1F) return 0.4F;
  if (ratio >= 1.03F) return 0.2F;
  return ratio < 0.97F ? -0.25F : 0;
}

bool IsNumbered(const Block& block) {
  switch (block.label.family) {
    case Family::kChapter:
    case Family::kDotted:
    case Family::kUpperRoman:
    case Family::kArabic:
    case Family::kUpperAlpha:
      return block.label.close != ']';
    default:
      return false;
  }
}

// Scores a block that is not ruled out; see kAccepted.
float Score(const Block& block, std::string_view text, const Block* next,
            const Statistics& statistics) {
  const bool before_prose = next != nullptr && next->column == block.column &&
                            next->page == block.page && next->kind == Kind::kText &&
                            next->rows >= 2 && next->bold_share < 0.3F;
  float score = SizeScore(block.size / statistics.body_size);
  // On a page in smaller type than the rest, what is not smaller than the text below it counts.
  if (before_prose) score = std::max(score, std::min(SizeScore(block.size / next->size), 0.2F));
  const bool bold = block.bold_share > 0.8F;
  if (bold && !statistics.body.bold) {
    score += 0.45F;
  } else if (block.style.weight >= statistics.body.weight + 100) {
    score += 0.3F;  // medium over light
  }
  if (block.upper && !statistics.body.bold) score += 0.25F;
  if (block.style.color != statistics.body.color) score += 0.1F;
  if (IsNumbered(block)) score += 0.2F;
  if (block.space_above >= 0.45F) score += 0.1F;
  if (block.style.italic && !statistics.body.italic && !bold) score += 0.1F;
  const bool before_text = next != nullptr && next->column == block.column &&
                           next->page == block.page && next->kind != Kind::kPicture;
  if (before_text) score += 0.15F;
  if (before_prose && bold) score += 0.05F;
  if (IsKnownName(text.substr(block.label.text_at))) score += 0.3F;
  if (statistics.Share(block.style) >= 0.3F) score -= 0.4F;
  if (block.label.Enumerated() && EndsSentence(text) && text.back() != '?') score -= 0.3F;
  if (text.back() == '.' && block.rows == 1 && !block.label) score -= 0.15F;
  if (text.back() == ':') score -= 0.2F;
  const auto more = static_cast<float>(block.rows - 1);
  return score - 0.03F * more * more;
}

bool IsFurniture(const Block& block) {
  return block.kind == Kind::kHeader || block.kind == Kind::kFooter;
}

// Lists of names and forms are full of short bold lines: a fourth in a row of one look is none, and
// takes the row with it.
void DropRuns(std::vector<Block>& blocks, const std::vector<bool>& sure) {
  for (size_t i = 0; i < blocks.size();) {
    size_t end = i;
    bool any_sure = false;
    while (end < blocks.size() && blocks[end].kind == Kind::kHeading &&
           blocks[end].style == blocks[i].style && blocks[end].page == blocks[i].page) {
      any_sure = any_sure || sure[end];
      ++end;
    }
    if (end - i >= 4 && !any_sure) {
      for (size_t j = i; j < end; ++j) blocks[j].kind = Kind::kText;
    }
    i = std::max(end, i + 1);
  }
}

// The largest text in the upper part of page 1, when nothing else there is as large.
void FindTitle(std::vector<Block>& blocks, const PageLines& page, const Statistics& statistics) {
  Block* largest = nullptr;
  size_t as_large = 0;
  for (Block& block : blocks) {
    if (block.page != 0 || IsFurniture(block) || block.lines.empty() || block.rotated) continue;
    if (block.box.t > 0.4F * page.frame.Height()) continue;
    if (block.kind != Kind::kText && block.kind != Kind::kHeading) continue;
    if (largest == nullptr || block.size > largest->size * 1.02F) {
      largest = &block;
      as_large = 1;
    } else if (block.size > largest->size * 0.98F) {
      ++as_large;
    }
  }
  if (largest == nullptr || as_large != 1 || largest->chars < 4 || largest->rows > kMostRows)
    return;
  if (largest->size < statistics.body_size * 1.2F) return;
  // A look that recurs is that of a heading.
  for (const Block& block : blocks) {
    const bool heading = &block != largest && block.kind == Kind::kHeading;
    if (heading && block.page != 0 && block.size > largest->size * 0.98F) return;
  }
  largest->kind = Kind::kTitle;
}

// Bold words inside a drawing are no headings: a drawing is what rules surround between a caption
// of a figure and the text above it.
void DropInDrawings(std::vector<Block>& blocks, const std::vector<PageLines>& pages) {
  constexpr size_t kLeastMarks = 4;
  for (size_t i = 0; i < blocks.size(); ++i) {
    const Block& caption = blocks[i];
    if (caption.lines.empty() || caption.rows > 4) continue;
    const PageLines& page = pages[caption.page];
    if (!IsFigureCaption(page.lines[caption.lines.front()].text)) continue;
    size_t first = i;
    while (first > 0 && blocks[first - 1].page == caption.page && blocks[first - 1].rows < 3 &&
           blocks[first - 1].kind != Kind::kPicture && blocks[first - 1].kind != Kind::kTable) {
      --first;
    }
    const float top =
        first > 0 && blocks[first - 1].page == caption.page ? blocks[first - 1].box.b : 0;
    Box drawing{1e9F, 1e9F, -1e9F, -1e9F};
    size_t marks = 0;
    for (const Rule& rule : page.rules) {
      if (rule.box.MidY() <= top || rule.box.MidY() >= caption.box.t) continue;
      drawing.Add(rule.box);
      ++marks;
    }
    if (marks < kLeastMarks) continue;
    for (size_t j = first; j < i; ++j) {
      const bool inside = Contains(drawing, blocks[j].box.MidX(), blocks[j].box.MidY());
      if (inside && blocks[j].kind == Kind::kHeading) blocks[j].kind = Kind::kText;
    }
  }
}

}  // namespace

void FindHeadings(std::vector<Block>& blocks, const std::vector<PageLines>& pages,
                  const Statistics& statistics, std::span<const OutlineEntry> outline) {
  const OutlineIndex index(outline);
  std::vector<bool> sure(blocks.size(), false);
  for (size_t i = 0; i < blocks.size(); ++i) {
    Block& block = blocks[i];
    if (block.kind == Kind::kHeading) sure[i] = true;  // by its tag
    if (block.kind != Kind::kText || block.rows > kMostRows) continue;
    const std::string text = TextOf(block, pages[block.page]);
    if (text.empty()) continue;
    const int page = pages[block.page].number - 1;
    const bool stands_out = block.bold_share > 0.6F || block.size > statistics.body_size * 1.02F ||
                            block.upper || block.style != statistics.body;
    if (stands_out && index.DepthOf(text, page) > 0) {
      sure[i] = true;
      block.kind = Kind::kHeading;
      continue;
    }
    if (IsRuledOut(block, text, statistics)) continue;
    const Block* next = i + 1 < blocks.size() ? &blocks[i + 1] : nullptr;
    if (Score(block, text, next, statistics) >= kAccepted) block.kind = Kind::kHeading;
  }
  DropRuns(blocks, sure);
  DropInDrawings(blocks, pages);
  if (!pages.empty()) FindTitle(blocks, pages.front(), statistics);
}

namespace {

// Order of looks: larger first, then bold, capitals, upright.
using Look = std::tuple<int, bool, bool, bool>;

Look LookOf(const Block& block, const std::map<int, int>& size_class) {
  return {-size_class.at(block.style.half_points), block.bold_share <= 0.6F, !block.upper,
          block.style.italic};
}

// Sizes that differ by less than 5 % are one.
std::map<int, int> SizeClasses(const std::vector<Block*>& headings) {
  std::set<int> sizes;
  for (const Block* heading : headings) sizes.insert(heading->style.half_points);
  std::map<int, int> classes;
  int anchor = 0;
  for (const int size : sizes) {
    if (static_cast<float>(size) > static_cast<float>(anchor) * 1.05F) anchor = size;
    classes[size] = anchor;
  }
  return classes;
}

// Rank of a numbering family (outer first) and depth within it; {0, 0} when not numbered.
std::pair<int, int> NumberKey(const Block& block) {
  switch (block.label.family) {
    case Family::kChapter:
      return {1, 1};
    case Family::kUpperRoman:
      return {2, 1};
    case Family::kArabic:
    case Family::kDotted:
      return {3, block.label.depth};
    case Family::kUpperAlpha:
      return {4, 1};
    case Family::kLowerAlpha:
      return {5, 1};
    case Family::kLowerRoman:
      return {6, 1};
    default:
      return {0, 0};
  }
}

// Present keys in order become 1, 2, 3, …
template <typename K>
std::map<K, int> Ranks(const std::set<K>& keys) {
  std::map<K, int> ranks;
  int rank = 0;
  for (const K& key : keys) ranks[key] = ++rank;
  return ranks;
}

// Looks that recur make the levels; a look seen once (a cover has many) counts as the next smaller
// one that recurs.
void LevelByLook(const std::vector<Block*>& headings) {
  const std::map<int, int> classes = SizeClasses(headings);
  std::map<Look, int> count;
  for (const Block* heading : headings) ++count[LookOf(*heading, classes)];
  std::vector<Look> common;
  for (const auto& [look, times] : count) {
    if (times > 1) common.push_back(look);
  }
  if (common.empty()) {
    for (const auto& [look, times] : count) common.push_back(look);
  }
  for (Block* heading : headings) {
    const auto at = std::ranges::lower_bound(common, LookOf(*heading, classes));
    heading->level = static_cast<int>(at - common.begin()) + 1;
  }
}

// Where numbers say the structure, they make the levels; a heading without a number has the level
// of numbered ones that look the same, else one below all numbered ones that are set larger.
void LevelByNumber(const std::vector<Block*>& headings) {
  std::set<std::pair<int, int>> keys;
  size_t numbered = 0;
  for (const Block* heading : headings) {
    const auto key = NumberKey(*heading);
    if (key.first == 0) continue;
    keys.insert(key);
    ++numbered;
  }
  if (numbered < 3 || numbered * 4 < headings.size()) return;
  const auto ranks = Ranks(keys);
  std::map<Style, int> by_style;
  std::map<int, float> largest;  // type size of each level
  for (Block* heading : headings) {
    const auto key = NumberKey(*heading);
    if (key.first == 0) continue;
    heading->level = ranks.at(key);
    by_style.emplace(heading->style, heading->level);
    largest[heading->level] = std::max(largest[heading->level], heading->size);
  }
  for (Block* heading : headings) {
    if (NumberKey(*heading).first != 0) continue;
    const auto same = by_style.find(heading->style);
    heading->level = same != by_style.end() ? same->second : 1;
    for (const auto& [level, size] : largest) {
      if (same == by_style.end() && size > heading->size * 1.02F) heading->level = level + 1;
    }
  }
}

}  // namespace

void LevelHeadings(std::vector<Block>& blocks, const std::vector<PageLines>& pages,
                   std::span<const OutlineEntry> outline) {
  constexpr int kDeepest = 5;  // Markdown adds one "#" and has six
  std::vector<Block*> headings;
  for (Block& block : blocks) {
    if (block.kind == Kind::kHeading) headings.push_back(&block);
  }
  LevelByLook(headings);
  LevelByNumber(headings);
  const OutlineIndex index(outline);
  int last = 0;
  int last_wanted = 0;
  for (Block* heading : headings) {
    const PageLines& page = pages[heading->page];
    const int depth = outline.empty() ? 0 : index.DepthOf(TextOf(*heading, page), page.number - 1);
    if (heading->tag_level > 0) heading->level = heading->tag_level;
    if (depth > 0) heading->level = depth;
    const int wanted = heading->level;
    // What wants the same level as the one before gets the same.
    const int deepest = wanted == last_wanted ? last : last + 1;
    heading->level = std::clamp(wanted, 1, std::min(kDeepest, deepest));
    last = heading->level;
    last_wanted = wanted;
  }
}

}  // namespace pdf
