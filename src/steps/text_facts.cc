#include "steps/text_facts.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <span>

#include "text/utf8.h"

namespace steps {
namespace {

constexpr size_t kSample = 200'000;  // bytes that are looked at for language and keywords
constexpr size_t kMaxHeadings = 50;
constexpr size_t kMaxKeywords = 10;

// Function words tell languages of the Latin script apart.
struct Language {
  std::string_view code;
  std::array<std::string_view, 16> words;
};
constexpr Language kLanguages[] = {
    {"en",
     {"the", "of", "and", "to", "in", "is", "that", "for", "with", "as", "was", "on", "are", "this",
      "by", "from"}},
    {"de",
     {"der", "die", "und", "das", "ist", "nicht", "mit", "den", "ein", "eine", "auf", "zu", "von",
      "für", "sich", "werden"}},
    {"fr",
     {"le", "la", "les", "des", "et", "est", "une", "dans", "que", "pour", "pas", "sur", "qui",
      "au", "avec", "du"}},
    {"es",
     {"el", "los", "las", "que", "del", "una", "por", "con", "para", "es", "como", "más", "se",
      "su", "al", "y"}},
    {"it",
     {"il", "di", "che", "per", "una", "sono", "della", "con", "non", "del", "gli", "dei", "alla",
      "nel", "è", "più"}},
    {"pt",
     {"o", "os", "que", "uma", "para", "com", "não", "dos", "do", "da", "em", "mais", "ao", "pelo",
      "são", "e"}},
    {"nl",
     {"de", "het", "een", "van", "en", "niet", "dat", "zijn", "voor", "met", "op", "aan", "wordt",
      "ook", "bij", "te"}},
    {"sv",
     {"och", "att", "det", "som", "är", "på", "av", "för", "inte", "med", "den", "till", "ett",
      "om", "har", "en"}},
    {"pl",
     {"i", "w", "na", "nie", "się", "jest", "że", "do", "z", "jak", "to", "oraz", "przez", "dla",
      "są", "po"}},
};

// Scripts that (nearly) name the language.
struct Script {
  std::string_view code;
  char32_t first, last;
};
constexpr Script kScripts[] = {
    {"ru", 0x0400, 0x04FF}, {"el", 0x0370, 0x03FF}, {"he", 0x0590, 0x05FF},
    {"ar", 0x0600, 0x06FF}, {"hi", 0x0900, 0x097F}, {"th", 0x0E00, 0x0E7F},
    {"ja", 0x3040, 0x30FF}, {"ko", 0xAC00, 0xD7AF}, {"zh", 0x4E00, 0x9FFF},
};

// Words of letters and digits, in lower case.
std::vector<std::string> WordsOf(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  for (size_t at = 0; at < text.size();) {
    const text::Decoded c = text::DecodeAt(text, at);
    at += c.length;
    if (text::IsLetter(c.code_point) || text::IsNumber(c.code_point)) {
      text::AppendUtf8(c.code_point, word);
    } else if (!word.empty()) {
      words.push_back(text::ToLower(word));
      word.clear();
    }
  }
  if (!word.empty()) words.push_back(text::ToLower(word));
  return words;
}

std::string LanguageByScript(std::string_view text) {
  std::map<std::string_view, size_t> count;
  size_t letters = 0;
  for (size_t at = 0; at < text.size();) {
    const text::Decoded c = text::DecodeAt(text, at);
    at += c.length;
    if (!text::IsLetter(c.code_point)) continue;
    ++letters;
    for (const Script& script : kScripts) {
      if (c.code_point >= script.first && c.code_point <= script.last) ++count[script.code];
    }
  }
  if (count["ja"] * 10 > letters) return "ja";  // kana among Han characters
  for (const auto& [code, n] : count) {
    if (n * 2 > letters) return std::string(code);
  }
  return "";
}

std::string LanguageByWords(std::span<const std::string> words) {
  std::string_view best;
  size_t best_hits = 0;
  size_t second_hits = 0;
  for (const Language& language : kLanguages) {
    const size_t hits = static_cast<size_t>(std::ranges::count_if(words, [&](const auto& word) {
      return std::ranges::find(language.words, word) != language.words.end();
    }));
    if (hits > best_hits) {
      second_hits = best_hits;
      best_hits = hits;
      best = language.code;
    } else {
      second_hits = std::max(second_hits, hits);
    }
  }
  // A tenth of a running text are function words; a narrow lead decides nothing.
  const bool sure =
      best_hits >= 3 && best_hits * 12 >= words.size() && best_hits > second_hits * 6 / 5;
  return sure ? std::string(best) : "";
}

bool IsFunctionWord(const std::string& word) {
  return std::ranges::any_of(kLanguages, [&](const Language& language) {
    return std::ranges::find(language.words, word) != language.words.end();
  });
}

std::vector<std::string> KeywordsOf(std::span<const std::string> words) {
  std::map<std::string_view, size_t> count;
  for (const std::string& word : words) {
    const bool number = std::ranges::all_of(word, [](char c) { return c >= '0' && c <= '9'; });
    if (text::CountCodePoints(word) > 3 && !number && !IsFunctionWord(word)) ++count[word];
  }
  std::vector<std::pair<size_t, std::string_view>> ranked;
  for (const auto& [word, n] : count) {
    if (n > 1) ranked.emplace_back(n, word);
  }
  std::ranges::sort(ranked, [](const auto& a, const auto& b) {
    return a.first != b.first ? a.first > b.first : a.second < b.second;
  });
  std::vector<std::string> keywords;
  for (const auto& [n, word] : ranked) {
    if (keywords.size() < kMaxKeywords) keywords.emplace_back(word);
  }
  return keywords;
}

struct Heading {
  size_t level;
  std::string_view text;
};

std::vector<Heading> HeadingsOf(std::string_view markdown) {
  std::vector<Heading> headings;
  bool fenced = false;
  while (!markdown.empty()) {
    const size_t end = markdown.find('\n');
    const std::string_view line = markdown.substr(0, end);
    markdown.remove_prefix(end == std::string_view::npos ? markdown.size() : end + 1);
    if (line.starts_with("```")) fenced = !fenced;
    const size_t level = std::min(line.find_first_not_of('#'), line.size());
    if (fenced || level == 0 || level > 6 || level == line.size() || line[level] != ' ') continue;
    headings.push_back({level, text::Strip(line.substr(level))});
  }
  return headings;
}

}  // namespace

TextFacts FactsOf(std::string_view markdown) {
  TextFacts facts;
  const std::string_view sample = markdown.substr(0, kSample);
  const std::vector<std::string> words = WordsOf(sample);
  facts.language = LanguageByScript(sample);
  if (facts.language.empty()) facts.language = LanguageByWords(words);
  facts.word_count = static_cast<int64_t>(text::SplitOnSpace(markdown).size());
  facts.keywords = KeywordsOf(words);
  for (const Heading& heading : HeadingsOf(markdown)) {
    if (facts.headings.size() < kMaxHeadings) facts.headings.emplace_back(heading.text);
  }
  return facts;
}

std::string TitleFromHeadings(std::string_view markdown,
                              const std::vector<std::string>& stop_phrases) {
  std::set<std::string> stop;
  for (const std::string& phrase : stop_phrases) stop.insert(text::ToLower(text::Strip(phrase)));
  const std::vector<Heading> headings = HeadingsOf(markdown);
  for (const size_t level : {size_t{1}, size_t{2}}) {
    for (const Heading& heading : headings) {
      const bool wanted = heading.level == level && !heading.text.empty();
      if (wanted && !stop.contains(text::ToLower(heading.text))) return std::string(heading.text);
    }
  }
  return "";
}

}  // namespace steps
