#include "formats/pdf/lattice.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>
#include <string>
#include <utility>

#include "formats/pdf/roles.h"
#include "formats/pdf/table_text.h"
#include "formats/pdf/tables.h"
#include "text/utf8.h"

namespace pdf {

namespace {

constexpr float kReach = 3;            // points by which lines that cross may miss each other
constexpr float kNarrowest = 4;        // points: a narrower row or column is a double line
constexpr float kOpenSide = 8;         // points that lines go on beyond the outermost crossing one
constexpr size_t kMostSlots = 20'000;  // of one grid
constexpr float kMostOfPage = 0.9F;    // a larger grid is the border of the page

// The lines of one grid.
struct Component {
  std::vector<Edge> across;
  std::vector<Edge> down;
};

class Sets {
 public:
  explicit Sets(size_t count) : parent_(count) { std::iota(parent_.begin(), parent_.end(), 0U); }
  size_t Find(size_t i) {
    while (parent_[i] != i) i = parent_[i] = parent_[parent_[i]];
    return i;
  }
  void Join(size_t a, size_t b) {
    parent_[std::max(Find(a), Find(b))] = std::min(Find(a), Find(b));
  }

 private:
  std::vector<size_t> parent_;
};

// Lines that cross or meet belong together.
std::vector<Component> Components(const Rulings& rulings) {
  const auto& across = rulings.across;
  Sets sets(across.size() + rulings.down.size());
  for (size_t i = 0; i < rulings.down.size(); ++i) {
    const Edge& down = rulings.down[i];
    auto at = std::ranges::lower_bound(across, down.from - kReach, {}, &Edge::at);
    for (; at != across.end() && at->at <= down.to + kReach; ++at) {
      if (at->from - kReach <= down.at && down.at <= at->to + kReach) {
        sets.Join(static_cast<size_t>(at - across.begin()), across.size() + i);
      }
    }
  }
  std::map<size_t, Component> found;
  for (size_t i = 0; i < across.size(); ++i) found[sets.Find(i)].across.push_back(across[i]);
  for (size_t i = 0; i < rulings.down.size(); ++i) {
    found[sets.Find(across.size() + i)].down.push_back(rulings.down[i]);
  }
  std::vector<Component> components;
  for (auto& [root, component] : found) {
    if (component.across.size() >= 2 && !component.down.empty()) {
      components.push_back(std::move(component));
    }
  }
  return components;
}

Box BoundsOf(const Component& component) {
  Box box{1e9F, 1e9F, -1e9F, -1e9F};
  for (const Edge& edge : component.across) box.Add({edge.from, edge.at, edge.to, edge.at});
  for (const Edge& edge : component.down) box.Add({edge.at, edge.from, edge.at, edge.to});
  return box;
}

float Median(std::vector<float> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  return *middle;
}

// Where grid lines lie; lines that run on beyond the outermost crossing ones have an end of the
// table there, although none is drawn.
std::vector<float> Lanes(std::vector<Edge>& edges, const std::vector<Edge>& crossing) {
  std::vector<float> lanes;
  for (const Edge& edge : edges) lanes.push_back(edge.at);
  std::vector<float> from;
  std::vector<float> to;
  float first = 1e9F;
  float last = -1e9F;
  for (const Edge& edge : crossing) {
    from.push_back(edge.from);
    to.push_back(edge.to);
    first = std::min(first, edge.at);
    last = std::max(last, edge.at);
  }
  const float begin = Median(std::move(from));
  const float end = Median(std::move(to));
  std::ranges::sort(lanes);
  if (begin < lanes.front() - kOpenSide) {
    edges.push_back({begin, first, last});
    lanes.insert(lanes.begin(), begin);
  }
  if (end > lanes.back() + kOpenSide) {
    edges.push_back({end, first, last});
    lanes.push_back(end);
  }
  std::vector<float> apart;
  for (const float lane : lanes) {
    if (apart.empty() || lane - apart.back() >= kNarrowest) apart.push_back(lane);
  }
  return apart;
}

// For each lane, for each stretch between neighbouring crossing lanes, whether a line covers it.
std::vector<std::vector<bool>> Drawn(const std::vector<Edge>& edges,
                                     const std::vector<float>& lanes,
                                     const std::vector<float>& crossing) {
  std::vector<std::vector<float>> covered(lanes.size(), std::vector<float>(crossing.size() - 1, 0));
  for (const Edge& edge : edges) {
    size_t lane = 0;
    for (size_t i = 1; i < lanes.size(); ++i) {
      if (std::abs(lanes[i] - edge.at) < std::abs(lanes[lane] - edge.at)) lane = i;
    }
    for (size_t i = 0; i + 1 < crossing.size(); ++i) {
      covered[lane][i] += std::max(0.F, Overlap(edge.from, edge.to, crossing[i], crossing[i + 1]));
    }
  }
  std::vector<std::vector<bool>> drawn(lanes.size());
  for (size_t lane = 0; lane < lanes.size(); ++lane) {
    for (size_t i = 0; i + 1 < crossing.size(); ++i) {
      drawn[lane].push_back(covered[lane][i] > 0.5F * (crossing[i + 1] - crossing[i]));
    }
  }
  return drawn;
}

// A cell of the grid as drawn: some places of it, with what stands there.
struct Slot {
  size_t row = 0;
  size_t column = 0;
  size_t rows = 1;
  size_t columns = 1;
  std::vector<Piece> pieces;
};

size_t IndexOf(const std::vector<float>& lanes, float at) {
  const auto after = std::ranges::upper_bound(lanes, at) - lanes.begin();
  return static_cast<size_t>(
      std::clamp<std::ptrdiff_t>(after - 1, 0, static_cast<std::ptrdiff_t>(lanes.size()) - 2));
}

// The lanes and slots of one grid.
class Mesh {
 public:
  explicit Mesh(Component component)
      : ys_(Lanes(component.across, component.down)), xs_(Lanes(component.down, component.across)) {
    if (Rows() * Columns() == 0 || Rows() * Columns() > kMostSlots) return;
    across_ = Drawn(component.across, ys_, xs_);
    down_ = Drawn(component.down, xs_, ys_);
    slot_at_.assign(Rows() * Columns(), kFree);
    for (size_t row = 0; row < Rows(); ++row) {
      for (size_t column = 0; column < Columns(); ++column) {
        if (slot_at_[Place(row, column)] == kFree) AddSlot(row, column);
      }
    }
  }

