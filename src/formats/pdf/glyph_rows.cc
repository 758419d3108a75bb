#include "formats/pdf/glyph_rows.h"

#include <cmath>
#include <map>
#include <numeric>

#include "formats/pdf/characters.h"

namespace pdf {

namespace {

constexpr float kSameBaseline = 0.25F;  // em
constexpr float kRunGap = 0.5F;         // em: a run ends at a gap beyond
constexpr float kSegmentGap = 1.0F;     // em: a line ends at a gap beyond
constexpr float kSpacedGap = 2.2F;  // em: the same where one space of one text object fills the gap
constexpr float kScriptSize =
    0.85F;  // of the line's size: beyond this it is no super- or subscript
constexpr float kScriptRise = 0.65F;  // em: how far a superscript may be raised
constexpr float kScriptDrop = 0.4F;   // em: how far a subscript may be lowered
constexpr float kScriptSmallest =
    0.4F;  // of the line's size: beside a drop cap stands text, no superscript
constexpr uint32_t kScriptLongest = 24;  // glyphs
constexpr int kRowsLookedAt = 24;        // neighbours considered; bounds hostile pages
constexpr int kRulesLookedAt = 64;

bool Continues(const Glyph& last, const Glyph& next) {
  const float em = std::max(last.size, next.size);
  if (std::abs(last.baseline - next.baseline) > kSameBaseline * std::min(last.size, next.size)) {
    return false;
  }
  if (next.size < 0.85F * last.size || next.size > 1.18F * last.size) return false;
  const float gap = GapBetween(last.box, next.box);
  return gap <= kRunGap * em && gap >= -1.5F * em;
}

std::vector<Run> BuildRuns(std::span<const Glyph> glyphs) {
  std::vector<Run> runs;
  for (uint32_t i = 0; i < glyphs.size(); ++i) {
    const Glyph& glyph = glyphs[i];
    if (i > 0 && Continues(glyphs[i - 1], glyph)) {
      Run& run = runs.back();
      ++run.count;
      run.box.Add(glyph.box);
      continue;
    }
    runs.push_back({i, 1, glyph.box, glyph.baseline, glyph.size, false, false});
  }
  return runs;
}

// Runs on one baseline over the whole width of the page.
struct Row {
  float baseline = 0;
  float size = 0;
  std::vector<Run> runs;
  std::map<float, float> extents;  // left edge → right edge, to find neighbours

  void Add(const Run& run) {
    runs.push_back(run);
    float& right = extents[run.box.l];
    right = std::max(right, run.box.r);
  }

  bool HasNeighbour(const Box& box, float reach) const {
    auto after = extents.lower_bound(box.l - 0.01F);
    if (after != extents.end() && after->first - box.r <= reach) return true;
    if (after == extents.begin()) return false;
    --after;
    return box.l - after->second <= reach;
  }
};

// Finds each run its row. Larger type first: a row is anchored at its main text, small type joins
// it.
class RowBuilder {
 public:
  void Add(const Run& run) {
    if (Row* row = OnBaseline(run)) {
      row->Add(run);
      return;
    }
    Run script = run;
    if (Row* row = AsScript(script)) {
      row->Add(script);
      return;
    }
    by_baseline_.emplace(run.baseline, rows_.size());
    Row& row = rows_.emplace_back();
    row.baseline = run.baseline;
    row.size = run.size;
    row.Add(run);
  }

  std::vector<Row> Take() && {
    std::ranges::sort(rows_, [](const Row& a, const Row& b) {
      if (a.baseline != b.baseline) return a.baseline < b.baseline;
      return a.runs.front().first < b.runs.front().first;
    });
    return std::move(rows_);
  }

 private:
  template <typename F>
  Row* Nearest(float from, float to, F distance) {
    Row* best = nullptr;
    float best_distance = 1e9F;
    auto at = by_baseline_.lower_bound(from);
    for (int i = 0; i < kRowsLookedAt && at != by_baseline_.end() && at->first <= to; ++i, ++at) {
      Row& row = rows_[at->second];
      const float found = distance(row);
      if (found < best_distance) {
        best = &row;
        best_distance = found;
      }
    }
    return best;
  }

  Row* OnBaseline(const Run& run) {
    const float reach = kSameBaseline * run.size;
    return Nearest(run.baseline - reach, run.baseline + reach,
                   [&](const Row& row) { return std::abs(row.baseline - run.baseline); });
  }

