#include "formats/pdf/fonts.h"

#include <algorithm>
#include <bit>
#include <cctype>

namespace pdf {

namespace {

constexpr int kFixedPitch = 1 << 0;
constexpr int kItalic = 1 << 6;
constexpr int kForceBold = 1 << 18;
constexpr size_t kMostFonts = 60'000;  // ids are 16 bit; a document beyond gets font 0

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

bool HasAny(std::string_view text, std::initializer_list<std::string_view> tokens) {
  return std::ranges::any_of(
      tokens, [&](std::string_view token) { return text.find(token) != std::string_view::npos; });
}

bool StartsWithAny(std::string_view text, std::initializer_list<std::string_view> tokens) {
  return std::ranges::any_of(tokens,
                             [&](std::string_view token) { return text.starts_with(token); });
}

// "ABCDEF+Times-Bold" → "Times-Bold"
std::string_view WithoutSubset(std::string_view name) {
  if (name.size() > 7 && name[6] == '+' &&
      std::all_of(name.begin(), name.begin() + 6,
                  [](unsigned char c) { return std::isupper(c); })) {
    name.remove_prefix(7);
  }
  return name;
}

int WeightOf(std::string_view name, std::string_view lower) {
  if (HasAny(lower, {"semibold", "semi-bold", "demi"})) return 600;
  if (HasAny(lower, {"black", "heavy", "ultrabold", "extrabold"})) return 900;
  if (HasAny(lower, {"bold"})) return 700;
  if (StartsWithAny(lower, {"cmbx", "cmb1", "sfbx", "cmssbx", "lmbx"})) return 700;
  if (name.ends_with("-B") || name.ends_with("-BI") || name.ends_with("BX") ||
      name.ends_with("-Bd")) {
    return 700;
  }
  if (HasAny(lower, {"medium"}) || name.ends_with("-Md")) return 500;
  if (HasAny(lower, {"light", "thin"})) return 300;
  return 400;
}

bool IsItalic(std::string_view name, std::string_view lower) {
  if (HasAny(lower, {"italic", "oblique", "slanted", "kursiv"})) return true;
  if (StartsWithAny(lower, {"cmti", "sfti", "cmsl", "lmri"})) return true;
  return name.ends_with("-I") || name.ends_with("-It") || name.ends_with("-BI");
}

bool IsMono(std::string_view lower) {
  return HasAny(lower, {"courier", "mono", "consol", "typewriter", "menlo", "inconsolata",
                        "letter gothic", "lettergothic", "andale"}) ||
         StartsWithAny(lower, {"cmtt", "sftt", "lmtt"});
}

bool IsMath(std::string_view lower) {
  return StartsWithAny(lower, {"cmmi", "cmsy", "cmex", "msam", "msbm", "cmbsy", "cmmib", "lmmi",
                               "lmsy", "rsfs", "stmary"}) ||
         HasAny(lower, {"symbol", "math", "wingding", "dingbat"});
}

}  // namespace

Font DescribeFont(std::string_view base_name, int flags) {
  Font font;
  font.name = std::string(WithoutSubset(base_name));
  const std::string lower = Lower(font.name);
  font.weight = WeightOf(font.name, lower);
  if ((flags & kForceBold) != 0) font.weight = std::max(font.weight, 700);
  font.bold = font.weight >= 600;
  font.italic = IsItalic(font.name, lower) || (flags & kItalic) != 0;
  font.mono = IsMono(lower) || (flags & kFixedPitch) != 0;
  font.dingbats = HasAny(lower, {"wingding", "dingbat", "webding"});
  font.math = IsMath(lower);
  return font;
}

void PitchObserver::Observe(char32_t code, float advance) {
  if (code < 'a' || code > 'z') return;
  Learn({.letters = 1U << (code - 'a'), .narrowest = advance, .widest = advance});
}

void PitchObserver::Learn(const Learned& more) {
  learned_.letters |= more.letters;
  learned_.narrowest = std::min(learned_.narrowest, more.narrowest);
  learned_.widest = std::max(learned_.widest, more.widest);
}

bool PitchObserver::Fixed() const {
  constexpr uint32_t kNarrow = 1U << ('i' - 'a') | 1U << ('l' - 'a') | 1U << ('t' - 'a');
  constexpr uint32_t kWide = 1U << ('m' - 'a') | 1U << ('w' - 'a');
  return (learned_.letters & kNarrow) != 0 && (learned_.letters & kWide) != 0 &&
         std::popcount(learned_.letters) >= 8 && learned_.widest - learned_.narrowest < 0.02F;
}

uint16_t FontTable::Intern(std::string_view base_name, int flags) {
  std::pair<std::string, int> key(base_name, flags);
  if (const auto found = ids_.find(key); found != ids_.end()) return found->second;
  if (fonts_.size() >= kMostFonts) return 0;
  fonts_.push_back(DescribeFont(base_name, flags));
  pitches_.emplace_back();
  const auto id = static_cast<uint16_t>(fonts_.size() - 1);
  ids_.emplace(std::move(key), id);
  return id;
}

std::vector<FontTable::Entry> FontTable::Entries() const {
  std::vector<Entry> entries(fonts_.size());
  for (const auto& [key, id] : ids_) {
    entries[id] = {.base_name = key.first, .flags = key.second, .pitch = pitches_[id].learned()};
  }
  return entries;
}

uint16_t FontTable::Add(const Entry& entry) {
  const uint16_t id = Intern(entry.base_name, entry.flags);
  pitches_[id].Learn(entry.pitch);
  return id;
}

}  // namespace pdf
