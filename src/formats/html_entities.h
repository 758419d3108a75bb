// Character references of HTML (`&amp;`, `&#233;`, `&#x1F600;`). Pure functions, thread-safe.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace formats {

// Reads the reference that starts at text[at], which must be '&'. Appends what it stands for to
// `out` and returns the number of bytes it took; returns 0 and appends nothing when there is none.
// A name counts only as a whole: "&ampx" is no reference, "&amp x" is one.
size_t DecodeReference(std::string_view text, size_t at, std::string& out);

// All references of a text. Unlike DecodeReference it also takes the longest known beginning of a
// name ("&ampx" becomes "&x"), as attribute values and Markdown have it.
std::string Unescape(std::string_view text);

}  // namespace formats
