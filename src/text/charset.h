// Bytes of unknown or declared encoding → UTF-8, for readers of plain text, CSV and HTML.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace text {

enum class Charset : uint8_t { kUtf8, kUtf16Le, kUtf16Be, kWindows1252 };

// A byte order mark decides; otherwise UTF-8, unless more pieces of it are invalid than valid
// beyond ASCII: then windows-1252.
Charset DetectCharset(std::string_view bytes);

// What a label in a document ("charset=ISO-8859-1") means, as browsers take it: Latin-1 and ASCII
// are read as windows-1252. nullopt for one we do not have.
std::optional<Charset> CharsetFromLabel(std::string_view label);

struct DecodedText {
  std::string utf8;  // valid, without byte order mark
  Charset charset;
  bool damaged;  // something had to be replaced by U+FFFD
};

// A byte order mark wins over `declared`, and so does valid UTF-8 over a declared windows-1252;
// without either the charset is detected.
DecodedText DecodeText(std::string_view bytes, std::optional<Charset> declared = std::nullopt);

}  // namespace text
