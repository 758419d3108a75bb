#include "haiku/rows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zstd.h>

#include <cstdlib>
#include <ctime>
#include <functional>

#include "docling/json.h"
#include "docling/markdown.h"

namespace haiku {
namespace {

using docling::Document;
using docling::Label;
using docling::Layer;
using ::testing::HasSubstr;
using ::testing::Not;

// A page with everything that has a rule of its own.
Document Sample() {
  Document document("sample");
  document.pages[1] = {.width = 612, .height = 792, .image = {}};
  document.pages[2] = {.width = 612, .height = 792, .image = {}};
  document.AddText(Label::kPageHeader, "running head", {.layer = Layer::kFurniture});
  document.AddTitle("A <Title>_x");
  docling::Text& heading = document.AddHeading("Methods", 2);
  heading.prov = {
      {.page_no = 2, .bbox = {}}, {.page_no = 1, .bbox = {}}, {.page_no = 2, .bbox = {}}};
  const docling::Ref list = document.AddGroup(docling::GroupLabel::kList, "list").self;
  document.AddListItem("first", {.parent = list});
  docling::Text& paragraph = document.AddText(Label::kText, "");
  const docling::Ref inline_group = document.AddInlineGroup({.parent = paragraph.self}).self;
  document.AddText(Label::kText, "see_this", {.parent = inline_group});
  document.AddCode("x < 1", "C++", {.parent = inline_group});
  docling::TableData data;
  data.Add(docling::TableCell::At(0, 0, "a_b")).column_header = true;
  data.Add(docling::TableCell::At(1, 0, "1"));
  const docling::Ref table = document.AddTable(data).self;
  document.AddCaption(table, "Numbers", {.parent = table});
  docling::Picture& picture = document.AddPicture();
  picture.image = docling::ImageRef{.uri = "data:image/png;base64,iVBORw0KGgo="};
  const docling::Ref picture_ref = picture.self;
  document.AddCaption(picture_ref, " A cat ", {.parent = picture_ref});
  document.AddText(Label::kText, "inner words", {.parent = picture_ref});
  return document;
}

std::string Unzip(const std::string& frame) {
  const auto size = ZSTD_getFrameContentSize(frame.data(), frame.size());
  EXPECT_NE(size, ZSTD_CONTENTSIZE_UNKNOWN);
  std::string out(size, '\0');
  EXPECT_EQ(ZSTD_decompress(out.data(), out.size(), frame.data(), frame.size()), size);
  return out;
}

class MakeRowTest : public ::testing::Test {
 protected:
  void SetUp() override {
    setenv("TZ", "UTC", 1);
    tzset();
  }

  RowInput Input() {
    RowInput input{.document = document_, .chunks = chunks_, .vectors = {}, .embedding = {}};
    for (size_t i = 0; i < chunks_.size(); ++i) input.vectors.insert(input.vectors.end(), {0, 1});
    input.embedding = {"openai", "model", 2};
    input.hash = "sha256-abc";
    input.md5 = "d41d8";
    input.mime_type = "application/pdf";
    input.source = "disk";
    input.uris = uris_;
    input.doc_meta = R"({"author":"Müller","md5":"old","pages":3})";
    input.parse_step_config_id = 7;
    input.now = base::ParseTime("2026-01-31T12:34:56.012345").value();
    return input;
  }

  vectors::DocumentRow Make(RowInput input) {
    auto row = MakeRow(std::move(input));
    EXPECT_TRUE(row.has_value()) << row.error().ToString();
    return std::move(row).value_or(vectors::DocumentRow{});
  }

