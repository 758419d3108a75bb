#include <gtest/gtest.h>

#include "docling/diagnostics.h"
#include "docling/outline.h"
#include "formats/office/odf_table.h"
#include "formats/office/odf_text.h"
#include "formats/office/reader.h"
#include "formats/office/zip_fixture.h"

namespace office {
namespace {

using Parts = std::map<std::string, std::string>;

std::string Urn(const std::string& name) {
  return "urn:oasis:names:tc:opendocument:xmlns:" + name + ":1.0";
}
std::string Namespaces() {
  std::string out = "xmlns:fo=\"" + Urn("xsl-fo-compatible") + "\" xmlns:draw=\"" + Urn("drawing") +
                    "\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" ";
  for (const char* name : {"office", "text", "table", "style", "presentation", "chart"}) {
    out += "xmlns:" + std::string(name) + "=\"" + Urn(name) + "\" ";
  }
  return out;
}

// Styles: T1 is bold, P1 a Title; list style L1 counts on level 1 with ")" and has bullets below.
std::string Content(const std::string& body, const std::string& inside) {
  return "<office:document-content " + Namespaces() +
         "><office:automatic-styles>"
         "<style:style style:name=\"T1\" style:family=\"text\">"
         "<style:text-properties fo:font-weight=\"bold\"/></style:style>"
         "<style:style style:name=\"P1\" style:family=\"paragraph\" "
         "style:parent-style-name=\"Title\"/>"
         "<text:list-style style:name=\"L1\"><text:list-level-style-number text:level=\"1\" "
         "style:num-suffix=\")\"/><text:list-level-style-bullet text:level=\"2\"/>"
         "</text:list-style></office:automatic-styles><office:body><office:" +
         body + ">" + inside + "</office:" + body + "></office:body></office:document-content>";
}

docling::Document Document(Kind kind, const Parts& parts) {
  const std::string bytes = Zip(parts);
  docling::CollectedDiagnostics diagnostics;
  auto document = Read(kind, {.bytes = bytes, .name = "a.odf"}, {}, diagnostics);
  EXPECT_TRUE(document) << document.error().ToString();
  return std::move(*document);
}
std::string Tree(const std::string& inside) {
  return docling::Outline(Document(Kind::kOdt, {{"content.xml", Content("text", inside)}}));
}

TEST(Odt, BlocksAndRuns) {
  struct Case {
    std::string_view inside;
    std::string_view outline;
  };
  const Case cases[] = {
      {"<text:p text:style-name=\"P1\">T</text:p><text:h text:outline-level=\"2\">H</text:h>",
       "title: T\nsection_header2: H\n"},
      {"<text:p>a <text:span text:style-name=\"T1\">b</text:span> c</text:p><text:p/>",
       "inline group\n text: a \n text: b {b}\n text:  c\n"},
      {"<text:p>a<text:s text:c=\"2\"/>b<text:tab/>c<text:line-break/>d</text:p>",
       "text: a  b\tc\nd\n"},
      {"<text:p>see <text:a xlink:href=\"https://Ex.org\">it</text:a></text:p>",
       "inline group\n text: see\n text: it <https://ex.org/>\n"},
      {"<text:section><text:p>x<office:annotation><dc:creator "
       "xmlns:dc=\"http://purl.org/dc/elements/1.1/\">Ann</dc:creator><text:p>why</text:p>"
       "</office:annotation>"
       "</text:p></text:section>",
       "text: x\ncomment_section comment-0 ~notes\n text: [author: Ann]: why ~notes\n"},
  };
  for (const Case& test : cases) EXPECT_EQ(Tree(std::string(test.inside)), test.outline);
}

TEST(Odt, ListsCountAndNest) {
  EXPECT_EQ(Tree("<text:list text:style-name=\"L1\"><text:list-item><text:p>a</text:p>"
                 "<text:list text:style-name=\"L1\"><text:list-item><text:p>b</text:p>"
                 "</text:list-item></text:list></text:list-item><text:list-item><text:p>c</text:p>"
                 "</text:list-item></text:list>"),
            "list list\n list_item 1): a\n  list list\n   list_item: b\n list_item 2): c\n");
  // A list that begins with a nested one goes on from the list before.
  EXPECT_EQ(Tree("<text:list><text:list-item><text:p>a</text:p></text:list-item></text:list>"
                 "<text:list><text:list-item><text:list><text:list-item><text:p>b</text:p>"
                 "</text:list-item></text:list></text:list-item></text:list>"),
            "list list\n list_item: a\n  list list\n   list_item: b\n");
}

TEST(Odt, TablesSpanAndRichCellsAreGroups) {
  const docling::Document document = Document(
      Kind::kOdt,
      {{"content.xml",
        Content("text",
                "<table:table><table:table-header-rows><table:table-row>"
                "<table:table-cell table:number-columns-spanned=\"2\" "
                "office:value-type=\"string\"><text:p>wide</text:p></table:table-cell>"
                "<table:covered-table-cell/></table:table-row></table:table-header-rows>"
                "<table:table-row><table:table-cell office:value-type=\"float\" "
                "office:value=\"7.0\"><text:p>7,0</text:p></table:table-cell>"
                "<table:table-cell><text:p>rich</text:p></table:table-cell></table:table-row>"
                "<table:table-row table:number-rows-repeated=\"1000000\"><table:table-cell "
                "table:number-columns-repeated=\"16000\"/></table:table-row></table:table>")}});
  EXPECT_EQ(docling::Outline(document),
            "table 2x2\n unspecified rich_cell_group_0_1_1\n  text: rich\n");
  const auto& cells = document.tables[0].data.cells;
  ASSERT_EQ(cells.size(), 3U);
  EXPECT_EQ(cells[0].col_span, 2);
  EXPECT_EQ(cells[1].text, "7");
  EXPECT_TRUE(cells[2].ref);
}

TEST(Odt, EncryptedAndDamagedFilesAreErrors) {
  docling::CollectedDiagnostics diagnostics;
  const auto verdict = [&](const Parts& parts) {
    const std::string bytes = Zip(parts);
    return Read(Kind::kOdt, {.bytes = bytes, .name = "a"}, {}, diagnostics).error().code();
  };
  const std::string manifest = "<manifest:manifest xmlns:manifest=\"" + Urn("manifest") +
                               "\"><manifest:file-entry><manifest:encryption-data/>"
                               "</manifest:file-entry></manifest:manifest>";
  EXPECT_EQ(verdict({{"content.xml", "junk"}, {"META-INF/manifest.xml", manifest}}),
            base::Code::kEncrypted);
  EXPECT_EQ(verdict({{"content.xml", "junk"}}), base::Code::kDamaged);
  EXPECT_EQ(verdict({{"content.xml", Content("spreadsheet", "")}}), base::Code::kDamaged);
}

TEST(Ods, RegionsAreTables) {
  const docling::Document document = Document(
      Kind::kOds,
      {{"content.xml",
        Content("spreadsheet",
                "<table:table table:name=\"S\" table:display=\"true\"><table:table-row "
                "table:number-rows-repeated=\"2\"><table:table-cell "
                "table:number-columns-repeated=\"2\" office:value-type=\"string\"><text:p>x"
                "</text:p></table:table-cell><table:table-cell/><table:table-cell "
                "office:value-type=\"date\" office:date-value=\"2024-01-31\"/>"
                "</table:table-row></table:table>")}});
  EXPECT_EQ(docling::Outline(document), "section sheet: S\n table 2x2\n table 2x1\n");
  EXPECT_EQ(document.tables[1].data.cells[0].text, "2024-01-31 00:00:00");
  EXPECT_EQ(document.tables[1].prov[0].bbox.l, 3);
  EXPECT_EQ(document.pages.at(1).width, 4);
}

TEST(Ods, HugeRepetitionsAreRefused) {
  docling::CollectedDiagnostics diagnostics;
  const std::string bytes =
      Zip({{"content.xml",
            Content("spreadsheet",
                    "<table:table><table:table-row table:number-rows-repeated=\"1000000\">"
                    "<table:table-cell table:number-columns-repeated=\"1000\"><text:p>x</text:p>"
                    "</table:table-cell></table:table-row></table:table>")}});
  EXPECT_EQ(Read(Kind::kOds, {.bytes = bytes, .name = "a"}, {}, diagnostics).error().code(),
            base::Code::kTooLarge);
}

TEST(Odp, SlidesHaveTitles) {
  const std::string box = "<draw:text-box><text:p>in a box</text:p></draw:text-box>";
  const docling::Document document =
      Document(Kind::kOdp,
               {{"content.xml",
                 Content("presentation",
                         "<draw:page draw:name=\"Named\"><draw:frame>" + box +
                             "</draw:frame><draw:g><draw:custom-shape><text:p>grouped</text:p>"
                             "</draw:custom-shape></draw:g><presentation:notes><draw:frame>" +
                             box +
                             "</draw:frame></presentation:notes></draw:page><draw:page><draw:frame "
                             "presentation:class=\"title\">" +
                             box + "</draw:frame></draw:page>")}});
  EXPECT_EQ(docling::Outline(document),
            "chapter slide-0\n title: Named\n text: in a box\n text: grouped\n"
            "chapter slide-1\n title: in a box\n");
  EXPECT_EQ(document.pages.size(), 0U);
}

TEST(Odp, ChartsTellTheirNumbers) {
  const docling::Document document = Document(
      Kind::kOdp,
      {{"content.xml", Content("presentation",
                               "<draw:page><draw:frame><draw:object xlink:href=\"./Object 1\"/>"
                               "<draw:image xlink:href=\"./ObjectReplacements/Object 1\"/>"
                               "</draw:frame></draw:page>")},
       {"Object 1/content.xml",
        Content("chart",
                "<chart:chart chart:class=\"chart:circle\"><table:table "
                "table:name=\"local-table\"><table:table-row><table:table-cell "
                "office:value-type=\"float\" office:value=\"1.5\"/></table:table-row>"
                "</table:table></chart:chart>")}});
  ASSERT_EQ(document.pictures.size(), 1U);
  const docling::Meta& meta = *document.pictures[0].meta;
  EXPECT_EQ(meta.classification->predictions[0].class_name, "pie_chart");
  EXPECT_EQ(meta.tabular_chart->data.cells[0].text, "1.5");
}

TEST(Odf, FactsComeFromTheMetadata) {
  const std::string bytes =
      Zip({{"content.xml", Content("presentation", "<draw:page/><draw:page/>")},
           {"meta.xml", "<office:document-meta xmlns:office=\"" + Urn("office") +
                            "\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><office:meta>"
                            "<dc:title>T</dc:title></office:meta></office:document-meta>"}});
  const auto facts = Inspect(Kind::kOdp, {.bytes = bytes, .name = "a"});
  ASSERT_TRUE(facts);
  EXPECT_EQ(facts->page_count, 2);
  EXPECT_EQ(facts->title, "T");
}

}  // namespace
}  // namespace office
