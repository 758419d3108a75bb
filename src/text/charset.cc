#include "text/charset.h"

#include <algorithm>

#include "text/utf8.h"

namespace text {
namespace {

constexpr std::string_view kUtf8Mark = "\xEF\xBB\xBF";
constexpr std::string_view kUtf16LeMark = "\xFF\xFE";
constexpr std::string_view kUtf16BeMark = "\xFE\xFF";

// windows-1252 from 0x80 to 0x9F; the five holes are C1 controls, as browsers have it.
constexpr char32_t kWindows1252High[32] = {
    0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0x8D,   0x017D, 0x8F,   0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178};

std::optional<Charset> FromMark(std::string_view bytes) {
  if (bytes.starts_with(kUtf8Mark)) return Charset::kUtf8;
  if (bytes.starts_with(kUtf16LeMark)) return Charset::kUtf16Le;
  if (bytes.starts_with(kUtf16BeMark)) return Charset::kUtf16Be;
  return std::nullopt;
}

std::string_view WithoutMark(std::string_view bytes, Charset charset) {
  switch (charset) {
    case Charset::kUtf8:
      if (bytes.starts_with(kUtf8Mark)) bytes.remove_prefix(kUtf8Mark.size());
      break;
    case Charset::kUtf16Le:
      if (bytes.starts_with(kUtf16LeMark)) bytes.remove_prefix(kUtf16LeMark.size());
      break;
    case Charset::kUtf16Be:
      if (bytes.starts_with(kUtf16BeMark)) bytes.remove_prefix(kUtf16BeMark.size());
      break;
    case Charset::kWindows1252:
      break;
  }
  return bytes;
}

DecodedText FromUtf16(std::string_view bytes, Charset charset) {
  DecodedText out{.utf8 = {}, .charset = charset, .damaged = bytes.size() % 2 != 0};
  const auto unit = [&](size_t at) -> char32_t {
    const auto first = static_cast<uint8_t>(bytes[at]);
    const auto second = static_cast<uint8_t>(bytes[at + 1]);
    return charset == Charset::kUtf16Le ? first | (second << 8) : (first << 8) | second;
  };
  for (size_t at = 0; at + 1 < bytes.size(); at += 2) {
    char32_t value = unit(at);
    if (value >= 0xD800 && value <= 0xDFFF) {
      const char32_t low = value <= 0xDBFF && at + 3 < bytes.size() ? unit(at + 2) : 0;
      if (low >= 0xDC00 && low <= 0xDFFF) {
        value = 0x10000 + ((value - 0xD800) << 10) + (low - 0xDC00);
        at += 2;
      } else {
        value = kReplacement;
        out.damaged = true;
      }
    }
    AppendUtf8(value, out.utf8);
  }
  if (bytes.size() % 2 != 0) AppendUtf8(kReplacement, out.utf8);
  return out;
}

DecodedText FromWindows1252(std::string_view bytes) {
  DecodedText out{.utf8 = {}, .charset = Charset::kWindows1252, .damaged = false};
  out.utf8.reserve(bytes.size() + bytes.size() / 8);
  for (const char c : bytes) {
    const auto byte = static_cast<uint8_t>(c);
    AppendUtf8(byte >= 0x80 && byte < 0xA0 ? kWindows1252High[byte - 0x80] : byte, out.utf8);
  }
  return out;
}

}  // namespace

Charset DetectCharset(std::string_view bytes) {
  if (const auto marked = FromMark(bytes)) return *marked;
  if (IsValidUtf8(bytes)) return Charset::kUtf8;
  size_t valid = 0;
  size_t invalid = 0;
  for (size_t at = 0; at < bytes.size();) {
    const Decoded decoded = DecodeAt(bytes, at);
    if (!decoded.valid) ++invalid;
    if (decoded.valid && decoded.length > 1) ++valid;
    at += decoded.length;
  }
  return invalid > valid ? Charset::kWindows1252 : Charset::kUtf8;
}

std::optional<Charset> CharsetFromLabel(std::string_view label) {
  static constexpr struct {
    std::string_view label;
    Charset charset;
  } kLabels[] = {
      {"utf-8", Charset::kUtf8},
      {"utf8", Charset::kUtf8},
      {"utf-16", Charset::kUtf16Le},
      {"utf-16le", Charset::kUtf16Le},
      {"utf-16be", Charset::kUtf16Be},
      {"windows-1252", Charset::kWindows1252},
      {"cp1252", Charset::kWindows1252},
      {"iso-8859-1", Charset::kWindows1252},
      {"iso8859-1", Charset::kWindows1252},
      {"iso_8859-1", Charset::kWindows1252},
      {"latin1", Charset::kWindows1252},
      {"us-ascii", Charset::kWindows1252},
      {"ascii", Charset::kWindows1252},
  };
  const std::string wanted = ToLower(Strip(label));
  const auto* found =
      std::ranges::find_if(kLabels, [&](const auto& row) { return row.label == wanted; });
  if (found == std::end(kLabels)) return std::nullopt;
  return found->charset;
}

DecodedText DecodeText(std::string_view bytes, std::optional<Charset> declared) {
  Charset charset = declared.value_or(Charset::kUtf8);
  if (const auto marked = FromMark(bytes)) {
    charset = *marked;
  } else if (!declared) {
    charset = DetectCharset(bytes);
  } else if (declared == Charset::kWindows1252 && IsValidUtf8(bytes)) {
    charset = Charset::kUtf8;
  }
  bytes = WithoutMark(bytes, charset);
  switch (charset) {
    case Charset::kUtf16Le:
    case Charset::kUtf16Be:
      return FromUtf16(bytes, charset);
    case Charset::kWindows1252:
      return FromWindows1252(bytes);
    case Charset::kUtf8:
      break;
  }
  return {.utf8 = Sanitise(bytes), .charset = charset, .damaged = !IsValidUtf8(bytes)};
}

}  // namespace text
