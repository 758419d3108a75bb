// The rows of `document_items`: what haiku.rag expands a found chunk from. Private to haiku.
#pragma once

#include <vector>

#include "docling/document.h"
#include "vectors/rows.h"

namespace haiku {

// One row per item of the body in reading order. Furniture and what is inside pictures have none.
std::vector<vectors::ItemRow> Items(const docling::Document& document);

}  // namespace haiku
