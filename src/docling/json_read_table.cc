#include <algorithm>
#include <boost/json/array.hpp>

#include "docling/json_read_nodes.h"

namespace docling {
namespace {

namespace json = boost::json;

TableCell ReadCell(const json::value& value, Problem& problem) {
  Fields fields(value, problem);
  TableCell cell;
  if (const json::value* box = fields.Optional("bbox")) cell.bbox = ReadBox(*box, problem);
  cell.row_span = fields.IntOr("row_span", 1);
  cell.col_span = fields.IntOr("col_span", 1);
  cell.start_row = fields.Int("start_row_offset_idx");
  cell.end_row = fields.Int("end_row_offset_idx");
  cell.start_col = fields.Int("start_col_offset_idx");
  cell.end_col = fields.Int("end_col_offset_idx");
  cell.text = fields.Text("text");
  cell.column_header = fields.BoolOr("column_header", false);
  cell.row_header = fields.BoolOr("row_header", false);
  cell.row_section = fields.BoolOr("row_section", false);
  cell.fillable = fields.BoolOr("fillable", false);
  if (const json::value* ref = fields.Optional("ref")) cell.ref = fields.Pointer(*ref);
  return cell;
}

}  // namespace

TableData ReadTableData(const json::value& value, Problem& problem) {
  Fields fields(value, problem);
  TableData data;
  const json::array& cells = fields.Array("table_cells");
  data.cells.reserve(cells.size());
  for (const json::value& cell : cells) {
    data.cells.push_back(ReadCell(cell, problem));
    if (problem) return data;
  }
  data.num_rows = std::max(fields.IntOr("num_rows", 0), 0);
  data.num_cols = std::max(fields.IntOr("num_cols", 0), 0);
  if (int64_t{data.num_rows} * data.num_cols > kMaxGridPositions) {
    problem.Set(base::Code::kTooLarge, "a table of " + std::to_string(data.num_rows) + " x " +
                                           std::to_string(data.num_cols) + " cells");
  }
  constexpr std::string_view kOrientations[] = {"rot_0", "rot_90", "rot_180", "rot_270"};
  const std::string orientation = fields.TextOr("orientation", "rot_0");
  const auto found = std::ranges::find(kOrientations, orientation);
  if (found == std::end(kOrientations)) {
    problem.Set("unknown orientation '" + orientation.substr(0, 100) + "'");
  } else {
    data.orientation = Orientation(found - std::begin(kOrientations));
  }
  return data;
}

}  // namespace docling
