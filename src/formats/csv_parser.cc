#include "formats/csv_parser.h"

#include <algorithm>
#include <array>
#include <iterator>

namespace formats {
namespace {

// Several that fit: the first of these wins. '|' is only taken when nothing else fits.
constexpr std::string_view kDelimiters = ",\t;:|";

// Quoted fields beside delimiters in a line, as one kind of place shows them.
struct Evidence {
  std::array<size_t, kDelimiters.size()> count = {};   // by delimiter
  std::array<size_t, kDelimiters.size()> spaces = {};  // of these with a space behind it
  size_t single_quotes = 0;
  size_t double_quotes = 0;

  void Add(size_t delimiter, bool space, char quote) {
    ++count[delimiter];
    if (space) ++spaces[delimiter];
    ++(quote == '"' ? double_quotes : single_quotes);
  }
};

bool IsQuote(char c) { return c == '"' || c == '\''; }

// The position of the quoted piece that a delimiter at `at` opens, or npos.
size_t OpensQuote(std::string_view line, size_t at) {
  size_t i = at + 1;
  if (i < line.size() && line[i] == ' ') ++i;
  return i < line.size() && IsQuote(line[i]) ? i : std::string_view::npos;
}

// ,"…", anywhere
Evidence BetweenDelimiters(std::string_view line) {
  Evidence evidence;
  std::array<std::array<bool, 2>, kDelimiters.size()> absent = {};  // no `quote delimiter` left
  for (size_t i = 0; i < line.size(); ++i) {
    const size_t delimiter = kDelimiters.find(line[i]);
    const size_t quote = OpensQuote(line, i);
    if (delimiter == std::string_view::npos || quote == std::string_view::npos) continue;
    bool& none = absent[delimiter][line[quote] == '"' ? 1 : 0];
    if (none) continue;
    const char closing[] = {line[quote], line[i]};
    const size_t end = line.find(std::string_view(closing, 2), quote + 1);
    none = end == std::string_view::npos;
    if (none) continue;
    evidence.Add(delimiter, quote == i + 2, line[quote]);
    i = end + 1;  // the closing delimiter does not open the next
  }
  return evidence;
}

// "…", at the start of the line
Evidence AtStart(std::string_view line) {
  Evidence evidence;
  if (line.empty() || !IsQuote(line[0])) return evidence;
  for (size_t i = 1; (i = line.find(line[0], i)) != std::string_view::npos; ++i) {
    if (i + 1 == line.size()) break;
    const size_t delimiter = kDelimiters.find(line[i + 1]);
    if (delimiter == std::string_view::npos) continue;
    evidence.Add(delimiter, i + 2 < line.size() && line[i + 2] == ' ', line[0]);
    break;
  }
  return evidence;
}

// ,"…" at the end of the line
Evidence AtEnd(std::string_view line) {
  Evidence evidence;
  if (line.size() < 2 || !IsQuote(line.back())) return evidence;
  for (size_t i = 0; i < line.size(); ++i) {
    const size_t delimiter = kDelimiters.find(line[i]);
    const size_t quote = OpensQuote(line, i);
    if (delimiter == std::string_view::npos || quote == std::string_view::npos) continue;
    if (line[quote] != line.back() || quote + 1 >= line.size()) continue;
    evidence.Add(delimiter, quote == i + 2, line[quote]);
    break;
  }
  return evidence;
}

std::optional<CsvDialect> Judge(const Evidence& evidence) {
  const auto most = std::ranges::max_element(evidence.count);
  if (*most == 0) return std::nullopt;
  const auto index = static_cast<size_t>(std::distance(evidence.count.begin(), most));
  return CsvDialect{.delimiter = kDelimiters[index],
                    .quote = evidence.single_quotes > evidence.double_quotes ? '\'' : '"',
                    .skip_initial_space = evidence.spaces[index] == *most};
}

}  // namespace

CsvDialect SniffCsvDialect(std::string_view text) {
  const std::string_view line = text.substr(0, text.find_first_of("\r\n"));
  for (const auto look : {BetweenDelimiters, AtStart, AtEnd}) {
    if (const auto dialect = Judge(look(line))) return *dialect;
  }
  for (const char delimiter : kDelimiters) {
    const auto count = std::ranges::count(line, delimiter);
    if (count == 0) continue;
    std::ptrdiff_t spaced = 0;
    for (size_t i = 0; i + 1 < line.size(); ++i) {
      if (line[i] == delimiter && line[i + 1] == ' ') ++spaced;
    }
    return {.delimiter = delimiter, .skip_initial_space = spaced == count};
  }
  return {};
}

std::optional<std::vector<std::string>> CsvParser::Next() {
  if (at_ >= text_.size()) return std::nullopt;
  std::vector<std::string> record;
  if (TakeNewline()) return record;
  while (true) {
    record.push_back(Field());
    if (at_ >= text_.size() || TakeNewline()) return record;
    ++at_;  // the delimiter
  }
}

std::string CsvParser::Field() {
  std::string field;
  if (dialect_.skip_initial_space) {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }
  if (at_ < text_.size() && text_[at_] == dialect_.quote) Quoted(field);
  const size_t start = at_;
  while (at_ < text_.size() && text_[at_] != dialect_.delimiter && text_[at_] != '\n' &&
         text_[at_] != '\r') {
    ++at_;
  }
  field += text_.substr(start, at_ - start);
  return field;
}

// From the opening quote to behind the closing one.
void CsvParser::Quoted(std::string& field) {
  for (++at_; at_ < text_.size(); ++at_) {
    if (text_[at_] == dialect_.quote) {
      ++at_;
      if (at_ >= text_.size() || text_[at_] != dialect_.quote) return;
    } else if (text_[at_] == '\r') {
      if (at_ + 1 == text_.size() || text_[at_ + 1] != '\n') field += '\n';
      continue;
    }
    field += text_[at_];
  }
  ended_in_quotes_ = true;
}

bool CsvParser::TakeNewline() {
  if (text_[at_] != '\n' && text_[at_] != '\r') return false;
  at_ += text_.substr(at_).starts_with("\r\n") ? 2 : 1;
  return true;
}

}  // namespace formats
