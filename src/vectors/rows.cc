#include "vectors/rows.h"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <unordered_set>

#include "base/random.h"

namespace vectors {
namespace {

constexpr size_t kMaxDimension = 65536;
constexpr size_t kMaxId = 200;

base::Result<> Bad(const DocumentRow& row, const std::string& what) {
  return base::Fail(base::Code::kInvalidArgument, "document " + row.id + ": " + what);
}

bool IsId(std::string_view id) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == ':' || c == '-';
  };
  return !id.empty() && id.size() <= kMaxId && std::ranges::all_of(id, plain);
}

// Searches rank by distance, which is right only among vectors of one length. Single precision, and
// models that compute in half precision, leave a little.
bool IsUnit(const float* vector, size_t dimension) {
  double square = 0;
  for (size_t i = 0; i < dimension; ++i) square += static_cast<double>(vector[i]) * vector[i];
  return std::isfinite(square) && std::abs(square - 1) < 0.02;
}

base::Result<> CheckVectors(const DocumentRow& row) {
  const size_t dimension = row.embedding.dimension;
  if (dimension == 0 || dimension > kMaxDimension) {
    return Bad(row, "vectors cannot have " + std::to_string(dimension) + " dimensions");
  }
  if (row.vectors.size() != row.chunks.size() * dimension) {
    return Bad(row, std::to_string(row.vectors.size()) + " numbers are not " +
                        std::to_string(row.chunks.size()) + " vectors of " +
                        std::to_string(dimension));
  }
  for (size_t i = 0; i < row.chunks.size(); ++i) {
    if (!IsUnit(row.vectors.data() + i * dimension, dimension)) {
      return Bad(row, "the vector of chunk " + std::to_string(i) + " is not of unit length");
    }
  }
  return {};
}

}  // namespace

std::string ChunkId(const std::string& document_id, size_t n) {
  return base::NameUuid(document_id, "chunk " + std::to_string(n));
}

base::Result<> Check(const DocumentRow& row) {
  if (!IsId(row.id)) {
    return base::Fail(base::Code::kInvalidArgument, "'" + row.id + "' is not a document id");
  }
  SI_TRY(CheckVectors(row));
  std::unordered_set<std::string_view> seen;
  for (const ChunkRow& chunk : row.chunks) {
    if (!IsId(chunk.id)) return Bad(row, "'" + chunk.id + "' is not a chunk id");
    if (!seen.insert(chunk.id).second) return Bad(row, "two chunks have the id " + chunk.id);
  }
  std::unordered_set<int64_t> positions;
  seen.clear();
  for (const ItemRow& item : row.items) {
    if (item.position < 0 || item.heading_level < 0 || item.tree_depth < 0) {
      return Bad(row, "item " + item.self_ref + " has a negative position, level or depth");
    }
    if (!seen.insert(item.self_ref).second) return Bad(row, "two items are " + item.self_ref);
    if (!positions.insert(item.position).second) {
      return Bad(row, "two items are at position " + std::to_string(item.position));
    }
  }
  return {};
}

}  // namespace vectors
