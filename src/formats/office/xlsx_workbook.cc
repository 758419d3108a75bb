#include "formats/office/xlsx_workbook.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <numeric>
#include <tuple>

#include "docling/python_text.h"
#include "text/utf8.h"

namespace office {
namespace {

using base::Code;
using base::Fail;

constexpr int32_t kMaxRows = 1 << 20;  // of Excel
constexpr int32_t kMaxCols = 1 << 14;
constexpr int64_t kMaxMerged = 2'000'000;  // places under merged cells in a sheet

// Rich text is its runs; hints how to pronounce it are no part of it.
std::string RichText(Element element) {
  std::string text;
  for (const Element child : element.children()) {
    if (Is(child, "t")) text += OwnText(child);
    if (Is(child, "r")) text += OwnText(Child(child, "t"));
  }
  return text;
}

bool IsFloat(std::string_view text) { return text.find_first_of(".eE") != std::string_view::npos; }

// int() of the text, or the text itself.
std::string IntegerText(std::string_view text) {
  text = text::Strip(text);
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  if (text.find_first_not_of("0123456789") != std::string_view::npos) return std::string(text);
  text.remove_prefix(std::min(text.find_first_not_of('0'), text.size()));
  if (text.empty()) return "0";
  return (negative ? "-" : "") + std::string(text);
}

Element SheetData(Element root) { return Child(root, "sheetData"); }

base::Result<> AddMerged(Element root, SheetCells& cells) {
  if (!Child(root, "mergeCells")) return {};
  std::vector<SheetCell> all = std::move(cells).TakeAll();
  const SheetCells found(all);
  int64_t covered = 0;
  for (const Element element : Child(root, "mergeCells").children()) {
    const auto range = ParseRange(Attribute(element, "ref"));
    if (!range) continue;
    const int32_t rows = range->last_row - range->first_row + 1;
    const int32_t cols = range->last_col - range->first_col + 1;
    covered += int64_t{rows} * cols;
    if (covered > kMaxMerged) {
      return Fail(Code::kTooLarge,
                  fmt::format("merged cells cover more than {} places of a sheet", kMaxMerged));
    }
    for (int32_t row = range->first_row; row <= range->last_row; ++row) {
      for (int32_t col = range->first_col; col <= range->last_col; ++col) {
        all.push_back({.row = row, .col = col, .kind = CellKind::kShadow, .text = {}});
      }
    }
    SheetCell anchor{.row = range->first_row,
                     .col = range->first_col,
                     .row_span = rows,
                     .col_span = cols,
                     .kind = CellKind::kEmpty,
                     .text = {}};
    if (const int64_t at = found.Find(anchor.row, anchor.col); at >= 0) {
      anchor.kind = CellKind::kValue;
      anchor.text = found.all()[size_t(at)].text;
    }
    all.push_back(std::move(anchor));
  }
  cells = SheetCells(std::move(all));
  return {};
}

}  // namespace

SheetCells::SheetCells(std::vector<SheetCell> cells) : cells_(std::move(cells)) {
  const auto place = [&](size_t i) { return std::tuple(cells_[i].row, cells_[i].col); };
  bool sorted = true;
  for (size_t i = 1; i < cells_.size() && sorted; ++i) sorted = place(i - 1) < place(i);
  if (sorted) return;  // as almost all files are
  std::vector<size_t> order(cells_.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::ranges::sort(order, {}, [&](size_t i) { return std::tuple_cat(place(i), std::tuple(i)); });
  std::vector<SheetCell> ordered;
  ordered.reserve(cells_.size());
  for (size_t i = 0; i < order.size(); ++i) {
    const bool last = i + 1 == order.size() || place(order[i]) != place(order[i + 1]);
    if (last) ordered.push_back(cells_[order[i]]);
  }
  cells_ = std::move(ordered);
}

int64_t SheetCells::Find(int32_t row, int32_t col) const {
  const auto place = [](const SheetCell& cell) { return std::pair(cell.row, cell.col); };
  const auto at = std::ranges::lower_bound(cells_, std::pair(row, col), {}, place);
  return at != cells_.end() && place(*at) == std::pair(row, col) ? at - cells_.begin() : -1;
}

std::optional<CellRange> ParseRange(std::string_view text) {
  size_t at = 0;
  const auto place = [&](int32_t& row, int32_t& col) {
    const auto skip = [&] { at += at < text.size() && text[at] == '$' ? 1 : 0; };
    skip();
    col = 0;
    for (; at < text.size() && std::isalpha(uint8_t(text[at])) != 0 && col < kMaxCols; ++at) {
      col = (col * 26) + (std::toupper(uint8_t(text[at])) - 'A' + 1);
    }
    skip();
    row = 0;
    for (; at < text.size() && std::isdigit(uint8_t(text[at])) != 0 && row < kMaxRows; ++at) {
      row = (row * 10) + (text[at] - '0');
    }
    --row;
    --col;
    return row >= 0 && row < kMaxRows && col >= 0 && col < kMaxCols;
  };
  CellRange range;
  if (!place(range.first_row, range.first_col)) return std::nullopt;
  range.last_row = range.first_row;
  range.last_col = range.first_col;
  if (at < text.size() && text[at] == ':') {
    ++at;
    if (!place(range.last_row, range.last_col)) return std::nullopt;
    if (range.last_row < range.first_row) std::swap(range.first_row, range.last_row);
    if (range.last_col < range.first_col) std::swap(range.first_col, range.last_col);
  }
  return at == text.size() ? std::optional(range) : std::nullopt;
}

std::string CellName(int32_t row, int32_t col) {
  std::string letters;
  for (int32_t rest = col + 1; rest > 0; rest = (rest - 1) / 26) {
    letters.insert(letters.begin(), char('A' + ((rest - 1) % 26)));
  }
  return fmt::format("{}{}", letters, row + 1);
}

base::Result<Workbook> Workbook::Open(Package& package) {
  Workbook workbook(package);
  SI_ASSIGN(const std::string part, package.MainPart());
  SI_ASSIGN(const XmlDocument document, package.ReadXml(part));
  const Relationships relationships = package.RelationshipsOf(part);
  workbook.from_1904_ = Attribute(Child(document.root(), "workbookPr"), "date1904") == "1" ||
                        Attribute(Child(document.root(), "workbookPr"), "date1904") == "true";
  for (const Element sheet : Child(document.root(), "sheets").children()) {
    const auto target = relationships.find(Attribute(sheet, "r:id"));
    if (target == relationships.end() || target->second.external) continue;
    const std::string_view state = Attribute(sheet, "state");
    workbook.sheets_.push_back({.name = std::string(Attribute(sheet, "name")),
                                .part = target->second.target,
                                .hidden = state == "hidden" || state == "veryHidden"});
  }
  workbook.ReadStyles(Package::TargetOf(relationships, "styles"));
  workbook.ReadSharedStrings(Package::TargetOf(relationships, "sharedStrings"));
  return workbook;
}

void Workbook::ReadStyles(std::string_view part) {
  const auto document = package_->ReadXml(part);
  if (!document) return;
  std::map<int64_t, std::string> formats;
  for (const Element format : Child(document->root(), "numFmts").children()) {
    formats[IntAttribute(format, "numFmtId", -1)] = Attribute(format, "formatCode");
  }
  const auto kind = [&](int64_t id) {
    if (const auto own = formats.find(id); own != formats.end()) {
      if (IsDurationFormat(own->second)) return NumberKind::kDuration;
      return IsDateFormat(own->second) ? NumberKind::kDate : NumberKind::kNumber;
    }
    if (id == 46) return NumberKind::kDuration;  // [h]:mm:ss
    return (id >= 14 && id <= 22) || id == 45 || id == 47 ? NumberKind::kDate : NumberKind::kNumber;
  };
  for (const Element format : Child(document->root(), "cellXfs").children()) {
    styles_.push_back(kind(IntAttribute(format, "numFmtId", 0)));
  }
}

void Workbook::ReadSharedStrings(std::string_view part) {
  const auto document = package_->ReadXml(part);
  if (!document) return;
  for (const Element item : document->root().children()) {
    if (Is(item, "si")) strings_.push_back(RichText(item));
  }
}

base::Result<SheetCells> Workbook::ReadCells(const Sheet& sheet) {
  SI_ASSIGN(std::string text, package_->archive().Read(sheet.part));
  std::vector<SheetCell> cells;
  SI_TRY(ReadRowsInPieces(text, cells));
  SI_ASSIGN(const XmlDocument document, XmlDocument::Parse(std::move(text), sheet.part));
  ReadRows(SheetData(document.root()), cells);
  SheetCells found(std::move(cells));
  SI_TRY(AddMerged(document.root(), found));
  return found;
}

// The tree of a sheet takes ten times its text. The rows of a large one are parsed some at a time
// and cut out of the text; what is left is small. Sheets in an unusual form are left as they are.
base::Result<> Workbook::ReadRowsInPieces(std::string& text, std::vector<SheetCell>& cells) {
  constexpr size_t kLarge = size_t{4} << 20;
  constexpr size_t kPiece = size_t{1} << 20;
  constexpr std::string_view kOpen = "<sheetData>";
  constexpr std::string_view kEnd = "</row>";
  const size_t open = text.find(kOpen);
  const size_t close = text.rfind("</sheetData>");
  if (text.size() < kLarge || open == std::string::npos || close == std::string::npos) return {};
  const size_t begin = open + kOpen.size();
  size_t at = begin;
  while (at < close) {
    size_t end = text.find(kEnd, std::min(at + kPiece, close));
    end = end == std::string::npos || end > close ? close : end + kEnd.size();
    std::string piece(kOpen);
    piece.append(text, at, end - at);
    piece += "</sheetData>";
    SI_ASSIGN(const XmlDocument rows, XmlDocument::Parse(std::move(piece), "a sheet"));
    ReadRows(rows.root(), cells);
    at = end;
  }
  text.erase(begin, close - begin);
  return {};
}

// Rows and cells that do not say where they are follow the one before.
void Workbook::ReadRows(Element sheet_data, std::vector<SheetCell>& cells) const {
  int32_t row = cells.empty() ? -1 : cells.back().row;
  for (const Element row_element : sheet_data.children()) {
    if (!Is(row_element, "row")) continue;
    row = int32_t(std::clamp<int64_t>(IntAttribute(row_element, "r", row + 2), 1, kMaxRows)) - 1;
    int32_t col = -1;
    for (const Element cell : row_element.children()) {
      if (!Is(cell, "c")) continue;
      const auto place = ParseRange(Attribute(cell, "r"));
      row = place ? place->first_row : row;
      col = place ? place->first_col : col + 1;
      AddCell(cell, row, col, cells);
    }
  }
}

void Workbook::AddCell(Element element, int32_t row, int32_t col,
                       std::vector<SheetCell>& cells) const {
  if (row >= kMaxRows || col >= kMaxCols) return;
  if (auto value = ValueOf(element)) {
    cells.push_back({.row = row, .col = col, .text = std::move(*value)});
  }
}

// nullopt for a cell without a value.
std::optional<std::string> Workbook::ValueOf(Element cell) const {
  const std::string_view type = Attribute(cell, "t");
  if (type == "inlineStr") {
    const Element inline_string = Child(cell, "is");
    return inline_string ? std::optional(RichText(inline_string)) : std::nullopt;
  }
  std::string text = OwnText(Child(cell, "v"));
  if (text.empty()) return std::nullopt;
  if (type == "str" || type == "e") return text;
  if (type == "b") return text == "0" || text == "false" ? "False" : "True";
  if (type == "s") {
    size_t index = 0;
    std::from_chars(text.data(), text.data() + text.size(), index);
    return index < strings_.size() ? std::optional(strings_[index]) : std::nullopt;
  }
  if (type == "d") {
    std::ranges::replace(text, 'T', ' ');
    if (text.ends_with('Z')) text.pop_back();
    return text;
  }
  return NumberValue(text, IntAttribute(cell, "s", 0));
}

std::string Workbook::NumberValue(std::string_view text, int64_t style) const {
  const std::string_view stripped = text::Strip(text);
  double value = 0;
  const auto [end, error] =
      std::from_chars(stripped.data(), stripped.data() + stripped.size(), value);
  if (error != std::errc() || end != stripped.data() + stripped.size()) return std::string(text);
  const auto kind =
      style >= 0 && style < int64_t(styles_.size()) ? styles_[size_t(style)] : NumberKind::kNumber;
  if (kind == NumberKind::kDuration) return DurationText(value);
  if (kind == NumberKind::kDate) return DateText(value, from_1904_).value_or("#VALUE!");
  if (!IsFloat(stripped)) return IntegerText(stripped);
  std::string out;
  docling::AppendPythonFloat(value, out);
  return out;
}

}  // namespace office
