// Joining lines to running text, and small questions about how text begins and ends.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "formats/pdf/line.h"

namespace pdf {

// Whether the text ends as a sentence does: with . ! ? … or their like, closing quotes and brackets
// aside.
bool EndsSentence(std::string_view text);

bool StartsLower(std::string_view text);

// How many characters at least stay together at the beginning of `word`: all of a Latin word, one
// of a Hangul or Han one.
size_t FirstBreak(std::string_view word);

// How the line before ended, where its text does not show it.
enum class LineEnd : uint8_t {
  kPlain,
  kSoftHyphen,  // the engine says: inside a word
  kDash,        // a dash that became "-": it stays, and no blank follows
};

LineEnd EndOf(const Line& line);

// Appends the text of a line to running text: a blank between, or nothing where a word was broken
// or the script has no blanks; the hyphen of a broken word goes.
void AppendLine(std::string& text, std::string_view line, LineEnd before = LineEnd::kPlain);

}  // namespace pdf
