// The chunks artifact: a JSON array of haiku.rag's chunk objects, as the reference implementation
// writes it, so that either can read the other's.
//
//   [{"id": null, "document_id": null, "content": "…",
//     "metadata": {"doc_item_refs": ["#/texts/3"], "headings": ["A", "B"] | null,
//                  "labels": ["text"], "page_numbers": [1, 2]},
//     "order": 0, "document_uri": null, "document_title": null, "document_meta": {},
//     "embedding": null | [float, …]}, …]
//
// `content` is the body without headings. Embeddings in it are read (artifacts of the reference
// implementation), never written: ours are in embeddings_file.h.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "docling/chunker.h"
#include "haiku/rows.h"

namespace steps {

std::string WriteChunks(const std::vector<haiku::Chunk>& chunks);
// What a chunker made of a document.
std::string WriteChunks(const docling::Document& document,
                        const std::vector<docling::Chunk>& chunks);

struct ReadChunksResult {
  std::vector<haiku::Chunk> chunks;
  // Row-major, when every object carries an embedding of the same length; else empty.
  std::vector<float> vectors;
  size_t dimension = 0;
};
// kDamaged says where.
base::Result<ReadChunksResult> ReadChunks(std::string_view json);

}  // namespace steps
