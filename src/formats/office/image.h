// Pictures inside office files: passed on as they are, in a data URI, with the size their header
// states. Pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "docling/node.h"

namespace office {

struct ImageFacts {
  std::string_view mime_type;
  uint32_t width = 0;  // pixels
  uint32_t height = 0;
  int32_t dpi = 0;  // 0 when the file does not say
};

// What the header of a PNG, JPEG, GIF, BMP, TIFF or WebP says; nullopt for anything else (EMF, WMF
// and SVG, which are drawings) and for images without an area.
std::optional<ImageFacts> ReadImageFacts(std::string_view bytes);

// The image for a picture node.
docling::ImageRef ToImageRef(std::string_view bytes, const ImageFacts& facts, int32_t dpi = 72);

}  // namespace office
