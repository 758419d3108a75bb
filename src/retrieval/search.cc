#include "retrieval/search.h"

#include <algorithm>
#include <span>
#include <utility>

#include "text/utf8.h"

namespace retrieval {
namespace {

constexpr size_t kMaxLimit = 1000;
constexpr size_t kMaxQuestion = 32 * 1024;
constexpr size_t kShortestWord = 3;  // code points; shorter ones are everywhere

base::Result<> CheckQuestion(const Question& question) {
  if (question.limit == 0 || question.limit > kMaxLimit) {
    return base::Fail(base::Code::kInvalidArgument,
                      "limit must be from 1 to " + std::to_string(kMaxLimit));
  }
  if (question.text.size() > kMaxQuestion) {
    return base::Fail(base::Code::kTooLarge, "the question is longer than 32 KB");
  }
  return {};
}

// The vector of the question, or nothing if the store needs none.
base::Result<std::vector<float>> Embed(embedding::Embedder& embedder, const Question& question) {
  if (question.mode == vectors::SearchMode::kText) return std::vector<float>();
  return embedder.Embed(std::span(&question.text, 1));
}

Passage ToPassage(vectors::Hit hit, size_t rank, const std::string& question) {
  Passage passage;
  passage.rank = rank;
  passage.score = hit.score;
  passage.vector_score = hit.vector_score;
  passage.text_score = hit.text_score;
  passage.document_id = std::move(hit.document_id);
  passage.chunk_id = std::move(hit.chunk_id);
  passage.uri = std::move(hit.uri);
  passage.title = std::move(hit.title);
  passage.hash = std::move(hit.hash);
  passage.page_numbers = std::move(hit.page_numbers);
  passage.headings = std::move(hit.headings);
  passage.snippet = Snippet(hit.content, question);
  passage.content = std::move(hit.content);
  passage.refs = std::move(hit.refs);
  return passage;
}

std::string OneLine(std::string_view text) {
  std::string out;
  for (const std::string_view word : text::SplitOnSpace(text)) {
    if (!out.empty()) out.push_back(' ');
    out += word;
  }
  return out;
}

// The code point where the first word of the question that `line` has begins; 0 if it has none.
size_t FirstMatch(const std::string& line, std::string_view question) {
  const std::string lower = text::ToLower(line);
  size_t first = std::string::npos;
  for (const std::string_view word : text::SplitOnSpace(question)) {
    if (text::CountCodePoints(word) < kShortestWord) continue;
    first = std::min(first, lower.find(text::ToLower(word)));
  }
  if (first == std::string::npos) return 0;
  return text::CountCodePoints(std::string_view(lower).substr(0, first));
}

// The nearest blank before `at` (code points), so that a snippet does not begin inside a word.
size_t WordStart(const std::string& line, size_t at) {
  const size_t byte = text::OffsetOf(line, at);
  const size_t blank = line.rfind(' ', byte);
  return blank == std::string::npos ? 0 : text::CountCodePoints(line.substr(0, blank + 1));
}

}  // namespace

base::Result<std::vector<Passage>> Search(vectors::Store& store, embedding::Embedder& embedder,
                                          const Question& question) {
  SI_TRY(CheckQuestion(question));
  if (text::Strip(question.text).empty()) return std::vector<Passage>();
  vectors::SearchQuery query;
  query.mode = question.mode;
  query.text = question.text;
  query.limit = question.limit;
  query.filter = question.filter;
  SI_ASSIGN(query.vector, Embed(embedder, question));
  if (!query.vector.empty()) query.model = embedder.Model();
  SI_ASSIGN(std::vector<vectors::Hit> hits, store.Search(question.database, query));
  std::vector<Passage> passages;
  passages.reserve(hits.size());
  for (vectors::Hit& hit : hits) {
    passages.push_back(ToPassage(std::move(hit), passages.size() + 1, question.text));
  }
  return passages;
}

std::string Snippet(std::string_view content, std::string_view question, size_t length) {
  const std::string line = OneLine(content);
  const size_t total = text::CountCodePoints(line);
  if (total <= length) return line;
  const size_t match = FirstMatch(line, question);
  const size_t lead = length / 4;  // what stands before the word explains it
  size_t begin = match > lead ? WordStart(line, match - lead) : 0;
  begin = std::min(begin, total - length);
  const size_t from = text::OffsetOf(line, begin);
  const size_t to = text::OffsetOf(line, begin + length);
  std::string out = begin > 0 ? "…" : "";
  out += text::Strip(std::string_view(line).substr(from, to - from));
  if (begin + length < total) out += "…";
  return out;
}

}  // namespace retrieval
