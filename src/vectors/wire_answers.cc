#include <boost/json.hpp>

#include "vectors/wire.h"

namespace vectors {
namespace {

namespace json = boost::json;
using base::Code;
using base::Fail;

Code CodeNamed(std::string_view name) {
  for (int i = 0; i <= static_cast<int>(Code::kInternal); ++i) {
    const auto code = static_cast<Code>(i);
    if (base::Info(code).name == name) return code;
  }
  return Code::kInternal;
}

std::unexpected<base::Error> Damaged(std::string_view key) {
  return Fail(Code::kDamaged, "the engine's answer has no usable '" + std::string(key) + "'");
}

// Typed reads of an answer's members. Methods called Maybe… take null for absent.
class Reader {
 public:
  explicit Reader(const json::object& object) : object_(object) {}

  base::Result<std::string> Text(std::string_view key) const {
    const json::string* text = Is<json::string>(key);
    if (text == nullptr) return Damaged(key);
    return std::string(*text);
  }
  base::Result<std::optional<std::string>> MaybeText(std::string_view key) const {
    if (IsNull(key)) return std::nullopt;
    SI_ASSIGN(std::string text, Text(key));
    return text;
  }
  base::Result<uint64_t> Count(std::string_view key) const {
    const json::value* value = object_.if_contains(key);
    if (value == nullptr || !value->is_int64() || value->get_int64() < 0) return Damaged(key);
    return static_cast<uint64_t>(value->get_int64());
  }
  base::Result<std::optional<uint64_t>> MaybeCount(std::string_view key) const {
    if (IsNull(key)) return std::nullopt;
    SI_ASSIGN(const uint64_t count, Count(key));
    return count;
  }
  base::Result<double> Number(std::string_view key) const {
    const json::value* value = object_.if_contains(key);
    if (value == nullptr || !value->is_number()) return Damaged(key);
    return value->to_number<double>();
  }
  base::Result<std::optional<double>> MaybeNumber(std::string_view key) const {
    if (IsNull(key)) return std::nullopt;
    SI_ASSIGN(const double number, Number(key));
    return number;
  }
  base::Result<std::vector<std::string>> Texts(std::string_view key) const {
    const json::array* array = Is<json::array>(key);
    if (array == nullptr) return Damaged(key);
    std::vector<std::string> texts;
    for (const json::value& value : *array) {
      if (!value.is_string()) return Damaged(key);
      texts.emplace_back(value.get_string());
    }
    return texts;
  }
  base::Result<std::vector<int64_t>> Numbers(std::string_view key) const {
    const json::array* array = Is<json::array>(key);
    if (array == nullptr) return Damaged(key);
    std::vector<int64_t> numbers;
    for (const json::value& value : *array) {
      if (!value.is_int64()) return Damaged(key);
      numbers.push_back(value.get_int64());
    }
    return numbers;
  }
  base::Result<Reader> Object(std::string_view key) const {
    const json::object* object = Is<json::object>(key);
    if (object == nullptr) return Damaged(key);
    return Reader(*object);
  }
  bool Flag(std::string_view key) const {
    const json::value* value = object_.if_contains(key);
    return value != nullptr && value->is_bool() && value->get_bool();
  }
  bool Has(std::string_view key) const { return !IsNull(key); }

  // Reads each element of an array of objects with `read`.
  template <typename T, typename Read>
  base::Result<std::vector<T>> List(std::string_view key, Read read) const {
    const json::array* array = Is<json::array>(key);
    if (array == nullptr) return Damaged(key);
    std::vector<T> out;
    out.reserve(array->size());
    for (const json::value& value : *array) {
      if (!value.is_object()) return Damaged(key);
      SI_ASSIGN(T element, read(Reader(value.get_object())));
      out.push_back(std::move(element));
    }
    return out;
  }

