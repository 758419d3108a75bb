#include "steps/chunk_json.h"

#include <boost/json.hpp>

namespace steps {
namespace {

namespace json = boost::json;

json::array Strings(const std::vector<std::string>& values) {
  json::array array;
  array.reserve(values.size());
  for (const auto& value : values) array.emplace_back(value);
  return array;
}

json::object ToObject(const haiku::Chunk& chunk, int64_t order) {
  json::object metadata;
  metadata["doc_item_refs"] = Strings(chunk.doc_item_refs);
  metadata["headings"] = chunk.headings ? json::value(Strings(*chunk.headings)) : json::value();
  metadata["labels"] = Strings(chunk.labels);
  metadata["page_numbers"] = json::array(chunk.page_numbers.begin(), chunk.page_numbers.end());
  json::object object;
  object["id"] = nullptr;
  object["document_id"] = nullptr;
  object["content"] = chunk.content;
  object["metadata"] = std::move(metadata);
  object["order"] = order;
  object["document_uri"] = nullptr;
  object["document_title"] = nullptr;
  object["document_meta"] = json::object();
  object["embedding"] = nullptr;
  return object;
}

std::unexpected<base::Error> Damaged(size_t index, std::string_view what) {
  return base::Fail(base::Code::kDamaged,
                    "chunks artifact: chunk " + std::to_string(index) + ": " + std::string(what));
}

bool ReadStrings(const json::value* value, std::vector<std::string>& out) {
  if (value == nullptr || value->is_null()) return true;
  if (!value->is_array()) return false;
  for (const json::value& item : value->get_array()) {
    if (!item.is_string()) return false;
    out.emplace_back(item.get_string());
  }
  return true;
}

bool ReadNumbers(const json::value* value, std::vector<int64_t>& out) {
  if (value == nullptr || value->is_null()) return true;
  if (!value->is_array()) return false;
  for (const json::value& item : value->get_array()) {
    boost::system::error_code error;
    out.push_back(item.to_number<int64_t>(error));
    if (error) return false;
  }
  return true;
}

bool ReadMetadata(const json::value* value, haiku::Chunk& chunk) {
  if (value == nullptr || value->is_null()) return true;
  if (!value->is_object()) return false;
  const json::object& metadata = value->get_object();
  const json::value* const headings = metadata.if_contains("headings");
  if (headings != nullptr && !headings->is_null()) {
    if (!ReadStrings(headings, chunk.headings.emplace())) return false;
  }
  return ReadStrings(metadata.if_contains("doc_item_refs"), chunk.doc_item_refs) &&
         ReadStrings(metadata.if_contains("labels"), chunk.labels) &&
         ReadNumbers(metadata.if_contains("page_numbers"), chunk.page_numbers);
}

// Appends the embedding; false when it is none or of another length than those before.
bool ReadEmbedding(const json::value* value, size_t index, ReadChunksResult& out) {
  if (value == nullptr || !value->is_array() || value->get_array().empty()) return false;
  const json::array& array = value->get_array();
  if (index == 0) out.dimension = array.size();
  if (array.size() != out.dimension) return false;
  for (const json::value& item : array) {
    boost::system::error_code error;
    out.vectors.push_back(item.to_number<float>(error));
    if (error) return false;
  }
  return true;
}

}  // namespace

std::string WriteChunks(const std::vector<haiku::Chunk>& chunks) {
  json::array array;
  array.reserve(chunks.size());
  for (size_t i = 0; i < chunks.size(); ++i) {
    array.push_back(ToObject(chunks[i], static_cast<int64_t>(i)));
  }
  return json::serialize(array);
}

base::Result<ReadChunksResult> ReadChunks(std::string_view text) {
  boost::system::error_code error;
  const json::value value = json::parse(text, error);
  if (error || !value.is_array()) {
    return base::Fail(base::Code::kDamaged, "chunks artifact: not a JSON array");
  }
  ReadChunksResult out;
  bool embedded = true;
  const json::array& array = value.get_array();
  for (size_t i = 0; i < array.size(); ++i) {
    if (!array[i].is_object()) return Damaged(i, "not an object");
    const json::object& object = array[i].get_object();
    haiku::Chunk chunk;
    const json::value* const content = object.if_contains("content");
    if (content == nullptr || !content->is_string()) return Damaged(i, "has no content");
    chunk.content = std::string(content->get_string());
    if (!ReadMetadata(object.if_contains("metadata"), chunk)) return Damaged(i, "metadata");
    embedded = embedded && ReadEmbedding(object.if_contains("embedding"), i, out);
    out.chunks.push_back(std::move(chunk));
  }
  if (!embedded || out.chunks.empty()) {
    out.vectors.clear();
    out.dimension = 0;
  }
  return out;
}

}  // namespace steps
