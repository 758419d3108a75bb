// The data of an Excel workbook: sheets of cells whose values are text already, as Python's str()
// writes what openpyxl reads. Number formats are not applied, but they tell dates from numbers.
// Not thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "formats/office/package.h"

namespace office {

enum class CellKind : uint8_t {
  kValue,
  kEmpty,   // no value, but part of a merged range: its first cell
  kShadow,  // covered by a merged cell
};

// Row and column are 0-based.
struct SheetCell {
  int32_t row = 0;
  int32_t col = 0;
  int32_t row_span = 1;
  int32_t col_span = 1;
  CellKind kind = CellKind::kValue;
  std::string text;
};

// The cells of a sheet that have a value or are merged, in order of row and column.
class SheetCells {
 public:
  SheetCells() = default;
  // `cells` in any order; of several at one place the last one counts.
  explicit SheetCells(std::vector<SheetCell> cells);

  const std::vector<SheetCell>& all() const { return cells_; }
  std::vector<SheetCell> TakeAll() && { return std::move(cells_); }
  // The index in all(), or -1.
  int64_t Find(int32_t row, int32_t col) const;

 private:
  std::vector<SheetCell> cells_;
};

struct CellRange {
  int32_t first_row = 0;
  int32_t first_col = 0;
  int32_t last_row = 0;
  int32_t last_col = 0;
};

// "B2" or "B2:C7", with or without dollar signs. nullopt for whole columns and anything else.
std::optional<CellRange> ParseRange(std::string_view text);
// "B2" of (1, 1).
std::string CellName(int32_t row, int32_t col);

// What str() prints of the date and time that a number means: "2024-01-31 00:00:00", "12:30:00" for
// numbers below 1; of a duration "1 day, 2:00:00". nullopt for dates no calendar has.
std::optional<std::string> DateText(double value, bool from_1904);
std::string DurationText(double days);
// Does a number format show a date, time or duration?
bool IsDateFormat(std::string_view format);
bool IsDurationFormat(std::string_view format);

class Workbook {
 public:
  struct Sheet {
    std::string name;
    std::string part;
    bool hidden = false;
  };

  // Reads what all sheets share. The package must outlive the workbook.
  static base::Result<Workbook> Open(Package& package);

  const std::vector<Sheet>& sheets() const { return sheets_; }
  Package& package() const { return *package_; }

  // The cells of a sheet. kTooLarge when merged ranges cover more than can be afforded.
  base::Result<SheetCells> ReadCells(const Sheet& sheet);

 private:
  enum class NumberKind : uint8_t { kNumber, kDate, kDuration };

  explicit Workbook(Package& package) : package_(&package) {}
  void ReadStyles(std::string_view part);
  void ReadSharedStrings(std::string_view part);
  base::Result<> ReadRowsInPieces(std::string& text, std::vector<SheetCell>& cells);
  void ReadRows(Element sheet_data, std::vector<SheetCell>& cells) const;
  // Appends the cell unless it has no value.
  void AddCell(Element element, int32_t row, int32_t col, std::vector<SheetCell>& cells) const;
  std::optional<std::string> ValueOf(Element cell) const;
  std::string NumberValue(std::string_view text, int64_t style) const;

  Package* package_;
  std::vector<Sheet> sheets_;
  std::vector<std::string> strings_;
  std::vector<NumberKind> styles_;
  bool from_1904_ = false;
};

}  // namespace office
