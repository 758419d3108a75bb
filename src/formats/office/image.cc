#include "formats/office/image.h"

#include <fmt/format.h>

#include <cmath>

#include "base/hash.h"

namespace office {
namespace {

// Reads numbers of a header; past the end they are 0.
class Bytes {
 public:
  Bytes(std::string_view bytes, bool big_endian) : bytes_(bytes), big_endian_(big_endian) {}

  uint32_t At(size_t offset, size_t count) const {
    uint32_t value = 0;
    for (size_t i = 0; i < count; ++i) {
      const size_t at = offset + (big_endian_ ? i : count - 1 - i);
      value = value << 8U | (at < bytes_.size() ? uint8_t(bytes_[at]) : 0U);
    }
    return value;
  }
  size_t size() const { return bytes_.size(); }

 private:
  std::string_view bytes_;
  bool big_endian_;
};

ImageFacts Png(std::string_view png) {
  const Bytes bytes(png, true);
  ImageFacts facts{"image/png", bytes.At(16, 4), bytes.At(20, 4)};
  for (size_t at = 8; at + 12 < png.size();) {
    const uint32_t length = bytes.At(at, 4);
    const std::string_view type = png.substr(at + 4, 4);
    if (type == "IDAT") break;
    if (type == "pHYs" && bytes.At(at + 16, 1) == 1) {
      facts.dpi = int32_t(std::lround(bytes.At(at + 8, 4) * 0.0254));
    }
    at += size_t{12} + length;
  }
  return facts;
}

ImageFacts Jpeg(std::string_view jpeg) {
  const Bytes bytes(jpeg, true);
  ImageFacts facts{"image/jpeg"};
  for (size_t at = 2; at + 9 < jpeg.size();) {
    if (bytes.At(at, 1) != 0xFF) break;
    const uint32_t marker = bytes.At(at + 1, 1);
    if (marker == 0xFF) {
      ++at;
      continue;
    }
    if (marker == 0xE0 && jpeg.substr(at + 4, 4) == "JFIF") {
      const uint32_t density = bytes.At(at + 12, 2);
      if (bytes.At(at + 11, 1) == 1) facts.dpi = int32_t(density);
      if (bytes.At(at + 11, 1) == 2) facts.dpi = int32_t(std::lround(density * 2.54));
    }
    const bool frame =
        marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
    if (frame) {
      facts.height = bytes.At(at + 5, 2);
      facts.width = bytes.At(at + 7, 2);
      break;
    }
    at += size_t{2} + bytes.At(at + 2, 2);
  }
  return facts;
}

ImageFacts Bmp(std::string_view bmp) {
  const Bytes bytes(bmp, false);
  const auto height = int32_t(bytes.At(22, 4));
  return {"image/bmp", bytes.At(18, 4), uint32_t(std::abs(int64_t(height)))};
}

ImageFacts Tiff(std::string_view tiff, bool big_endian) {
  const Bytes bytes(tiff, big_endian);
  ImageFacts facts{"image/tiff"};
  const size_t directory = bytes.At(4, 4);
  const size_t entries = bytes.At(directory, 2);
  for (size_t i = 0; i < entries; ++i) {
    const size_t at = directory + 2 + (i * 12);
    if (at + 12 > bytes.size()) break;
    const uint32_t tag = bytes.At(at, 2);
    const uint32_t value = bytes.At(at + 8, bytes.At(at + 2, 2) == 3 ? 2 : 4);
    if (tag == 256) facts.width = value;
    if (tag == 257) facts.height = value;
  }
  return facts;
}

ImageFacts Webp(std::string_view webp) {
  const Bytes bytes(webp, false);
  const std::string_view kind = webp.substr(12, 4);
  ImageFacts facts{"image/webp"};
  if (kind == "VP8X") {
    facts.width = bytes.At(24, 3) + 1;
    facts.height = bytes.At(27, 3) + 1;
  } else if (kind == "VP8L") {
    const uint32_t packed = bytes.At(21, 4);
    facts.width = (packed & 0x3FFFU) + 1;
    facts.height = (packed >> 14U & 0x3FFFU) + 1;
  } else {
    facts.width = bytes.At(26, 2) & 0x3FFFU;
    facts.height = bytes.At(28, 2) & 0x3FFFU;
  }
  return facts;
}

ImageFacts Facts(std::string_view bytes) {
  using namespace std::string_view_literals;
  if (bytes.starts_with("\x89PNG\r\n\x1a\n")) return Png(bytes);
  if (bytes.starts_with("\xFF\xD8\xFF")) return Jpeg(bytes);
  if (bytes.starts_with("GIF8")) {
    const Bytes gif(bytes, false);
    return {"image/gif", gif.At(6, 2), gif.At(8, 2)};
  }
  if (bytes.starts_with("BM")) return Bmp(bytes);
  if (bytes.starts_with("II*\0"sv)) return Tiff(bytes, false);
  if (bytes.starts_with("MM\0*"sv)) return Tiff(bytes, true);
  if (bytes.starts_with("RIFF") && bytes.size() > 30 && bytes.substr(8, 4) == "WEBP") {
    return Webp(bytes);
  }
  return {};
}

}  // namespace

std::optional<ImageFacts> ReadImageFacts(std::string_view bytes) {
  constexpr uint32_t kMaxSide = 1'000'000;
  const ImageFacts facts = Facts(bytes);
  if (facts.width == 0 || facts.height == 0) return std::nullopt;
  if (facts.width > kMaxSide || facts.height > kMaxSide) return std::nullopt;
  return facts;
}

docling::ImageRef ToImageRef(std::string_view bytes, const ImageFacts& facts, int32_t dpi) {
  return {.mimetype = std::string(facts.mime_type),
          .dpi = dpi,
          .width = double(facts.width),
          .height = double(facts.height),
          .uri = fmt::format("data:{};base64,{}", facts.mime_type, base::Base64Encode(bytes))};
}

}  // namespace office
