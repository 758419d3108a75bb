// Small documents for tests.
#pragma once

#include <string>
#include <vector>

#include "base/random.h"
#include "vectors/rows.h"

namespace vectors {

inline constexpr size_t kTestDimension = 8;

// A unit vector along one axis.
inline std::vector<float> Axis(size_t axis) {
  std::vector<float> vector(kTestDimension);
  vector[axis % kTestDimension] = 1;
  return vector;
}

// A document named `name` with a chunk per text; the n-th lies on the n-th axis.
inline DocumentRow TestRow(const std::string& name, const std::vector<std::string>& texts) {
  DocumentRow row;
  row.id = base::NameUuid("6ba7b811-9dad-11d1-80b4-00c04fd430c8", name);
  row.content = "# " + name;
  row.docling_document = std::string("\x28\xb5\x2f\xfd\0structure", 14);
  row.docling_version = "1.10.0";
  row.uri = "file:///" + name;
  row.title = name;
  row.metadata =
      R"({"doc_id": "sha256-)" + name + R"(", "md5": "0", "content_type": "text/plain"})";
  row.created_at = row.updated_at = "2026-01-31T12:34:56.123456";
  row.embedding = {"openai", "test-model", kTestDimension};
  for (size_t i = 0; i < texts.size(); ++i) {
    const std::string ref = "#/texts/" + std::to_string(i);
    row.chunks.push_back({ChunkId(row.id, i), texts[i], "Heading\n" + texts[i],
                          R"({"doc_item_refs": [")" + ref +
                              R"("], "headings": ["Heading"], "labels": ["text"], )"
                              R"("page_numbers": [)" +
                              std::to_string(i + 1) + "]}"});
    const std::vector<float> vector = Axis(i);
    row.vectors.insert(row.vectors.end(), vector.begin(), vector.end());
    ItemRow item{.position = static_cast<int64_t>(i), .self_ref = ref, .label = "text"};
    item.text = texts[i];
    row.items.push_back(std::move(item));
  }
  return row;
}

}  // namespace vectors
