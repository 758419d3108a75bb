#include "formats/csv_reader.h"

#include <fmt/format.h>

#include "formats/charset.h"
#include "formats/csv_parser.h"
#include "formats/sniff.h"

namespace formats {
namespace {

base::Result<docling::TableData> ReadTable(std::string_view text, CsvDialect dialect,
                                           docling::DiagnosticSink& diagnostics) {
  docling::TableData data;
  CsvParser parser(text, dialect);
  for (int32_t row = 0; auto record = parser.Next(); ++row) {
    data.num_rows = row + 1;
    for (size_t col = 0; col < record->size(); ++col) {
      data.Add(docling::TableCell::At(row, static_cast<int32_t>(col), std::move((*record)[col])))
          .column_header = row == 0;
    }
    if (int64_t{data.num_rows} * data.num_cols > docling::kMaxGridPositions) {
      return base::Fail(base::Code::kTooLarge,
                        fmt::format("the table has more than {} cells (up to row {}, {} columns)",
                                    docling::kMaxGridPositions, row + 1, data.num_cols));
    }
  }
  if (parser.ended_in_quotes()) {
    diagnostics.Report(
        {docling::Severity::kWarning, "the last field is quoted and never closed", "csv"});
  }
  return data;
}

// Records of another length than the header's are usual damage: worth a word, not an error.
void ReportRagged(const docling::TableData& data, docling::DiagnosticSink& diagnostics) {
  std::vector<int32_t> width(data.num_rows);
  for (const docling::TableCell& cell : data.cells) ++width[cell.start_row];
  size_t ragged = 0;
  for (const int32_t fields : width) ragged += fields != width[0] ? 1 : 0;
  if (ragged == 0) return;
  diagnostics.Report(
      {docling::Severity::kWarning,
       fmt::format("{} records have another number of fields than the first one ({})", ragged,
                   width[0]),
       "csv"});
}

}  // namespace

base::Result<docling::Document> ReadCsv(const Input& input, Context& context) {
  const std::string text = ToText(input.bytes, {}, context.diagnostics);
  CsvDialect dialect = SniffCsvDialect(text);
  if (Extension(input.filename) == "tsv") dialect.delimiter = '\t';
  SI_ASSIGN(docling::TableData data, ReadTable(text, dialect, context.diagnostics));
  ReportRagged(data, context.diagnostics);
  docling::Document document = NewDocument(input, "text/csv");
  document.AddTable(std::move(data));
  return document;
}

base::Result<Facts> InspectCsv(const Input& input, Context& context) {
  SI_TRY(ReadCsv(input, context));
  return Facts{.mime_type = "text/csv"};
}

}  // namespace formats
