#include <gtest/gtest.h>

#include "docling/diagnostics.h"
#include "docling/json.h"
#include "docling/outline.h"
#include "formats/office/docx_text.h"
#include "formats/office/reader.h"
#include "formats/office/zip_fixture.h"

namespace office {
namespace {

using Parts = std::map<std::string, std::string>;

constexpr std::string_view kNamespaces =
    "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" "
    "xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\" "
    "xmlns:m=\"http://schemas.openxmlformats.org/officeDocument/2006/math\" "
    "xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" "
    "xmlns:wp=\"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing\" "
    "xmlns:v=\"urn:schemas-microsoft-com:vml\" "
    "xmlns:w14=\"http://schemas.microsoft.com/office/word/2010/wordml\"";

std::string Part(const std::string& root, const std::string& inside) {
  return "<w:" + root + " " + std::string(kNamespaces) + ">" + inside + "</w:" + root + ">";
}

// Styles Title, Heading1, Heading2, Code and Nadpis1 (a heading by its outline level only);
// numbering 1 counts, numbering 2 has bullets, numbering 3 says "Step n:".
Parts Package(const std::string& body) {
  const auto style = [](const std::string& id, const std::string& name, const std::string& more) {
    return "<w:style w:type=\"paragraph\" w:styleId=\"" + id + "\"><w:name w:val=\"" + name +
           "\"/>" + more + "</w:style>";
  };
  const auto level = [](const std::string& number, const std::string& format,
                        const std::string& text) {
    return "<w:lvl w:ilvl=\"" + number + "\"><w:start w:val=\"1\"/><w:numFmt w:val=\"" + format +
           "\"/><w:lvlText w:val=\"" + text + "\"/></w:lvl>";
  };
  const auto numbering = [](const std::string& id, const std::string& levels) {
    return "<w:abstractNum w:abstractNumId=\"" + id + "\">" + levels + "</w:abstractNum>";
  };
  std::string numbers =
      numbering("1", level("0", "decimal", "%1.") + level("1", "decimal", "%1.%2.")) +
      numbering("2", level("0", "bullet", "o")) + numbering("3", level("0", "decimal", "Step %1:"));
  for (const std::string id : {"1", "2", "3"}) {
    numbers += "<w:num w:numId=\"" + id + "\"><w:abstractNumId w:val=\"" + id + "\"/></w:num>";
  }
  return {
      {"_rels/.rels", Rels({{"r1", {"officeDocument", "word/document.xml"}}})},
      {"word/_rels/document.xml.rels", Rels({{"s", {"styles", "styles.xml"}},
                                             {"n", {"numbering", "numbering.xml"}},
                                             {"h", {"header", "header1.xml"}},
                                             {"c", {"comments", "comments.xml"}},
                                             {"x", {"hyperlink", "https://Ex.org"}}})},
      {"word/document.xml", Part("document", "<w:body>" + body + "</w:body>")},
      {"word/styles.xml",
       Part("styles",
            style("Title", "Title", "") + style("Heading1", "heading 1", "") +
                style("Heading2", "heading 2", "") + style("Src", "Source Code", "") +
                style("Nadpis1", "nadpis", "<w:pPr><w:outlineLvl w:val=\"0\"/></w:pPr>"))},
      {"word/numbering.xml", Part("numbering", numbers)},
  };
}

std::string R(const std::string& text, const std::string& look = "") {
  return "<w:r><w:rPr>" + look + "</w:rPr><w:t xml:space=\"preserve\">" + text + "</w:t></w:r>";
}
std::string P(const std::string& inside, const std::string& properties = "") {
  return "<w:p><w:pPr>" + properties + "</w:pPr>" + inside + "</w:p>";
}
std::string Styled(const std::string& style, const std::string& text) {
  return P(R(text), "<w:pStyle w:val=\"" + style + "\"/>");
}
std::string Item(const std::string& id, const std::string& level, const std::string& text) {
  return P(R(text),
           "<w:numPr><w:ilvl w:val=\"" + level + "\"/><w:numId w:val=\"" + id + "\"/></w:numPr>");
}

docling::Document Document(const Parts& parts) {
  const std::string bytes = Zip(parts);
  docling::CollectedDiagnostics diagnostics;
  auto document = Read(Kind::kDocx, {.bytes = bytes, .name = "a.docx"}, {}, diagnostics);
  EXPECT_TRUE(document) << document.error().ToString();
  return std::move(*document);
}
std::string Tree(const std::string& body) { return docling::Outline(Document(Package(body))); }

TEST(Docx, HeadingsNest) {
  EXPECT_EQ(Tree(Styled("Title", "T") + Styled("Heading1", "A") + Styled("Heading2", "B") +
                 P(R("x")) + Styled("Nadpis1", "C")),
            "title: T\n section_header1: A\n  section_header2: B\n   text: x {}\n"
            " section_header1: C\n");
  EXPECT_EQ(Tree(Styled("Heading2", "B")),
            "section header-0\n section header-1\n  section_header2: B\n");
}

TEST(Docx, LevelsOfAnySizeAreHeadings) {
  for (const char* id : {"Heading:-5", "Heading:0", "Heading:99999"}) {
    Parts parts = Package(Styled(id, "H"));
    parts["word/styles.xml"] =
        Part("styles", "<w:style w:type=\"paragraph\" w:styleId=\"" + std::string(id) + "\"/>");
    EXPECT_EQ(Document(parts).texts.size(), 1U) << id;
  }
}

TEST(Docx, RunsOfOneLookAreOneText) {
  EXPECT_EQ(Tree(P(R("a") + R("b ") + R("c", "<w:b/>") + R("d", "<w:i w:val=\"0\"/>"))),
            "inline group\n text: ab {}\n text: c {b}\n text: d {}\n");
  EXPECT_EQ(
      Tree(P("<w:del><w:r><w:delText>x</w:delText></w:r></w:del><w:ins>" + R("y") + "</w:ins>") +
           P("")),
      "text: y {}\ntext: \n");
  EXPECT_EQ(Tree(P("<w:hyperlink r:id=\"x\">" + R("link") + "</w:hyperlink>" + R(" more"))),
            "inline group\n text: link {} <https://ex.org/>\n text: more {}\n");
  EXPECT_EQ(Tree(P("<w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:noBreakHyphen/>"
                   "<w:br w:type=\"page\"/></w:r>")),
            "text: a\tb\n- {}\n");
}

// Text and findings of a document, "where: what".
std::pair<std::string, std::vector<std::string>> Hidden(const Parts& parts) {
  const std::string bytes = Zip(parts);
  docling::CollectedDiagnostics diagnostics;
  const auto document = Read(Kind::kDocx, {.bytes = bytes, .name = "a"}, {}, diagnostics);
  std::vector<std::string> findings;
  for (const auto& one : diagnostics.found) findings.push_back(one.where + ": " + one.what);
  return {document ? docling::WriteJson(*document) : document.error().ToString(), findings};
}

TEST(Docx, HiddenTextIsReportedAndNotRead) {
  const std::string white = "<w:color w:val=\"FFFFFF\"/>";
  const std::string secret_style =
      "<w:style w:type=\"character\" w:styleId=\"Secret\"><w:rPr><w:vanish/></w:rPr></w:style>"
      "<w:style w:type=\"paragraph\" w:styleId=\"White\"><w:rPr>" +
      white + "</w:rPr></w:style>";
  const auto cell = [](const std::string& fill, const std::string& inside) {
    return "<w:tbl><w:tblGrid><w:gridCol/><w:gridCol/></w:tblGrid><w:tr><w:tc><w:tcPr>"
           "<w:shd w:fill=\"" +
           fill + "\"/></w:tcPr>" + P(inside) + "</w:tc><w:tc>" + P(R("cell")) +
           "</w:tc></w:tr></w:tbl>";
  };
  struct Row {
    const char* what;
    std::string run;
    const char* reason;  // nullptr: it can be seen
  };
  const Row rows[] = {
      {"vanish", P(R("secret", "<w:vanish/>")), "marked as hidden"},
      {"not vanished", P(R("secret", "<w:vanish w:val=\"0\"/>")), nullptr},
      {"by a style", P(R("secret", "<w:rStyle w:val=\"Secret\"/>")), "marked as hidden"},
      {"shown against its style",
       P(R("secret", "<w:rStyle w:val=\"Secret\"/><w:vanish w:val=\"false\"/>")), nullptr},
      {"tiny", P(R("secret", "<w:sz w:val=\"2\"/>")), "too small to read"},
      {"squeezed", P(R("secret", "<w:w w:val=\"1\"/>")), "too small to read"},
      {"white", P(R("secret", white)), "in the colour of its background"},
      {"white by the paragraph's style", P(R("secret"), "<w:pStyle w:val=\"White\"/>"),
       "in the colour of its background"},
      {"nearly white", P(R("secret", "<w:color w:val=\"FAFAFA\"/>")),
       "in the colour of its background"},
      {"white on black", P(R("secret", white + "<w:shd w:fill=\"000000\"/>")), nullptr},
      {"white on a black paragraph", P(R("secret", white), "<w:shd w:fill=\"000000\"/>"), nullptr},
      {"black on black",
       P(R("secret", "<w:color w:val=\"000000\"/><w:highlight w:val=\"black\"/>")),
       "in the colour of its background"},
      {"white in a blue cell", cell("0000AA", R("secret", white)), nullptr},
      {"white in a white cell", cell("FFFFFF", R("secret", white)),
       "in the colour of its background"},
      {"far to the left", P(R("secret"), "<w:ind w:left=\"-20000\"/>"), "off the page"},
      {"in a text box beside the page",
       P("<w:r><w:drawing><wp:anchor><wp:positionH><wp:posOffset>-20000000</wp:posOffset>"
         "</wp:positionH><w:txbxContent>" +
         P(R("secret")) + "</w:txbxContent></wp:anchor></w:drawing></w:r>"),
       "off the page"},
      {"in a drawing that is switched off",
       P("<w:r><w:drawing><wp:anchor><wp:docPr hidden=\"1\"/><w:txbxContent>" + P(R("secret")) +
         "</w:txbxContent></wp:anchor></w:drawing></w:r>"),
       "marked as hidden"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.what);
    Parts parts = Package(P(R("seen")) + row.run);
    std::string& styles = parts["word/styles.xml"];
    styles.insert(styles.find('>') + 1, secret_style);
    const auto [json, findings] = Hidden(parts);
    EXPECT_TRUE(json.contains("seen"));
    EXPECT_EQ(json.contains("secret"), row.reason == nullptr) << json;
    std::vector<std::string> expected;
    if (row.reason != nullptr) {
      expected = {"document: hidden text was left out (" + std::string(row.reason) + "): 'secret'"};
    }
    EXPECT_EQ(findings, expected);
  }
}

TEST(Docx, ListsNestAndCount) {
  EXPECT_EQ(Tree(Item("1", "0", "a") + Item("1", "1", "b") + Item("1", "0", "c") + P(R("x")) +
                 Item("1", "0", "d") + Item("2", "0", "e") + Item("3", "0", "f")),
            "list list\n list_item 1.: a {}\n"
            " list list\n  list_item 1.1.: b {}\n"
            " list_item 2.: c {}\n"
            "text: x {}\n"
            "list list\n list_item 3.: d {}\n"
            "list list\n list_item: e {}\n"
            "list list\n list_item Step 1:: f {}\n");
}

TEST(Docx, ABlankLineDoesNotEndAList) {
  const std::string heading = Styled("Heading1", "H");
  EXPECT_EQ(Tree(heading + Item("1", "0", "a") + P("") + Item("1", "0", "b")),
            "section header-0\n section_header1: H\n  list list\n"
            "   list_item 1.: a {}\n   list_item 2.: b {}\n");
}

TEST(Docx, TablesSpanAndCellsAreRich) {
  const auto cell = [](const std::string& inside, const std::string& properties = "") {
    return "<w:tc><w:tcPr>" + properties + "</w:tcPr>" + inside + "</w:tc>";
  };
  const std::string table = "<w:tbl><w:tblGrid><w:gridCol/><w:gridCol/></w:tblGrid><w:tr>" +
                            cell(P(R("wide")), "<w:gridSpan w:val=\"2\"/>") + "</w:tr><w:tr>" +
                            cell(P(R("tall")), "<w:vMerge w:val=\"restart\"/>") +
                            cell(P(R("b", "<w:b/>"))) + "</w:tr><w:tr>" +
                            cell(P(""), "<w:vMerge/>") + cell(P(R("c")) + P(R("d"))) +
                            "</w:tr></w:tbl>";
  const docling::Document document = Document(Package(table));
  EXPECT_EQ(docling::Outline(document),
            "table 3x2\n unspecified rich_cell_group_1_1_1\n  text: b {b}\n"
            " unspecified rich_cell_group_1_1_2\n  text: c {}\n  text: d {}\n");
  const auto& cells = document.tables[0].data.cells;
  ASSERT_EQ(cells.size(), 4U);
  EXPECT_EQ(cells[0].col_span, 2);
  EXPECT_TRUE(cells[0].column_header);
  EXPECT_EQ(cells[1].row_span, 2);
  EXPECT_EQ(cells[3].text, "c\nd");
  EXPECT_TRUE(cells[3].ref);
}

TEST(Docx, ATableOfOneCellIsAFrame) {
  EXPECT_EQ(Tree("<w:tbl><w:tblGrid><w:gridCol/></w:tblGrid><w:tr><w:tc>" + P(R("x")) +
                 "</w:tc></w:tr></w:tbl>"),
            "text: x {}\n");
}

TEST(Docx, CodeJoins) {
  EXPECT_EQ(Tree(Styled("Src", "import sys") + Styled("Src", "") + Styled("Src", "  f(1)") +
                 Styled("Src", "") + P(R("x"))),
            "code: import sys\n\n  f(1)\ntext: x {}\n");
  EXPECT_TRUE(LooksLikeCode("print(sys.argv)"));
  EXPECT_TRUE(LooksLikeCode("while True:"));
  EXPECT_FALSE(LooksLikeCode("the party(ies) agree:"));
}

TEST(Docx, FormulasAloneAndAmongText) {
  const std::string math = "<m:oMath><m:r><m:t>x=1</m:t></m:r></m:oMath>";
  EXPECT_EQ(Tree(P("<m:oMathPara>" + math + "</m:oMathPara>")), "formula: x=1\n");
  EXPECT_EQ(Tree(P(R("so ") + math + R(" it is"))),
            "inline group\n text: so \n formula: x=1\n text: it is\n");
}

TEST(Docx, TextBoxesAreReadOnce) {
  const std::string box = "<w:txbxContent>" + P(R("boxed")) + "</w:txbxContent>";
  EXPECT_EQ(Tree(P("<w:r><w:pict>" + box + "<v:textbox>" + box + "</v:textbox></w:pict></w:r>" +
                   R("beside"))),
            "section textbox\n text: boxed {}\ntext: beside {}\n");
}

TEST(Docx, HeadersAreFurnitureAndCommentsNotes) {
  Parts parts = Package(P("<w:commentRangeStart w:id=\"7\"/>" + R("x")) +
                        "<w:sectPr><w:headerReference w:type=\"default\" r:id=\"h\"/></w:sectPr>");
  parts["word/header1.xml"] = Part("hdr", P(R("top")));
  parts["word/comments.xml"] = Part("comments",
                                    "<w:comment w:id=\"7\" w:author=\"Ann\" w:initials=\"A\" "
                                    "w:date=\"2024-01-02T03:04:05Z\">" +
                                        P(R("why")) + "</w:comment>");
  const docling::Document document = Document(parts);
  EXPECT_EQ(docling::Outline(document),
            "text: x {}\nsection page header ~furniture\n text: top {} ~furniture\n"
            "comment_section comment-7 ~notes\n text: [author: Ann (A), time: "
            "2024-01-02T03:04:05.000+00:00]: why ~notes\n");
  ASSERT_TRUE(document.texts[0].comments);
  EXPECT_EQ((*document.texts[0].comments)[0].ref, document.groups[1].self);
}

TEST(Docx, CheckboxesLoseTheirBox) {
  EXPECT_EQ(Tree(P("<w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val=\"1\"/></w14:checkbox>"
                   "</w:sdtPr><w:sdtContent>" +
                   R("\u2612") + "</w:sdtContent></w:sdt>" + R(" yes"))),
            "checkbox_selected: yes {}\n");
}

TEST(Docx, PicturesWithoutAnImageAreReported) {
  const std::string bytes =
      Zip(Package(P("<w:r><w:drawing><a:blip r:embed=\"none\"/></w:drawing></w:r>")));
  docling::CollectedDiagnostics diagnostics;
  const auto document = Read(Kind::kDocx, {.bytes = bytes, .name = "a"}, {}, diagnostics);
  ASSERT_TRUE(document);
  EXPECT_EQ(docling::Outline(*document), "picture\n");
  EXPECT_EQ(diagnostics.found.size(), 1U);
}

TEST(Docx, NotesThatAreLeftOutAreReported) {
  Parts parts = Package(P(R("x")));
  parts["word/footnotes.xml"] =
      Part("footnotes", "<w:footnote w:type=\"separator\"/><w:footnote w:id=\"2\"/>");
  parts["word/_rels/document.xml.rels"] = Rels({{"f", {"footnotes", "footnotes.xml"}}});
  const std::string bytes = Zip(parts);
  docling::CollectedDiagnostics diagnostics;
  ASSERT_TRUE(Read(Kind::kDocx, {.bytes = bytes, .name = "a"}, {}, diagnostics));
  ASSERT_EQ(diagnostics.found.size(), 1U);
  EXPECT_EQ(diagnostics.found[0].what, "1 footnotes were left out");
}

}  // namespace
}  // namespace office
