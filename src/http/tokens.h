// The small grammar that header values share: lists with commas, parameters, quality values.
// Private to the folder.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace http {

bool EqualsIgnoringCase(std::string_view a, std::string_view b);

std::string_view Trim(std::string_view text);

// `a, "b, c" ,d` -> {a, "b, c" (quotes kept), d}; empty elements are left out.
std::vector<std::string> SplitList(std::string_view text);

// "gzip;q=0.5" -> 0.5; 1 without a q; 0 for one that is no number.
double Quality(std::string_view element);

// What stands before the first ';', trimmed.
std::string_view WithoutParameters(std::string_view element);

}  // namespace http