  Document document_ = Sample();
  std::vector<Chunk> chunks_ = {
      {"first", {"#/texts/3"}, {{"A <Title>_x", "Methods"}}, {"list_item"}, {1, 2}},
      {"réel", {"#/texts/0", "#/tables/0"}, std::nullopt, {"page_header", "table"}, {}},
  };
  std::vector<std::string> uris_ = {"/a/b.pdf", "/c.pdf"};
};

TEST_F(MakeRowTest, FillsTheDocument) {
  const vectors::DocumentRow row = Make(Input());
  EXPECT_EQ(row.id, DocumentId("sha256-abc", 7));
  EXPECT_NE(row.id, DocumentId("sha256-abc", 8));
  EXPECT_EQ(row.content, docling::ExportMarkdown(document_));
  EXPECT_EQ(row.uri, "/a/b.pdf");
  EXPECT_EQ(row.title, "A <Title>_x");
  EXPECT_EQ(row.created_at, "2026-01-31T12:34:56.012345");
  EXPECT_EQ(row.docling_version, docling::kSchemaVersion);
  EXPECT_EQ(
      row.metadata,
      R"({"author": "M\u00fcller", "md5": "d41d8", "pages": 3, "doc_id": "sha256-abc", )"
      R"("content_type": "application/pdf", "source": "disk", "uris": ["/a/b.pdf", "/c.pdf"]})");
}

TEST_F(MakeRowTest, StoresPagesApartAndPicturesNowhere) {
  const vectors::DocumentRow row = Make(Input());
  const std::string json = Unzip(*row.docling_document);
  EXPECT_THAT(json, Not(HasSubstr("\"pages\"")));
  EXPECT_THAT(json, Not(HasSubstr("iVBORw0KGgo")));
  EXPECT_TRUE(docling::ReadJson(json).has_value());
  EXPECT_EQ(Unzip(*row.docling_pages), docling::WritePagesJson(document_));
  document_.pages.clear();
  EXPECT_EQ(Make(Input()).docling_pages, std::nullopt);
}

TEST_F(MakeRowTest, WritesChunksWithHeadingsForSearch) {
  const vectors::DocumentRow row = Make(Input());
  ASSERT_EQ(row.chunks.size(), 2U);
  EXPECT_EQ(row.chunks[0].content, "first");
  EXPECT_EQ(row.chunks[0].content_fts, "A <Title>_x\nMethods\nfirst");
  EXPECT_EQ(row.chunks[0].metadata,
            R"({"doc_item_refs": ["#/texts/3"], "headings": ["A <Title>_x", "Methods"], )"
            R"("labels": ["list_item"], "page_numbers": [1, 2]})");
  // The page header has no row in document_items.
  EXPECT_EQ(row.chunks[1].content_fts, "réel");
  EXPECT_EQ(row.chunks[1].metadata,
            R"({"doc_item_refs": ["#/tables/0"], "headings": null, "labels": ["table"], )"
            R"("page_numbers": []})");
}

TEST_F(MakeRowTest, WritesAnItemPerNodeOfTheBody) {
  const vectors::DocumentRow row = Make(Input());
  std::vector<std::string> lines;
  for (const vectors::ItemRow& item : row.items) {
    EXPECT_EQ(item.position, static_cast<int64_t>(lines.size()));
    lines.push_back(item.self_ref + " " + item.label + " " + std::to_string(item.heading_level) +
                    " " + std::to_string(item.tree_depth) + " " + item.page_numbers + " " +
                    item.text);
  }
  const auto line = [&](const std::string& ref) {
    for (const std::string& l : lines) {
      if (l.starts_with(ref + " ")) return l.substr(ref.size() + 1);
    }
    return std::string("none");
  };
  EXPECT_EQ(line("#/texts/0"), "none");
  EXPECT_EQ(line("#/texts/1"), "title 0 1 [] A <Title>_x");
  EXPECT_EQ(line("#/texts/2"), "section_header 2 1 [1, 2] Methods");
  EXPECT_EQ(line("#/texts/3"), "list_item 0 2 [] first");
  EXPECT_EQ(line("#/texts/4"), "text 0 1 [] see_this `x < 1`");
  EXPECT_EQ(line("#/texts/5"), "text 0 3 [] see_this");
  EXPECT_THAT(line("#/tables/0"), HasSubstr("Numbers\n\n|   a_b |"));
  EXPECT_EQ(line("#/pictures/0"), "picture 0 1 [] A cat\ninner words");
  EXPECT_EQ(line("#/texts/8"), "caption 0 2 []  A cat ");
  EXPECT_EQ(line("#/texts/9"), "none");
  for (const vectors::ItemRow& item : row.items) {
    const bool picture = item.label == "picture";
    EXPECT_EQ(item.picture_data.has_value(), picture) << item.self_ref;
    if (picture) EXPECT_EQ(*item.picture_data, "\x89PNG\r\n\x1a\n");
  }
}

TEST_F(MakeRowTest, RefusesWhatCannotBeStored) {
  const std::function<void(RowInput&)> spoils[] = {
      [](RowInput& input) { input.doc_meta = "[1]"; },
      [](RowInput& input) { input.doc_meta = "{"; },
      [](RowInput& input) { input.uris = {}; },
      [](RowInput& input) { input.vectors.pop_back(); },
  };
  for (const auto& spoil : spoils) {
    RowInput input = Input();
    spoil(input);
    EXPECT_EQ(MakeRow(std::move(input)).error().code(), base::Code::kInvalidArgument);
  }
}

TEST(Title, TakesTheFirstThatIsThere) {
  Document document("x");
  document.AddHeading("Deep", 3);
  document.AddHeading("Table of\nContents", 1);
  document.AddHeading("Section", 1);
  const std::vector<std::string> stop = {"table of contents", ""};
  EXPECT_EQ(Title(document, "{}", stop), "Section");
  EXPECT_EQ(Title(document, "{}", {}), "Table of Contents");
  document.AddTitle("CONTENTS OF THE TABLE OF CONTENTS");
  document.AddTitle("Real  title");
  EXPECT_EQ(Title(document, "{}", stop), "Real title");
  EXPECT_EQ(Title(document, R"({"title": " ", "pdf_title": "From PDF"})", stop), "From PDF");
  EXPECT_EQ(Title(document, R"({"title": "Given", "pdf_title": "From PDF"})", stop), "Given");
  EXPECT_EQ(Title(document, R"({"title": 7})", stop), "Real title");
  EXPECT_EQ(Title(Document("y"), "not json", {}), "");
}

}  // namespace
}  // namespace haiku
