#include "docling/hidden_text.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "text/utf8.h"

namespace docling {
namespace {

constexpr size_t kShown = 600;      // bytes in one finding
constexpr size_t kKept = 16 << 10;  // bytes of one kind in one place
constexpr size_t kMostPieces = 200;
constexpr double kLeastContrast = 1.2;  // WCAG ratio under which text counts as not to be seen

// The beginning of `text`, of at most `bytes`, that ends with a whole character.
std::string_view Prefix(std::string_view text, size_t bytes) {
  if (text.size() <= bytes) return text;
  while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0) == 0x80) --bytes;
  return text.substr(0, bytes);
}

double Channel(uint32_t value) {
  const double c = value / 255.0;
  return c <= 0.03928 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
}

double Luminance(uint32_t rgb) {
  return 0.2126 * Channel(rgb >> 16 & 255) + 0.7152 * Channel(rgb >> 8 & 255) +
         0.0722 * Channel(rgb & 255);
}

}  // namespace

bool LooksAlike(uint32_t a, uint32_t b) {
  constexpr int kNearChannel = 64;
  for (int shift = 0; shift <= 16; shift += 8) {
    const auto x = static_cast<int>(a >> shift & 255);
    const auto y = static_cast<int>(b >> shift & 255);
    if (std::abs(x - y) > kNearChannel) return false;
  }
  const double x = Luminance(a);
  const double y = Luminance(b);
  return (std::max(x, y) + 0.05) / (std::min(x, y) + 0.05) < kLeastContrast;
}

void HiddenText::Add(std::string_view how, std::string_view where, std::string_view text) {
  text = text::Strip(text);
  if (text.empty()) return;
  const size_t first = pieces_.size() > 16 ? pieces_.size() - 16 : 0;  // what is near is enough
  auto at = std::find_if(pieces_.begin() + static_cast<std::ptrdiff_t>(first), pieces_.end(),
                         [&](const Piece& p) { return p.how == how && p.where == where; });
  if (at == pieces_.end() && pieces_.size() < kMostPieces) {
    pieces_.push_back({.how = std::string(how), .where = std::string(where)});
    at = pieces_.end() - 1;
  }
  Piece& piece = at == pieces_.end() ? pieces_.back() : *at;
  piece.characters += text::CountCodePoints(text);
  if (piece.text.size() + 1 >= kKept) return;
  if (!piece.text.empty()) piece.text += ' ';
  piece.text += Prefix(text, kKept - piece.text.size());
}

void HiddenText::Add(const text::Invisible& found, std::string_view where) {
  if (found.tags > 0) {
    Add("tag characters", where,
        found.hidden.empty() ? std::string(found.tags, '?') : found.hidden);
  }
  if (found.zero_width + found.directions == 0) return;
  auto& [zero_width, directions] = counts_[std::string(where)];
  zero_width += found.zero_width;
  directions += found.directions;
}

void HiddenText::Report(const Piece& piece, DiagnosticSink& diagnostics) {
  std::string_view rest = piece.text;
  const bool cut = text::CountCodePoints(piece.text) < piece.characters;
  do {
    const std::string_view shown = Prefix(rest, kShown);
    std::string what = "hidden text was left out (" + piece.how + "): '";
    what.append(shown).append("'");
    rest.remove_prefix(shown.size());
    if (rest.empty() && cut) {
      what += " and more, " + std::to_string(piece.characters) + " characters in all";
    }
    diagnostics.Report({Severity::kWarning, std::move(what), piece.where});
  } while (!rest.empty());
}

void HiddenText::Report(DiagnosticSink& diagnostics) {
  for (const Piece& piece : pieces_) Report(piece, diagnostics);
  for (const auto& [where, counts] : counts_) {
    const auto [zero_width, directions] = counts;
    if (zero_width > 0) {
      diagnostics.Report({Severity::kInfo,
                          std::to_string(zero_width) + " characters without width were removed",
                          where});
    }
    if (directions > 0) {
      diagnostics.Report({Severity::kWarning,
                          std::to_string(directions) + " characters that turn the writing "
                                                       "direction were removed",
                          where});
    }
  }
  pieces_.clear();
  counts_.clear();
}

}  // namespace docling
