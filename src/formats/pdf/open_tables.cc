#include "formats/pdf/open_tables.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "formats/pdf/labels.h"
#include "formats/pdf/table_text.h"
#include "formats/pdf/tables.h"

namespace pdf {

namespace {

constexpr float kSameEnd = 5;         // points between the ends of rules of one table
constexpr float kShortestRule = 60;   // points
constexpr float kPieceGap = 15;       // points between the pieces of a rule drawn by columns
constexpr size_t kHighestHeader = 5;  // rows of text

using TextRow = std::vector<uint32_t>;  // lines on one baseline, left to right

// Horizontal rules of one height with small gaps between them count as one.
std::vector<Edge> WholeRules(const std::vector<Edge>& across) {
  std::vector<Edge> whole;
  for (const Edge& edge : across) {
    const bool goes_on = !whole.empty() && std::abs(whole.back().at - edge.at) < 0.1F &&
                         edge.from - whole.back().to < kPieceGap;
    if (goes_on) {
      whole.back().to = std::max(whole.back().to, edge.to);
    } else {
      whole.push_back(edge);
    }
  }
  std::erase_if(whole, [](const Edge& edge) { return edge.Length() < kShortestRule; });
  return whole;
}

// Rules with the same ends, by height.
std::vector<std::vector<Edge>> ByExtent(const std::vector<Edge>& rules) {
  std::vector<std::vector<Edge>> groups;
  for (const Edge& rule : rules) {
    const auto same = std::ranges::find_if(groups, [&](const std::vector<Edge>& group) {
      return std::abs(group.front().from - rule.from) < kSameEnd &&
             std::abs(group.front().to - rule.to) < kSameEnd;
    });
    if (same == groups.end()) {
      groups.push_back({rule});
    } else {
      same->push_back(rule);
    }
  }
  std::erase_if(groups, [](const std::vector<Edge>& group) { return group.size() < 2; });
  return groups;
}

// What stands between two rules that follow each other.
struct Stretch {
  float top = 0;
  float bottom = 0;
  std::vector<TextRow> rows;
  size_t parted = 0;  // rows of several cells
  size_t prose = 0;   // rows of one long line
};

size_t WordsOf(const Line& line) {
  return 1 + static_cast<size_t>(std::ranges::count(line.text, ' '));
}

class OpenTables {
 public:
  OpenTables(const PageLines& page, const Rulings& rulings, std::vector<bool> taken)
      : page_(page), taken_(std::move(taken)) {
    for (const std::vector<Edge>& group : ByExtent(WholeRules(rulings.across))) Search(group);
  }

  std::vector<PlacedTable> Take() && { return std::move(tables_); }

 private:
  void Search(const std::vector<Edge>& rules) {
    std::vector<Stretch> run;
    for (size_t i = 1; i < rules.size(); ++i) {
      Stretch stretch = Look(rules[i - 1], rules[i]);
      const bool part = IsTabular(stretch) || (!run.empty() && IsSection(stretch));
      if (part) {
        run.push_back(std::move(stretch));
        continue;
      }
      Build(std::exchange(run, {}), rules.front());
    }
    Build(std::move(run), rules.front());
  }

  Stretch Look(const Edge& above, const Edge& below) const {
    Stretch stretch{above.at, below.at, {}, 0, 0};
    const Box box{above.from - 2, above.at, above.to + 2, below.at};
    std::vector<uint32_t> inside;
    for (uint32_t i = 0; i < page_.lines.size(); ++i) {
      const Line& line = page_.lines[i];
      if (taken_[i] || line.rotated) continue;
      if (Contains(box, line.box.MidX(), line.box.MidY())) inside.push_back(i);
    }
    std::ranges::sort(inside, [&](uint32_t a, uint32_t b) {
      const float ya = page_.lines[a].baseline;
      const float yb = page_.lines[b].baseline;
      return ya != yb ? ya < yb : a < b;
    });
    for (const uint32_t id : inside) {
      const Line& line = page_.lines[id];
      const bool same =
          !stretch.rows.empty() &&
          line.baseline - page_.lines[stretch.rows.back().front()].baseline < 0.4F * line.size;
      if (!same) stretch.rows.emplace_back();
      stretch.rows.back().push_back(id);
    }
    for (TextRow& row : stretch.rows) {
      std::ranges::sort(row, {}, [&](uint32_t id) { return page_.lines[id].box.l; });
      const Line& first = page_.lines[row.front()];
      if (row.size() > 1) {
        ++stretch.parted;
      } else if (first.box.Width() > 0.6F * above.Length() && WordsOf(first) >= 6) {
        ++stretch.prose;
      }
    }
    return stretch;
  }

