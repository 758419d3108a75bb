#include <boost/json.hpp>
#include <cstring>

#include "vectors/wire.h"

namespace vectors {
namespace {

namespace json = boost::json;

json::value OrNull(const std::optional<std::string>& text) {
  return text ? json::value(*text) : json::value(nullptr);
}

// Appends a blob to the block; [offset, length] for the header.
json::value Append(std::string& block, const std::optional<std::string>& bytes) {
  if (!bytes) return nullptr;
  const size_t offset = block.size();
  block += *bytes;
  return json::array{offset, bytes->size()};
}

std::string FloatBytes(const std::vector<float>& values) {
  std::string bytes(values.size() * sizeof(float), '\0');
  if (!values.empty()) std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

json::object Head(std::string_view op, std::string_view path, int64_t epoch = 0) {
  json::object header{{"op", op}, {"db", path}};
  if (epoch != 0) header["epoch"] = epoch;
  return header;
}

json::array Chunks(const DocumentRow& row) {
  json::array chunks;
  chunks.reserve(row.chunks.size());
  for (const ChunkRow& chunk : row.chunks) {
    chunks.push_back(json::object{{"id", chunk.id},
                                  {"content", chunk.content},
                                  {"content_fts", chunk.content_fts},
                                  {"metadata", chunk.metadata}});
  }
  return chunks;
}

json::array Items(const DocumentRow& row, std::string& block) {
  json::array items;
  items.reserve(row.items.size());
  for (const ItemRow& item : row.items) {
    items.push_back(json::object{{"position", item.position},
                                 {"self_ref", item.self_ref},
                                 {"label", item.label},
                                 {"text", item.text},
                                 {"page_numbers", item.page_numbers},
                                 {"picture_data", Append(block, item.picture_data)},
                                 {"heading_level", item.heading_level},
                                 {"tree_depth", item.tree_depth}});
  }
  return items;
}

std::string_view Name(SearchMode mode) {
  switch (mode) {
    case SearchMode::kVector:
      return "vector";
    case SearchMode::kText:
      return "fts";
    case SearchMode::kHybrid:
      break;
  }
  return "hybrid";
}

}  // namespace

Request HelloRequest(int64_t epoch) {
  return {json::serialize(json::object{{"op", "hello"}, {"protocol", kProtocol}, {"epoch", epoch}}),
          {}};
}

Request UpsertRequest(std::string_view path, const DocumentRow& row, int64_t epoch) {
  Request request;
  request.block = FloatBytes(row.vectors);
  json::object document{{"id", row.id},
                        {"content", row.content},
                        {"docling_document", Append(request.block, row.docling_document)},
                        {"docling_pages", Append(request.block, row.docling_pages)},
                        {"docling_version", OrNull(row.docling_version)},
                        {"uri", OrNull(row.uri)},
                        {"title", OrNull(row.title)},
                        {"metadata", row.metadata},
                        {"created_at", row.created_at},
                        {"updated_at", row.updated_at},
                        {"chunks", Chunks(row)},
                        {"items", Items(row, request.block)}};
  json::object header = Head("upsert", path, epoch);
  header["embedding"] = json::object{{"provider", row.embedding.provider},
                                     {"name", row.embedding.name},
                                     {"dimension", row.embedding.dimension}};
  header["document"] = std::move(document);
  request.header = json::serialize(header);
  return request;
}

Request RemoveRequest(std::string_view path, const std::vector<std::string>& ids, int64_t epoch) {
  json::object header = Head("remove", path, epoch);
  header["ids"] = json::array(ids.begin(), ids.end());
  return {json::serialize(header), {}};
}

Request VerifyRequest(std::string_view path, const std::string& id) {
  json::object header = Head("verify", path);
  header["ids"] = json::array{id};
  return {json::serialize(header), {}};
}

Request SearchRequest(std::string_view path, const SearchQuery& query) {
  json::object header = Head("search", path);
  header["mode"] = Name(query.mode);
  header["text"] = query.text;
  header["model"] = query.model;
  header["limit"] = query.limit;
  header["filter"] = query.filter;
  return {json::serialize(header), FloatBytes(query.vector)};
}

Request MaintainRequest(std::string_view path, const Maintenance& what) {
  if (what.kind == Maintenance::Kind::kOptimize)
    return {json::serialize(Head("optimize", path)), {}};
  json::object header = Head("vacuum", path);
  header["graceSeconds"] = what.keep.count();
  return {json::serialize(header), {}};
}

Request DescribeRequest(std::string_view path) {
  return {json::serialize(Head("describe", path)), {}};
}

Request DocumentsRequest(std::string_view path, const DocumentsQuery& query) {
  json::object header = Head("documents", path);
  header["limit"] = query.limit;
  header["offset"] = query.offset;
  header["filter"] = query.filter;
  return {json::serialize(header), {}};
}

}  // namespace vectors
