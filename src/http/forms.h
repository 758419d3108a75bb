// application/x-www-form-urlencoded: query strings and form bodies.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "http/message.h"

namespace http {

// "%41" -> "A"; with `plus_is_space`, "+" -> " ". kInvalidArgument for a broken escape.
enum class Plus { kSpace, kLiteral };
base::Result<std::string> PercentDecode(std::string_view text, Plus plus);

// Everything but unreserved characters as %XX.
std::string PercentEncode(std::string_view text);

// "a=1&b=x%20y" -> pairs in order. At most `max_fields`.
base::Result<Pairs> ParseForm(std::string_view text, size_t max_fields);

}  // namespace http
