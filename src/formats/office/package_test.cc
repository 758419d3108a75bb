#include "formats/office/package.h"

#include <gtest/gtest.h>

#include "formats/office/zip_fixture.h"

namespace office {
namespace {

TEST(Package, TargetsAreSeenFromTheirPart) {
  struct Case {
    std::string_view part;
    std::string_view target;
    std::string_view found;
  };
  const Case cases[] = {
      {"word/document.xml", "media/a.png", "word/media/a.png"},
      {"word/document.xml", "../media/a.png", "media/a.png"},
      {"word/document.xml", "/media/./a.png", "media/a.png"},
      {"", "word/document.xml", "word/document.xml"},
      {"a/b.xml", "../../../etc/passwd", "etc/passwd"},
  };
  for (const Case& test : cases) EXPECT_EQ(ResolveTarget(test.part, test.target), test.found);
  EXPECT_EQ(DecodeUri("a%20b%c3%A4%"), "a b\u00e4%");
}

TEST(Package, RelationshipsAndContentTypes) {
  const std::string bytes = Zip(
      {{"_rels/.rels", Rels({{"r1", {"officeDocument", "/word/document.xml"}}})},
       {"word/_rels/document.xml.rels",
        Rels({{"r1", {"hyperlink", "https://x.org/a%20b"}}, {"r2", {"image", "media/a%20b.PNG"}}})},
       {"word/document.xml", "<a/>"},
       {"[Content_Types].xml",
        "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">"
        "<Default Extension=\"png\" ContentType=\"image/png\"/>"
        "<Override PartName=\"/word/odd.png\" ContentType=\"text/plain\"/></Types>"}});
  auto package = Package::Open(bytes);
  ASSERT_TRUE(package);
  EXPECT_EQ(package->MainPart().value(), "word/document.xml");
  const Relationships found = package->RelationshipsOf("word/document.xml");
  ASSERT_EQ(found.size(), 2U);
  EXPECT_TRUE(found.at("r1").external);
  EXPECT_EQ(found.at("r1").target, "https://x.org/a%20b");
  EXPECT_EQ(found.at("r2").target, "word/media/a b.PNG");
  EXPECT_EQ(Package::TargetOf(found, "image"), "word/media/a b.PNG");
  EXPECT_EQ(Package::TargetOf(found, "hyperlink"), "");
  EXPECT_EQ(package->ContentType("word/media/a b.PNG"), "image/png");
  EXPECT_EQ(package->ContentType("word/odd.png"), "text/plain");
  EXPECT_EQ(package->ContentType("x.gif"), "");
  EXPECT_TRUE(package->RelationshipsOf("word/none.xml").empty());
}

TEST(Sniff, ByWhatThePackageHolds) {
  struct Case {
    std::map<std::string, std::string> parts;
    Kind kind;
  };
  const auto office = [](const std::string& part, const std::string& content) {
    return std::map<std::string, std::string>{
        {"_rels/.rels", Rels({{"r", {"officeDocument", part}}})}, {part, content}};
  };
  const Case cases[] = {
      {office("word/document.xml", "<x/>"), Kind::kDocx},
      {office("xl/workbook.xml", "<x/>"), Kind::kXlsx},
      {office("ppt/presentation.xml", "<x/>"), Kind::kPptx},
      {office("d.xml",
              "<w:document xmlns:w=\"http://purl.oclc.org/ooxml/wordprocessingml/main\"/>"),
       Kind::kDocx},
      {{{"mimetype", "application/vnd.oasis.opendocument.spreadsheet-template"}}, Kind::kOds},
      {{{"mimetype", "application/epub+zip\n"}}, Kind::kEpub},
      {{{"a.txt", "x"}}, Kind::kNone},
  };
  for (const Case& test : cases) EXPECT_EQ(Sniff(Zip(test.parts)), test.kind);
  EXPECT_EQ(Sniff("no archive"), Kind::kNone);
}

}  // namespace
}  // namespace office