 private:
  template <typename T>
  const T* Is(std::string_view key) const {
    const json::value* value = object_.if_contains(key);
    if (value == nullptr) return nullptr;
    if constexpr (std::is_same_v<T, json::string>) return value->if_string();
    if constexpr (std::is_same_v<T, json::array>) return value->if_array();
    if constexpr (std::is_same_v<T, json::object>) return value->if_object();
  }
  bool IsNull(std::string_view key) const {
    const json::value* value = object_.if_contains(key);
    return value == nullptr || value->is_null();
  }

  const json::object& object_;
};

// The answer as an object, or the error it tells.
base::Result<json::object> Parse(std::string_view answer) {
  boost::system::error_code error;
  json::value value = json::parse(answer, error);
  if (error || !value.is_object()) return Fail(Code::kDamaged, "the engine's answer is not JSON");
  json::object& object = value.get_object();
  const json::value* ok = object.if_contains("ok");
  if (ok != nullptr && ok->is_bool() && ok->get_bool()) return std::move(object);
  SI_ASSIGN(const Reader problem, Reader(object).Object("error"));
  SI_ASSIGN(const std::string code, problem.Text("code"));
  SI_ASSIGN(std::string message, problem.Text("message"));
  return Fail(CodeNamed(code), std::move(message));
}

base::Result<RowCounts> ReadCounts(const Reader& rows) {
  RowCounts counts;
  SI_ASSIGN(counts.documents, rows.Count("documents"));
  SI_ASSIGN(counts.metas, rows.Count("document_meta"));
  SI_ASSIGN(counts.items, rows.Count("document_items"));
  SI_ASSIGN(counts.chunks, rows.Count("chunks"));
  return counts;
}

base::Result<Hit> ReadHit(const Reader& from) {
  Hit hit;
  SI_ASSIGN(hit.chunk_id, from.Text("chunk_id"));
  SI_ASSIGN(hit.document_id, from.Text("document_id"));
  SI_ASSIGN(hit.content, from.Text("content"));
  SI_ASSIGN(const uint64_t order, from.Count("order"));
  hit.order = static_cast<int64_t>(order);
  SI_ASSIGN(hit.uri, from.MaybeText("uri"));
  SI_ASSIGN(hit.title, from.MaybeText("title"));
  SI_ASSIGN(hit.hash, from.MaybeText("hash"));
  SI_ASSIGN(hit.page_numbers, from.Numbers("page_numbers"));
  SI_ASSIGN(hit.headings, from.Texts("headings"));
  SI_ASSIGN(hit.labels, from.Texts("labels"));
  SI_ASSIGN(hit.refs, from.Texts("refs"));
  SI_ASSIGN(hit.score, from.Number("score"));
  SI_ASSIGN(hit.vector_score, from.MaybeNumber("vector_score"));
  SI_ASSIGN(hit.text_score, from.MaybeNumber("text_score"));
  return hit;
}

base::Result<StoredDocument> ReadDocument(const Reader& from) {
  StoredDocument document;
  SI_ASSIGN(document.id, from.Text("id"));
  SI_ASSIGN(document.uri, from.MaybeText("uri"));
  SI_ASSIGN(document.title, from.MaybeText("title"));
  SI_ASSIGN(document.created_at, from.Text("created_at"));
  SI_ASSIGN(document.updated_at, from.Text("updated_at"));
  SI_ASSIGN(document.chunk_count, from.Count("chunk_count"));
  SI_ASSIGN(document.metadata, from.Text("metadata"));
  return document;
}

base::Result<TableFacts> ReadTable(const Reader& from, std::string_view key) {
  if (!from.Has(key)) return TableFacts{};
  SI_ASSIGN(const Reader table, from.Object(key));
  TableFacts facts;
  SI_ASSIGN(facts.count, table.Count("count"));
  SI_ASSIGN(facts.size_bytes, table.Count("size_bytes"));
  SI_ASSIGN(facts.versions, table.Count("versions"));
  return facts;
}

base::Result<IndexFacts> ReadIndex(const Reader& from, std::string_view key) {
  SI_ASSIGN(const Reader index, from.Object(key));
  IndexFacts facts;
  SI_ASSIGN(facts.indexed_rows, index.Count("indexed_rows"));
  SI_ASSIGN(facts.unindexed_rows, index.Count("unindexed_rows"));
  facts.exists = index.Flag("exists");
  return facts;
}

}  // namespace

base::Result<> DecodeDone(std::string_view answer) {
  SI_TRY(Parse(answer));
  return {};
}

base::Result<> DecodeHello(std::string_view answer) {
  SI_ASSIGN(const json::object object, Parse(answer));
  SI_ASSIGN(const uint64_t protocol, Reader(object).Count("protocol"));
  if (protocol != static_cast<uint64_t>(kProtocol)) {
    return Fail(Code::kUnsupported, "the engine speaks another protocol");
  }
  return {};
}

base::Result<RowCounts> DecodeUpsert(std::string_view answer) {
  SI_ASSIGN(const json::object object, Parse(answer));
  SI_ASSIGN(const Reader rows, Reader(object).Object("rows"));
  return ReadCounts(rows);
}

base::Result<size_t> DecodeRemove(std::string_view answer) {
  SI_ASSIGN(const json::object object, Parse(answer));
  SI_ASSIGN(const uint64_t documents, Reader(object).Count("documents"));
  return documents;
}

base::Result<RowCounts> DecodeVerify(std::string_view answer, const std::string& id) {
  SI_ASSIGN(const json::object object, Parse(answer));
  SI_ASSIGN(const Reader rows, Reader(object).Object("rows"));
  SI_ASSIGN(const Reader document, rows.Object(id));
  return ReadCounts(document);
}

base::Result<std::vector<Hit>> DecodeSearch(std::string_view answer) {
  SI_ASSIGN(const json::object object, Parse(answer));
  return Reader(object).List<Hit>("hits", ReadHit);
}

base::Result<DatabaseFacts> DecodeDescribe(std::string_view answer) {
  SI_ASSIGN(const json::object object, Parse(answer));
  const Reader from(object);
  DatabaseFacts facts;
  SI_ASSIGN(facts.path, from.Text("path"));
  SI_ASSIGN(const std::string layout, from.Text("layout"));
  facts.legacy = layout == "legacy";
  SI_ASSIGN(const Reader versions, from.Object("versions"));
  SI_ASSIGN(facts.lancedb_version, versions.Text("lancedb"));
  SI_ASSIGN(facts.haiku_version, versions.Text("haiku_rag"));
  SI_ASSIGN(facts.stored_version, versions.MaybeText("stored_version"));
  SI_ASSIGN(const Reader embeddings, from.Object("embeddings"));
  SI_ASSIGN(facts.provider, embeddings.MaybeText("provider"));
  SI_ASSIGN(facts.model, embeddings.MaybeText("model"));
  SI_ASSIGN(facts.dimension, embeddings.MaybeCount("vector_dim"));
  SI_ASSIGN(facts.documents, ReadTable(from, "documents"));
  SI_ASSIGN(facts.chunks, ReadTable(from, "chunks"));
  SI_ASSIGN(facts.items, ReadTable(from, "document_items"));
  SI_ASSIGN(facts.vector_index, ReadIndex(from, "vector_index"));
  SI_ASSIGN(facts.text_index, ReadIndex(from, "text_index"));
  SI_ASSIGN(facts.tables, from.Texts("tables"));
  return facts;
}

base::Result<DocumentPage> DecodeDocuments(std::string_view answer) {
  SI_ASSIGN(const json::object object, Parse(answer));
  const Reader from(object);
  DocumentPage page;
  SI_ASSIGN(page.total, from.Count("total"));
  SI_ASSIGN(page.documents, from.List<StoredDocument>("documents", ReadDocument));
  return page;
}

}  // namespace vectors
