#include "base/log.h"

#include <fmt/format.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>

#include "base/clock.h"

namespace base {
namespace {

// Hands the text of each record to a function.
class CallbackSink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  explicit CallbackSink(std::function<void(std::string_view)> callback)
      : callback_(std::move(callback)) {}

 private:
  void sink_it_(const spdlog::details::log_msg& record) override {
    callback_(std::string_view(record.payload.data(), record.payload.size()));
  }
  void flush_() override {}

  std::function<void(std::string_view)> callback_;
};

constexpr std::array<std::string_view, 4> kNames = {"debug", "info", "warning", "error"};

void AppendQuoted(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      out += c;
    }
  }
  out += '"';
}

void AppendValue(std::string& out, const LogField& field, Log::Format format) {
  if (const auto* text = std::get_if<std::string_view>(&field.value)) {
    const bool bare = format == Log::Format::kText && !text->empty() &&
                      text->find_first_of(" \"=\n\t\\") == std::string_view::npos;
    bare ? void(out += *text) : AppendQuoted(out, *text);
  } else if (const auto* number = std::get_if<int64_t>(&field.value)) {
    out += fmt::format("{}", *number);
  } else if (const auto* real = std::get_if<double>(&field.value)) {
    out += fmt::format("{:.6g}", *real);
  } else {
    out += std::get<bool>(field.value) ? "true" : "false";
  }
}

std::string Line(LogLevel level, std::string_view message, Log::Fields fields, Log::Format format) {
  const std::string time = FormatTime(SystemClock().Now());
  const std::string_view name = kNames[static_cast<size_t>(level)];
  std::string line;
  if (format == Log::Format::kJson) {
    line = fmt::format(R"({{"time":"{}","level":"{}","message":)", time, name);
    AppendQuoted(line, message);
    for (const LogField& field : fields) {
      line += fmt::format(R"(,"{}":)", field.name);
      AppendValue(line, field, format);
    }
    return line + "}";
  }
  line = fmt::format("{} {:<7} {}", time, name, message);
  for (const LogField& field : fields) {
    line += fmt::format(" {}=", field.name);
    AppendValue(line, field, format);
  }
  return line;
}

}  // namespace

struct Log::Sink {
  LogLevel level;
  Format format;
  std::shared_ptr<spdlog::logger> logger;
};

Result<LogLevel> ParseLogLevel(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  });
  if (lower == "warn") lower = "warning";
  if (lower == "off") return LogLevel::kOff;
  if (lower == "critical") lower = "error";
  const auto found = std::ranges::find(kNames, lower);
  if (found == kNames.end()) {
    return Fail(Code::kInvalidArgument,
                fmt::format("'{}' is not a log level: debug, info, warning, error or off", text));
  }
  return static_cast<LogLevel>(found - kNames.begin());
}

Log Log::ToStderr(LogLevel level, Format format) {
  auto logger =
      std::make_shared<spdlog::logger>("si", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  logger->set_pattern("%v");
  logger->set_level(spdlog::level::trace);
  Log log;
  log.sink_ = std::make_shared<Sink>(Sink{level, format, std::move(logger)});
  return log;
}

Log Log::To(std::function<void(std::string_view)> sink, LogLevel level, Format format) {
  auto logger =
      std::make_shared<spdlog::logger>("si", std::make_shared<CallbackSink>(std::move(sink)));
  logger->set_level(spdlog::level::trace);
  Log log;
  log.sink_ = std::make_shared<Sink>(Sink{level, format, std::move(logger)});
  return log;
}

void Log::Write(LogLevel level, std::string_view message, Fields fields) const {
  if (!sink_ || level < sink_->level) return;
  const std::string line = Line(level, message, fields, sink_->format);
  sink_->logger->log(spdlog::level::info, spdlog::string_view_t(line.data(), line.size()));
}

}  // namespace base
