// Text of unknown charset to UTF-8. Pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "docling/diagnostics.h"

namespace formats {

// `bytes` as valid UTF-8 without control characters other than tab, newline, carriage return and
// form feed. The charset is that of a byte order mark (which is removed), else UTF-8 if the bytes
// are valid, else `declared` ("" = nothing declared), else UTF-8 with faults if most of what is not
// ASCII is valid, else windows-1252. What cannot be decoded becomes U+FFFD and is reported.
std::string ToText(std::string_view bytes, std::string_view declared,
                   docling::DiagnosticSink& diagnostics);

// The charset that <meta charset> or <meta http-equiv> or an XML declaration in the first KiB
// declares, or "".
std::string DeclaredCharset(std::string_view html);

// The code point of a windows-1252 byte; its five unused bytes stand for themselves, as on the web.
char32_t Windows1252(uint8_t byte);

}  // namespace formats
