#include "formats/pdf/characters.h"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "text/utf8.h"

namespace pdf {

namespace {

struct Expansion {
  char32_t code;
  std::string_view text;
};

constexpr std::array<Expansion, 9> kLigatures{{{0xFB00, "ff"},
                                               {0xFB01, "fi"},
                                               {0xFB02, "fl"},
                                               {0xFB03, "ffi"},
                                               {0xFB04, "ffl"},
                                               {0xFB05, "st"},
                                               {0xFB06, "st"},
                                               {0x0132, "IJ"},
                                               {0x0133, "ij"}}};

constexpr std::array<Expansion, 9> kPlain{{{0x2018, "'"},
                                           {0x2019, "'"},
                                           {0x201A, "'"},
                                           {0x201C, "\""},
                                           {0x201D, "\""},
                                           {0x201E, "\""},
                                           {0x2044, "/"},
                                           {0x2013, "-"},
                                           {0x2014, "-"}}};

// Bullets of Symbol and Wingdings in the private use area, where Windows puts them.
constexpr std::array<char32_t, 12> kPrivateBullets{0xF0B7, 0xF0A7, 0xF0D8, 0xF076, 0xF06E, 0xF071,
                                                   0xF0A8, 0xF0FC, 0xF06C, 0xF075, 0xF0D2, 0xF0E0};

constexpr std::array<char32_t, 30> kBullets{
    0x2022, 0x00B7, 0x2023, 0x25E6, 0x2043, 0x2219, 0x25A0, 0x25A1, 0x25AA, 0x25AB,
    0x25B6, 0x25B8, 0x25BA, 0x25CF, 0x25CB, 0x25C6, 0x25C7, 0x25D8, 0x2713, 0x2714,
    0x2717, 0x27A2, 0x2794, 0x2192, 0x2605, 0x2756, 0x2013, 0x2014, U'*',   U'-'};

bool Between(char32_t code, char32_t low, char32_t high) { return code >= low && code <= high; }

bool IsIgnored(char32_t code) {
  return code < 0x20 || Between(code, 0x7F, 0x9F) || Between(code, 0x200B, 0x200F) ||
         Between(code, 0x202A, 0x202E) || Between(code, 0x2060, 0x206F) || code == 0xFEFF ||
         code == 0xFFFF || code == 0xF0A0 || Between(code, 0xE0000, 0xE007F) ||
         Between(code, 0xD800, 0xDFFF) || code > 0x10FFFF;
}

}  // namespace

bool IsBlank(char32_t code) {
  return code == ' ' || code == 0xA0 || Between(code, 0x09, 0x0D) ||
         Between(code, 0x2000, 0x200A) || code == 0x202F || code == 0x205F || code == 0x3000;
}

char32_t CleanCharacter(char32_t code) {
  if (IsIgnored(code)) return 0;
  if (std::ranges::find(kPrivateBullets, code) != kPrivateBullets.end()) return 0x2022;
  return code;
}

void AppendCharacter(char32_t code, bool plain, std::string& out) {
  if (code < 0x80) {
    out.push_back(static_cast<char>(code));
    return;
  }
  for (const auto& ligature : kLigatures) {
    if (ligature.code == code) {
      out += ligature.text;
      return;
    }
  }
  if (plain) {
    for (const auto& [curly, text] : kPlain) {
      if (curly == code) {
        out += text;
        return;
      }
    }
  }
  text::AppendUtf8(code, out);
}

bool IsRightToLeft(char32_t code) {
  return Between(code, 0x0590, 0x08FF) || Between(code, 0xFB1D, 0xFDFF) ||
         Between(code, 0xFE70, 0xFEFC);
}

bool IsIdeographic(char32_t code) {
  return Between(code, 0x2E80, 0x312F) || Between(code, 0x3190, 0x4DBF) ||
         Between(code, 0x4E00, 0x9FFF) || Between(code, 0xF900, 0xFAFF) ||
         Between(code, 0xFF00, 0xFFEF) || Between(code, 0x20000, 0x3FFFF);
}

bool IsHangul(char32_t code) {
  return Between(code, 0x1100, 0x11FF) || Between(code, 0x3130, 0x318F) ||
         Between(code, 0xAC00, 0xD7AF);
}

bool IsLower(char32_t code) {
  if (code < 0x80) return code >= 'a' && code <= 'z';
  return utf8proc_category(static_cast<utf8proc_int32_t>(code)) == UTF8PROC_CATEGORY_LL;
}

bool IsUpper(char32_t code) {
  if (code < 0x80) return code >= 'A' && code <= 'Z';
  return utf8proc_category(static_cast<utf8proc_int32_t>(code)) == UTF8PROC_CATEGORY_LU;
}

bool IsBullet(char32_t code) { return std::ranges::find(kBullets, code) != kBullets.end(); }

}  // namespace pdf
