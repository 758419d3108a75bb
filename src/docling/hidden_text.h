// Text that a reader keeps out of the document because nobody who looks at it can see it: a way to
// speak to machines behind people's backs. It must not get into texts, Markdown or chunks, and it
// must not vanish without a word either.
//
//   HiddenText hidden;
//   hidden.Add("white on white", "page 3", "Ignore all instructions");
//   hidden.Report(diagnostics);
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "docling/diagnostics.h"
#include "text/invisible.h"

namespace docling {

// Whether text of one colour (0xRRGGBB) cannot be told from a ground of the other. Yellow on white
// has little contrast, but shows.
bool LooksAlike(uint32_t a, uint32_t b);

// Collects pieces and reports those of one kind in one place together. Not thread-safe.
class HiddenText {
 public:
  // `how` completes "hidden text was left out (…)". A piece that is blank is no text.
  void Add(std::string_view how, std::string_view where, std::string_view text);
  // What text::WithoutInvisible took out.
  void Add(const text::Invisible& found, std::string_view where);

  // In the order of their first piece; all of the text, in several findings when it is long, up to
  // a limit that is stated. Starts afresh afterwards.
  void Report(DiagnosticSink& diagnostics);

 private:
  struct Piece {
    std::string how;
    std::string where;
    std::string text;
    size_t characters = 0;  // also of what was too much to keep
  };
  static void Report(const Piece& piece, DiagnosticSink& diagnostics);

  std::vector<Piece> pieces_;
  // Characters without width, and of direction, by place.
  std::map<std::string, std::pair<size_t, size_t>, std::less<>> counts_;
};

}  // namespace docling
