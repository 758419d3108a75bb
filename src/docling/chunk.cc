#include <algorithm>

#include "docling/chunker.h"
#include "docling/json_write_nodes.h"
#include "docling/json_writer.h"

namespace docling {
namespace {

void WriteChunk(JsonWriter& json, const Document& document, const Chunk& chunk) {
  json.BeginObject();
  json.Field("text", chunk.text);
  json.Key("meta");
  json.BeginObject();
  json.Field("schema_name", "docling_core.transforms.chunker.DocMeta");
  json.Field("version", "1.0.0");
  json.Key("doc_items");
  json.BeginArray();
  for (const Ref ref : chunk.items) {
    json.BeginObject();
    WriteItemFields(json, *document.FindItem(ref), /*base_meta_only=*/true);
    json.EndObject();
  }
  json.EndArray();
  if (chunk.headings) {
    json.Key("headings");
    json.BeginArray();
    for (const std::string& heading : *chunk.headings) json.String(heading);
    json.EndArray();
  }
  if (chunk.has_origin && document.origin) WriteOrigin(json, *document.origin);
  json.EndObject();
  json.EndObject();
}

}  // namespace

std::string Contextualize(const Chunk& chunk) {
  std::string out;
  if (chunk.headings) {
    for (const std::string& heading : *chunk.headings) {
      out += heading;
      out += '\n';
    }
  }
  return out + chunk.text;
}

std::vector<int32_t> PageNumbers(const Document& document, const Chunk& chunk) {
  std::vector<int32_t> pages;
  for (const Ref ref : chunk.items) {
    for (const Prov& prov : document.FindItem(ref)->prov) pages.push_back(prov.page_no);
  }
  std::ranges::sort(pages);
  pages.erase(std::unique(pages.begin(), pages.end()), pages.end());
  return pages;
}

std::vector<std::string> ItemRefs(const Chunk& chunk) {
  std::vector<std::string> refs;
  for (const Ref ref : chunk.items) refs.push_back(ref.ToString());
  return refs;
}

std::vector<std::string> Labels(const Document& document, const Chunk& chunk) {
  std::vector<std::string> labels;
  for (const Ref ref : chunk.items) labels.emplace_back(Name(document.FindItem(ref)->label));
  return labels;
}

std::string WriteChunksJson(const Document& document, std::span<const Chunk> chunks) {
  std::string out;
  JsonWriter json(out, 0);
  json.BeginObject();
  json.Key("root");
  json.BeginArray();
  for (const Chunk& chunk : chunks) WriteChunk(json, document, chunk);
  json.EndArray();
  json.EndObject();
  return out;
}

}  // namespace docling
