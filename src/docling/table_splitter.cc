// A table's text = preamble (caption) header separator rows (Markdown), or lines (triplets).
#include <algorithm>
#include <utility>

#include "docling/chunk_steps.h"
#include "docling/line_splitter.h"
#include "text/utf8.h"

namespace docling {
namespace {

using Lines = std::vector<std::string_view>;

bool IsLineBreak(char32_t c) {
  return (c >= 0x0A && c <= 0x0D) || (c >= 0x1C && c <= 0x1E) || c == 0x85 || c == 0x2028 ||
         c == 0x2029;
}

// The lines with their breaks ("\r\n" is one).
Lines SplitLinesKeepingBreaks(std::string_view text) {
  Lines lines;
  size_t begin = 0;
  for (size_t at = 0; at < text.size();) {
    const text::Decoded c = text::DecodeAt(text, at);
    at += c.length;
    if (!IsLineBreak(c.code_point)) continue;
    if (c.code_point == U'\r' && text.substr(at).starts_with('\n')) ++at;
    lines.push_back(text.substr(begin, at - begin));
    begin = at;
  }
  if (begin < text.size()) lines.push_back(text.substr(begin));
  return lines;
}

// Lines without their breaks, blank ones left out.
Lines NonBlankLines(std::string_view text) {
  Lines lines;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    if (!text::Strip(text.substr(0, end)).empty()) lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

// One cell of a separator: blanks ":"? "-"+ ":"? blanks
bool IsSeparatorCell(std::string_view cell) {
  cell = text::Strip(cell);
  if (cell.starts_with(':')) cell.remove_prefix(1);
  if (cell.ends_with(':')) cell.remove_suffix(1);
  return !cell.empty() && cell.find_first_not_of('-') == std::string_view::npos;
}

// "|" (cell "|")+ blanks
bool IsSeparator(std::string_view line) {
  line = text::StripRight(line);
  if (line.size() < 3 || !line.starts_with('|') || !line.ends_with('|')) return false;
  line.remove_prefix(1);
  while (!line.empty()) {
    const size_t end = line.find('|');
    if (!IsSeparatorCell(line.substr(0, end))) return false;
    line.remove_prefix(end + 1);
  }
  return true;
}

}  // namespace

std::vector<std::string> SplitTable(const std::string& text, TableForm tables,
                                    const HybridOptions& options, const TokenCounter& counter) {
  const LineSplitterOptions splitter{options.max_tokens, options.omit_header_on_overflow};
  if (tables == TableForm::kTriplets) {
    return SplitLines({}, NonBlankLines(text), splitter, counter);
  }
  Lines lines = SplitLinesKeepingBreaks(text);
  const auto separator = std::ranges::find_if(lines, IsSeparator);
  if (separator == lines.end() || separator == lines.begin()) {
    return SplitLines({}, lines, splitter, counter);
  }
  const std::string_view header = *(separator - 1);
  const std::string_view preamble = std::string_view(text).substr(0, text.find(header));
  const std::string prefix = std::string(preamble) + std::string(header) + std::string(*separator);
  lines.erase(lines.begin(), separator + 1);
  std::vector<std::string> pieces = SplitLines(prefix, lines, splitter, counter);
  // The caption is not repeated.
  const size_t characters = text::CountCodePoints(preamble);
  for (size_t i = 1; i < pieces.size(); ++i) {
    pieces[i].erase(0, text::OffsetOf(pieces[i], characters));
  }
  return pieces;
}

}  // namespace docling
