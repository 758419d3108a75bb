#include "docling/document.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace docling {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Ref, PrintsAndParses) {
  for (const char* pointer :
       {"#/body", "#/furniture", "#/texts/0", "#/groups/12", "#/tables/7", "#/pictures/1",
        "#/key_value_items/3", "#/form_items/0", "#/field_regions/4294967295", "#/field_items/2"}) {
    const auto ref = Ref::Parse(pointer);
    ASSERT_TRUE(ref) << pointer;
    EXPECT_EQ(ref->ToString(), pointer);
  }
  for (const char* pointer : {"", "#", "#/", "#/texts", "#/texts/", "#/texts/x", "#/texts/1/2",
                              "#/texts/-1", "#/nodes/1", "texts/1", "#/texts/4294967296"}) {
    EXPECT_FALSE(Ref::Parse(pointer)) << pointer;
  }
}

TEST(Labels, NamesRoundTrip) {
  for (int i = 0; i <= int(Label::kFieldItem); ++i) {
    EXPECT_EQ(ParseLabel(Name(Label(i))), Label(i)) << i;
  }
  for (int i = 0; i <= int(GroupLabel::kPictureArea); ++i) {
    EXPECT_EQ(ParseGroupLabel(Name(GroupLabel(i))), GroupLabel(i)) << i;
  }
  EXPECT_EQ(ParseGroupLabel("ordered_list"), GroupLabel::kList);
  EXPECT_EQ(Name(GroupLabel::kList), "list");
  EXPECT_EQ(ParseLayer(Name(Layer::kNotes)), Layer::kNotes);
  EXPECT_FALSE(ParseLabel("chapter"));
  EXPECT_TRUE(IsCodeLanguage("C++"));
  EXPECT_FALSE(IsCodeLanguage("c++"));
  EXPECT_TRUE(IsKnownMimeType("application/pdf"));
  EXPECT_FALSE(IsKnownMimeType("application/x-nothing"));
}

TEST(Document, BuilderLinksNodes) {
  Document document("report");
  Text& heading = document.AddHeading("Scope", 1);
  Group& list = document.AddGroup(GroupLabel::kList, "list", {.parent = heading.self});
  Text& item = document.AddListItem("first", {.parent = list.self});
  Table& table = document.AddTable();
  document.AddCaption(table.self, "Table 1", {.parent = table.self});
  EXPECT_THAT(document.body.children, ElementsAre(heading.self, table.self));
  EXPECT_THAT(heading.children, ElementsAre(list.self));
  EXPECT_EQ(item.parent, list.self);
  EXPECT_EQ(item.self.ToString(), "#/texts/1");
  EXPECT_THAT(table.captions, ElementsAre(Ref::Parse("#/texts/2").value()));
  EXPECT_EQ(document.FindText(item.self), &item);
  EXPECT_EQ(document.FindText(Ref{Ref::Kind::kText, 9}), nullptr);
  EXPECT_EQ(document.FindItem(list.self), nullptr);
  EXPECT_EQ(document.NodeCount(), 5U);
}

TEST(Document, DeleteRenumbersEverythingThatPoints) {
  Document document;
  const Ref first = document.AddText(Label::kText, "goes").self;
  Table& table = document.AddTable();
  document.AddCaption(table.self, "stays", {});
  const Ref rich = document.AddGroup(GroupLabel::kUnspecified, "cell", {.parent = table.self}).self;
  document.AddText(Label::kText, "goes too", {.parent = rich});
  document.AddText(Label::kText, "last", {}).comments = {{Comment{.ref = first, .range = {}}}};
  TableCell cell = TableCell::At(0, 0, "x");
  cell.ref = rich;
  table.data.Add(std::move(cell));

  document.Delete(std::vector<Ref>{first, rich, first});

  ASSERT_EQ(document.texts.size(), 2U);
  EXPECT_EQ(document.texts[0].text, "stays");
  EXPECT_EQ(document.texts[1].text, "last");
  EXPECT_EQ(document.texts[1].self.ToString(), "#/texts/1");
  EXPECT_THAT(*document.texts[1].comments, IsEmpty());
  EXPECT_THAT(document.tables[0].children, IsEmpty());
  EXPECT_THAT(document.tables[0].captions, ElementsAre(document.texts[0].self));
  EXPECT_FALSE(document.tables[0].data.cells[0].ref);
  EXPECT_THAT(document.body.children,
              ElementsAre(document.tables[0].self, document.texts[0].self, document.texts[1].self));
}

TEST(Document, MoveAndLayer) {
  Document document;
  const Ref table = document.AddTable().self;
  const Ref text = document.AddText(Label::kText, "run").self;
  document.Move(text, table);
  EXPECT_THAT(document.body.children, ElementsAre(table));
  EXPECT_THAT(document.Find(table)->children, ElementsAre(text));
  EXPECT_EQ(document.Find(text)->parent, table);
  document.SetLayer(table, Layer::kNotes);
  EXPECT_EQ(document.Find(text)->layer, Layer::kNotes);
  document.DeleteLastText();
  EXPECT_THAT(document.Find(table)->children, IsEmpty());
}

TEST(Document, CopiesDeeply) {
  Document document;
  document.AddCode("x", "C").code->captions.push_back(Ref::Body());
  Document copy = document;
  copy.texts[0].code->captions.clear();
  EXPECT_EQ(document.texts[0].code->captions.size(), 1U);
}

TEST(Document, HashIsTheLastSixteenHexDigits) {
  // SHA-256 of "abc" ends in b00361a396177a9cb410ff61f20015ad.
  EXPECT_EQ(BinaryHash("abc"), 0xb410ff61f20015adULL);
}

TEST(Grid, SpansRepeatAndLaterCellsWin) {
  TableData data;
  data.Add(TableCell::At(0, 0, "wide", 1, 2));
  data.Add(TableCell::At(1, 1, "b"));
  data.Add(TableCell::At(0, 1, "over"));
  const Grid grid(data);
  EXPECT_EQ(grid.rows(), 2);
  EXPECT_EQ(grid.cols(), 2);
  EXPECT_EQ(grid.At(0, 0)->text, "wide");
  EXPECT_EQ(grid.At(0, 1)->text, "over");
  EXPECT_EQ(grid.At(1, 0), nullptr);
  EXPECT_EQ(grid.At(1, 1)->text, "b");
}

TEST(Grid, HostileSpansStaySmall) {
  TableData data;
  for (int i = 0; i < 100; ++i) {
    data.cells.push_back(TableCell::At(0, 0, std::string(1000, 'x'), 2'000'000'000, 2'000'000'000));
  }
  data.num_rows = 1'000;
  data.num_cols = 2'000;
  const Grid grid(data);
  size_t bytes = 0;
  for (int row = 0; row < grid.rows(); ++row) {
    for (int col = 0; col < grid.cols(); ++col) {
      if (grid.At(row, col) != nullptr) bytes += grid.At(row, col)->text.size();
    }
  }
  EXPECT_LT(bytes, 80U << 20);
  data.num_rows = 2'000'000'000;
  EXPECT_LE(int64_t{Grid(data).rows()} * data.num_cols, kMaxGridPositions);
}

}  // namespace
}  // namespace docling
