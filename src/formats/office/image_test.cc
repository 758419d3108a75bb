#include "formats/office/image.h"

#include <gtest/gtest.h>

namespace office {
namespace {

using namespace std::string_literals;

// Headers of images of 3 x 2 pixels.
struct Case {
  std::string bytes;
  std::string_view mime_type;
  int32_t dpi;
};

TEST(Image, HeadersTellTheSize) {
  const std::string png =
      "\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x03\0\0\0\x02\x08\x02\0\0\0crc."
      "\0\0\0\x09pHYs\0\0\x0b\x13\0\0\x0b\x13\x01"
      "crc.\0\0\0\0IDAT"s;
  const Case cases[] = {
      {png, "image/png", 72},
      {"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\x01\0\x60\0\x60\0\0\xff\xc0\0\x0b\x08\0\x02\0\x03\x01"s,
       "image/jpeg", 96},
      {"GIF89a\x03\0\x02\0\0\0"s, "image/gif", 0},
      {"BM\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x03\0\0\0\xfe\xff\xff\xff"s, "image/bmp", 0},
      {"II*\0\x08\0\0\0\x02\0\0\x01\x03\0\x01\0\0\0\x03\0\0\0\x01\x01\x03\0\x01\0\0\0\x02\0\0\0"s,
       "image/tiff", 0},
      {"RIFF....WEBPVP8X....\0\0\0\0\x02\0\0\x01\0\0."s, "image/webp", 0},
  };
  for (const Case& test : cases) {
    const auto facts = ReadImageFacts(test.bytes);
    ASSERT_TRUE(facts) << test.mime_type;
    EXPECT_EQ(facts->mime_type, test.mime_type);
    EXPECT_EQ(facts->width, 3U) << test.mime_type;
    EXPECT_EQ(facts->height, 2U) << test.mime_type;
    EXPECT_EQ(facts->dpi, test.dpi) << test.mime_type;
    // Cut off anywhere: no crash.
    for (size_t length = 0; length < test.bytes.size(); ++length) {
      (void)ReadImageFacts(std::string_view(test.bytes).substr(0, length));
    }
  }
}

TEST(Image, DrawingsAndDamageAreNone) {
  EXPECT_FALSE(ReadImageFacts(""));
  EXPECT_FALSE(ReadImageFacts("<svg/>"));
  EXPECT_FALSE(ReadImageFacts("\x01\0\0\0emf"s));
  EXPECT_FALSE(ReadImageFacts("\x89PNG\r\n\x1a\n"));
}

TEST(Image, BecomesADataUri) {
  const docling::ImageRef image = ToImageRef("abc", {"image/png", 3, 2}, 96);
  EXPECT_EQ(image.uri, "data:image/png;base64,YWJj");
  EXPECT_EQ(image.dpi, 96);
  EXPECT_EQ(image.width, 3);
}

}  // namespace
}  // namespace office
