#include "docling/json_write_nodes.h"

namespace docling {
namespace {

void WriteRef(JsonWriter& json, Ref ref) {
  json.BeginObject();
  json.Field("$ref", ref.ToString());
  json.EndObject();
}

void WriteRefs(JsonWriter& json, std::string_view key, const std::vector<Ref>& refs) {
  json.Key(key);
  json.BeginArray();
  for (const Ref ref : refs) WriteRef(json, ref);
  json.EndArray();
}

void WriteBox(JsonWriter& json, const BBox& box) {
  json.Key("bbox");
  json.BeginObject();
  json.Field("l", box.l);
  json.Field("t", box.t);
  json.Field("r", box.r);
  json.Field("b", box.b);
  json.Field("coord_origin", box.origin == CoordOrigin::kTopLeft ? "TOPLEFT" : "BOTTOMLEFT");
  json.EndObject();
}

void WriteProv(JsonWriter& json, const Prov& prov) {
  json.BeginObject();
  json.Field("page_no", prov.page_no);
  WriteBox(json, prov.bbox);
  json.Key("charspan");
  json.BeginArray();
  json.Int(prov.charspan_begin);
  json.Int(prov.charspan_end);
  json.EndArray();
  json.EndObject();
}

void WriteNodeFields(JsonWriter& json, const Node& node, bool base_meta_only) {
  json.Field("self_ref", node.self.ToString());
  if (node.parent) {
    json.Key("parent");
    WriteRef(json, node.parent);
  }
  WriteRefs(json, "children", node.children);
  json.Field("content_layer", Name(node.layer));
  if (node.meta) WriteMeta(json, *node.meta, base_meta_only);
}

void WriteSource(JsonWriter& json, const std::vector<Track>& source) {
  json.Key("source");
  json.BeginArray();
  for (const Track& track : source) {
    json.BeginObject();
    json.Field("kind", "track");
    json.Field("start_time", track.start_time);
    json.Field("end_time", track.end_time);
    if (track.identifier) json.Field("identifier", *track.identifier);
    if (track.voice) json.Field("voice", *track.voice);
    json.EndObject();
  }
  json.EndArray();
}

void WriteComments(JsonWriter& json, const std::vector<Comment>& comments) {
  json.Key("comments");
  json.BeginArray();
  for (const Comment& comment : comments) {
    json.BeginObject();
    json.Field("$ref", comment.ref.ToString());
    if (comment.range) {
      json.Key("range");
      json.BeginArray();
      json.Int(comment.range->first);
      json.Int(comment.range->second);
      json.EndArray();
    }
    json.EndObject();
  }
  json.EndArray();
}

void WriteFormatting(JsonWriter& json, const Formatting& formatting) {
  json.Key("formatting");
  json.BeginObject();
  json.Field("bold", formatting.bold);
  json.Field("italic", formatting.italic);
  json.Field("underline", formatting.underline);
  json.Field("strikethrough", formatting.strikethrough);
  json.Field("script", formatting.script == Script::kSub     ? "sub"
                       : formatting.script == Script::kSuper ? "super"
                                                             : "baseline");
  json.EndObject();
}

void WriteFloatingFields(JsonWriter& json, const Floating& floating, bool with_image) {
  WriteRefs(json, "captions", floating.captions);
  WriteRefs(json, "references", floating.references);
  WriteRefs(json, "footnotes", floating.footnotes);
  if (with_image && floating.image) WriteImage(json, *floating.image);
}

// What the label adds after `hyperlink`.
void WriteLabelFields(JsonWriter& json, const Text& text) {
  switch (text.label) {
    case Label::kSectionHeader:
    case Label::kFieldHeading:
      json.Field("level", int64_t{text.level});
      break;
    case Label::kListItem:
      json.Field("enumerated", text.enumerated);
      json.Field("marker", text.marker);
      break;
    case Label::kFieldValue:
      json.Field("kind", text.fillable ? "fillable" : "read_only");
      break;
    case Label::kCode: {
      const Code code = text.code ? *text.code : Code();
      WriteFloatingFields(json, code, /*with_image=*/true);
      json.Field("code_language", code.language);
      break;
    }
    default:
      break;
  }
}

void WriteGraphCell(JsonWriter& json, const GraphCell& cell) {
  json.BeginObject();
  json.Field("label", cell.label);
  json.Field("cell_id", cell.cell_id);
  json.Field("text", cell.text);
  json.Field("orig", cell.orig);
  if (cell.prov) {
    json.Key("prov");
    WriteProv(json, *cell.prov);
  }
  if (cell.item_ref) {
    json.Key("item_ref");
    WriteRef(json, cell.item_ref);
  }
  json.EndObject();
}

void WriteNoAnnotations(JsonWriter& json) {
  json.Key("annotations");
  json.BeginArray();
  json.EndArray();
}

enum class RichRef { kWrite, kOmit };

void WriteCell(JsonWriter& json, const TableCell& cell, RichRef rich) {
  json.BeginObject();
  if (cell.bbox) WriteBox(json, *cell.bbox);
  json.Field("row_span", cell.row_span);
  json.Field("col_span", cell.col_span);
  json.Field("start_row_offset_idx", cell.start_row);
  json.Field("end_row_offset_idx", cell.end_row);
  json.Field("start_col_offset_idx", cell.start_col);
  json.Field("end_col_offset_idx", cell.end_col);
  json.Field("text", cell.text);
  json.Field("column_header", cell.column_header);
  json.Field("row_header", cell.row_header);
  json.Field("row_section", cell.row_section);
  json.Field("fillable", cell.fillable);
  if (cell.ref && rich == RichRef::kWrite) {
    json.Key("ref");
    WriteRef(json, cell.ref);
  }
  json.EndObject();
}

void WriteGrid(JsonWriter& json, const TableData& data) {
  const Grid grid(data);
  json.Key("grid");
  json.BeginArray();
  for (int32_t row = 0; row < grid.rows(); ++row) {
    json.BeginArray();
    for (int32_t col = 0; col < grid.cols(); ++col) {
      const TableCell* cell = grid.At(row, col);
      WriteCell(json, cell != nullptr ? *cell : TableCell::At(row, col, ""), RichRef::kOmit);
    }
    json.EndArray();
  }
  json.EndArray();
}

}  // namespace

void WriteImage(JsonWriter& json, const ImageRef& image) {
  json.Key("image");
  json.BeginObject();
  json.Field("mimetype", image.mimetype);
  json.Field("dpi", image.dpi);
  json.Key("size");
  json.BeginObject();
  json.Field("width", image.width);
  json.Field("height", image.height);
  json.EndObject();
  json.Field("uri", image.uri);
  json.EndObject();
}

void WriteTableData(JsonWriter& json, const TableData& data) {
  constexpr std::string_view kOrientations[] = {"rot_0", "rot_90", "rot_180", "rot_270"};
  json.BeginObject();
  json.Key("table_cells");
  json.BeginArray();
  for (const TableCell& cell : data.cells) WriteCell(json, cell, RichRef::kWrite);
  json.EndArray();
  json.Field("num_rows", data.num_rows);
  json.Field("num_cols", data.num_cols);
  json.Field("orientation", kOrientations[size_t(data.orientation)]);
  WriteGrid(json, data);
  json.EndObject();
}

void WriteItemFields(JsonWriter& json, const Item& item, bool base_meta_only) {
  WriteNodeFields(json, item, base_meta_only);
  json.Field("label", Name(item.label));
  json.Key("prov");
  json.BeginArray();
  for (const Prov& prov : item.prov) WriteProv(json, prov);
  json.EndArray();
  if (item.source && !item.source->empty()) WriteSource(json, *item.source);
  if (item.comments && !item.comments->empty()) WriteComments(json, *item.comments);
}

void WriteGroup(JsonWriter& json, const Group& group) {
  json.BeginObject();
  WriteNodeFields(json, group, /*base_meta_only=*/false);
  json.Field("name", group.name);
  json.Field("label", Name(group.label));
  json.EndObject();
}

void WriteText(JsonWriter& json, const Text& text) {
  json.BeginObject();
  WriteItemFields(json, text);
  json.Field("orig", text.orig());
  json.Field("text", text.text);
  if (text.formatting) WriteFormatting(json, *text.formatting);
  if (text.hyperlink) json.Field("hyperlink", *text.hyperlink);
  WriteLabelFields(json, text);
  json.EndObject();
}

void WritePicture(JsonWriter& json, const Picture& picture, bool with_image) {
  json.BeginObject();
  WriteItemFields(json, picture);
  WriteFloatingFields(json, picture, with_image);
  WriteNoAnnotations(json);
  json.EndObject();
}

void WriteTable(JsonWriter& json, const Table& table) {
  json.BeginObject();
  WriteItemFields(json, table);
  WriteFloatingFields(json, table, /*with_image=*/true);
  json.Key("data");
  WriteTableData(json, table.data);
  WriteNoAnnotations(json);
  json.EndObject();
}

void WriteGraphItem(JsonWriter& json, const GraphItem& item) {
  json.BeginObject();
  WriteItemFields(json, item);
  WriteFloatingFields(json, item, /*with_image=*/true);
  json.Key("graph");
  json.BeginObject();
  json.Key("cells");
  json.BeginArray();
  for (const GraphCell& cell : item.cells) WriteGraphCell(json, cell);
  json.EndArray();
  json.Key("links");
  json.BeginArray();
  for (const GraphLink& link : item.links) {
    json.BeginObject();
    json.Field("label", link.label);
    json.Field("source_cell_id", link.source_cell_id);
    json.Field("target_cell_id", link.target_cell_id);
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
  json.EndObject();
}

void WritePlainItem(JsonWriter& json, const Item& item) {
  json.BeginObject();
  WriteItemFields(json, item);
  json.EndObject();
}

}  // namespace docling
