#include <gtest/gtest.h>

#include "docling/diagnostics.h"
#include "docling/outline.h"
#include "formats/office/reader.h"
#include "formats/office/zip_fixture.h"

namespace office {
namespace {

using Parts = std::map<std::string, std::string>;

constexpr std::string_view kNamespaces =
    "xmlns:p=\"http://schemas.openxmlformats.org/presentationml/2006/main\" "
    "xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" "
    "xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"";

std::string Part(const std::string& root, const std::string& inside) {
  return "<p:" + root + " " + std::string(kNamespaces) + ">" + inside + "</p:" + root + ">";
}
std::string Slide(const std::string& root, const std::string& shapes,
                  const std::string& more = "") {
  return Part(root, "<p:cSld><p:spTree>" + shapes + "</p:spTree></p:cSld>" + more);
}
std::string Box(int left, int top) {
  return "<p:spPr><a:xfrm><a:off x=\"" + std::to_string(left) + "\" y=\"" + std::to_string(top) +
         "\"/><a:ext cx=\"100\" cy=\"50\"/></a:xfrm></p:spPr>";
}
std::string Shape(const std::string& placeholder, const std::string& box,
                  const std::string& paragraphs) {
  return "<p:sp><p:nvSpPr><p:nvPr>" + placeholder + "</p:nvPr></p:nvSpPr>" + box + "<p:txBody>" +
         paragraphs + "</p:txBody></p:sp>";
}
std::string P(const std::string& text, const std::string& properties = "") {
  return "<a:p>" + properties + "<a:r><a:t>" + text + "</a:t></a:r></a:p>";
}

// One slide; the layout has a body (idx 1) and the master bullets for bodies.
Parts Package(const std::string& shapes) {
  return {
      {"_rels/.rels", Rels({{"r1", {"officeDocument", "ppt/presentation.xml"}}})},
      {"ppt/presentation.xml",
       Part("presentation",
            "<p:sldIdLst><p:sldId r:id=\"r1\"/></p:sldIdLst><p:sldSz cx=\"900\" cy=\"600\"/>")},
      {"ppt/_rels/presentation.xml.rels",
       Rels({{"r1", {"slide", "slides/slide1.xml"}}, {"r2", {"commentAuthors", "authors.xml"}}})},
      {"ppt/slides/slide1.xml", Slide("sld", shapes)},
      {"ppt/slides/_rels/slide1.xml.rels", Rels({{"r1", {"slideLayout", "../layout.xml"}},
                                                 {"r2", {"notesSlide", "../notes.xml"}},
                                                 {"r3", {"comments", "../comments.xml"}}})},
      {"ppt/layout.xml",
       Slide("sldLayout", Shape("<p:ph type=\"body\" idx=\"1\"/>", Box(10, 20), ""))},
      {"ppt/_rels/layout.xml.rels", Rels({{"r1", {"slideMaster", "master.xml"}}})},
      {"ppt/master.xml",
       Slide("sldMaster", "",
             "<p:txStyles><p:bodyStyle><a:lvl1pPr><a:buChar char=\"x\"/></a:lvl1pPr>"
             "</p:bodyStyle></p:txStyles>")},
  };
}

docling::Document Document(const Parts& parts) {
  const std::string bytes = Zip(parts);
  docling::CollectedDiagnostics diagnostics;
  auto document = Read(Kind::kPptx, {.bytes = bytes, .name = "a.pptx"}, {}, diagnostics);
  EXPECT_TRUE(document) << document.error().ToString();
  return std::move(*document);
}
std::string Tree(const std::string& shapes) { return docling::Outline(Document(Package(shapes))); }

TEST(Pptx, ShapesAreReadFromTopToBottomAndLeftToRight) {
  EXPECT_EQ(Tree(Shape("", Box(0, 900'000), P("low")) + Shape("", Box(500, 10'000), P("right")) +
                 Shape("", Box(0, 0), P("left")) +
                 Shape("<p:ph type=\"title\"/>", Box(0, 400'000), P("Title")) +
                 Shape("", "", P("nowhere"))),
            "chapter slide-0\n paragraph: left\n paragraph: right\n title: Title\n"
            " paragraph: low\n paragraph: nowhere\n");
}

TEST(Pptx, ListsComeFromTheParagraphOrWhatItInherits) {
  EXPECT_EQ(Tree(Shape("<p:ph idx=\"1\" type=\"body\"/>", "",
                       P("a") + P("b", "<a:pPr><a:buAutoNum type=\"arabicPeriod\"/></a:pPr>") +
                           P("c", "<a:pPr><a:buNone/></a:pPr>") + P("d", "<a:pPr lvl=\"1\"/>"))),
            "chapter slide-0\n list list\n  list_item: a\n  list_item 1.: b\n"
            " paragraph: c\n list list\n  list_item: d\n");
}

TEST(Pptx, PlacesAreInherited) {
  const docling::Document document = Document(
      Package(Shape("<p:ph idx=\"1\" type=\"body\"/>", "", P("äb")) + Shape("", "", P("x"))));
  const docling::Prov& inherited = document.texts[0].prov[0];
  EXPECT_EQ(inherited.bbox.l, 10);
  EXPECT_EQ(inherited.bbox.b, 20);
  EXPECT_EQ(inherited.bbox.t, 70);
  EXPECT_EQ(inherited.charspan_end, 2);
  EXPECT_EQ(document.texts[1].prov[0].bbox.r, 900);
  EXPECT_EQ(document.pages.at(1).height, 600);
}

TEST(Pptx, TablesKeepCellsWithText) {
  const std::string cell = "<a:tc gridSpan=\"2\"><a:txBody>" + P("wide") + "</a:txBody></a:tc>";
  const std::string empty = "<a:tc><a:txBody/></a:tc>";
  const docling::Document document =
      Document(Package("<p:graphicFrame><a:graphic><a:graphicData><a:tbl><a:tr>" + cell + empty +
                       "</a:tr><a:tr>" + empty + empty +
                       "</a:tr></a:tbl></a:graphicData></a:graphic>"
                       "</p:graphicFrame>"));
  ASSERT_EQ(document.tables.size(), 1U);
  const docling::TableData& data = document.tables[0].data;
  EXPECT_EQ(data.num_rows, 2);
  EXPECT_EQ(data.num_cols, 2);
  ASSERT_EQ(data.cells.size(), 1U);
  EXPECT_EQ(data.cells[0].col_span, 2);
  EXPECT_TRUE(data.cells[0].column_header);
}

TEST(Pptx, NotesAndCommentsAreNotes) {
  Parts parts = Package(
      "<p:grpSp>" +
      Shape("", Box(0, 0), "<a:p><a:r><a:t>x</a:t></a:r><a:br/><a:fld><a:t>1</a:t></a:fld></a:p>") +
      "</p:grpSp>");
  parts["ppt/notes.xml"] = Slide("notes", Shape("<p:ph type=\"body\"/>", "", P("say") + P("it")));
  parts["ppt/authors.xml"] =
      Part("cmAuthorLst", "<p:cmAuthor id=\"4\" name=\"Ann\" initials=\"A\"/>");
  parts["ppt/comments.xml"] =
      Part("cmLst", "<p:cm authorId=\"4\" idx=\"3\" dt=\"2024-01-02\"><p:text>why</p:text></p:cm>");
  EXPECT_EQ(docling::Outline(Document(parts)),
            "chapter slide-0\n paragraph: x 1\n text: say\nit ~notes\n"
            "comment_section comment-slide1-3 ~notes\n"
            " text: [author: Ann (A), time: 2024-01-02]: why ~notes\n");
}

TEST(Pptx, PagesAreLimited) {
  const std::string bytes = Zip(Package(""));
  docling::CollectedDiagnostics diagnostics;
  const auto document =
      Read(Kind::kPptx, {.bytes = bytes, .name = "a"}, {.max_pages = 0}, diagnostics);
  EXPECT_EQ(document.error().code(), base::Code::kTooLarge);
  EXPECT_EQ(Inspect(Kind::kPptx, {.bytes = bytes, .name = "a"})->page_count, 1);
}

}  // namespace
}  // namespace office
