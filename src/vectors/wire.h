// Messages to and from the engine: rows and questions → request, answer → values. The block holds a
// document's vectors (row-major float32), then its blobs; the header says where each is.
//
// Answers come from another process and are not trusted: what is missing or of the wrong kind is
// kDamaged.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "vectors/catalog.h"
#include "vectors/store.h"

namespace vectors {

inline constexpr int kProtocol = 1;

struct Request {
  std::string header;  // JSON
  std::string block;
};

// `path` is what ResolveName returned. `epoch` 0: that of the hello.
Request HelloRequest(int64_t epoch);
Request UpsertRequest(std::string_view path, const DocumentRow& row, int64_t epoch);
Request RemoveRequest(std::string_view path, const std::vector<std::string>& ids, int64_t epoch);
Request VerifyRequest(std::string_view path, const std::string& id);
Request SearchRequest(std::string_view path, const SearchQuery& query);
Request MaintainRequest(std::string_view path, const Maintenance& what);
Request DescribeRequest(std::string_view path);
Request DocumentsRequest(std::string_view path, const DocumentsQuery& query);

// Each returns the engine's error if the answer is one.
base::Result<> DecodeHello(std::string_view answer);
base::Result<> DecodeDone(std::string_view answer);
base::Result<RowCounts> DecodeUpsert(std::string_view answer);
base::Result<size_t> DecodeRemove(std::string_view answer);
base::Result<RowCounts> DecodeVerify(std::string_view answer, const std::string& id);
base::Result<std::vector<Hit>> DecodeSearch(std::string_view answer);
base::Result<DatabaseFacts> DecodeDescribe(std::string_view answer);
base::Result<DocumentPage> DecodeDocuments(std::string_view answer);

}  // namespace vectors
