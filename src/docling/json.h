// DoclingDocument JSON: what docling, docling-serve and haiku.rag exchange.
//
// Written is the "file form": null fields are left out, defaults are written, keys in docling's
// order, non-ASCII raw, floats as Python prints them (612.0). Read are the file form, the API form
// (nulls written) and older versions of schema 1.x. Pure functions, thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "docling/document.h"

namespace docling {

// The schema version written; documents of 1.x with x <= this minor are read.
inline constexpr std::string_view kSchemaVersion = "1.10.0";

struct JsonOptions {
  // Spaces per level; 0 writes one line.
  int indent = 0;
  // false leaves out the `pages` key (haiku.rag stores pages apart).
  bool pages = true;
  // false leaves out the `image` of every picture, which reads back as null.
  bool picture_images = true;
};

std::string WriteJson(const Document& document, const JsonOptions& options = {});

// Only the value of the `pages` key: {"1":{"size":…,"page_no":1},…}.
std::string WritePagesJson(const Document& document);

// Memory beside the result stays small: one node at a time is held as JSON. `json` may be hostile:
// any depth and any sizes end as an Error in bounded time. kUnsupported: another schema or a newer
// version; kDamaged: everything else that is not a valid document, the message names the place
// ("texts/12: unknown label 'x'"); kTooLarge: a table over kMaxGridPositions.
// Repairs as docling's loader does: old annotations move to meta, list items outside a list get
// one, boxes are clamped to their page; repeated mentions of a child are dropped.
base::Result<Document> ReadJson(std::string_view json);

}  // namespace docling
