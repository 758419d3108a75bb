// Private: the chunkers with the serializer they use made by the caller.
#pragma once

#include <vector>

#include "docling/chunker.h"
#include "docling/serializer.h"
#include "docling/token_counter.h"

namespace docling {

SerializerOptions ChunkSerializerOptions(const ChunkOptions& options);

std::vector<Chunk> HierarchicalChunks(Serializer& serializer, bool always_emit_headings);

// `options.max_tokens` must not be 0.
std::vector<Chunk> HybridChunks(Serializer& serializer, const TokenCounter& counter,
                                const HybridOptions& options, TableForm tables);

// The text of a table that is too long, cut between its lines.
std::vector<std::string> SplitTable(const std::string& text, TableForm tables,
                                    const HybridOptions& options, const TokenCounter& counter);

}  // namespace docling
