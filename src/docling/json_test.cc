#include "docling/json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "docling/hyperlink.h"
#include "docling/json_writer.h"
#include "docling/python_text.h"
#include "docling/walk.h"

namespace docling {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// A document with the given members beside a name.
std::string Doc(std::string_view members) { return R"({"name":"n",)" + std::string(members) + "}"; }

std::string BodyOf(std::string_view refs) {
  return R"("body":{"self_ref":"#/body","children":[)" + std::string(refs) + "]}";
}

// One text under body with the given extra members.
std::string OneText(std::string_view members) {
  return Doc(
      BodyOf(R"({"$ref":"#/texts/0"})") +
      R"(,"texts":[{"self_ref":"#/texts/0","parent":{"$ref":"#/body"},"label":"text","orig":"o","text":"t")" +
      std::string(members) + "}]");
}

TEST(PythonFloat, PrintsAsRepr) {
  const std::pair<double, const char*> rows[] = {
      {612, "612.0"},
      {0.1, "0.1"},
      {1e16, "1e+16"},
      {123456789012345680, "1.2345678901234568e+17"},
      {1e15, "1000000000000000.0"},
      {1e-4, "0.0001"},
      {1.5e-5, "1.5e-05"},
      {-2.25, "-2.25"},
      {0, "0.0"},
      {1e22, "1e+22"},
      {5e-324, "5e-324"},
      {100, "100.0"},
  };
  for (const auto& [value, printed] : rows) {
    std::string out;
    AppendPythonFloat(value, out);
    EXPECT_EQ(out, printed);
  }
}

TEST(JsonWrite, FileForm) {
  Document document("report");
  document.origin = Origin{"text/markdown", 14981478401387673002U, "report.md", {}};
  Text& heading = document.AddHeading("Ümläut \"q\"\n", 2);
  heading.prov.push_back({1, {72, 700.5, 200, 688, CoordOrigin::kBottomLeft}, 0, 5});
  heading.formatting = Formatting{.bold = true};
  document.pages[1] = Page{612, 792, {}};
  EXPECT_EQ(
      WriteJson(document),
      R"({"schema_name":"DoclingDocument","version":"1.10.0","name":"report","origin":{"mimetype":"text/markdown","binary_hash":14981478401387673002,"filename":"report.md"},)"
      R"("furniture":{"self_ref":"#/furniture","children":[],"content_layer":"furniture","name":"_root_","label":"unspecified"},)"
      R"("body":{"self_ref":"#/body","children":[{"$ref":"#/texts/0"}],"content_layer":"body","name":"_root_","label":"unspecified"},"groups":[],)"
      R"("texts":[{"self_ref":"#/texts/0","parent":{"$ref":"#/body"},"children":[],"content_layer":"body","label":"section_header","prov":[{"page_no":1,"bbox":{"l":72.0,"t":700.5,"r":200.0,"b":688.0,"coord_origin":"BOTTOMLEFT"},"charspan":[0,5]}],"orig":"Ümläut \"q\"\n","text":"Ümläut \"q\"\n","formatting":{"bold":true,"italic":false,"underline":false,"strikethrough":false,"script":"baseline"},"level":2}],)"
      R"("pictures":[],"tables":[],"key_value_items":[],"form_items":[],"pages":{"1":{"size":{"width":612.0,"height":792.0},"page_no":1}}})");
  EXPECT_EQ(WritePagesJson(document),
            R"({"1":{"size":{"width":612.0,"height":792.0},"page_no":1}})");
  EXPECT_THAT(WriteJson(document, {.pages = false}), HasSubstr(R"("form_items":[]})"));
}

TEST(JsonWrite, PictureImagesCanBeLeftOut) {
  Document document;
  document.AddPicture().image =
      ImageRef{.width = 1, .height = 2, .uri = "data:image/png;base64,AA=="};
  EXPECT_THAT(WriteJson(document), HasSubstr("base64,AA=="));
  EXPECT_THAT(WriteJson(document, {.picture_images = false}), Not(HasSubstr("image/png")));
}

TEST(JsonRead, WhatIsWrittenReadsBack) {
  Document document("all");
  document.AddTitle("T").SetOrig("T0");
  Group& list = document.AddGroup(GroupLabel::kList, "list", {});
  Text& item = document.AddListItem("i", {.parent = list.self});
  item.enumerated = true;
  item.marker = "1.";
  item.hyperlink = std::string("https://ex.org/");
  item.source = {{Track{0.5, 1.5, "id", std::nullopt}}};
  Text& code = document.AddCode("x", "C++");
  document.AddCaption(code.self, "cap", {});
  Table& table = document.AddTable();
  Group& cell =
      document.AddGroup(GroupLabel::kUnspecified, "rich_cell_group_1_0_0", {.parent = table.self});
  table.data.Add(TableCell::At(0, 0, "r", 2, 3)).ref = cell.self;
  table.data.orientation = Orientation::kRot90;
  Picture& picture = document.AddPicture();
  picture.meta.Ensure().description = MetaText{{0.5, "model", {{"a__b", "[1,2.5]"}}}, "desc"};
  picture.meta->classification = MetaClassification{{{{0.25, "m", {}}, "logo"}}, {}};
  picture.meta->tabular_chart = MetaChart{{}, "chart", table.data};
  picture.meta->tabular_chart->data.cells[0].ref = {};
  picture.comments = {{Comment{item.self, std::pair(0, 1)}}};
  GraphItem& graph = document.AddGraph(Label::kForm);
  graph.cells = {{"key", 0, "k", "k", {}, item.self}, {"value", 1, "v", "v", Prov{}, {}}};
  graph.links = {{"to_value", 0, 1}};
  document.AddField(Label::kFieldRegion);
  document.AddText(Label::kFieldValue, "fv").fillable = true;
  document.pages[3].image = ImageRef{.width = 1, .height = 1, .uri = "p.png"};

  const std::string written = WriteJson(document, {.indent = 2});
  const auto read = ReadJson(written);
  ASSERT_TRUE(read) << read.error().ToString();
  EXPECT_EQ(WriteJson(*read, {.indent = 2}), written);
}

TEST(JsonRead, AcceptsTheApiFormAndOlderShapes) {
  const auto read = ReadJson(
      R"({"schema_name":"DoclingDocument","version":"1.3.0","name":"n","origin":null,"unknown_top":[[1]],)"
      R"("body":{"self_ref":"#/body","parent":null,"children":[{"cref":"#/texts/0"}],"meta":null,"name":"_root_","label":"unspecified"},)"
      R"("texts":[{"self_ref":"#/texts/7","parent":{"cref":"#/body"},"meta":null,"label":"text","prov":[],"orig":"o","text":"t","formatting":null,"hyperlink":null}],"pages":{}})");
  ASSERT_TRUE(read) << read.error().ToString();
  EXPECT_EQ(read->texts[0].self.ToString(), "#/texts/0");
  EXPECT_EQ(read->texts[0].orig(), "o");
  EXPECT_FALSE(read->origin);
  EXPECT_TRUE(ReadJson(OneText("")));
  EXPECT_EQ(
      ReadJson(
          Doc(R"("origin":{"mimetype":"text/csv","binary_hash":"18446744073709551615","filename":"f"})"))
          ->origin->binary_hash,
      UINT64_MAX);
}

TEST(JsonRead, RejectsWithAReason) {
  const std::pair<std::string, const char*> rows[] = {
      {"", "JSON"},
      {"[]", "not a JSON object"},
      {"3", "not a JSON object"},
      {R"({"name":"n")", "JSON"},
      {R"({"name":"n"} x)", "JSON"},
      {R"({"texts":[]})", "'name' is missing"},
      {Doc(R"("version":"2.0.0")"), "version"},
      {Doc(R"("version":"1.11.0")"), "version"},
      {Doc(R"("schema_name":"Other")"), "schema_name"},
      {Doc(R"("texts":{})"), "'texts' must be an array"},
      {Doc(R"("texts":null)"), "'texts' must be an array"},
      {Doc(BodyOf(R"({"$ref":"#/texts/0"})")), "#/texts/0 does not exist"},
      {Doc(R"("body":{"self_ref":"#/body","children":null})"), "'children' must be an array"},
      {OneText(R"(,"prov":null)"), "texts/0: 'prov' must be an array"},
      {OneText(R"(,"colour":"red")"), "texts/0: unknown key 'colour'"},
      {OneText(R"(,"level":1)"), "texts/0: unknown key 'level'"},
      {OneText(R"(,"meta":{"x":1})"), "texts/0: unknown key 'x'"},
      {OneText(R"(,"content_layer":"attic")"), "content_layer 'attic'"},
      {Doc(R"("texts":[{"self_ref":"#/texts/0","label":"nonsense","orig":"","text":""}])"),
       "label 'nonsense'"},
      {Doc(R"("texts":[{"self_ref":"#/texts/0","label":"table","orig":"","text":""}])"),
       "does not belong"},
      {Doc(R"("origin":{"mimetype":"x/y","binary_hash":1,"filename":"f"})"), "mimetype 'x/y'"},
      {Doc(R"("origin":{"mimetype":"text/csv","filename":"f"})"), "'binary_hash' is missing"},
      {Doc(R"("origin":{"mimetype":"text/csv","binary_hash":18446744073709551616,"filename":"f"})"),
       "64-bit"},
      {Doc(BodyOf(R"({"$ref":"#/texts/0"})") +
           R"(,"texts":[{"self_ref":"#/texts/0","parent":{"$ref":"#/furniture"},"label":"text","orig":"","text":""}])"),
       "its parent is #/furniture"},
      {Doc(R"("groups":[{"self_ref":"#/groups/0","parent":{"$ref":"#/groups/0"},"children":[{"$ref":"#/groups/0"}]}])"),
       "below itself"},
      {Doc(R"("tables":[{"self_ref":"#/tables/0","data":{"num_rows":100000,"num_cols":100000}}])"),
       "100000 x 100000"},
      {Doc(R"("tables":[{"self_ref":"#/tables/0","data":{"num_rows":1,"num_cols":1,"table_cells":[{"start_row_offset_idx":0,)"
           R"("end_row_offset_idx":1,"start_col_offset_idx":0,"end_col_offset_idx":1,"text":"","ref":{"$ref":"#/body"}}]}}])"),
       "not a child of the table"},
  };
  for (const auto& [text, reason] : rows) {
    const auto read = ReadJson(text);
    ASSERT_FALSE(read) << text;
    EXPECT_THAT(read.error().message(), HasSubstr(reason)) << text;
  }
}

TEST(JsonRead, MigratesAnnotations) {
  const auto read = ReadJson(Doc(
      R"("pictures":[{"self_ref":"#/pictures/0","annotations":[{"kind":"description","text":"d","provenance":"p"},)"
      R"({"kind":"description","text":"second","provenance":"p"},{"kind":"misc","content":{"a":1.0}},)"
      R"({"kind":"classification","provenance":"c","predicted_classes":[{"class_name":"logo","confidence":0.5}]}]}])"));
  ASSERT_TRUE(read) << read.error().ToString();
  const Meta& meta = *read->pictures[0].meta;
  EXPECT_EQ(meta.description->text, "d");
  EXPECT_EQ(meta.description->created_by, "p");
  EXPECT_EQ(meta.classification->predictions[0].created_by, "c");
  ASSERT_EQ(meta.custom.size(), 1U);
  EXPECT_EQ(meta.custom[0].first, "docling_legacy__misc");
  EXPECT_EQ(meta.custom[0].second, R"({"a":1.0})");
}

TEST(JsonRead, RepairsStrayListItemsRepeatsAndBoxes) {
  const std::string item = R"("parent":{"$ref":"#/body"},"label":"list_item","orig":"","text":"x")";
  const auto read = ReadJson(Doc(
      BodyOf(
          R"({"$ref":"#/texts/0"},{"$ref":"#/texts/1"},{"$ref":"#/texts/2"},{"$ref":"#/texts/2"})") +
      R"(,"texts":[{"self_ref":"#/texts/0","parent":{"$ref":"#/body"},"label":"page_header","orig":"","text":"h"},)"
      R"({"self_ref":"#/texts/1",)" +
      item + R"(},{"self_ref":"#/texts/2",)" + item +
      R"(,"prov":[{"page_no":1,"bbox":{"l":-5,"t":1,"r":999,"b":2},"charspan":[0,1]}]}],)"
      R"("version":"1.0.0","pages":{"1":{"size":{"width":10,"height":20},"page_no":1}})"));
  ASSERT_TRUE(read) << read.error().ToString();
  EXPECT_EQ(read->texts[0].layer, Layer::kFurniture);
  EXPECT_THAT(read->body.children, ElementsAre(read->texts[0].self, read->groups[0].self));
  EXPECT_THAT(read->groups[0].children, ElementsAre(read->texts[1].self, read->texts[2].self));
  EXPECT_EQ(read->texts[2].prov[0].bbox.l, 0);
  EXPECT_EQ(read->texts[2].prov[0].bbox.r, 10);
}

TEST(JsonRead, StrayListItemsOfACellStayInTheCell) {
  const auto read = ReadJson(Doc(
      BodyOf(R"({"$ref":"#/tables/0"})") +
      R"(,"texts":[{"self_ref":"#/texts/0","parent":{"$ref":"#/tables/0"},"label":"list_item","orig":"","text":"x"}],)"
      R"("tables":[{"self_ref":"#/tables/0","parent":{"$ref":"#/body"},"children":[{"$ref":"#/texts/0"}],)"
      R"("data":{"num_rows":1,"num_cols":1,"table_cells":[{"start_row_offset_idx":0,"end_row_offset_idx":1,)"
      R"("start_col_offset_idx":0,"end_col_offset_idx":1,"text":"x","ref":{"$ref":"#/texts/0"}}]}}])"));
  ASSERT_TRUE(read) << read.error().ToString();
  EXPECT_EQ(read->tables[0].data.cells[0].ref, read->groups[0].self);
  EXPECT_EQ(read->groups[0].parent, read->tables[0].self);
  EXPECT_TRUE(ReadJson(WriteJson(*read)));
}

TEST(JsonRead, DeepNestingIsAnErrorOrATree) {
  for (const char* bracket : {"[", "{\"a\":"}) {
    std::string deep = R"({"name":"n","body":)";
    for (int i = 0; i < 1'000'000; ++i) deep += bracket;
    EXPECT_FALSE(ReadJson(deep));
  }
  // Groups, each in the one before, is a valid document and is walked without recursion.
  std::string chain = Doc(BodyOf(R"({"$ref":"#/groups/0"})"));
  chain.pop_back();
  chain += R"(,"groups":[)";
  const int depth = 100'000;
  for (int i = 0; i < depth; ++i) {
    const std::string parent = i == 0 ? "#/body" : "#/groups/" + std::to_string(i - 1);
    chain += R"({"self_ref":"#","parent":{"$ref":")" + parent + R"("},"children":[)";
    if (i + 1 < depth) chain += R"({"$ref":"#/groups/)" + std::to_string(i + 1) + R"("})";
    chain += i + 1 < depth ? "]}," : "]}";
  }
  const auto read = ReadJson(chain + "]}");
  ASSERT_TRUE(read) << read.error().ToString();
  Walk walk(*read, {.groups = true});
  int deepest = 0;
  while (walk.Next() != nullptr) deepest = std::max(deepest, walk.level());
  EXPECT_EQ(deepest, depth);
}

TEST(Hyperlink, NormalForms) {
  const std::pair<const char*, const char*> rows[] = {
      {"https://Ex.org", "https://ex.org/"},
      {"HTTP://a.b:80/x/../y?q r#f", "http://a.b/y?q%20r#f"},
      {"https://a.b:8443/ü", "https://a.b:8443/%C3%BC"},
      {"https://Bücher.example/", "https://xn--bcher-kva.example/"},
      {"mailto:A@b.c", "mailto:A@b.c"},
      {"./a", "a"},
      {"a//b/./c/", "a/b/c"},
      {"/x/", "/x"},
      {"//host/x", "//host/x"},
      {"#frag", "#frag"},
      {"", "."},
      {"http://", "http:"},
  };
  for (const auto& [text, normal] : rows) EXPECT_EQ(NormaliseHyperlink(text), normal) << text;
  EXPECT_FALSE(NormaliseUrl("a/b"));
  EXPECT_FALSE(NormaliseUrl("http://a b/"));
}

TEST(Walk, LayersGroupsAndPictures) {
  Document document;
  Group& hidden = document.AddGroup(GroupLabel::kSection, "s", {.layer = Layer::kFurniture});
  const Ref inner = document.AddText(Label::kText, "in", {.parent = hidden.self}).self;
  Picture& picture = document.AddPicture();
  const Ref caption = document.AddCaption(picture.self, "c", {.parent = picture.self}).self;
  const Ref ocr = document.AddText(Label::kText, "ocr", {.parent = picture.self}).self;
  const auto refs = [&](const WalkOptions& options) {
    std::vector<Ref> found;
    Walk walk(document, options);
    while (const Node* node = walk.Next()) found.push_back(node->self);
    return found;
  };
  EXPECT_THAT(refs({}), ElementsAre(inner, picture.self, caption));
  EXPECT_THAT(refs({.into_pictures = true}), ElementsAre(inner, picture.self, caption, ocr));
  EXPECT_THAT(refs({.layers = Layers::All(), .groups = true}),
              ElementsAre(Ref::Body(), hidden.self, inner, picture.self, caption));
  EXPECT_THAT(refs({.root = picture.self}), ElementsAre(picture.self, caption));
  Walk walk(document, {.groups = true});
  walk.Next();
  walk.SkipChildren();
  EXPECT_EQ(walk.Next(), nullptr);
}

}  // namespace
}  // namespace docling