  size_t Rows() const { return ys_.empty() ? 0 : ys_.size() - 1; }
  size_t Columns() const { return xs_.empty() ? 0 : xs_.size() - 1; }
  Box Bounds() const { return {xs_.front(), ys_.front(), xs_.back(), ys_.back()}; }
  Box BoxOf(const Slot& slot) const {
    return {xs_[slot.column], ys_[slot.row], xs_[slot.column + slot.columns],
            ys_[slot.row + slot.rows]};
  }
  std::vector<Slot>& slots() { return slots_; }
  Slot& SlotAt(float x, float y) {
    return slots_[slot_at_[Place(IndexOf(ys_, y), IndexOf(xs_, x))]];
  }

  // Share of the borders between slots that are not drawn: drawings of boxes and arrows have many.
  float Undrawn() const {
    size_t all = 0;
    size_t missing = 0;
    const auto count = [&](size_t a, size_t b, bool drawn) {
      if (a == b) return;
      ++all;
      missing += drawn ? 0 : 1;
    };
    for (size_t row = 0; row < Rows(); ++row) {
      for (size_t column = 0; column < Columns(); ++column) {
        const size_t here = slot_at_[Place(row, column)];
        if (row > 0) count(here, slot_at_[Place(row - 1, column)], across_[row][column]);
        if (column > 0) count(here, slot_at_[Place(row, column - 1)], down_[column][row]);
      }
    }
    return all == 0 ? 1 : static_cast<float>(missing) / static_cast<float>(all);
  }

 private:
  static constexpr size_t kFree = static_cast<size_t>(-1);

  size_t Place(size_t row, size_t column) const { return row * Columns() + column; }

  // Whether places of a row beside (above) each other have no line between.
  bool OpenLeft(size_t row, size_t column) const { return !down_[column][row]; }
  bool OpenAbove(size_t row, size_t column) const { return !across_[row][column]; }

  // The largest rectangle of free places from here, to the right first.
  void AddSlot(size_t row, size_t column) {
    Slot slot{row, column, 1, 1, {}};
    while (column + slot.columns < Columns() && OpenLeft(row, column + slot.columns) &&
           slot_at_[Place(row, column + slot.columns)] == kFree) {
      ++slot.columns;
    }
    while (row + slot.rows < Rows() && GoesDown(slot)) ++slot.rows;
    for (size_t r = row; r < row + slot.rows; ++r) {
      for (size_t c = column; c < column + slot.columns; ++c) {
        slot_at_[Place(r, c)] = slots_.size();
      }
    }
    slots_.push_back(std::move(slot));
  }

  bool GoesDown(const Slot& slot) const {
    const size_t row = slot.row + slot.rows;
    for (size_t c = slot.column; c < slot.column + slot.columns; ++c) {
      if (slot_at_[Place(row, c)] != kFree || !OpenAbove(row, c)) return false;
      if (c > slot.column && !OpenLeft(row, c)) return false;
    }
    return true;
  }

