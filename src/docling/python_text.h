// Questions whose answer is what Python would say, because docling's output depends on it.
#pragma once

#include <string>
#include <string_view>

namespace docling {

// What a table cell looks like, from the least to the most general (tabulate's column types).
enum class CellType { kNone, kBool, kInt, kFloat, kString };
CellType TypeOf(std::string_view cell);

// str() of the Python value that the JSON text stands for: a string as it is, a list as "[1, 'a']".
// Invalid JSON comes back as it is.
std::string PythonStr(std::string_view json);

// `value` as Python's repr prints it: 612.0, 1e-05, 1e+16. Not for infinities and NaN, which JSON
// does not have: they print as 0.0.
void AppendPythonFloat(double value, std::string& out);

}  // namespace docling
