// What went wrong, in a closed list of codes: the API derives the HTTP status from the code, the
// engine whether to retry.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace base {

// Persisted in status_meta and logs by name: do not rename.
enum class Code : uint8_t {
  kInvalidArgument,  // the caller's input is wrong; the message says what is allowed
  kUnauthenticated,
  kPermissionDenied,
  kNotFound,
  kConflict,     // exists already, or contradicts what is stored
  kTooLarge,     // over a stated limit
  kUnsupported,  // not a format or feature we have
  kEncrypted,    // document needs a password
  kDamaged,      // document (or message) cannot be read as what it claims to be
  kStale,        // a newer attempt owns the step: this one's result is refused (fencing)
  kCancelled,
  kTimeout,
  kUnavailable,  // a peer or child process is not there now
  kExhausted,    // queue full, out of memory budget, too many requests
  kNoSpace,      // a disk is full, or about to be
  kIo,           // disk or network
  kInternal,     // a bug or a broken promise of ours
};

// What follows from a code. `retryable`: the same call may succeed later without anybody changing
// anything.
struct CodeInfo {
  Code code;
  std::string_view name;
  int http_status;
  bool retryable;
};

const CodeInfo& Info(Code code);

class [[nodiscard]] Error {
 public:
  Error(Code code, std::string message) : code_(code), message_(std::move(message)) {}

  Code code() const { return code_; }
  const std::string& message() const { return message_; }
  bool retryable() const { return Info(code_).retryable; }

  // The same error with what was being done put in front: "cannot read config/x.yaml: no such
  // file".
  Error Within(std::string_view context) const;

  // The same error, of a backend ("embedding http://…") that cannot serve now and asks not to be
  // asked again before `retry_after` is over.
  Error Of(std::string backend, std::chrono::microseconds retry_after = {}) const;
  // "" when the error is not about a backend that cannot serve.
  const std::string& backend() const { return backend_; }
  std::chrono::microseconds retry_after() const { return retry_after_; }

  // "not_found: no batch 7"
  std::string ToString() const;

 private:
  Code code_;
  std::string message_;
  std::string backend_;
  std::chrono::microseconds retry_after_{};
};

// An Error from errno: "cannot open /x: No such file or directory".
Error FromErrno(std::string_view what, int error_number);

}  // namespace base
