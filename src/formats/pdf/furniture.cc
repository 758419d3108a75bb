#include "formats/pdf/furniture.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <utility>

#include "text/utf8.h"

namespace pdf {

namespace {

constexpr float kZone = 0.15F;       // of the page height, at top and bottom
constexpr float kOuterZone = 0.08F;  // where place alone may tell
constexpr float kLeastGap = 0.8F;    // em between furniture and text, but for the outer zone
constexpr int kRowsPerZone = 4;
constexpr float kSamePlace = 0.02F;  // of the page height
constexpr float kLeastShare = 0.3F;  // of the pages a key has to be on, if not on three in a row

bool IsRoman(std::string_view word) {
  return !word.empty() && word.size() <= 7 &&
         (word.find_first_not_of("ivxlc") == std::string_view::npos ||
          word.find_first_not_of("IVXLC") == std::string_view::npos);
}

bool IsDigits(std::string_view word) {
  return !word.empty() && word.find_first_not_of("0123456789") == std::string_view::npos;
}

// A line near an edge of its page.
struct Candidate {
  size_t page = 0;
  size_t line = 0;
  bool top = false;
  int row = 0;            // from the edge inward
  float y = 0;            // middle, as share of the page height
  float gap = 0;          // to the next row inward, in em of this line
  bool alone = false;     // no other line on its row
  bool numbered = false;  // a page number stands on its row
};

struct Row {
  float y = 0;
  float inner = 0;  // the edge that faces the body
  std::vector<size_t> lines;
};

// The rows of a page from one edge inward, a few more than can be furniture.
std::vector<Row> RowsFromEdge(const PageLines& page, bool top) {
  std::vector<size_t> order;
  const float height = page.frame.Height();
  for (size_t i = 0; i < page.lines.size(); ++i) {
    const float y = page.lines[i].box.MidY() / height;
    if (!page.lines[i].rotated && (top ? y < 2 * kZone : y > 1 - 2 * kZone)) order.push_back(i);
  }
  std::ranges::sort(order, [&](size_t a, size_t b) {
    const float ya = page.lines[a].baseline;
    const float yb = page.lines[b].baseline;
    if (ya != yb) return top ? ya < yb : ya > yb;
    return a < b;
  });
  std::vector<Row> rows;
  for (const size_t i : order) {
    const Line& line = page.lines[i];
    if (rows.empty() || std::abs(line.baseline - rows.back().y) > 0.5F * line.size) {
      if (rows.size() > kRowsPerZone) break;
      rows.push_back({line.baseline, top ? line.box.b : line.box.t, {}});
    }
    Row& row = rows.back();
    row.inner = top ? std::max(row.inner, line.box.b) : std::min(row.inner, line.box.t);
    row.lines.push_back(i);
  }
  return rows;
}

float GapInward(const PageLines& page, const std::vector<Row>& rows, size_t at, bool top) {
  if (at + 1 >= rows.size()) return page.frame.Height();
  float next = top ? 1e9F : -1e9F;
  for (const size_t i : rows[at + 1].lines) {
    next = top ? std::min(next, page.lines[i].box.t) : std::max(next, page.lines[i].box.b);
  }
  return top ? next - rows[at].inner : rows[at].inner - next;
}

void AddCandidates(const std::vector<PageLines>& pages, size_t p, bool top,
                   std::vector<Candidate>& out) {
  const PageLines& page = pages[p];
  const std::vector<Row> rows = RowsFromEdge(page, top);
  for (size_t r = 0; r < std::min<size_t>(rows.size(), kRowsPerZone); ++r) {
    const float gap = GapInward(page, rows, r, top);
    const bool numbered = std::ranges::any_of(
        rows[r].lines, [&](size_t i) { return IsPageNumber(page.lines[i].text); });
    for (const size_t i : rows[r].lines) {
      const float y = page.lines[i].box.MidY() / page.frame.Height();
      if (top ? y > kZone : y < 1 - kZone) continue;
      out.push_back({p, i, top, static_cast<int>(r), y, gap / std::max(page.lines[i].size, 1.F),
                     rows[r].lines.size() == 1, numbered});
    }
  }
}

// Whether the pages, in order, are three in a row (left and right pages may differ) or many enough.
bool RepeatsEnough(const std::vector<size_t>& on, size_t page_count) {
  const auto wanted = std::max<size_t>(
      2, static_cast<size_t>(std::ceil(kLeastShare * static_cast<float>(page_count))));
  if (on.size() >= wanted) return true;
  for (size_t i = 2; i < on.size(); ++i) {
    if (on[i] - on[i - 2] <= 4) return true;
  }
  return false;
}

// Marks the candidates of one key that stand at one height on enough pages.
void MarkRepeated(std::vector<const Candidate*>& same, size_t page_count,
                  std::vector<bool>& repeated, const Candidate* base) {
  std::ranges::sort(same, [](const Candidate* a, const Candidate* b) {
    return a->y != b->y ? a->y < b->y : a < b;
  });
  for (size_t first = 0; first < same.size();) {
    size_t last = first + 1;
    while (last < same.size() && same[last]->y - same[last - 1]->y < kSamePlace) ++last;
    std::vector<size_t> on;
    for (size_t i = first; i < last; ++i) on.push_back(same[i]->page);
    std::ranges::sort(on);
    on.erase(std::ranges::unique(on).begin(), on.end());
    if (RepeatsEnough(on, page_count)) {
      for (size_t i = first; i < last; ++i) repeated[static_cast<size_t>(same[i] - base)] = true;
    }
    first = last;
  }
}

std::vector<bool> FindRepeated(const std::vector<PageLines>& pages,
                               const std::vector<Candidate>& candidates) {
  std::map<std::pair<std::string, bool>, std::vector<const Candidate*>> by_key;
  for (const Candidate& candidate : candidates) {
    std::string key = FurnitureKey(pages[candidate.page].lines[candidate.line].text);
    by_key[{std::move(key), candidate.top}].push_back(&candidate);
  }
  std::vector<bool> repeated(candidates.size(), false);
  for (auto& [key, same] : by_key) {
    if (same.size() > 1) MarkRepeated(same, pages.size(), repeated, candidates.data());
  }
  return repeated;
}

bool LooksLikeImprint(std::string_view text) {
  const std::string lower = text::ToLower(text);
  return lower.find("©") != std::string::npos || lower.find("copyright") != std::string::npos ||
         lower.find("doi:") != std::string::npos || lower.find("doi.org") != std::string::npos ||
         lower.starts_with("http") || lower.starts_with("www.") ||
         lower.starts_with("downloaded from");
}

// What place and look alone tell: the outermost row, apart from the text, not larger than it, with
// a page number or an imprint on it.
bool IsByPlace(const Candidate& candidate, const Line& line, const Statistics& statistics) {
  if (candidate.row != 0 || candidate.gap < 1 || line.size > statistics.body_size * 1.1F)
    return false;
  const bool outer = candidate.y < kOuterZone || candidate.y > 1 - kOuterZone;
  if (candidate.numbered) return candidate.alone ? outer : true;
  return outer && LooksLikeImprint(line.text);
}

}  // namespace

std::string FurnitureKey(std::string_view text) {
  std::string key;
  for (const std::string_view word : text::SplitOnSpace(text)) {
    if (IsRoman(word)) {
      key.push_back('#');
      continue;
    }
    for (const char c : text::ToLower(word)) {
      const bool digit = c >= '0' && c <= '9';
      if (!digit) {
        key.push_back(c);
      } else if (key.empty() || key.back() != '#') {
        key.push_back('#');
      }
    }
  }
  return key;
}

bool IsPageNumber(std::string_view text) {
  std::string_view core = text::Strip(text);
  while (!core.empty() && (core.front() == '-' || core.front() == '|' || core.front() == ' ')) {
    core.remove_prefix(1);
  }
  while (!core.empty() && (core.back() == '-' || core.back() == '|' || core.back() == ' ')) {
    core.remove_suffix(1);
  }
  if (core.size() <= 4 && IsDigits(core)) return true;
  if (core.size() <= 7 && IsRoman(core)) return true;
  const std::string key = FurnitureKey(core);
  return key == "page#" || key == "page#of#" || key == "#of#" || key == "#/#" || key == "p.#" ||
         key == "seite#" || key == "page#/#" || key == "seite#von#";
}

std::vector<std::vector<Furniture>> FindFurniture(const std::vector<PageLines>& pages,
                                                  const Statistics& statistics) {
  std::vector<std::vector<Furniture>> result;
  std::vector<Candidate> candidates;
  for (size_t p = 0; p < pages.size(); ++p) {
    result.emplace_back(pages[p].lines.size(), Furniture::kNone);
    AddCandidates(pages, p, true, candidates);
    AddCandidates(pages, p, false, candidates);
  }
  const std::vector<bool> repeated = FindRepeated(pages, candidates);
  // From the body outward: furniture stands apart from the text, or on other furniture that does.
  int apart_row = -1;
  for (size_t i = candidates.size(); i-- > 0;) {
    const Candidate& candidate = candidates[i];
    const Line& line = pages[candidate.page].lines[candidate.line];
    if (i + 1 == candidates.size() || candidates[i + 1].page != candidate.page ||
        candidates[i + 1].top != candidate.top) {
      apart_row = -1;
    }
    const bool outer = candidate.y < kOuterZone || candidate.y > 1 - kOuterZone;
    const bool apart = outer || candidate.gap > kLeastGap || apart_row == candidate.row ||
                       apart_row == candidate.row + 1;
    if (repeated[i] && apart) apart_row = candidate.row;
    if ((repeated[i] && apart) || IsByPlace(candidate, line, statistics)) {
      result[candidate.page][candidate.line] =
          candidate.top ? Furniture::kHeader : Furniture::kFooter;
    }
  }
  return result;
}

}  // namespace pdf
