// gzip for answers: whether a client wants it, and the bytes. Private to the folder.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace http {

// Whether Accept-Encoding allows gzip and does not prefer the bytes as they are.
bool AcceptsGzip(std::string_view accept_encoding);

// Types whose bytes shrink: text, JSON, XML, YAML, JavaScript.
bool IsCompressible(std::string_view content_type);

// nullopt when it would not be shorter.
std::optional<std::string> Gzip(std::string_view bytes);

}  // namespace http
