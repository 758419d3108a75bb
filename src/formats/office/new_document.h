// Private: what all readers do when they begin and end.
#pragma once

#include <string_view>

#include "docling/document.h"
#include "formats/office/reader.h"

namespace office {

// A document with the name and origin of the file.
docling::Document NewDocument(const File& file, std::string_view mime_type);

// The box without what is outside of the page; every reader of the tree would cut it so.
docling::BBox OnPage(docling::BBox box, const docling::Page& page);

}  // namespace office
