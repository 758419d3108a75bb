// Text that is on a page and cannot be seen there: it must not reach a reader, least of all a
// language model.
//
// Most of it shows by its own properties: render mode, size, place, clip. What only may be hidden,
// because it has the colour of its ground, because something is painted over it, or because a layer
// may be switched off, is decided by the page itself: it is painted twice, with and without that
// text, and where no pixel differs nobody can see the text.
#pragma once

#include <span>
#include <vector>

#include "formats/pdf/page.h"
#include "formats/pdf/pdfium.h"

namespace pdf {

// The words for a finding: "hidden text was left out (…)".
const char* Describe(Hidden reason);

// A glyph that may be hidden for `reason`.
struct Doubt {
  uint32_t glyph = 0;
  Hidden reason = Hidden::kCovered;
};

// Glyphs on which something was painted later, and glyphs that seem to have the colour of what lies
// under them (asked once per text object). Those known to be hidden are no doubt. Sorted by glyph,
// each once; the work is bounded.
std::vector<Doubt> FindDoubts(const RawPage& page);

// Settles `doubts` by painting the page; `handles` are the text objects that the doubtful glyphs
// belong to. Leaves the page as it was.
void SettleDoubts(const Pdfium& pdfium, PageHandle* handle, std::span<const Doubt> doubts,
                  std::span<ObjectHandle* const> handles, RawPage& page);

}  // namespace pdf
