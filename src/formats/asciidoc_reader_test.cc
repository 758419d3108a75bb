#include "formats/asciidoc_reader.h"

#include <gtest/gtest.h>

#include "docling/outline.h"

namespace formats {
namespace {

docling::Document Read(std::string_view text) {
  docling::CollectedDiagnostics diagnostics;
  Context context{.diagnostics = diagnostics};
  auto document = ReadAsciiDoc({.bytes = text, .filename = "a.adoc"}, context);
  EXPECT_TRUE(document);
  return std::move(*document);
}

TEST(AsciiDoc, Structure) {
  struct Case {
    std::string_view text;
    std::string_view outline;
  };
  const Case cases[] = {
      {"= T\n\nIntro\nline.\n\n== S\ntext\n\n=== SS\r\nmore",
       "title: T\n paragraph: Intro line.\n section_header1: S\n  paragraph: text\n"
       "  section_header2: SS\n   paragraph: more\n"},
      {"==no heading\n", "paragraph: ==no heading\n"},
      {"* a\n  * b\n  1. c\n* d\n\nx",
       "list list\n list_item: a\n list list\n  list_item: b\n  list_item: c\n list_item: d\n"
       "paragraph: x\n"},
      {"** a\n", "paragraph: ** a\n"},
      {"a. b\n", "list list\n list_item: a. b\n"},
      {"  * a\n* b\n", "list list\n list_item: a\n list_item: b\n"},
      {"* a\nits second line\n", "list list\n list_item: a\nparagraph: its second line\n"},
      {".C\n|===\n|a |b\n|c |d\n|===\n", "caption: C\ntable 2x2\n"},
      {".C\nimage::x.png[alt]\n", "caption: C\npicture\n"},
      {".nothing\nfollows\n", "paragraph: nothing follows\n"},
  };
  for (const Case& test : cases) {
    EXPECT_EQ(docling::Outline(Read(test.text)), test.outline) << test.text;
  }
}

TEST(AsciiDoc, CellsLoseTheirSpecifications) {
  const docling::Document document = Read("^.^h|a 2+|Eth|\n|b\n");
  std::string cells;
  for (const auto& cell : document.tables[0].data.cells) cells += cell.text + ";";
  EXPECT_EQ(cells, "a;Eth;;");
}

TEST(AsciiDoc, ImagesHaveSizesAndAddresses) {
  const auto image = [](std::string_view line) { return *Read(line).pictures[0].image; };
  EXPECT_EQ(image("image::a/b.png[A, width=20, height=10]").width, 20);
  EXPECT_EQ(image("image::a/b.png[A, width=50%]").width, 128);
  EXPECT_EQ(image("image::a/b.png[]").uri, "file://a/b.png");
  EXPECT_EQ(image("image::https://x.org/b.png[]").uri, "https://x.org/b.png");
}

TEST(AsciiDoc, TheTitleIsAFact) {
  docling::CollectedDiagnostics diagnostics;
  Context context{.diagnostics = diagnostics};
  EXPECT_EQ(InspectAsciiDoc({.bytes = "= T\n", .filename = "a.adoc"}, context)->title, "T");
}

}  // namespace
}  // namespace formats
