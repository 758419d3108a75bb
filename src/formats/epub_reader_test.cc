#include "formats/epub_reader.h"

#include <gtest/gtest.h>

#include "docling/outline.h"
#include "formats/office/zip_fixture.h"

namespace formats {
namespace {

std::map<std::string, std::string> Parts() {
  return {{"mimetype", "application/epub+zip"},
          {"META-INF/container.xml",
           "<container xmlns=\"urn:oasis:names:tc:opendocument:xmlns:container\"><rootfiles>"
           "<rootfile full-path=\"OEBPS/book.opf\"/></rootfiles></container>"},
          {"OEBPS/book.opf",
           "<package xmlns=\"http://www.idpf.org/2007/opf\"><metadata "
           "xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><dc:title>T</dc:title>"
           "<dc:creator>A</dc:creator></metadata><manifest><item id=\"one\" href=\"1.xhtml\"/>"
           "<item id=\"two\" href=\"two%20b.xhtml\"/><item id=\"no\" href=\"no.xhtml\"/></manifest>"
           "<spine><itemref idref=\"two\"/><itemref idref=\"one\"/><itemref idref=\"no\"/></spine>"
           "</package>"},
          {"OEBPS/1.xhtml",
           "<html><head><title>x</title></head><BODY class=\"a\"><p>second</p></BODY></html>"},
          {"OEBPS/two b.xhtml",
           "<html><body><h1>First</h1><p><a href=\"1.xhtml#here\">go</a></p></body></html>"}};
}

TEST(Epub, ChaptersInReadingOrder) {
  const std::string bytes = office::Zip(Parts());
  docling::CollectedDiagnostics diagnostics;
  Context context{.diagnostics = diagnostics};
  const auto document = Read({.bytes = bytes, .filename = "a.epub"}, context);
  ASSERT_TRUE(document) << document.error().ToString();
  EXPECT_EQ(docling::Outline(*document), "title: First\n text: go <#here>\n text: second\n");
  EXPECT_EQ(document->origin->mimetype, "application/epub+zip");
  ASSERT_EQ(diagnostics.found.size(), 1U);
  EXPECT_EQ(diagnostics.found[0].where, "OEBPS/no.xhtml");
  const auto facts = Inspect({.bytes = bytes, .filename = "a.epub"}, context);
  EXPECT_EQ(facts->title, "T");
  EXPECT_EQ(facts->author, "A");
}

TEST(Epub, WithoutChaptersItIsDamaged) {
  auto parts = Parts();
  parts["OEBPS/book.opf"] = "<package/>";
  const std::string bytes = office::Zip(parts);
  docling::CollectedDiagnostics diagnostics;
  Context context{.diagnostics = diagnostics};
  EXPECT_EQ(Read({.bytes = bytes, .filename = "a.epub"}, context).error().code(),
            base::Code::kDamaged);
  parts.erase("META-INF/container.xml");
  EXPECT_FALSE(Read({.bytes = office::Zip(parts), .filename = "a.epub"}, context));
}

}  // namespace
}  // namespace formats
