#include "base/clock.h"

#include <fmt/format.h>

#include <charconv>

namespace base {
namespace {

// Reads exactly `width` digits at `pos`; -1 when they are not digits.
int Digits(std::string_view text, size_t pos, size_t width) {
  if (pos + width > text.size()) return -1;
  int value = 0;
  for (size_t i = pos; i < pos + width; ++i) {
    if (text[i] < '0' || text[i] > '9') return -1;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

// ".25" -> 250000; the text must be a point and 1 to 9 digits.
int64_t Fraction(std::string_view text) {
  if (text.size() < 2 || text.size() > 10 || text[0] != '.') return -1;
  int64_t micros = 0;
  for (size_t i = 1; i <= 6; ++i) {
    const char c = i < text.size() ? text[i] : '0';
    if (c < '0' || c > '9') return -1;
    micros = micros * 10 + (c - '0');
  }
  return micros;
}

}  // namespace

Time SystemClock::Now() const {
  return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
}

std::chrono::steady_clock::time_point SystemClock::Steady() const {
  return std::chrono::steady_clock::now();
}

std::chrono::steady_clock::time_point ManualClock::Steady() const {
  return std::chrono::steady_clock::time_point(std::chrono::microseconds(now_.load()));
}

std::string FormatTime(Time time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  std::string text =
      fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  clock.hours().count(), clock.minutes().count(), clock.seconds().count());
  if (const auto micros = clock.subseconds().count(); micros != 0) {
    text += fmt::format(".{:06}", micros);
    text.erase(text.find_last_not_of('0') + 1);
  }
  return text;
}

Result<Time> ParseTime(std::string_view text) {
  const auto bad = [&] {
    return Fail(Code::kInvalidArgument,
                fmt::format("'{}' is not a time like 2025-01-15T10:00:00", text));
  };
  if (text.size() < 19 || (text[10] != 'T' && text[10] != ' ') || text[4] != '-' ||
      text[7] != '-' || text[13] != ':' || text[16] != ':') {
    return bad();
  }
  const int parts[] = {Digits(text, 0, 4),  Digits(text, 5, 2),  Digits(text, 8, 2),
                       Digits(text, 11, 2), Digits(text, 14, 2), Digits(text, 17, 2)};
  for (const int part : parts) {
    if (part < 0) return bad();
  }
  const std::chrono::year_month_day date(std::chrono::year(parts[0]),
                                         std::chrono::month(static_cast<unsigned>(parts[1])),
                                         std::chrono::day(static_cast<unsigned>(parts[2])));
  if (!date.ok() || parts[3] > 23 || parts[4] > 59 || parts[5] > 60) return bad();
  std::string_view rest = text.substr(19);
  if (rest.ends_with("Z")) rest.remove_suffix(1);
  if (rest.ends_with("+00:00")) rest.remove_suffix(6);
  int64_t micros = 0;
  if (!rest.empty() && (micros = Fraction(rest)) < 0) return bad();
  return Time(std::chrono::sys_days(date)) + std::chrono::hours(parts[3]) +
         std::chrono::minutes(parts[4]) + std::chrono::seconds(parts[5]) +
         std::chrono::microseconds(micros);
}

}  // namespace base
