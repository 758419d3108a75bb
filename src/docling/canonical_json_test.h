// For tests: JSON texts that say the same, as the same text.
#pragma once

#include <boost/json/parse.hpp>
#include <cstdlib>
#include <map>
#include <string>

#include "docling/json_fields.h"

namespace docling {

// Keys sorted, nulls dropped, every number but large ones a double.
inline boost::json::value Canonical(const boost::json::value& value) {
  if (const auto* array = value.if_array()) {
    boost::json::array out;
    for (const auto& element : *array) out.push_back(Canonical(element));
    return out;
  }
  if (value.is_int64() && std::llabs(value.get_int64()) < (1LL << 52)) {
    return double(value.get_int64());
  }
  const auto* object = value.if_object();
  if (object == nullptr) return value;
  std::map<std::string, boost::json::value> sorted;
  for (const auto& member : *object) {
    if (!member.value().is_null()) sorted[std::string(member.key())] = Canonical(member.value());
  }
  boost::json::object out;
  for (const auto& [key, member] : sorted) out[key] = member;
  return out;
}

}  // namespace docling
