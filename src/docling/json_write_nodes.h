// Private: one node, or part of one, as JSON.
#pragma once

#include "docling/document.h"
#include "docling/json_writer.h"

namespace docling {

void WriteGroup(JsonWriter& json, const Group& group);
void WriteText(JsonWriter& json, const Text& text);
void WritePicture(JsonWriter& json, const Picture& picture, bool with_image);
void WriteTable(JsonWriter& json, const Table& table);
void WriteGraphItem(JsonWriter& json, const GraphItem& item);
// A field region or field item.
void WritePlainItem(JsonWriter& json, const Item& item);

// The keys self_ref to comments of an item, without the braces; the chunk format prints only these.
// `base_meta_only` leaves out what only tables and pictures have in their meta.
void WriteItemFields(JsonWriter& json, const Item& item, bool base_meta_only = false);

// The key "origin" with its value.
void WriteOrigin(JsonWriter& json, const Origin& origin);

// The key "image" with its value.
void WriteImage(JsonWriter& json, const ImageRef& image);

void WriteTableData(JsonWriter& json, const TableData& data);

// The key "meta" with its value.
void WriteMeta(JsonWriter& json, const Meta& meta, bool base_only = false);

}  // namespace docling
