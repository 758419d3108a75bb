#include "docling/semantic_splitter.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "text/utf8.h"

namespace docling {
namespace {

// From the most to the least wanted.
constexpr std::string_view kMarks[] = {".", "?", "!", "*",  ";", ",", "(",  ")", "[",
                                       "]", "“", "”", "‘",  "’", "'", "\"", "`", ":",
                                       "—", "…", "/", "\\", "–", "&", "-"};

// A text cut at a splitter. The pieces are views into the text.
struct Splits {
  std::string_view splitter;
  bool at_white_space = true;
  std::vector<std::string_view> pieces;
};

void SplitAt(std::string_view text, std::string_view splitter, Splits& splits) {
  splits.splitter = splitter;
  while (true) {
    const size_t at = text.find(splitter);
    splits.pieces.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return;
    text.remove_prefix(at + splitter.size());
  }
}

// The longest run of characters that `is_in` accepts, the first of several; in code points.
struct Run {
  std::string_view text;
  size_t length = 0;
};

template <typename IsIn>
Run LongestRun(std::string_view text, IsIn is_in) {
  Run longest;
  size_t begin = 0;
  size_t length = 0;
  for (size_t at = 0; at <= text.size();) {
    const text::Decoded c = at < text.size() ? text::DecodeAt(text, at) : text::Decoded{0, 1, true};
    if (at < text.size() && is_in(c.code_point)) {
      if (length++ == 0) begin = at;
    } else {
      if (length > longest.length) longest = {text.substr(begin, at - begin), length};
      length = 0;
    }
    at += c.length;
  }
  return longest;
}

// The white space character after the first `mark` that has one.
std::optional<std::string_view> SpaceAfter(std::string_view text, std::string_view mark) {
  for (size_t at = text.find(mark); at != std::string_view::npos; at = text.find(mark, at + 1)) {
    const size_t after = at + mark.size();
    if (after == text.size()) return std::nullopt;
    const text::Decoded c = text::DecodeAt(text, after);
    if (text::IsSpace(c.code_point)) return text.substr(after, c.length);
  }
  return std::nullopt;
}

// Cuts only where `space` directly follows `mark`.
void SplitAfterMark(std::string_view text, std::string_view mark, std::string_view space,
                    Splits& splits) {
  splits.splitter = space;
  size_t begin = 0;
  for (size_t at = text.find(space); at != std::string_view::npos;
       at = text.find(space, at + space.size())) {
    if (!text.substr(0, at).ends_with(mark)) continue;
    splits.pieces.push_back(text.substr(begin, at - begin));
    begin = at + space.size();
  }
  splits.pieces.push_back(text.substr(begin));
}

void SplitAtWhiteSpace(std::string_view text, const Run& run, Splits& splits) {
  if (run.length == 1) {
    for (const std::string_view mark : kMarks) {
      if (const auto space = SpaceAfter(text, mark)) {
        return SplitAfterMark(text, mark, *space, splits);
      }
    }
  }
  SplitAt(text, run.text, splits);
}

void SplitAtMarkOrAnywhere(std::string_view text, Splits& splits) {
  for (const std::string_view mark : kMarks) {
    if (text.find(mark) == std::string_view::npos) continue;
    splits.at_white_space = false;
    return SplitAt(text, mark, splits);
  }
  for (size_t at = 0; at < text.size();) {
    const size_t length = text::DecodeAt(text, at).length;
    splits.pieces.push_back(text.substr(at, length));
    at += length;
  }
}

Splits Split(std::string_view text) {
  Splits splits;
  Run run = LongestRun(text, [](char32_t c) { return c == U'\n' || c == U'\r'; });
  if (run.length == 0) run = LongestRun(text, [](char32_t c) { return c == U'\t'; });
  if (run.length > 0) {
    SplitAt(text, run.text, splits);
    return splits;
  }
  run = LongestRun(text, text::IsSpace);
  if (run.length > 0) {
    SplitAtWhiteSpace(text, run, splits);
  } else {
    SplitAtMarkOrAnywhere(text, splits);
  }
  return splits;
}

class Splitter {
 public:
  Splitter(size_t max_tokens, const TokenCounter& counter)
      : max_tokens_(max_tokens), counter_(counter) {}

  void Add(std::string_view text) {
    const Splits splits = Split(text);
    const auto& pieces = splits.pieces;
    std::vector<size_t> lengths = {0};  // characters of the pieces before each
    for (const std::string_view piece : pieces) {
      lengths.push_back(lengths.back() + text::CountCodePoints(piece));
    }
    for (size_t i = 0; i < pieces.size();) {
      size_t next = i + 1;
      if (counter_.CountUpTo(pieces[i], max_tokens_) <= max_tokens_) {
        next = std::max(EndOfMerge(splits, lengths, i), next);
        chunks_.emplace_back(Joined(splits, i, next));
      } else if (pieces[i].size() < text.size()) {
        Add(pieces[i]);
      } else {
        chunks_.emplace_back(pieces[i]);  // one character of many tokens
      }
      if (!splits.at_white_space && next < pieces.size()) AddMark(splits.splitter);
      i = next;
    }
  }

  std::vector<std::string> Finish() {
    std::erase_if(chunks_, [](const std::string& chunk) { return text::Strip(chunk).empty(); });
    return std::move(chunks_);
  }

 private:
  // The pieces [begin, end) with what is between them: adjacent views of one text.
  static std::string_view Joined(const Splits& splits, size_t begin, size_t end) {
    if (begin == end) return {};
    const char* from = splits.pieces[begin].data();
    const std::string_view last = splits.pieces[end - 1];
    return {from, size_t(last.data() + last.size() - from)};
  }

  // As many pieces from `start` on as fit together: a bisection over the number of characters that
  // learns how long a token is.
  size_t EndOfMerge(const Splits& splits, const std::vector<size_t>& lengths, size_t start) const {
    double characters_per_token = 0.2;
    const auto offset = double(lengths[start]);
    double target = offset + double(max_tokens_) * characters_per_token;
    size_t low = start;
    size_t high = lengths.size();
    while (low < high) {
      const auto at = std::lower_bound(lengths.begin() + long(low), lengths.begin() + long(high),
                                       target, [](size_t a, double b) { return double(a) < b; });
      const size_t middle = std::min(size_t(at - lengths.begin()), high - 1);
      const size_t tokens = counter_.CountUpTo(Joined(splits, start, middle), max_tokens_);
      const double characters = double(lengths[middle]) - offset;
      if (characters > 0 && tokens > 0) {
        characters_per_token = characters / double(tokens);
        target = offset + double(max_tokens_) * characters_per_token;
      }
      if (tokens > max_tokens_) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low - 1;
  }

  // A mark that was cut at goes to the end of the chunk before it, if it fits.
  void AddMark(std::string_view mark) {
    std::string with_mark = chunks_.empty() ? std::string() : chunks_.back();
    with_mark += mark;
    if (!chunks_.empty() && counter_.CountUpTo(with_mark, max_tokens_) <= max_tokens_) {
      chunks_.back() = std::move(with_mark);
    } else {
      chunks_.emplace_back(mark);
    }
  }

  const size_t max_tokens_;
  const TokenCounter& counter_;
  std::vector<std::string> chunks_;
};

}  // namespace

std::vector<std::string> SplitSemantically(std::string_view text, size_t max_tokens,
                                           const TokenCounter& counter) {
  Splitter splitter(max_tokens, counter);
  splitter.Add(text);
  return splitter.Finish();
}

}  // namespace docling
