// JSON as Python's json.dumps(value, indent=4) prints it, so that texts compare equal with those in
// databases of the reference implementation. Private to the folder.
#pragma once

#include <boost/json/fwd.hpp>
#include <string>

namespace workflow {

std::string PythonJson(const boost::json::value& value);

}  // namespace workflow
