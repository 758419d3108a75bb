// Filters of clients: a small part of SQL, read and printed again, so that nothing reaches the
// engine but what is understood here.
//
//   or      = and *( "OR" and )
//   and     = not *( "AND" not )
//   not     = "NOT" not | test
//   test    = "(" or ")" | "TRUE" | "FALSE" | predicate | value rest
//   rest    = ( "=" | "<>" | "!=" | "<" | "<=" | ">" | ">=" ) value
//           | [ "NOT" ] ( "LIKE" | "ILIKE" ) text
//           | [ "NOT" ] "IN" "(" value *( "," value ) ")"
//           | [ "NOT" ] "BETWEEN" value "AND" value
//           | "IS" [ "NOT" ] "NULL"
//   value   = column | text | number | function "(" value *( "," value ) ")"
//   column  = "id" | "uri" | "title" | "metadata" | "created_at" | "updated_at"      (all texts)
//   text    = "'" *( any but "'" | "''" ) "'"
//
// Functions: lower, upper, trim, length, character_length, strpos; as predicates contains,
// starts_with, ends_with. Words know no case.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace vectors {

// The filter as it goes to the engine; "" for a blank one. kInvalidArgument says where and why it
// is none, or which limit it exceeds.
base::Result<std::string> ReadFilter(std::string_view text);

}  // namespace vectors
