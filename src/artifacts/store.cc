#include "artifacts/store.h"

#include <algorithm>
#include <system_error>

namespace artifacts {

std::string_view Name(Type type) {
  switch (type) {
    case Type::kDocument:
      return "document";
    case Type::kParsedMarkdown:
      return "parsed_markdown";
    case Type::kParsedJson:
      return "parsed_json";
    case Type::kChunks:
      return "chunks";
    case Type::kEmbeddings:
      return "embeddings";
    case Type::kRag:
      return "rag";
  }
  return "unknown";
}

std::optional<Type> TypeNamed(std::string_view name) {
  for (const Type type : {Type::kDocument, Type::kParsedMarkdown, Type::kParsedJson, Type::kChunks,
                          Type::kEmbeddings, Type::kRag}) {
    if (Name(type) == name) return type;
  }
  return std::nullopt;
}

LocalFile::~LocalFile() {
  std::error_code ignored;
  if (temporary_) std::filesystem::remove(path_, ignored);
}

base::Result<> CheckKey(const Key& key) {
  static constexpr std::string_view kPrefix = "sha256-";
  const auto is_hex = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  const std::string_view hash = key.hash;
  if (hash.size() != kPrefix.size() + 64 || !hash.starts_with(kPrefix) ||
      !std::ranges::all_of(hash.substr(kPrefix.size()), is_hex)) {
    return base::Fail(base::Code::kInvalidArgument,
                      "'" + key.hash + "' is not a document hash (sha256- and 64 hex digits)");
  }
  return {};
}

}  // namespace artifacts
