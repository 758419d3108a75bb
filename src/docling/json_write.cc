// Document → JSON. Key order is docling's; see json.h for the form.
#include <charconv>

#include "docling/json.h"
#include "docling/json_write_nodes.h"
#include "docling/json_writer.h"

namespace docling {
namespace {

template <typename Array, typename Write>
void WriteArray(JsonWriter& json, std::string_view key, const Array& array, Write write) {
  json.Key(key);
  json.BeginArray();
  for (const auto& node : array) write(json, node);
  json.EndArray();
}

// Such arrays are written only if there is something in them.
template <typename Array, typename Write>
void WriteArrayUnlessEmpty(JsonWriter& json, std::string_view key, const Array& array,
                           Write write) {
  if (!array.empty()) WriteArray(json, key, array, write);
}

void WritePages(JsonWriter& json, const Document& document) {
  json.BeginObject();
  for (const auto& [number, page] : document.pages) {
    json.Key(std::to_string(number));
    json.BeginObject();
    json.Key("size");
    json.BeginObject();
    json.Field("width", page.width);
    json.Field("height", page.height);
    json.EndObject();
    if (page.image) WriteImage(json, *page.image);
    json.Field("page_no", number);
    json.EndObject();
  }
  json.EndObject();
}

// A guess good enough to avoid most copies of a growing string.
size_t EstimateSize(const Document& document) {
  size_t bytes = 1024 + 512 * document.NodeCount();
  for (const Text& text : document.texts) bytes += 2 * text.text.size();
  return bytes;
}

}  // namespace

void WriteOrigin(JsonWriter& json, const Origin& origin) {
  json.Key("origin");
  json.BeginObject();
  json.Field("mimetype", origin.mimetype);
  json.Key("binary_hash");
  json.Unsigned(origin.binary_hash);
  json.Field("filename", origin.filename);
  if (origin.uri) json.Field("uri", *origin.uri);
  json.EndObject();
}

std::string WriteJson(const Document& document, const JsonOptions& options) {
  std::string out;
  out.reserve(EstimateSize(document));
  JsonWriter json(out, options.indent);
  json.BeginObject();
  json.Field("schema_name", "DoclingDocument");
  json.Field("version", kSchemaVersion);
  json.Field("name", document.name);
  if (document.origin) WriteOrigin(json, *document.origin);
  json.Key("furniture");
  WriteGroup(json, document.furniture);
  json.Key("body");
  WriteGroup(json, document.body);
  WriteArray(json, "groups", document.groups, WriteGroup);
  WriteArray(json, "texts", document.texts, WriteText);
  WriteArray(json, "pictures", document.pictures, [&](JsonWriter& to, const Picture& picture) {
    WritePicture(to, picture, options.picture_images);
  });
  WriteArray(json, "tables", document.tables, WriteTable);
  WriteArray(json, "key_value_items", document.key_value_items, WriteGraphItem);
  WriteArray(json, "form_items", document.form_items, WriteGraphItem);
  WriteArrayUnlessEmpty(json, "field_regions", document.field_regions, WritePlainItem);
  WriteArrayUnlessEmpty(json, "field_items", document.field_items, WritePlainItem);
  if (options.pages) {
    json.Key("pages");
    WritePages(json, document);
  }
  json.EndObject();
  return out;
}

std::string WritePagesJson(const Document& document) {
  std::string out;
  JsonWriter json(out, 0);
  WritePages(json, document);
  return out;
}

}  // namespace docling
