// Single characters: what to drop, what to read as what.
#pragma once

#include <string>

namespace pdf {

// White space of any kind.
bool IsBlank(char32_t code);

// The character to keep for one in a PDF: 0 for controls and other invisible ones, "•" for the
// bullets of symbol fonts that live in the private use area. Ligatures (U+FB00…) stay: they are
// expanded by AppendCharacter.
char32_t CleanCharacter(char32_t code);

// Appends as UTF-8; ligatures as their letters; with `plain`, curly quotes and their like as ASCII.
void AppendCharacter(char32_t code, bool plain, std::string& out);

bool IsRightToLeft(char32_t code);
// Han, Kana, and their punctuation: scripts written without spaces.
bool IsIdeographic(char32_t code);
bool IsHangul(char32_t code);
bool IsLower(char32_t code);
bool IsUpper(char32_t code);

// A character that begins a list item when it stands alone: "•", "–", "*", "■", …
bool IsBullet(char32_t code);

}  // namespace pdf
