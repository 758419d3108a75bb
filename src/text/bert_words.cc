#include "text/bert_words.h"

#include <utf8proc.h>

#include <algorithm>
#include <iterator>

#include "text/bert_exceptions.h"

namespace text {
namespace {

constexpr std::array<BertAscii, 128> MakeAscii() {
  std::array<BertAscii, 128> table{};
  for (size_t c = 0; c < table.size(); ++c) {
    const bool upper = c >= 'A' && c <= 'Z';
    const bool word = upper || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    const bool space = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    const bool control = c < 0x20 || c == 0x7F;
    table[c].lower = static_cast<char>(upper ? c + ('a' - 'A') : c);
    table[c].kind = space     ? BertClass::kSpace
                    : control ? BertClass::kDrop
                    : word    ? BertClass::kWord
                              : BertClass::kMark;
  }
  return table;
}

bool IsCjk(char32_t c) {
  return (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3400 && c <= 0x4DBF) ||
         (c >= 0x20000 && c <= 0x2A6DF) || (c >= 0x2A700 && c <= 0x2B73F) ||
         (c >= 0x2B740 && c <= 0x2B81F) || (c >= 0x2B920 && c <= 0x2CEAF) ||
         (c >= 0xF900 && c <= 0xFAFF) || (c >= 0x2F800 && c <= 0x2FA1F);
}

utf8proc_category_t Category(char32_t code_point) {
  return utf8proc_category(static_cast<utf8proc_int32_t>(code_point));
}

// Controls, format characters, private use: dropped. Unassigned ones are kept.
bool IsOther(char32_t code_point) {
  const auto category = Category(code_point);
  return category == UTF8PROC_CATEGORY_CC || category == UTF8PROC_CATEGORY_CF ||
         category == UTF8PROC_CATEGORY_CO;
}

// The exception that covers `code_point`, or nullptr.
const BertException* FindException(char32_t code_point) {
  const auto* found =
      std::ranges::lower_bound(kBertExceptions, code_point, {}, &BertException::last);
  return found != std::end(kBertExceptions) && found->first <= code_point ? found : nullptr;
}

// Rust's char::is_whitespace above ASCII.
bool IsRustSpace(char32_t c) { return c >= 0x80 && IsSpace(c); }

BertClass ClassOf(char32_t code_point) {
  if (code_point < 0x80) return kBertAscii[code_point].kind;
  if (IsRustSpace(code_point)) return BertClass::kSpace;
  return IsPunctuation(code_point) ? BertClass::kMark : BertClass::kWord;
}

}  // namespace

const std::array<BertAscii, 128> kBertAscii = MakeAscii();

BertExpansion ExpandBert(char32_t code_point, const BertOptions& options) {
  BertExpansion out;
  if (const auto* exception = FindException(code_point)) {
    if (exception->kind != BertClass::kDrop) out.pieces[out.size++] = {code_point, exception->kind};
    return out;
  }
  if (code_point == kReplacement || IsOther(code_point)) return out;
  out.apart = options.space_cjk && IsCjk(code_point);
  if (IsRustSpace(code_point)) {
    out.pieces[out.size++] = {' ', BertClass::kSpace};
    return out;
  }
  std::array<utf8proc_int32_t, 8> decomposed{static_cast<utf8proc_int32_t>(code_point)};
  utf8proc_ssize_t count = 1;
  if (options.strip_accents) {
    int last_boundary_class = 0;
    count = utf8proc_decompose_char(decomposed[0], decomposed.data(), decomposed.size(),
                                    UTF8PROC_DECOMPOSE, &last_boundary_class);
    count = std::clamp<utf8proc_ssize_t>(count, 0, decomposed.size());
  }
  for (utf8proc_ssize_t i = 0; i < count; ++i) {
    auto piece = static_cast<char32_t>(decomposed[static_cast<size_t>(i)]);
    if (options.strip_accents && Category(piece) == UTF8PROC_CATEGORY_MN) continue;
    if (options.lowercase) {
      piece = static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(piece)));
    }
    out.pieces[out.size++] = {piece, ClassOf(piece)};
  }
  return out;
}

}  // namespace text
