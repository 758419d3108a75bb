#include "docling/markdown_text.h"

#include <algorithm>

namespace docling {
namespace {

// Where the image syntax that begins with "![" at or after `from` ends; npos when there is none in
// this line.
struct Match {
  size_t begin = std::string_view::npos;
  size_t end = std::string_view::npos;
};

Match FindImage(std::string_view line, size_t from) {
  Match match;
  match.begin = line.find("![", from);
  if (match.begin == std::string_view::npos) return {};
  const size_t middle = line.find("](", match.begin + 2);
  if (middle == std::string_view::npos) return {};
  const size_t close = line.find(')', middle + 2);
  if (close == std::string_view::npos) return {};
  match.end = close + 1;
  return match;
}

void AppendEscaped(std::string_view text, std::string& out) {
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '_' && (i == 0 || text[i - 1] != '\\')) out += '\\';
    out += text[i];
  }
}

char Upper(char c) { return c >= 'a' && c <= 'z' ? char(c - 'a' + 'A') : c; }
char Lower(char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; }
bool IsAsciiLetter(char c) { return Upper(c) >= 'A' && Upper(c) <= 'Z'; }

std::string Formatted(std::string text, const Formatting& formatting) {
  if (formatting.bold) text = "**" + text + "**";
  if (formatting.italic) text = "*" + text + "*";
  if (formatting.strikethrough) text = "~~" + text + "~~";
  return text;
}

}  // namespace

std::string WithHardBreaks(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    const bool single = text[i] == '\n' && (i == 0 || text[i - 1] != '\n') &&
                        (i + 1 == text.size() || text[i + 1] != '\n');
    if (single) out += "  ";
    out += text[i];
  }
  return out;
}

std::string WithoutBreaks(std::string_view text) {
  std::string out(text);
  std::ranges::replace(out, '\n', ' ');
  return out;
}

std::string EscapeUnderscores(std::string_view text) {
  if (text.find('_') == std::string_view::npos) return std::string(text);
  std::string out;
  // Image syntax does not cross a line, the text between two images may.
  size_t plain_from = 0;
  for (size_t at = 0; at < text.size();) {
    const size_t line_end = std::min(text.find('\n', at), text.size());
    const std::string_view line = text.substr(0, line_end);
    while (true) {
      const Match image = FindImage(line, at);
      if (image.end == std::string_view::npos) break;
      AppendEscaped(text.substr(plain_from, image.begin - plain_from), out);
      out += text.substr(image.begin, image.end - image.begin);
      plain_from = at = image.end;
    }
    at = line_end + 1;
  }
  AppendEscaped(text.substr(plain_from), out);
  return out;
}

std::string EscapeHtml(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string PostProcess(std::string text, Escape escape, const Text* styled,
                        const MarkdownOptions& options) {
  if (escape == Escape::kYes) {
    if (options.escape_underscores) text = EscapeUnderscores(text);
    if (options.escape_html) text = EscapeHtml(text);
  }
  if (styled == nullptr) return text;
  if (options.formatting && styled->formatting) {
    text = Formatted(std::move(text), *styled->formatting);
  }
  if (options.hyperlinks && styled->hyperlink) text = "[" + text + "](" + *styled->hyperlink + ")";
  return text;
}

std::string Humanize(std::string_view name, Casing casing) {
  std::string out;
  for (size_t i = 0; i < name.size(); ++i) {
    if (name[i] == '_' && i > 0 && name[i - 1] == '_' && out.back() == ' ') continue;
    out += name[i] == '_' ? ' ' : name[i];
  }
  for (size_t i = 0; i < out.size(); ++i) {
    const bool first = i == 0 || (casing == Casing::kTitle && !IsAsciiLetter(out[i - 1]));
    out[i] = first ? Upper(out[i]) : Lower(out[i]);
  }
  return out;
}

}  // namespace docling
