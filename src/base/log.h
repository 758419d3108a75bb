// Structured logs: one JSON object (or one readable line) per event, with named fields. Records
// about work name run, step, attempt.
//
//   log.Info("step completed", {{"run", 7}, {"step", 31}, {"attempt", 2}, {"seconds", 0.12}});
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "base/result.h"

namespace base {

enum class LogLevel { kDebug, kInfo, kWarning, kError, kOff };

// debug, info, warning (or warn), error, off; any case.
Result<LogLevel> ParseLogLevel(std::string_view text);

struct LogField {
  std::string_view name;
  std::variant<int64_t, double, std::string_view, bool> value;

  LogField(std::string_view n, std::string_view v) : name(n), value(v) {}
  LogField(std::string_view n, const std::string& v) : name(n), value(std::string_view(v)) {}
  LogField(std::string_view n, const char* v) : name(n), value(std::string_view(v)) {}
  LogField(std::string_view n, bool v) : name(n), value(v) {}
  LogField(std::string_view n, double v) : name(n), value(v) {}
  template <std::integral T>
  LogField(std::string_view n, T v) : name(n), value(static_cast<int64_t>(v)) {}
};

// Thread-safe, cheap to copy (shares its sink). A default-constructed Log drops everything.
class Log {
 public:
  enum class Format { kText, kJson };
  using Fields = std::initializer_list<LogField>;

  Log() = default;
  // Writes to standard error.
  static Log ToStderr(LogLevel level, Format format);
  // Hands each finished line to `sink` (tests).
  static Log To(std::function<void(std::string_view line)> sink, LogLevel level, Format format);

  void Debug(std::string_view message, Fields fields = {}) const {
    Write(LogLevel::kDebug, message, fields);
  }
  void Info(std::string_view message, Fields fields = {}) const {
    Write(LogLevel::kInfo, message, fields);
  }
  void Warning(std::string_view message, Fields fields = {}) const {
    Write(LogLevel::kWarning, message, fields);
  }
  void Error(std::string_view message, Fields fields = {}) const {
    Write(LogLevel::kError, message, fields);
  }

 private:
  struct Sink;
  void Write(LogLevel level, std::string_view message, Fields fields) const;
  std::shared_ptr<Sink> sink_;
};

}  // namespace base
