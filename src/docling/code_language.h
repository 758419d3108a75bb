// The programming language of a code block, in the names of the DoclingDocument schema. Pure
// functions.
#pragma once

#include <string>
#include <string_view>

namespace docling {

// The language that a fence word or class names ("py", "language-js", "C++"), or "" for none.
std::string_view LanguageOfHint(std::string_view hint);

// The language by the hint, otherwise by what the code looks like, otherwise "unknown".
std::string CodeLanguage(std::string_view hint, std::string_view code);

}  // namespace docling
