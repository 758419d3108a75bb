#include <gtest/gtest.h>

#include "formats/office/reader.h"
#include "formats/office/xlsx_regions.h"
#include "formats/office/xlsx_workbook.h"
#include "formats/office/zip_fixture.h"

namespace office {
namespace {

using base::Code;
using docling::Layer;

// A workbook of these sheets (name → content of worksheet) with a few number formats: style 1 is
// a date, 2 a duration.
std::map<std::string, std::string> Parts(const std::map<std::string, std::string>& sheets,
                                         const std::string& state = "") {
  const std::string ns = "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" ";
  const std::string r =
      "xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"";
  std::map<std::string, std::string> parts;
  std::map<std::string, std::pair<std::string, std::string>> rels;
  std::string workbook = "<workbook " + ns + r + "><sheets>";
  for (const auto& [name, content] : sheets) {
    const std::string id = "r" + name;
    workbook += "<sheet name=\"" + name + "\" r:id=\"" + id + "\"" + state + "/>";
    rels[id] = {"worksheet", "worksheets/" + name + ".xml"};
    parts["xl/worksheets/" + name + ".xml"] =
        "<worksheet " + ns + r + ">" + content + "</worksheet>";
  }
  rels["s"] = {"styles", "styles.xml"};
  rels["t"] = {"sharedStrings", "strings.xml"};
  parts["xl/workbook.xml"] = workbook + "</sheets></workbook>";
  parts["xl/styles.xml"] = "<styleSheet " + ns +
                           "><numFmts><numFmt numFmtId=\"170\" formatCode=\"[hh]:mm\"/></numFmts>"
                           "<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/>"
                           "<xf numFmtId=\"170\"/></cellXfs></styleSheet>";
  parts["xl/strings.xml"] =
      "<sst " + ns + "><si><t>one</t></si><si><r><t>t</t></r><r><t>wo</t></r></si></sst>";
  parts["xl/_rels/workbook.xml.rels"] = Rels(rels);
  parts["_rels/.rels"] = Rels({{"r1", {"officeDocument", "xl/workbook.xml"}}});
  return parts;
}

docling::Document Document(const std::map<std::string, std::string>& parts) {
  const std::string bytes = Zip(parts);
  docling::CollectedDiagnostics diagnostics;
  auto document = Read(Kind::kXlsx, {.bytes = bytes, .name = "book.xlsx"}, {}, diagnostics);
  EXPECT_TRUE(document) << document.error().ToString();
  return std::move(*document);
}

std::string Cells(const docling::TableData& data) {
  std::string out;
  for (const docling::TableCell& cell : data.cells) {
    out += cell.text;
    if (cell.row_span > 1 || cell.col_span > 1) {
      out += "(" + std::to_string(cell.row_span) + "x" + std::to_string(cell.col_span) + ")";
    }
    out += '|';
  }
  return out;
}

TEST(Xlsx, ValuesAreWhatPythonPrints) {
  const docling::Document document = Document(Parts({{"A", R"(<sheetData><row r="1">
      <c r="A1" t="s"><v>1</v></c><c r="B1" t="inlineStr"><is><t>in</t></is></c>
      <c r="C1" t="b"><v>1</v></c><c r="D1"><v>5</v></c><c r="E1"><v>2.50</v></c>
      <c r="F1"><v>1E-5</v></c><c r="G1" t="e"><v>#DIV/0!</v></c><c r="H1" s="1"><v>45322.5</v></c>
      <c r="I1" s="2"><v>1.5</v></c><c r="J1" t="str"><v>f</v></c><c r="K1"><v>5.0</v></c>
      </row></sheetData>)"}}));
  ASSERT_EQ(document.tables.size(), 1U);
  EXPECT_EQ(Cells(document.tables[0].data),
            "two|in|True|5|2.5|1e-05|#DIV/0!|2024-01-31 12:00:00|1 day, 12:00:00|f|5.0|");
  EXPECT_EQ(document.name, "book");
  EXPECT_EQ(document.pages.at(1).width, 11);
}

TEST(Xlsx, TouchingCellsAreATable) {
  // A1 touches B1; D1 stands alone; C3 touches D3 and D4.
  const docling::Document document = Document(Parts({{"A", R"(<sheetData>
      <row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c><c r="D1"><v>3</v></c></row>
      <row r="3"><c r="C3"><v>4</v></c><c r="D3"><v>5</v></c></row>
      <row r="4"><c r="D4"><v>6</v></c></row></sheetData>)"}}));
  ASSERT_EQ(document.tables.size(), 3U);
  EXPECT_EQ(Cells(document.tables[0].data), "1|2|");
  EXPECT_EQ(Cells(document.tables[1].data), "3|");
  EXPECT_EQ(Cells(document.tables[2].data), "4|5||6|");
  EXPECT_EQ(document.tables[2].prov[0].bbox.l, 2);
  EXPECT_EQ(document.tables[2].prov[0].bbox.b, 4);
}

TEST(Xlsx, MergedCellsSpanAndALabelStandsApart) {
  const docling::Document document = Document(Parts({{"A", R"(<sheetData>
      <row r="1"><c r="A1" t="str"><v>Label</v></c></row>
      <row r="2"><c r="A2"><v>1</v></c><c r="B2"><v>2</v></c></row>
      <row r="3"><c r="A3"><v>3</v></c><c r="B3"><v>9</v></c></row></sheetData>
      <mergeCells><mergeCell ref="A1:B1"/><mergeCell ref="A3:B3"/></mergeCells>)"}}));
  ASSERT_EQ(document.texts.size(), 1U);
  EXPECT_EQ(document.texts[0].text, "Label");
  EXPECT_EQ(document.texts[0].prov[0].bbox.r, 2);
  EXPECT_EQ(Cells(document.tables[0].data), "1|2|3(1x2)|");
  EXPECT_TRUE(document.tables[0].data.cells[0].column_header);
}

TEST(Xlsx, LargeSheetsAreReadInPieces) {
  std::string rows;
  for (int i = 1; i <= 100'000; ++i) {
    rows += "<row><c><v>" + std::to_string(i) + "</v></c><c t=\"str\"><v>text</v></c></row>";
  }
  const docling::Document document =
      Document(Parts({{"A", "<sheetData>" + rows + "</sheetData>"}}));
  ASSERT_EQ(document.tables.size(), 1U);
  const docling::TableData& data = document.tables[0].data;
  EXPECT_EQ(data.num_rows, 100'000);
  ASSERT_EQ(data.cells.size(), 200'000U);
  EXPECT_EQ(data.cells[199'998].text, "100000");
}

TEST(Xlsx, HiddenSheetsAreInvisible) {
  const docling::Document document = Document(
      Parts({{"A", R"(<sheetData><row><c><v>1</v></c></row></sheetData>)"}}, " state=\"hidden\""));
  EXPECT_EQ(document.groups[0].layer, Layer::kInvisible);
  EXPECT_EQ(document.tables[0].layer, Layer::kInvisible);
}

TEST(Xlsx, NotesBelongToTheTableUnderThem) {
  auto parts = Parts({{"A", R"(<sheetData><row><c><v>1</v></c></row></sheetData>)"}});
  parts["xl/worksheets/_rels/A.xml.rels"] = Rels({{"r1", {"comments", "../comments1.xml"}}});
  parts["xl/comments1.xml"] =
      R"(<comments xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">)"
      R"(<authors><author>Ann</author></authors><commentList><comment ref="A1" authorId="0">)"
      R"(<text><r><t>Why?</t></r></text></comment></commentList></comments>)";
  const docling::Document document = Document(parts);
  ASSERT_EQ(document.texts.size(), 1U);
  EXPECT_EQ(document.texts[0].text, "[author: Ann]: Why?");
  EXPECT_EQ(document.groups[1].name, "comment-A-A1");
  ASSERT_TRUE(document.tables[0].comments);
  EXPECT_EQ((*document.tables[0].comments)[0].ref, document.texts[0].self);
}

TEST(Xlsx, HugeRectanglesAreRefused) {
  docling::CollectedDiagnostics diagnostics;
  const std::string bytes = Zip(Parts({{"A", R"(<sheetData/><mergeCells>
      <mergeCell ref="A1:XFD1048576"/></mergeCells>)"}}));
  EXPECT_EQ(Read(Kind::kXlsx, {.bytes = bytes, .name = "a"}, {}, diagnostics).error().code(),
            Code::kTooLarge);
}

TEST(Xlsx, WithoutAWorkbookItIsDamaged) {
  docling::CollectedDiagnostics diagnostics;
  const std::string bytes = Zip({{"_rels/.rels", Rels({{"r1", {"officeDocument", "x.xml"}}})}});
  EXPECT_EQ(Read(Kind::kXlsx, {.bytes = bytes, .name = "a"}, {}, diagnostics).error().code(),
            Code::kDamaged);
  EXPECT_EQ(Inspect(Kind::kXlsx, {.bytes = bytes, .name = "a"}).error().code(), Code::kDamaged);
}

TEST(XlsxDates, AsPythonPrintsThem) {
  EXPECT_EQ(DateText(45322, false), "2024-01-31 00:00:00");
  EXPECT_EQ(DateText(0.75, false), "18:00:00");
  EXPECT_EQ(DateText(1, false), "1900-01-01 00:00:00");
  EXPECT_EQ(DateText(61, false), "1900-03-01 00:00:00");
  EXPECT_EQ(DateText(1, true), "1904-01-02 00:00:00");
  EXPECT_EQ(DateText(1e9, false), std::nullopt);
  EXPECT_EQ(DurationText(0.0625), "1:30:00");
  EXPECT_EQ(DurationText(-0.5), "-1 day, 12:00:00");
}

TEST(XlsxDates, FormatsThatShowDates) {
  for (const char* format : {"d/m/yy", "yyyy", "[$-409]d mmm", "hh:mm", "mm:ss.0"}) {
    EXPECT_TRUE(IsDateFormat(format)) << format;
  }
  for (const char* format : {"General", "0.00", "\"days\" 0", "[Red]0", "0;d"}) {
    EXPECT_FALSE(IsDateFormat(format)) << format;
  }
  EXPECT_TRUE(IsDurationFormat("[h]:mm:ss"));
  EXPECT_FALSE(IsDurationFormat("h:mm"));
}

TEST(XlsxRanges, ReadAndWritten) {
  const auto range = ParseRange("$B$2:AA7");
  ASSERT_TRUE(range);
  EXPECT_EQ(range->first_col, 1);
  EXPECT_EQ(range->last_col, 26);
  EXPECT_EQ(range->last_row, 6);
  EXPECT_EQ(CellName(6, 26), "AA7");
  for (const char* text : {"", "B", "B:C", "2", "B2:", "B0", "ZZZZ1"}) {
    EXPECT_FALSE(ParseRange(text)) << text;
  }
}

}  // namespace
}  // namespace office
