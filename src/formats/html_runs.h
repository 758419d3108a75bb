// Text in pieces of one look: what a paragraph, heading, list item or cell is made of. Pure
// functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "docling/node.h"

namespace formats {

// How a piece of text looks. `formatting` is absent where no element asks for any; `link` is the
// hyperlink as the item will have it, empty for none.
struct Style {
  std::optional<docling::Formatting> formatting;
  std::string link;
  bool code = false;

  friend bool operator==(const Style&, const Style&) = default;
};

struct Run {
  std::string text;
  Style style;
};

using Runs = std::vector<Run>;

// Every stretch of white space becomes one space, at both ends none. Break marks become newlines
// without spaces around them.
std::string CollapseSpace(std::string_view text);

// Appends `word`, with a space between when both have text.
void AppendWord(std::string& text, std::string_view word);

// Runs in a row that look alike become one, joined with a space (without one beside a break).
Runs Merge(Runs runs);

// All texts joined with spaces, in the first formatting and with the first link that any has.
Run AsOne(const Runs& runs);

// The runs between double line breaks; those without text are left out. Never empty parts.
std::vector<Runs> SplitAtDoubleBreaks(Runs runs);

// Typographic characters in the form docling stores: no-break spaces as spaces, curly quotes and
// dashes as ASCII, the ellipsis as "...", zero-width characters and soft hyphens removed.
std::string Normalise(std::string_view text);

}  // namespace formats
