// JSON as Python's json.dumps(value) prints it: `", "` and `": "` between, everything but printable
// ASCII as \uXXXX, floats by repr. haiku.rag and its users find documents by LIKE over such text,
// so the spacing matters. Private to haiku.
#pragma once

#include <boost/json/fwd.hpp>
#include <string>

namespace haiku {

std::string PythonJson(const boost::json::value& value);

}  // namespace haiku
