#include "base/error.h"

#include <cerrno>
#include <cstring>
#include <iterator>
#include <utility>

namespace base {
namespace {

constexpr CodeInfo kCodes[] = {
    {Code::kInvalidArgument, "invalid_argument", 400, false},
    {Code::kUnauthenticated, "unauthenticated", 401, false},
    {Code::kPermissionDenied, "permission_denied", 403, false},
    {Code::kNotFound, "not_found", 404, false},
    {Code::kConflict, "conflict", 409, false},
    {Code::kTooLarge, "too_large", 413, false},
    {Code::kUnsupported, "unsupported", 415, false},
    {Code::kEncrypted, "encrypted", 422, false},
    {Code::kDamaged, "damaged", 422, false},
    {Code::kStale, "stale", 409, false},
    {Code::kCancelled, "cancelled", 409, false},
    {Code::kTimeout, "timeout", 504, true},
    {Code::kUnavailable, "unavailable", 503, true},
    {Code::kExhausted, "exhausted", 503, true},
    {Code::kNoSpace, "no_space", 507, true},
    {Code::kIo, "io", 500, true},
    {Code::kInternal, "internal", 500, true},
};

constexpr bool InOrder() {
  for (size_t i = 0; i < std::size(kCodes); ++i) {
    if (std::to_underlying(kCodes[i].code) != i) return false;
  }
  return true;
}
static_assert(InOrder(), "Info() indexes by the enum's value");

}  // namespace

const CodeInfo& Info(Code code) { return kCodes[std::to_underlying(code)]; }

Error Error::Within(std::string_view context) const {
  Error error = *this;
  error.message_ = std::string(context) + ": " + message_;
  return error;
}

Error Error::Of(std::string backend, std::chrono::microseconds retry_after) const {
  Error error = *this;
  error.backend_ = std::move(backend);
  error.retry_after_ = retry_after;
  return error;
}

std::string Error::ToString() const { return std::string(Info(code_).name) + ": " + message_; }

Error FromErrno(std::string_view what, int error_number) {
  const Code code = error_number == ENOENT                             ? Code::kNotFound
                    : error_number == EACCES || error_number == EPERM  ? Code::kPermissionDenied
                    : error_number == ENOSPC || error_number == EDQUOT ? Code::kNoSpace
                                                                       : Code::kIo;
  return Error(code, std::string(what) + ": " + std::strerror(error_number));
}

}  // namespace base