  // A smaller run, raised or lowered, right beside larger text.
  Row* AsScript(Run& run) {
    if (run.count > kScriptLongest) return nullptr;
    const float reach = 2 * run.size;
    const float reach_x = run.count <= 3 ? 1.2F : 0.35F;  // the mark of a footnote stands apart
    Row* row = Nearest(run.baseline - reach, run.baseline + reach, [&](const Row& candidate) {
      const float shift = (candidate.baseline - run.baseline) / candidate.size;  // up is positive
      if (run.size > kScriptSize * candidate.size || run.size < kScriptSmallest * candidate.size ||
          shift > kScriptRise || shift < -kScriptDrop ||
          !candidate.HasNeighbour(run.box, reach_x * candidate.size)) {
        return 1e9F;
      }
      return std::abs(shift);
    });
    if (row != nullptr) {
      run.superscript = row->baseline > run.baseline;
      run.subscript = !run.superscript;
    }
    return row;
  }

  std::vector<Row> rows_;
  std::multimap<float, size_t> by_baseline_;
};

bool RuleBetween(std::span<const Box> rules, const Box& a, const Box& b) {
  const float left = std::min(a.r, b.r);
  const float right = std::max(a.l, b.l);
  const float y = (a.MidY() + b.MidY()) / 2;
  auto rule = std::ranges::lower_bound(rules, left, {}, &Box::l);
  for (int i = 0; i < kRulesLookedAt && rule != rules.end() && rule->l <= right; ++i, ++rule) {
    if (rule->t <= y && rule->b >= y) return true;
  }
  return false;
}

bool IsRightToLeftRow(std::span<const Glyph> glyphs, std::span<const Run> runs) {
  int balance = 0;
  for (const Run& run : runs) {
    for (uint32_t i = run.first; i < run.first + run.count; ++i) {
      const char32_t code = glyphs[i].code;
      if (IsRightToLeft(code)) {
        ++balance;
      } else if (IsLower(code) || IsUpper(code)) {
        --balance;
      }
    }
  }
  return balance > 0;
}

bool Splits(std::span<const Glyph> glyphs, std::span<const Box> rules, const Run& last,
            const Run& next) {
  const float em = std::max(last.size, next.size);
  const float gap = GapBetween(last.box, next.box);
  if (gap <= 0.3F * em) return false;
  const Glyph& head = glyphs[next.first];
  const Glyph& tail = glyphs[last.first + last.count - 1];
  const bool one_string = head.object == tail.object && (head.flags & kSpaceBefore) != 0;
  if (gap > (one_string ? kSpacedGap : kSegmentGap) * em) return true;
  return RuleBetween(rules, last.box, next.box);
}

void SplitRow(Row& row, std::span<const Glyph> glyphs, std::span<const Box> rules,
              std::vector<Segment>& out) {
  const bool leftward = IsRightToLeftRow(glyphs, row.runs);
  std::ranges::sort(row.runs, [&](const Run& a, const Run& b) {
    if (leftward && a.box.r != b.box.r) return a.box.r > b.box.r;
    if (!leftward && a.box.l != b.box.l) return a.box.l < b.box.l;
    return a.first < b.first;
  });
  for (const Run& run : row.runs) {
    const bool fresh = out.empty() || &run == &row.runs.front();
    if (fresh || Splits(glyphs, rules, out.back().runs.back(), run)) {
      out.push_back({{}, row.baseline, row.size});
    }
    out.back().runs.push_back(run);
  }
}

// Where a raised mark opens the segment, the rest says what the line is.
void Settle(Segment& segment) {
  const auto heaviest = std::ranges::max_element(segment.runs, {}, [](const Run& run) {
    return static_cast<float>(run.count) * (run.superscript || run.subscript ? 0.1F : 1.F);
  });
  segment.baseline = heaviest->baseline;
  segment.size = heaviest->size;
}

}  // namespace

std::vector<Segment> BuildSegments(std::span<const Glyph> glyphs,
                                   std::span<const Box> vertical_rules) {
  std::vector<Run> runs = BuildRuns(glyphs);
  std::ranges::sort(runs, [](const Run& a, const Run& b) {
    const auto size_a = std::lround(a.size * 2);
    const auto size_b = std::lround(b.size * 2);
    return size_a != size_b ? size_a > size_b : a.first < b.first;
  });
  RowBuilder builder;
  for (const Run& run : runs) builder.Add(run);
  std::vector<Segment> segments;
  for (Row& row : std::move(builder).Take()) SplitRow(row, glyphs, vertical_rules, segments);
  for (Segment& segment : segments) Settle(segment);
  return segments;
}

}  // namespace pdf
