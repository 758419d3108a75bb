#include "docling/chunker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "docling/line_splitter.h"
#include "docling/semantic_splitter.h"

namespace docling {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// A token per word. text::WordTokenizer counts only what is ASCII.
class Words : public text::Tokenizer {
 public:
  size_t Count(std::string_view text) const override {
    calls += 1;
    bytes += text.size();
    size_t words = 0;
    bool in_word = false;
    for (const char c : text) {
      const bool blank = c == ' ' || c == '\n' || c == '\t';
      if (!blank && !in_word) ++words;
      in_word = !blank;
    }
    return words;
  }
  std::vector<int32_t> Encode(std::string_view text) const override {
    return std::vector<int32_t>(Count(text));
  }
  size_t MaxTokens() const override { return 0; }

  mutable size_t calls = 0;
  mutable size_t bytes = 0;
};

std::vector<std::string> Texts(const std::vector<Chunk>& chunks) {
  std::vector<std::string> texts;
  for (const Chunk& chunk : chunks) texts.push_back(chunk.text);
  return texts;
}

HybridOptions Tokens(size_t max_tokens) {
  HybridOptions options;
  options.max_tokens = max_tokens;
  return options;
}

std::vector<Chunk> Hybrid(const Document& document, const HybridOptions& options) {
  return HybridChunks(document, Words(), options).value();
}

TableData Rows(const std::vector<std::vector<std::string>>& rows, int header_rows) {
  TableData data;
  for (int row = 0; row < int(rows.size()); ++row) {
    for (int col = 0; col < int(rows[size_t(row)].size()); ++col) {
      data.Add(TableCell::At(row, col, rows[size_t(row)][size_t(col)])).column_header =
          row < header_rows;
    }
  }
  return data;
}

// The document of the worked example: title, headings, list, inline runs, pictures, table.
Document Sample() {
  Document document;
  document.AddText(Label::kText, "before");
  document.AddTitle("Title");
  document.AddHeading("H1", 1);
  document.AddText(Label::kText, "t1_x <b>");
  document.AddHeading("H1.1", 2);
  const Ref list = document.AddGroup(GroupLabel::kList, "list", {}).self;
  const Ref a = document.AddListItem("A", {.parent = list}).self;
  const Ref inner = document.AddGroup(GroupLabel::kList, "list", {.parent = a}).self;
  document.AddListItem("A1", {.parent = inner});
  document.AddListItem("B", {.parent = list});
  document.AddHeading("H2", 1);
  const Ref runs = document.AddInlineGroup().self;
  document.AddText(Label::kText, "x", {.parent = runs});
  Text& link = document.AddText(Label::kText, "y", {.parent = runs});
  link.formatting = Formatting{.bold = true};
  link.hyperlink = std::string("http://q.r/");
  document.AddCaption(document.AddPicture().self, "PicCap", {});
  document.AddPicture();
  document.AddPicture().meta.Ensure().description = MetaText{{}, "descr"};
  Table& table = document.AddTable(Rows({{"Year", "Rev"}, {"2020", "1"}}, 1));
  document.AddCaption(table.self, "TabCap", {});
  return document;
}

TEST(Hierarchical, OneChunkPerBlockWithItsHeadings) {
  const Document document = Sample();
  const auto chunks = HierarchicalChunks(document);
  EXPECT_THAT(Texts(chunks),
              ElementsAre("before", "t1_x <b>", "- A\n    - A1\n- B", "x [**y**](http://q.r/)",
                          "PicCap", "descr", "TabCap\n\n2020, Rev = 1"));
  EXPECT_FALSE(chunks[0].headings);
  EXPECT_THAT(*chunks[2].headings, ElementsAre("Title", "H1", "H1.1"));
  EXPECT_THAT(*chunks[3].headings, ElementsAre("Title", "H2"));
  EXPECT_THAT(ItemRefs(chunks[4]), ElementsAre("#/texts/11"));  // the caption, not the picture
  EXPECT_THAT(ItemRefs(chunks[5]), ElementsAre("#/pictures/2"));
  EXPECT_THAT(Labels(document, chunks[6]), ElementsAre("caption", "table"));
  EXPECT_EQ(Contextualize(chunks[3]), "Title\nH2\nx [**y**](http://q.r/)");
}

TEST(Hierarchical, TableTexts) {
  const std::pair<TableData, const char*> rows[] = {
      {Rows({{"Year", "Rev", "Cost"}, {"2020", "1", "2"}, {"2021", "3", "4"}}, 1),
       "2020, Rev = 1. 2020, Cost = 2. 2021, Rev = 3. 2021, Cost = 4"},
      {Rows({{"a", "b"}, {"c", "d"}}, 0), "a, 1 = b. c, 1 = d"},
      {Rows({{"only"}, {"v1"}, {"v2"}}, 1), "v1 = v2"},
      {Rows({{"only"}, {"v1"}}, 1), "v1"},
      {Rows({{"h1", "h2"}}, 1), "h1. h2"},
      {Rows({{"A", "B"}, {"A2", "B2"}, {"1", "2"}}, 2), "1, B.B2 = 2"},
      {Rows({{"Year", "Cost"}, {"2020", ""}}, 1), "2020, Cost ="},
  };
  for (const auto& [data, text] : rows) {
    Document document;
    document.AddTable(data);
    const auto chunks = HierarchicalChunks(document);
    ASSERT_EQ(chunks.size(), 1U) << text;
    // The value of the last cell may be empty: "C = ".
    EXPECT_EQ(chunks[0].text.substr(0, std::string(text).size()), text);
  }
}

TEST(Hierarchical, CellsOfATableWithoutTextAreChunksOfTheirOwn) {
  Document document;
  Table& table = document.AddTable();
  const Ref cell = document.AddGroup(GroupLabel::kUnspecified, "c", {.parent = table.self}).self;
  document.AddText(Label::kText, "inside", {.parent = cell});
  table.data.Add(TableCell::At(0, 0, "")).ref = cell;
  EXPECT_THAT(Texts(HierarchicalChunks(document)), ElementsAre("inside"));
  table.data.num_cols = 0;  // nothing to show: the cell's content is still to be found
  EXPECT_THAT(Texts(HierarchicalChunks(document)), ElementsAre("inside"));
}

TEST(Hierarchical, MarkdownTablesAndPlaceholders) {
  Document document;
  document.AddTable(Rows({{"a", "b"}, {"1", "2"}}, 1));
  document.AddPicture();
  EXPECT_THAT(Texts(HierarchicalChunks(document, {.tables = TableText::kCompactMarkdown,
                                                  .image_placeholder = "![IMAGE]"})),
              ElementsAre("| a | b |\n| - | - |\n| 1 | 2 |", "![IMAGE]"));
}

TEST(Hierarchical, HeadingsWithoutContent) {
  Document document;
  document.AddHeading("A", 1);
  document.AddHeading("B", 2);
  document.AddHeading("C", 2);
  document.AddText(Label::kText, "t");
  document.AddHeading("D", 1);
  EXPECT_EQ(HierarchicalChunks(document).size(), 1U);
  const auto chunks = HierarchicalChunks(document, {.always_emit_headings = true});
  ASSERT_EQ(chunks.size(), 3U);
  EXPECT_THAT(*chunks[0].headings, ElementsAre("A", "B"));
  EXPECT_EQ(chunks[0].text, "");
  EXPECT_FALSE(chunks[0].has_origin);
  EXPECT_THAT(*chunks[2].headings, ElementsAre("D"));
}

TEST(Hybrid, PeersMergeAndListsLoseTheirIndentation) {
  EXPECT_THAT(Texts(Hybrid(Sample(), Tokens(20))),
              ElementsAre("before", "t1_x <b>", "- A\n- A1\n- B",
                          "x\n[**y**](http://q.r/)\nPicCap\ndescr\nTabCap\n\n2020, Rev = 1"));
}

TEST(Hybrid, SentencesAreKeptTogether) {
  Document document;
  document.AddHeading("H", 1);
  document.AddText(
      Label::kText,
      "One two three. Four five six! Seven eight nine ten? Eleven, twelve thirteen; fourteen\n"
      "new line here. And more words follow here now ok.");
  EXPECT_THAT(Texts(Hybrid(document, Tokens(6))),
              ElementsAre("One two three.", "Four five six!", "Seven eight nine ten?",
                          "Eleven, twelve thirteen; fourteen", "new line here.",
                          "And more words follow here", "now ok."));
}

TEST(Hybrid, HeadingsThatLeaveNoRoomAreDropped) {
  Document document;
  document.AddHeading("1 2 3 4 5 6 7 8 9 10 11 12 13 14 15", 1);
  std::string text;
  for (int i = 0; i < 30; ++i) text += "w" + std::to_string(i) + (i < 29 ? " " : "");
  document.AddText(Label::kText, text);
  const auto chunks = Hybrid(document, Tokens(10));
  ASSERT_EQ(chunks.size(), 3U);
  EXPECT_EQ(chunks[0].text, "w0 w1 w2 w3 w4 w5 w6 w7 w8 w9");
  EXPECT_FALSE(chunks[0].headings);
}

TEST(Hybrid, LongTripletTablesAreCutBetweenTokens) {
  Document document;
  document.AddHeading("H", 1);
  TableData data = Rows({{"Year", "Rev", "Cost"}}, 1);
  for (int row = 0; row < 8; ++row) {
    const std::string i = std::to_string(row);
    for (int col = 0; col < 3; ++col) {
      data.Add(TableCell::At(row + 1, col, (col == 0 ? "200" : col == 1 ? "r" : "c") + i));
    }
  }
  document.AddCaption(document.AddTable(data).self, "My table caption", {});
  document.AddText(Label::kText, "tail");
  const auto texts = Texts(Hybrid(document, Tokens(20)));
  ASSERT_GE(texts.size(), 4U);
  // The caption alone renders as nothing, because the table shows it.
  EXPECT_EQ(texts[0], "");
  EXPECT_EQ(
      texts[1],
      "My table caption\n2000, Rev = r0. 2000, Cost = c0. 2001, Rev = r1. 2001, Cost = c1. 2002,");
  EXPECT_EQ(texts[2].substr(0, 14), "\n Rev = r2. 20");
  EXPECT_EQ(texts.back(), " Rev = r7. 2007, Cost = c7\ntail");
}

TEST(Hybrid, HeaderRowsRepeatAndCaptionsDoNot) {
  Document document;
  TableData data = Rows({{"Year", "Rev"}}, 1);
  for (int row = 1; row < 6; ++row) {
    data.Add(TableCell::At(row, 0, "y" + std::to_string(row)));
    data.Add(TableCell::At(row, 1, "r" + std::to_string(row)));
  }
  Table& table = document.AddTable(data);
  document.AddCaption(table.self, "Cap", {.parent = table.self});
  HybridOptions options = Tokens(22);
  options.tables = TableText::kCompactMarkdown;
  options.merge_peers = false;
  const std::string header = "| Year | Rev |\n| - | - |\n";
  EXPECT_THAT(Texts(Hybrid(document, options)),
              ElementsAre("", "Cap\n\n" + header + "| y1 | r1 |\n| y2 | r2 |\n",
                          header + "| y3 | r3 |\n| y4 | r4 |\n", header + "| y5 | r5 |"));
}

TEST(Hybrid, NeedsALimit) {
  EXPECT_FALSE(HybridChunks(Document(), Words(), Tokens(0)));
  EXPECT_THAT(HybridChunks(Document(), text::WordTokenizer(9), Tokens(0)).value(), IsEmpty());
}

TEST(Hybrid, PagesAndOrigin) {
  Document document;
  document.origin = Origin{"text/csv", 5, "a.csv", {}};
  Text& text = document.AddText(Label::kText, "x");
  text.prov = {{7, {}, 0, 1}, {2, {}, 0, 1}, {7, {}, 0, 1}};
  const auto chunks = Hybrid(document, Tokens(20));
  ASSERT_EQ(chunks.size(), 1U);
  EXPECT_THAT(PageNumbers(document, chunks[0]), ElementsAre(2, 7));
  document.texts[0].prov.clear();
  EXPECT_EQ(
      WriteChunksJson(document, chunks),
      R"({"root":[{"text":"x","meta":{"schema_name":"docling_core.transforms.chunker.DocMeta","version":"1.0.0",)"
      R"("doc_items":[{"self_ref":"#/texts/0","parent":{"$ref":"#/body"},"children":[],"content_layer":"body","label":"text","prov":[]}],)"
      R"("origin":{"mimetype":"text/csv","binary_hash":5,"filename":"a.csv"}}}]})");
}

TEST(LineSplitter, OverflowingPrefixAndLines) {
  const Words words;
  const TokenCounter counter(words);
  EXPECT_THAT(SplitLines("h1 h2\n", {"a b\n", "c d e f g h i\n"}, {.max_tokens = 5}, counter),
              ElementsAre("h1 h2\na b\n\nc", "h1 h2\n\n d e f", "h1 h2\n g h i\n"));
  EXPECT_THAT(SplitLines("1 2 3 4 5 6", {"a", "b"}, {.max_tokens = 5}, counter),
              ElementsAre("\n1 2 3 4 5", " 6", "ab"));
  EXPECT_THAT(SplitLines("h1 h2\n", {"a b c d\n", "e"},
                         {.max_tokens = 5, .omit_prefix_on_overflow = true}, counter),
              ElementsAre("h1 h2\n", "a b c d\ne"));
}

TEST(SemanticSplitter, MarksStayWithTheirText) {
  // A token per character.
  class Characters : public text::Tokenizer {
   public:
    size_t Count(std::string_view text) const override { return text.size(); }
    std::vector<int32_t> Encode(std::string_view) const override { return {}; }
    size_t MaxTokens() const override { return 0; }
  };
  const Characters characters;
  const TokenCounter counter(characters);
  EXPECT_THAT(SplitSemantically("ab.cd.efgh", 4, counter), ElementsAre("ab.", "cd.", "efgh"));
  EXPECT_THAT(SplitSemantically("abcdefghij", 4, counter), ElementsAre("abcd", "efgh", "ij"));
  EXPECT_THAT(SplitSemantically("a b\n\nc\nd e", 3, counter), ElementsAre("a b", "c", "d e"));
  EXPECT_THAT(SplitSemantically(" \n\t ", 1, counter), IsEmpty());
}

TEST(SemanticSplitter, LongTextsTakeLinearTime) {
  const Words words;
  std::string text;
  for (int i = 0; i < 200'000; ++i) text += i % 13 == 0 ? "end. " : "word ";
  const auto pieces = SplitSemantically(text, 100, TokenCounter(words));
  EXPECT_GT(pieces.size(), 1'900U);
  EXPECT_LT(words.bytes, 40 * text.size());
}

TEST(LineSplitter, LongLinesTakeLinearTime) {
  const Words words;
  std::string text;
  for (int i = 0; i < 200'000; ++i) text += "word ";
  const auto pieces = SplitLines({}, {text}, {.max_tokens = 100}, TokenCounter(words));
  EXPECT_GE(pieces.size(), 2'000U);
  EXPECT_LT(words.bytes, 60 * text.size());
}

}  // namespace
}  // namespace docling
