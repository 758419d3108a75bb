#include "haiku/rows.h"

#include <zstd.h>

#include <boost/json.hpp>
#include <ctime>
#include <unordered_set>

#include "base/random.h"
#include "docling/json.h"
#include "docling/markdown.h"
#include "haiku/items.h"
#include "haiku/python_json.h"
#include "text/utf8.h"

namespace haiku {
namespace {

namespace json = boost::json;
using base::Code;
using base::Fail;

// The namespace of our document ids: fixed for ever, since ids are stored.
constexpr std::string_view kDocumentNamespace = "9f2d7d1e-5a0e-5c53-8d0b-6f5d3f0f7a11";
constexpr int kCompression = 3;

// One frame that says how long its content is: haiku.rag asks the frame for it.
base::Result<std::string> Compress(std::string_view text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  const size_t size = ZSTD_compress(out.data(), out.size(), text.data(), text.size(), kCompression);
  if (ZSTD_isError(size) != 0) return Fail(Code::kInternal, ZSTD_getErrorName(size));
  out.resize(size);
  return out;
}

// haiku.rag writes local time without a zone.
std::string LocalTime(base::Time time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  const std::time_t since_epoch = std::chrono::system_clock::to_time_t(seconds);
  std::tm parts{};
  localtime_r(&since_epoch, &parts);
  char text[40];
  std::string out(text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts));
  const auto micros = (time - seconds).count();
  if (micros == 0) return out;
  const std::string fraction = std::to_string(micros);
  return out + "." + std::string(6 - fraction.size(), '0') + fraction;
}

base::Result<std::string> Metadata(const RowInput& input) {
  boost::system::error_code error;
  json::value meta = json::parse(input.doc_meta, error);
  if (error || !meta.is_object()) {
    return Fail(Code::kInvalidArgument, "doc_meta is not a JSON object");
  }
  json::object& object = meta.get_object();
  object["doc_id"] = input.hash;
  object["md5"] = input.md5;
  object["content_type"] = input.mime_type;
  object["source"] = input.source;
  object["uris"] = json::array(input.uris.begin(), input.uris.end());
  return PythonJson(meta);
}

using KnownRefs = std::unordered_set<std::string_view>;

// References to what has no row in document_items (furniture, the inside of pictures) would point
// nowhere: they go, with their labels.
std::string ChunkMetadata(const Chunk& chunk, const KnownRefs& known) {
  json::array refs;
  json::array labels;
  const bool paired = chunk.labels.size() == chunk.doc_item_refs.size();
  for (size_t i = 0; i < chunk.doc_item_refs.size(); ++i) {
    if (!known.contains(chunk.doc_item_refs[i])) continue;
    refs.emplace_back(chunk.doc_item_refs[i]);
    if (paired) labels.emplace_back(chunk.labels[i]);
  }
  if (!paired) labels = json::array(chunk.labels.begin(), chunk.labels.end());
  json::value headings = nullptr;
  if (chunk.headings) headings = json::array(chunk.headings->begin(), chunk.headings->end());
  return PythonJson(json::object{
      {"doc_item_refs", std::move(refs)},
      {"headings", std::move(headings)},
      {"labels", std::move(labels)},
      {"page_numbers", json::array(chunk.page_numbers.begin(), chunk.page_numbers.end())}});
}

void AddChunks(const RowInput& input, vectors::DocumentRow& row) {
  KnownRefs known;
  for (const vectors::ItemRow& item : row.items) known.insert(item.self_ref);
  row.chunks.reserve(input.chunks.size());
  for (size_t i = 0; i < input.chunks.size(); ++i) {
    const Chunk& chunk = input.chunks[i];
    row.chunks.push_back({.id = vectors::ChunkId(row.id, i),
                          .content = chunk.content,
                          .content_fts = TextToEmbed(chunk),
                          .metadata = ChunkMetadata(chunk, known)});
  }
}

}  // namespace

std::string TextToEmbed(const Chunk& chunk) {
  std::string out;
  if (chunk.headings) {
    for (const std::string& heading : *chunk.headings) out += heading + "\n";
  }
  return out + chunk.content;
}

std::string DocumentId(std::string_view hash, int64_t parse_step_config_id) {
  return base::NameUuid(kDocumentNamespace,
                        std::string(hash) + " " + std::to_string(parse_step_config_id));
}

base::Result<vectors::DocumentRow> MakeRow(RowInput input) {
  if (input.uris.empty()) return Fail(Code::kInvalidArgument, "the document has no uri");
  vectors::DocumentRow row;
  row.id = DocumentId(input.hash, input.parse_step_config_id);
  row.content = docling::ExportMarkdown(input.document);
  SI_ASSIGN(row.docling_document, Compress(docling::WriteJson(
                                      input.document, {.pages = false, .picture_images = false})));
  if (!input.document.pages.empty()) {
    SI_ASSIGN(row.docling_pages, Compress(docling::WritePagesJson(input.document)));
  }
  row.docling_version = docling::kSchemaVersion;
  row.uri = text::Sanitise(input.uris.front());
  std::string title = Title(input.document, input.doc_meta, input.stop_phrases);
  if (!title.empty()) row.title = std::move(title);
  SI_ASSIGN(row.metadata, Metadata(input));
  row.created_at = row.updated_at = LocalTime(input.now);
  row.items = Items(input.document);
  AddChunks(input, row);
  row.embedding = std::move(input.embedding);
  row.vectors = std::move(input.vectors);
  SI_TRY(vectors::Check(row));
  return row;
}

}  // namespace haiku