  std::vector<float> ys_;
  std::vector<float> xs_;
  std::vector<std::vector<bool>> across_;  // [lane][column]
  std::vector<std::vector<bool>> down_;    // [lane][row]
  std::vector<size_t> slot_at_;
  std::vector<Slot> slots_;
};

// Puts the words of a line into the slots they lie in. False when a line of which the words are not
// known crosses a border.
bool PlaceLine(Mesh& mesh, const Line& line) {
  const float y = line.box.MidY();
  Slot& left = mesh.SlotAt(line.box.l + 0.5F, y);
  const Slot& right = mesh.SlotAt(line.box.r - 0.5F, y);
  if (line.rotated || &left == &right || line.words.size() < 2) {
    mesh.SlotAt(line.box.MidX(), y).pieces.push_back(PieceOf(line));
    return line.rotated || &left == &right || line.words.size() == 1;
  }
  const auto slot_of = [&](size_t word) {
    return &mesh.SlotAt((line.words[word].l + line.words[word].r) / 2, y);
  };
  for (size_t first = 0; first < line.words.size();) {
    Slot* slot = slot_of(first);
    size_t last = first + 1;
    while (last < line.words.size() && slot_of(last) == slot) ++last;
    slot->pieces.push_back(PieceOf(line, first, last));
    first = last;
  }
  return true;
}

// Whether pieces stand side by side with a gap between: columns that no line parts.
bool HasColumns(const Slot& slot) {
  for (size_t i = 0; i < slot.pieces.size(); ++i) {
    for (size_t j = i + 1; j < std::min(slot.pieces.size(), i + 12); ++j) {
      const Piece& a = slot.pieces[i];
      const Piece& b = slot.pieces[j];
      if (std::abs(a.baseline - b.baseline) < 0.3F * a.size &&
          Overlap(a.box.l, a.box.r, b.box.l, b.box.r) < -a.size) {
        return true;
      }
    }
  }
  return false;
}

size_t CountWords(const Slot& slot) {
  size_t words = 0;
  for (const Piece& piece : slot.pieces) {
    words += 1 + static_cast<size_t>(std::ranges::count(piece.text, ' '));
  }
  return words;
}

bool IsTable(const Mesh& mesh, const std::vector<Slot>& slots) {
  size_t filled = 0;
  size_t parted = 0;
  size_t words = 0;
  std::set<size_t> rows;
  std::set<size_t> columns;
  for (const Slot& slot : slots) {
    if (slot.pieces.empty()) continue;
    ++filled;
    parted += HasColumns(slot) ? 1 : 0;
    words += CountWords(slot);
    rows.insert(slot.row);
    columns.insert(slot.column);
  }
  if (rows.size() < 2 || columns.size() < 2 || filled < 3 || filled * 100 < slots.size() * 15) {
    return false;
  }
  if (parted * 10 > filled * 3) return false;
  if (rows.size() <= 2 && columns.size() <= 2 && words > 40 * filled) return false;  // a layout
  return mesh.Undrawn() < 0.25F;
}

// --- rows that are not ruled

// The baselines of the rows of text in a row of the grid where only some rows are ruled; empty
// where the cells just have several lines. An anchor is a column of numbers: each starts a row.
std::vector<float> RowsInside(const Mesh& mesh, const std::vector<const Slot*>& row) {
  size_t best = 0;
  const Slot* anchor = nullptr;
  size_t aligned = 0;
  for (const Slot* slot : row) {
    size_t numbers = 0;
    size_t wide = 0;
    const float width = mesh.BoxOf(*slot).Width();
    for (const Piece& piece : slot->pieces) {
      numbers += IsNumeric(piece.text) ? 1 : 0;
      wide += piece.box.Width() > 0.7F * width ? 1 : 0;
    }
    const size_t count = slot->pieces.size();
    if (count >= 3 && numbers * 10 >= count * 8 && wide * 2 < count) {
      ++aligned;
      if (count > best) {
        best = count;
        anchor = slot;
      }
    }
  }
  if (anchor == nullptr || aligned * 2 < row.size()) return {};
  std::vector<float> baselines;
  for (const Piece& piece : anchor->pieces) baselines.push_back(piece.baseline);
  std::ranges::sort(baselines);
  for (size_t i = 1; i < baselines.size(); ++i) {
    if (baselines[i] - baselines[i - 1] < 0.5F * anchor->pieces.front().size) return {};
  }
  return baselines;
}

// The row a piece belongs to: the nearest, rather the one above.
size_t RowOf(const std::vector<float>& baselines, float y) {
  size_t best = 0;
  float least = 1e9F;
  for (size_t i = 0; i < baselines.size(); ++i) {
    const float below = y - baselines[i];
    const float distance = below >= 0 ? 0.7F * below : -below;
    if (distance < least) {
      least = distance;
      best = i;
    }
  }
  return best;
}

// Parts the rows of the grid that hold several rows of text.
std::vector<Slot> PartRows(const Mesh& mesh, std::vector<Slot> slots) {
  std::vector<std::vector<float>> inside(mesh.Rows());
  std::vector<size_t> start(mesh.Rows() + 1, 0);
  for (size_t r = 0; r < mesh.Rows(); ++r) {
    std::vector<const Slot*> row;
    for (const Slot& slot : slots) {
      if (slot.row == r && slot.rows == 1 && !slot.pieces.empty()) row.push_back(&slot);
    }
    if (row.size() >= 2) inside[r] = RowsInside(mesh, row);
    start[r + 1] = start[r] + std::max<size_t>(inside[r].size(), 1);
  }
  std::vector<Slot> out;
  for (Slot& slot : slots) {
    const std::vector<float>& baselines = inside[slot.row];
    const size_t first = start[slot.row];
    if (slot.rows > 1 || baselines.empty()) {
      slot.rows = start[slot.row + slot.rows] - first;
      slot.row = first;
      out.push_back(std::move(slot));
      continue;
    }
    for (size_t i = 0; i < baselines.size(); ++i) {
      Slot part{first + i, slot.column, 1, slot.columns, {}};
      for (const Piece& piece : slot.pieces) {
        if (RowOf(baselines, piece.baseline) == i) part.pieces.push_back(piece);
      }
      out.push_back(std::move(part));
    }
  }
  return out;
}

// --- columns that only the drawing has

// Whether a slot with text ends at a lane where another with text begins beside it.
bool Parted(const std::vector<Slot>& slots, size_t rows, size_t lane) {
  std::vector<bool> ends(rows, false);
  for (const Slot& slot : slots) {
    if (slot.pieces.empty() || slot.column + slot.columns != lane) continue;
    for (size_t r = slot.row; r < slot.row + slot.rows; ++r) ends[r] = true;
  }
  for (const Slot& slot : slots) {
    if (slot.pieces.empty() || slot.column != lane) continue;
    for (size_t r = slot.row; r < slot.row + slot.rows; ++r) {
      if (ends[r]) return true;
    }
  }
  return false;
}

// Joins neighbouring columns that never hold text side by side: the lines between them are the two
// sides of a gap, or part nothing.
void JoinColumns(std::vector<Slot>& slots) {
  size_t rows = 0;
  size_t columns = 0;
  for (const Slot& slot : slots) {
    rows = std::max(rows, slot.row + slot.rows);
    columns = std::max(columns, slot.column + slot.columns);
  }
  for (size_t lane = columns; lane-- > 1;) {
    if (Parted(slots, rows, lane)) continue;
    for (Slot& slot : slots) {
      const size_t last = slot.column + slot.columns - 1;
      if (slot.column >= lane) --slot.column;
      slot.columns = (last >= lane ? last - 1 : last) - slot.column + 1;
    }
  }
}

// Whether the grid is made of cells: in drawings and charts single places span most lanes.
bool IsFine(const std::vector<Slot>& slots, bool drawn) {
  size_t places = 0;
  size_t filled = 0;
  for (const Slot& slot : slots) {
    places += slot.rows * slot.columns;
    filled += slot.pieces.empty() ? 0 : 1;
  }
  if (!drawn) return places <= 2 * filled + 6;  // the bars of charts make grids, too
  return places <= 4 * filled + 12 || places <= 3 * slots.size();
}

// --- the table

// Rows or columns with a cell that begins there, numbered without those that have none.
std::vector<int> Renumber(const std::set<size_t>& used, size_t count) {
  std::vector<int> number(count + 1, 0);
  for (size_t i = 0; i < count; ++i) number[i + 1] = number[i] + (used.contains(i) ? 1 : 0);
  return number;
}

// --- captions and notes in the grid

bool SpansAll(const std::vector<Slot>& slots, const Slot& slot) {
  size_t columns = 0;
  for (const Slot& other : slots) columns = std::max(columns, other.column + other.columns);
  return columns > 1 && slot.columns == columns;
}

// A first row that is the caption and a last one that is a note over the whole width are left to
// the page: their lines are given back.
void TakeOutTexts(const PageLines& page, std::vector<Slot>& slots, PlacedTable& table) {
  size_t last = 0;
  for (const Slot& slot : slots) last = std::max(last, slot.row + slot.rows - 1);
  for (Slot& slot : slots) {
    const bool top = slot.row == 0;
    const bool bottom = slot.row + slot.rows - 1 == last;
    if ((!top && !bottom) || slot.pieces.empty() || !SpansAll(slots, slot)) continue;
    const std::string text = TextOf(slot.pieces);
    const size_t words = CountWords(slot);
    const bool note = words >= 12 || text.starts_with("Source") || text.starts_with("Note");
    if (top ? !IsCaption(text) : !note) continue;
    Box box = slot.pieces.front().box;
    for (const Piece& piece : slot.pieces) box.Add(piece.box);
    std::erase_if(table.lines, [&](uint32_t id) {
      return Contains(box, page.lines[id].box.MidX(), page.lines[id].box.MidY());
    });
    slot.pieces.clear();
    if (top) {
      table.box.t = box.b;
    } else {
      table.box.b = box.t;
    }
  }
}

docling::TableData Emit(const PageLines& page, std::vector<Slot>& slots) {
  std::set<size_t> rows;
  std::set<size_t> columns;
  size_t row_count = 0;
  size_t column_count = 0;
  for (const Slot& slot : slots) {
    row_count = std::max(row_count, slot.row + slot.rows);
    column_count = std::max(column_count, slot.column + slot.columns);
    if (slot.pieces.empty()) continue;
    rows.insert(slot.row);
    columns.insert(slot.column);
  }
  const std::vector<int> row_at = Renumber(rows, row_count);
  const std::vector<int> column_at = Renumber(columns, column_count);
  docling::TableData data;
  data.num_rows = row_at.back();
  data.num_cols = column_at.back();
  for (Slot& slot : slots) {
    if (slot.pieces.empty()) continue;
    Box box = slot.pieces.front().box;
    for (const Piece& piece : slot.pieces) box.Add(piece.box);
    auto cell = docling::TableCell::At(
        row_at[slot.row], column_at[slot.column], TextOf(slot.pieces),
        std::max(1, row_at[slot.row + slot.rows] - row_at[slot.row]),
        std::max(1, column_at[slot.column + slot.columns] - column_at[slot.column]));
    cell.bbox = CellBox(page, box);
    data.Add(std::move(cell));
  }
  return data;
}

}  // namespace

bool HoldsChart(const PageLines& page, const Box& bounds) {
  size_t curves = 0;
  for (const Drawing& drawing : page.drawings) {
    if (!drawing.curved || !Contains(bounds, drawing.box.MidX(), drawing.box.MidY())) continue;
    if (++curves >= 12) return true;
    if (drawing.box.Width() > 0.25F * bounds.Width() &&
        drawing.box.Height() > 0.25F * bounds.Height()) {
      return true;
    }
  }
  return false;
}

std::vector<PlacedTable> FindLattices(const PageLines& page, const Rulings& rulings,
                                      const std::vector<bool>& taken, bool drawn) {
  const float page_area = page.frame.Width() * page.frame.Height();
  std::vector<PlacedTable> tables;
  for (Component& component : Components(rulings)) {
    for (const Edge& edge : StripeEdges(page, BoundsOf(component))) {
      component.across.push_back(edge);
    }
    Mesh mesh(std::move(component));
    if (mesh.slots().size() < 2 || mesh.Columns() < 2) continue;
    const Box bounds = mesh.Bounds();
    if (bounds.Area() > page_area * kMostOfPage) continue;
    PlacedTable table{bounds, {}, {}};
    size_t crossing = 0;
    for (uint32_t i = 0; i < page.lines.size(); ++i) {
      const Line& line = page.lines[i];
      if (taken[i] || !Contains(bounds, line.box.MidX(), line.box.MidY())) continue;
      table.lines.push_back(i);
      crossing += PlaceLine(mesh, line) ? 0 : 1;
    }
    if (crossing * 5 > table.lines.size() || !IsTable(mesh, mesh.slots())) continue;
    if (HoldsChart(page, bounds)) continue;
    std::vector<Slot> slots = PartRows(mesh, std::move(mesh.slots()));
    JoinColumns(slots);
    if (!IsFine(slots, drawn)) continue;
    TakeOutTexts(page, slots, table);
    table.data = Emit(page, slots);
    if (table.data.num_cols < 2 || table.data.num_rows < 2) continue;
    MarkHeader(table.data, 0);
    tables.push_back(std::move(table));
  }
  std::ranges::sort(tables, {},
                    [](const PlacedTable& table) { return std::pair(table.box.t, table.box.l); });
  return tables;
}

}  // namespace pdf
