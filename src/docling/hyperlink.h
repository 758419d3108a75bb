// Links as docling stores them: an absolute URL in normal form, or a path.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace docling {

// The normal form of an absolute URL: scheme and host in lower case (non-ASCII hosts in punycode),
// no default port, a missing path of http-like schemes becomes "/", dot segments resolved, spaces
// and non-ASCII percent-encoded. nullopt when `text` is not an absolute URL.
//   "https://Ex.org" → "https://ex.org/", "MAILTO:a@b.c" → "mailto:a@b.c", "a/b" → nullopt
std::optional<std::string> NormaliseUrl(std::string_view text);

// NormaliseUrl, or else the text as a path: "./a//b/" → "a/b", "" → ".". For every hyperlink a
// reader stores.
std::string NormaliseHyperlink(std::string_view text);

}  // namespace docling
