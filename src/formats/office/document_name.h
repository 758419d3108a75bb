// Private: a document with the name and origin of a file.
#pragma once

#include <string_view>

#include "docling/document.h"
#include "formats/office/reader.h"

namespace office {

docling::Document NewDocument(const File& file, std::string_view mime_type);

}  // namespace office
