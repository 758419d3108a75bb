// Result<T>: a value or an Error. Every fallible function at a subsystem boundary returns one; no
// exception crosses it.
#pragma once

#include <expected>
#include <utility>

#include "base/error.h"

namespace base {

template <typename T = void>
using Result = std::expected<T, Error>;

// return Fail(Code::kNotFound, "no batch 7");
inline std::unexpected<Error> Fail(Code code, std::string message) {
  return std::unexpected<Error>(Error(code, std::move(message)));
}
inline std::unexpected<Error> Fail(Error error) { return std::unexpected<Error>(std::move(error)); }

}  // namespace base

#define SI_CONCAT_INNER(a, b) a##b
#define SI_CONCAT(a, b) SI_CONCAT_INNER(a, b)

// SI_TRY(expr);                 leaves the function with the error of a Result
#define SI_TRY(expr)                                                                            \
  do {                                                                                          \
    if (auto si_result = (expr); !si_result) return ::base::Fail(std::move(si_result).error()); \
  } while (false)

// SI_ASSIGN(auto rows, Query());  declares (or assigns) the value of a Result, or leaves with its
// error
#define SI_ASSIGN(declaration, expr) \
  SI_ASSIGN_INNER(SI_CONCAT(si_result_, __LINE__), declaration, expr)
// NOLINTBEGIN(bugprone-macro-parentheses): a declaration cannot be parenthesised
#define SI_ASSIGN_INNER(name, declaration, expr)           \
  auto name = (expr);                                      \
  if (!name) return ::base::Fail(std::move(name).error()); \
  declaration = std::move(*name)
// NOLINTEND(bugprone-macro-parentheses)
