#include "docling/json_read_nodes.h"

#include <boost/json/array.hpp>
#include <string_view>
#include <unordered_set>

#include "docling/hyperlink.h"

namespace docling {
namespace {

namespace json = boost::json;

// A name outside its vocabulary is a problem; the value is then the type's first.
template <typename E>
E OrProblem(std::optional<E> parsed, std::string_view what, const std::string& name,
            Problem& problem) {
  if (!parsed) problem.Set("unknown " + std::string(what) + " '" + name.substr(0, 100) + "'");
  return parsed.value_or(E{});
}

// [begin, end]
std::pair<int32_t, int32_t> ReadPair(const json::value& value, std::string_view what,
                                     Problem& problem) {
  const json::array* pair = value.if_array();
  if (pair == nullptr || pair->size() != 2 || !(*pair)[0].is_int64() || !(*pair)[1].is_int64()) {
    problem.Set("'" + std::string(what) + "' must be a pair of integers");
    return {0, 0};
  }
  return {int32_t((*pair)[0].get_int64()), int32_t((*pair)[1].get_int64())};
}

Prov ReadProv(const json::value& value, Problem& problem) {
  Fields fields(value, problem);
  Prov prov;
  prov.page_no = fields.Int("page_no");
  prov.bbox = ReadBox(fields.Any("bbox"), problem);
  std::tie(prov.charspan_begin, prov.charspan_end) =
      ReadPair(fields.Any("charspan"), "charspan", problem);
  return prov;
}

void ReadNodeFields(Fields& fields, MetaKind kind, Node& node) {
  fields.Text("self_ref");  // required, but the position in the array is what counts
  if (const json::value* parent = fields.Optional("parent")) node.parent = fields.Pointer(*parent);
  node.children = fields.Pointers("children");
  const std::string layer = fields.TextOr("content_layer", Name(node.layer));
  node.layer = OrProblem(ParseLayer(layer), "content_layer", layer, fields.problem());
  if (const json::value* meta = fields.Optional("meta")) {
    node.meta = ReadMeta(*meta, kind, fields.problem());
  }
}

Track ReadTrack(const json::value& value, Problem& problem) {
  Fields fields(value, problem);
  if (const std::string kind = fields.TextOr("kind", "track"); kind != "track") {
    problem.Set("unknown source kind '" + kind.substr(0, 100) + "'");
  }
  Track track{fields.Number("start_time"), fields.Number("end_time"),
              fields.OptionalText("identifier"), fields.OptionalText("voice")};
  if (track.end_time <= track.start_time) problem.Set("a source ends before it starts");
  return track;
}

Comment ReadComment(const json::value& value, Fields& item, Problem& problem) {
  Comment comment;
  comment.ref = item.Pointer(value);
  Fields fields(value, problem);
  if (const json::value* range = fields.Optional("range")) {
    comment.range = ReadPair(*range, "range", problem);
  }
  return comment;
}

void ReadItemFields(Fields& fields, MetaKind kind, Item& item) {
  Problem& problem = fields.problem();
  ReadNodeFields(fields, kind, item);
  const std::string label = fields.TextOr("label", Name(item.label));
  item.label = OrProblem(ParseLabel(label), "label", label, problem);
  for (const json::value& prov : fields.Array("prov")) {
    item.prov.push_back(ReadProv(prov, problem));
  }
  for (const json::value& track : fields.Array("source")) {
    item.source.Ensure().push_back(ReadTrack(track, problem));
  }
  for (const json::value& comment : fields.Array("comments")) {
    item.comments.Ensure().push_back(ReadComment(comment, fields, problem));
  }
}

// Items of one array must carry a label of that array.
void Expect(bool fits, const Item& item, Problem& problem) {
  if (!fits) problem.Set("label '" + std::string(Name(item.label)) + "' does not belong here");
}

void ReadFloatingFields(Fields& fields, Floating& floating) {
  floating.captions = fields.Pointers("captions");
  floating.references = fields.Pointers("references");
  floating.footnotes = fields.Pointers("footnotes");
  if (const json::value* image = fields.Optional("image")) {
    floating.image = ReadImage(*image, fields.problem());
  }
}

Formatting ReadFormatting(const json::value& value, Problem& problem) {
  Fields fields(value, problem);
  Formatting formatting;
  formatting.bold = fields.BoolOr("bold", false);
  formatting.italic = fields.BoolOr("italic", false);
  formatting.underline = fields.BoolOr("underline", false);
  formatting.strikethrough = fields.BoolOr("strikethrough", false);
  const std::string script = fields.TextOr("script", "baseline");
  if (script == "sub") {
    formatting.script = Script::kSub;
  } else if (script == "super") {
    formatting.script = Script::kSuper;
  } else if (script != "baseline") {
    problem.Set("unknown script '" + script.substr(0, 100) + "'");
  }
  return formatting;
}

int16_t ReadLevel(Fields& fields) {
  const int32_t level = fields.IntOr("level", 1);
  if (level < 1 || level > 100) fields.problem().Set("'level' must be 1 to 100");
  return int16_t(level);
}

void ReadCode(Fields& fields, Code& code) {
  ReadFloatingFields(fields, code);
  code.language = fields.TextOr("code_language", "unknown");
  if (!IsCodeLanguage(code.language)) {
    fields.problem().Set("unknown code_language '" + code.language.substr(0, 100) + "'");
  }
}

void ReadLabelFields(Fields& fields, Text& text) {
  switch (text.label) {
    case Label::kSectionHeader:
    case Label::kFieldHeading:
      text.level = ReadLevel(fields);
      break;
    case Label::kListItem:
      text.enumerated = fields.BoolOr("enumerated", false);
      text.marker = fields.TextOr("marker", "-");
      break;
    case Label::kCode:
      ReadCode(fields, text.code.Ensure());
      break;
    case Label::kFieldValue: {
      const std::string kind = fields.TextOr("kind", "read_only");
      text.fillable = kind == "fillable";
      if (!text.fillable && kind != "read_only") fields.problem().Set("unknown field kind");
      break;
    }
    default:
      break;
  }
}

GraphCell ReadGraphCell(const json::value& value, Problem& problem) {
  Fields fields(value, problem);
  GraphCell cell;
  cell.label = fields.Text("label");
  cell.cell_id = fields.Long("cell_id");
  cell.text = fields.Text("text");
  cell.orig = fields.Text("orig");
  if (const json::value* prov = fields.Optional("prov")) cell.prov = ReadProv(*prov, problem);
  if (const json::value* ref = fields.Optional("item_ref")) cell.item_ref = fields.Pointer(*ref);
  constexpr std::string_view kLabels[] = {"unspecified", "key", "value", "checkbox"};
  if (std::ranges::find(kLabels, cell.label) == std::end(kLabels)) {
    problem.Set("unknown graph cell label '" + cell.label.substr(0, 100) + "'");
  }
  return cell;
}

GraphLink ReadGraphLink(const json::value& value, Problem& problem) {
  Fields fields(value, problem);
  GraphLink link{fields.Text("label"), fields.Long("source_cell_id"),
                 fields.Long("target_cell_id")};
  constexpr std::string_view kLabels[] = {"unspecified", "to_value", "to_key", "to_parent",
                                          "to_child"};
  if (std::ranges::find(kLabels, link.label) == std::end(kLabels)) {
    problem.Set("unknown graph link label '" + link.label.substr(0, 100) + "'");
  }
  return link;
}

void ReadGraph(const json::value& value, GraphItem& item, Problem& problem) {
  Fields fields(value, problem);
  std::unordered_set<int64_t> ids;
  for (const json::value& cell : fields.Array("cells")) {
    ids.insert(item.cells.emplace_back(ReadGraphCell(cell, problem)).cell_id);
  }
  for (const json::value& value_of_link : fields.Array("links")) {
    const GraphLink& link = item.links.emplace_back(ReadGraphLink(value_of_link, problem));
    if (!ids.contains(link.source_cell_id) || !ids.contains(link.target_cell_id)) {
      problem.Set("a graph link names a cell that is not there");
    }
  }
}

}  // namespace

BBox ReadBox(const json::value& value, Problem& problem) {
  Fields fields(value, problem);
  BBox box{fields.Number("l"), fields.Number("t"), fields.Number("r"), fields.Number("b"),
           CoordOrigin::kTopLeft};
  const std::string origin = fields.TextOr("coord_origin", "TOPLEFT");
  if (origin == "BOTTOMLEFT") {
    box.origin = CoordOrigin::kBottomLeft;
  } else if (origin != "TOPLEFT") {
    problem.Set("unknown coord_origin '" + origin.substr(0, 100) + "'");
  }
  return box;
}

ImageRef ReadImage(const json::value& value, Problem& problem) {
  Fields fields(value, problem);
  ImageRef image;
  image.mimetype = fields.Text("mimetype");
  image.dpi = fields.Int("dpi");
  Fields size(fields.Any("size"), problem);
  image.width = size.Number("width");
  image.height = size.Number("height");
  image.uri = fields.Text("uri");
  // Embedded images are megabytes of base64, which is in normal form.
  if (!image.uri.starts_with("data:")) image.uri = NormaliseHyperlink(image.uri);
  return image;
}

Group ReadGroup(const json::value& value, Problem& problem) {
  Fields fields(value, problem);
  Group group;
  ReadNodeFields(fields, MetaKind::kBase, group);
  group.name = fields.TextOr("name", "group");
  const std::string label = fields.TextOr("label", "unspecified");
  group.label = OrProblem(ParseGroupLabel(label), "group label", label, problem);
  fields.NothingElse();
  return group;
}

Text ReadText(const json::value& value, Problem& problem) {
  Fields fields(value, problem);
  Text text;
  if (!fields.Has("label")) problem.Set("'label' is missing");
  const bool is_code = fields.Has("code_language") || fields.Has("captions");
  ReadItemFields(fields, is_code ? MetaKind::kFloating : MetaKind::kBase, text);
  Expect(text.label < Label::kTable && text.label != Label::kGradingScale, text, problem);
  text.text = fields.Text("text");
  text.SetOrig(fields.Text("orig"));
  if (const json::value* formatting = fields.Optional("formatting")) {
    text.formatting = ReadFormatting(*formatting, problem);
  }
  if (const auto link = fields.OptionalText("hyperlink")) {
    text.hyperlink = NormaliseHyperlink(*link);
  }
  ReadLabelFields(fields, text);
  fields.NothingElse();
  return text;
}

Picture ReadPicture(const json::value& value, Problem& problem) {
  Fields fields(value, problem);
  Picture picture;
  ReadItemFields(fields, MetaKind::kPicture, picture);
  Expect(picture.label == Label::kPicture || picture.label == Label::kChart, picture, problem);
  ReadFloatingFields(fields, picture);
  MigrateAnnotations(fields.Array("annotations"), MetaKind::kPicture, picture.meta, problem);
  fields.NothingElse();
  return picture;
}

Table ReadTable(const json::value& value, Problem& problem) {
  Fields fields(value, problem);
  Table table;
  ReadItemFields(fields, MetaKind::kFloating, table);
  Expect(table.label == Label::kTable || table.label == Label::kDocumentIndex, table, problem);
  ReadFloatingFields(fields, table);
  table.data = ReadTableData(fields.Any("data"), problem);
  MigrateAnnotations(fields.Array("annotations"), MetaKind::kFloating, table.meta, problem);
  fields.NothingElse();
  return table;
}

GraphItem ReadGraphItem(const json::value& value, Label label, Problem& problem) {
  Fields fields(value, problem);
  GraphItem item;
  item.label = label;
  ReadItemFields(fields, MetaKind::kFloating, item);
  Expect(item.label == label, item, problem);
  ReadFloatingFields(fields, item);
  ReadGraph(fields.Any("graph"), item, problem);
  fields.NothingElse();
  return item;
}

Item ReadPlainItem(const json::value& value, Label label, Problem& problem) {
  Fields fields(value, problem);
  Item item;
  item.label = label;
  ReadItemFields(fields, MetaKind::kBase, item);
  Expect(item.label == label, item, problem);
  fields.NothingElse();
  return item;
}

}  // namespace docling