  static bool IsTabular(const Stretch& stretch) {
    return stretch.parted > 0 && stretch.parted * 10 >= stretch.rows.size() * 4 &&
           stretch.prose * 3 <= stretch.rows.size();
  }

  // The name of a part of the table, over its whole width.
  static bool IsSection(const Stretch& stretch) {
    return stretch.rows.size() <= 1 && stretch.bottom - stretch.top < 40;
  }

  void Build(std::vector<Stretch> run, const Edge& rule) {
    while (!run.empty() && run.back().parted == 0) run.pop_back();
    if (run.empty()) return;
    TrimNotes(run.back(), rule.Length());
    TextRows text;
    text.box = {rule.from, run.front().top, rule.to, run.back().bottom};
    for (const Stretch& stretch : run) {
      for (const TextRow& row : stretch.rows) text.rows.push_back(row);
    }
    text.header_rows = HeaderRows(text);
    if (text.rows.size() < 2) return;
    text.size = page_.lines[text.rows.back().front()].size;
    if (IsProse(text) || IsListing(text) || HoldsChart(page_, text.box)) return;
    PlacedTable table{text.box, {}, BuildTable(page_, text)};
    if (table.data.num_cols < 2 || table.data.num_rows < 2) return;
    for (const TextRow& row : text.rows) {
      for (const uint32_t id : row) {
        table.lines.push_back(id);
        taken_[id] = true;
      }
    }
    tables_.push_back(std::move(table));
  }

  // The rows above the first rule that has text over and under it. The edge of a shaded header
  // counts like a rule.
  size_t HeaderRows(const TextRows& text) const {
    for (const float rule : RulesAcross(text.box, page_)) {
      size_t above = 0;
      while (above < text.rows.size() && page_.lines[text.rows[above].front()].box.MidY() < rule) {
        ++above;
      }
      if (above > 0) return above <= kHighestHeader && above < text.rows.size() ? above : 0;
    }
    return 0;
  }

  // Sources and notes that stand in the last stretch below the rows.
  void TrimNotes(Stretch& stretch, float width) const {
    while (stretch.rows.size() > 1 && stretch.rows.back().size() == 1) {
      const Line& line = page_.lines[stretch.rows.back().front()];
      const Line& above = page_.lines[stretch.rows[stretch.rows.size() - 2].front()];
      const bool wide = WordsOf(line) >= 4 && line.box.Width() > 0.5F * width;
      const bool note = line.text.starts_with("Source") || line.text.starts_with("Note") ||
                        line.label_end > 0 || line.size < 0.9F * above.size;
      if (!wide && !note) break;
      stretch.bottom = line.box.t - 1;
      stretch.rows.pop_back();
    }
  }

  // How many cells a row has where it has several.
  static size_t UsualCells(const TextRows& text) {
    std::vector<size_t> counts;
    for (const TextRow& row : text.rows) {
      if (row.size() > 1) counts.push_back(row.size());
    }
    if (counts.empty()) return 2;
    const auto at = counts.begin() + static_cast<std::ptrdiff_t>(counts.size() * 3 / 4);
    std::ranges::nth_element(counts, at);
    return *at;
  }

  // Columns of running text between rules: in the first as in the last of them most lines are long
  // and fill their share of the width.
  bool IsProse(const TextRows& text) const {
    size_t first = 0;
    size_t last = 0;
    const float share = 0.7F * text.box.Width() / static_cast<float>(UsualCells(text));
    for (const TextRow& row : text.rows) {
      const auto fills = [&](uint32_t id) {
        const Line& line = page_.lines[id];
        return WordsOf(line) >= 4 && line.box.Width() > share ? 1 : 0;
      };
      first += fills(row.front());
      last += row.size() > 1 ? fills(row.back()) : 0;
    }
    return first * 10 > text.rows.size() * 4 && last * 10 > text.rows.size() * 4;
  }

  // Numbered lines and items: the first of two cells is only a label.
  bool IsListing(const TextRows& text) const {
    size_t labels = 0;
    for (const TextRow& row : text.rows) {
      if (row.size() > 2) return false;
      const std::string& first = page_.lines[row.front()].text;
      const Label label = ParseLabel(row.size() == 2 ? first + " x" : first);
      labels += label && (row.size() == 1 || label.length >= first.size()) ? 1 : 0;
    }
    return labels * 10 >= text.rows.size() * 6;
  }

  const PageLines& page_;
  std::vector<bool> taken_;
  std::vector<PlacedTable> tables_;
};

}  // namespace

std::vector<PlacedTable> FindOpenTables(const PageLines& page, const Rulings& rulings,
                                        const std::vector<bool>& taken) {
  return OpenTables(page, rulings, taken).Take();
}

}  // namespace pdf
