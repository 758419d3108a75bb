#include "formats/html_runs.h"

#include <algorithm>
#include <utility>

#include "formats/html_page.h"
#include "text/utf8.h"

namespace formats {
namespace {

bool IsBlank(std::string_view text) { return text::Strip(text).empty(); }

struct Replacement {
  std::string_view from;
  std::string_view to;
};

constexpr Replacement kReplacements[] = {
    {"\u00a0", " "}, {"\u202f", " "},  {"\u00ad", ""},   {"\u200b", ""},   {"\u200c", ""},
    {"\u200d", ""},  {"\u2060", ""},   {"\ufeff", ""},   {"\u2010", "-"},  {"\u2011", "-"},
    {"\u2012", "-"}, {"\u2013", "-"},  {"\u2014", "-"},  {"\u2015", "-"},  {"\u2018", "'"},
    {"\u2019", "'"}, {"\u201c", "\""}, {"\u201d", "\""}, {"\u2026", "..."}};

}  // namespace

std::string CollapseSpace(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  bool space = false;
  for (size_t i = 0; i < text.size();) {
    const text::Decoded decoded = text::DecodeAt(text, i);
    const size_t start = i;
    i += decoded.length;
    if (text::IsSpace(decoded.code_point)) {
      space = true;
    } else if (decoded.code_point == kBreakMark) {
      out += '\n';
      space = false;
    } else {
      if (space && !out.empty() && out.back() != '\n') out += ' ';
      space = false;
      out += text.substr(start, decoded.length);
    }
  }
  return out;
}

void AppendWord(std::string& text, std::string_view word) {
  if (!text.empty() && !word.empty()) text += ' ';
  text += word;
}

Runs Merge(Runs runs) {
  Runs merged;
  bool last_blank = false;
  for (Run& run : runs) {
    if (run.text.empty()) continue;
    const bool blank = IsBlank(run.text);
    if (merged.empty() || merged.back().style != run.style) {
      merged.push_back(std::move(run));
    } else {
      std::string& text = merged.back().text;
      if (!blank && !last_blank && text.back() != '\n' && run.text.front() != '\n') text += ' ';
      text += run.text;
    }
    last_blank = blank;
  }
  return merged;
}

Run AsOne(const Runs& runs) {
  Run one;
  for (const Run& run : runs) {
    AppendWord(one.text, text::Strip(run.text));
    if (!one.style.formatting) one.style.formatting = run.style.formatting;
    if (one.style.link.empty()) one.style.link = run.style.link;
  }
  return one;
}

std::vector<Runs> SplitAtDoubleBreaks(Runs runs) {
  std::vector<Runs> parts(1);
  for (Run& run : runs) {
    std::string_view rest = run.text;
    while (true) {
      const size_t cut = rest.find("\n\n");
      const std::string_view piece = text::Strip(rest.substr(0, cut));
      if (!piece.empty()) parts.back().push_back({std::string(piece), run.style});
      if (cut == std::string_view::npos) break;
      parts.emplace_back();
      rest.remove_prefix(cut + 2);
    }
  }
  std::erase_if(parts, [](const Runs& part) { return part.empty(); });
  return parts;
}

std::string Normalise(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size();) {
    const auto* found = std::ranges::find_if(kReplacements, [&](const Replacement& replacement) {
      return static_cast<unsigned char>(text[i]) >= 0xC2 &&
             text.substr(i).starts_with(replacement.from);
    });
    if (found != std::end(kReplacements)) {
      out += found->to;
      i += found->from.size();
    } else {
      out += text[i++];
    }
  }
  return out;
}

}  // namespace formats
