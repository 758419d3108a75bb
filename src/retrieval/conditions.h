// What a search may be narrowed to, as a filter over the documents (vectors::SearchQuery::filter).
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/result.h"

namespace retrieval {

struct Conditions {
  std::string source;  // of the document; "" = any
  std::string uri;     // a pattern: * any characters, ? one; "" = any
  std::vector<std::pair<std::string, std::string>> metadata;  // key, value; all must hold
  std::string filter;                                         // a filter beside these; "" = none
};

// "key=value" -> {"key", "value"}; kInvalidArgument without a key.
base::Result<std::pair<std::string, std::string>> ReadPair(const std::string& text);

// All conditions in one. A value of the metadata matches a JSON text, and the number, true, false
// or null that is written like it. kInvalidArgument when `filter` is none.
base::Result<std::string> ToFilter(const Conditions& conditions);

}  // namespace retrieval
