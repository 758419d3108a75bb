// Range requests (RFC 9110, 14): one range of bytes. Private to the folder.
#pragma once

#include <cstdint>
#include <string_view>

namespace http {

struct Range {
  enum class Kind {
    kWhole,          // no Range, one we do not serve (several ranges, another unit) or a broken one
    kPart,           // `first` .. `last`
    kUnsatisfiable,  // begins behind the end: 416
  };
  Kind kind = Kind::kWhole;
  uint64_t first = 0;
  uint64_t last = 0;  // inclusive
};

// The value of a Range header against `size` bytes.
Range ParseRange(std::string_view header, uint64_t size);

}  // namespace http
