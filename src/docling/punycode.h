// Private: host names with non-ASCII letters in their ASCII form (RFC 3492).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace docling {

// "Bücher.example" → "xn--bcher-kva.example". nullopt when the host is not valid UTF-8 or over the
// length a host name can have.
std::optional<std::string> ToPunycodeHost(std::string_view host);

}  // namespace docling
