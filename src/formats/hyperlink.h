// The form in which an item keeps its link. Pure function.
#pragma once

#include <string>
#include <string_view>

namespace formats {

// Absolute URLs with scheme and host in lower case and at least "/" as path; anything else as a
// path, without "./" in front.
std::string NormaliseLink(std::string_view link);

}  // namespace formats
