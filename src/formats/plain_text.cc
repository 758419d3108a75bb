#include "formats/plain_text.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "text/utf8.h"

namespace formats {
namespace {

bool IsAll(std::string_view line, char c, size_t least) {
  return line.size() >= least && line.find_first_not_of(c) == std::string_view::npos;
}

bool IsHeading(std::string_view line) {
  const size_t level = line.find_first_not_of('#');
  return level != std::string_view::npos && level >= 1 && level <= 6 && line[level] == ' ';
}

bool IsBullet(std::string_view line) {
  for (const std::string_view bullet : {"- ", "* ", "+ ", "1. ", "1) "}) {
    if (line.starts_with(bullet)) return true;
  }
  return false;
}

// "|---|" or "---|---"
bool IsTableDelimiter(std::string_view line) {
  return line.find('|') != std::string_view::npos && line.find("--") != std::string_view::npos &&
         line.find_first_not_of("|-: ") == std::string_view::npos;
}

// "**words**" within a line.
bool HasStrong(std::string_view line) {
  const size_t open = line.find("**");
  return open != std::string_view::npos && open + 2 < line.size() && line[open + 2] != ' ' &&
         line[open + 2] != '*' && line.find("**", open + 2) != std::string_view::npos;
}

bool HasSign(std::string_view line, bool after_text) {
  if (after_text && (IsAll(line, '=', 2) || IsAll(line, '-', 3))) return true;
  return IsHeading(line) || IsBullet(line) || line.starts_with("```") || line.starts_with("~~~") ||
         IsTableDelimiter(line) || HasStrong(line) || line.find("](") != std::string_view::npos;
}

// Calls `use` for each line, without white space at its ends. Form feeds end lines, and make a
// blank one.
template <typename Use>
void ForEachLine(std::string_view text, Use use) {
  while (!text.empty()) {
    const size_t end = std::min(text.find_first_of("\n\f"), text.size());
    use(text::Strip(text.substr(0, end)));
    const bool page = end < text.size() && text[end] == '\f';
    text.remove_prefix(std::min(end + 1, text.size()));
    if (page) use(std::string_view());
  }
}

void AddParagraph(const std::vector<std::string_view>& lines, docling::Document& document) {
  docling::Place place;
  if (lines.size() > 1) place.parent = document.AddInlineGroup().self;
  for (const std::string_view line : lines) {
    document.AddText(docling::Label::kText, std::string(line), place);
  }
}

}  // namespace

bool HasMarkdownSigns(std::string_view text) {
  bool found = false;
  bool after_text = false;
  ForEachLine(text, [&](std::string_view line) {
    found = found || HasSign(line, after_text);
    after_text = !line.empty();
  });
  return found;
}

void AddParagraphs(std::string_view text, docling::Document& document) {
  std::vector<std::string_view> paragraph;
  const auto flush = [&] {
    if (!paragraph.empty()) AddParagraph(paragraph, document);
    paragraph.clear();
  };
  ForEachLine(text, [&](std::string_view line) {
    if (line.empty()) return flush();
    paragraph.push_back(line);
  });
  flush();
}

}  // namespace formats
