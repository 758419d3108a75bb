// Text as a JSON string: the one place that knows the escapes.
#pragma once

#include <string>
#include <string_view>

namespace base {

// "\\n" for a line feed and the like; empty where JSON has no short escape for `c`.
std::string_view ShortJsonEscape(char c);

// Appends `text` in quotes. Always valid JSON: bytes that are not UTF-8 become U+FFFD.
void AppendJsonQuoted(std::string_view text, std::string& out);

}  // namespace base
