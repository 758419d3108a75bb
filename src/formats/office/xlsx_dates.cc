// Dates and durations of a workbook as Python prints them.
#include <fmt/format.h>

#include <chrono>
#include <cmath>

#include "formats/office/xlsx_workbook.h"

namespace office {
namespace {

constexpr int64_t kMsPerDay = int64_t{24} * 3600 * 1000;
constexpr double kMaxDays = 3'000'000;  // past the year 9999

std::string ClockText(int64_t ms) {
  std::string text =
      fmt::format("{:02}:{:02}:{:02}", ms / 3'600'000, ms / 60'000 % 60, ms / 1000 % 60);
  if (ms % 1000 != 0) text += fmt::format(".{:03}000", ms % 1000);
  return text;
}

// The first section of a format without quoted text and bracketed parts other than [h], [m], [s].
std::string Shown(std::string_view format) {
  format = format.substr(0, format.find(';'));
  std::string out;
  for (size_t i = 0; i < format.size(); ++i) {
    const char close = format[i] == '"' ? '"' : format[i] == '[' ? ']' : '\0';
    const size_t end = close != '\0' ? format.find(close, i + 1) : std::string_view::npos;
    if (end == std::string_view::npos) {
      out += format[i];
      continue;
    }
    const std::string_view inside = format.substr(i + 1, end - i - 1);
    const bool elapsed = close == ']' && (inside == "h" || inside == "hh" || inside == "m" ||
                                          inside == "mm" || inside == "s" || inside == "ss");
    if (elapsed) out += format.substr(i, end - i + 1);
    i = end;
  }
  return out;
}

}  // namespace

bool IsDateFormat(std::string_view format) {
  const std::string shown = Shown(format);
  for (size_t i = 0; i < shown.size(); ++i) {
    const bool escaped = i > 0 && (shown[i - 1] == '_' || shown[i - 1] == '\\');
    if (!escaped && std::string_view("dmhysDMHYS").contains(shown[i])) return true;
  }
  return false;
}

bool IsDurationFormat(std::string_view format) {
  std::string first(format.substr(0, format.find(';')));
  for (char& c : first) c = char(std::tolower(uint8_t(c)));
  for (const char* mark : {"[h]", "[hh]", "[m]", "[mm]", "[s]", "[ss]"}) {
    if (first.contains(mark)) return true;
  }
  return false;
}

std::optional<std::string> DateText(double value, bool from_1904) {
  if (!(std::abs(value) < kMaxDays)) return std::nullopt;
  auto day = int64_t(std::floor(value));
  // Python rounds halves to even, as lrint does.
  int64_t ms = std::llrint((value - std::floor(value)) * double(kMsPerDay));
  if (value >= 0 && value < 1 && ms < kMsPerDay) return ClockText(ms);
  if (value > 0 && value < 60 && !from_1904) ++day;  // Excel knows a 29 February 1900
  day += ms / kMsPerDay;
  ms %= kMsPerDay;
  using std::chrono::days;
  using std::chrono::sys_days;
  using std::chrono::year;
  const sys_days epoch = from_1904 ? sys_days(year{1904} / 1 / 1) : sys_days(year{1899} / 12 / 30);
  const std::chrono::year_month_day date(epoch + days(day));
  if (int(date.year()) < 1 || int(date.year()) > 9999) return std::nullopt;
  return fmt::format("{:04}-{:02}-{:02} {}", int(date.year()), unsigned(date.month()),
                     unsigned(date.day()), ClockText(ms));
}

std::string DurationText(double days) {
  if (!(std::abs(days) < kMaxDays * 100)) return "#VALUE!";
  const int64_t us = std::llrint(days * double(kMsPerDay)) * 1000;
  int64_t whole = us / (kMsPerDay * 1000);
  int64_t rest = us % (kMsPerDay * 1000);
  if (rest < 0) {
    rest += kMsPerDay * 1000;
    --whole;
  }
  std::string text;
  if (whole != 0) text = fmt::format("{} day{}, ", whole, std::abs(whole) == 1 ? "" : "s");
  const int64_t seconds = rest / 1'000'000;
  text += fmt::format("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
  if (rest % 1'000'000 != 0) text += fmt::format(".{:06}", rest % 1'000'000);
  return text;
}

}  // namespace office
