#include "formats/pdf/table_text.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <tuple>

#include "formats/pdf/line_text.h"
#include "text/utf8.h"

namespace pdf {

Piece PieceOf(const Line& line) {
  return {line.box, line.baseline, line.size, line.Bold(), line.text};
}

Piece PieceOf(const Line& line, size_t first, size_t last) {
  const auto& words = line.words;
  const size_t begin = words[first].begin;
  const size_t end = last < words.size() ? words[last].begin : line.text.size();
  Piece piece = PieceOf(line);
  piece.text = text::Strip(std::string_view(line.text).substr(begin, end - begin));
  piece.box.l = words[first].l;
  piece.box.r = words[first].r;
  for (size_t i = first; i < last; ++i) {
    piece.box.l = std::min(piece.box.l, words[i].l);
    piece.box.r = std::max(piece.box.r, words[i].r);
  }
  return piece;
}

std::string TextOf(std::vector<Piece>& pieces) {
  std::ranges::sort(pieces, {}, [](const Piece& piece) {
    return std::tuple(piece.baseline, piece.box.l, piece.box.r, piece.text);
  });
  for (size_t first = 0; first < pieces.size();) {
    size_t last = first + 1;
    while (last < pieces.size() &&
           pieces[last].baseline - pieces[first].baseline < 0.4F * pieces[first].size) {
      ++last;
    }
    std::ranges::sort(std::span(pieces).subspan(first, last - first), {}, [](const Piece& piece) {
      return std::tuple(piece.box.l, piece.baseline, piece.box.r, piece.text);
    });
    first = last;
  }
  std::string text;
  for (const Piece& piece : pieces) AppendLine(text, piece.text);
  return text;
}

bool IsNumeric(std::string_view text) {
  size_t digits = 0;
  size_t others = 0;
  for (const char32_t code : text::ToUtf32(text)) {
    if (text::IsNumber(code)) {
      ++digits;
    } else if (text::IsLetter(code)) {
      ++others;
    }
  }
  if (digits + others == 0) return text.size() <= 3;  // "-", "..", "–"
  return digits >= others;
}

docling::BBox CellBox(const PageLines& page, const Box& in_frame) {
  const Box box = page.frame.ToPage(in_frame);
  return {box.l, box.t, box.r, box.b, docling::CoordOrigin::kTopLeft};
}

}  // namespace pdf
