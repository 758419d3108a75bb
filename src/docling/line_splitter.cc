#include "docling/line_splitter.h"

#include <utility>

#include "text/utf8.h"

namespace docling {
namespace {

// A line with the byte offset of every character, so that its tail can be cut many times without
// counting characters again.
class Line {
 public:
  explicit Line(std::string_view text) : text_(text) {
    for (size_t at = 0; at < text.size(); at += text::DecodeAt(text, at).length) {
      offsets_.push_back(at);
    }
    offsets_.push_back(text.size());
  }

  size_t size() const { return offsets_.size() - 1; }
  std::string_view Slice(size_t begin, size_t end) const {
    return text_.substr(offsets_[begin], offsets_[end] - offsets_[begin]);
  }

 private:
  std::string_view text_;
  std::vector<size_t> offsets_;
};

class LineSplitter {
 public:
  LineSplitter(std::string_view prefix, const LineSplitterOptions& options,
               const TokenCounter& counter)
      : options_(options), counter_(counter), prefix_(prefix) {}

  std::vector<std::string> Run(const std::vector<std::string_view>& lines) {
    if (!prefix_.empty()) TakePrefix(lines);
    for (const std::string_view line : lines) Add(line);
    if (!current_.empty() && (prefix_tokens_ == 0 || current_ != prefix_)) Emit();
    return std::move(pieces_);
  }

 private:
  void Emit() { pieces_.push_back(std::move(current_)); }

  void Begin(std::string_view with, size_t tokens) {
    current_ = with;
    tokens_ = tokens;
  }

  void TakePrefix(const std::vector<std::string_view>& lines) {
    const size_t tokens = counter_.Count(prefix_);
    if (tokens >= options_.max_tokens) {
      // The prefix becomes pieces of its own, once.
      LineSplitterOptions alone = options_;
      alone.omit_prefix_on_overflow = false;
      pieces_ = LineSplitter({}, alone, counter_).Run({prefix_});
      prefix_ = {};
      return;
    }
    prefix_tokens_ = tokens;
    const bool first_overflows =
        options_.omit_prefix_on_overflow && prefix_tokens_ > 0 && !lines.empty() &&
        counter_.CountUpTo(lines[0], options_.max_tokens) + prefix_tokens_ > options_.max_tokens;
    if (first_overflows) {
      pieces_.emplace_back(prefix_);
    } else {
      Begin(prefix_, prefix_tokens_);
    }
  }

  void Add(std::string_view text) {
    const size_t max = options_.max_tokens;
    const Line line(text);
    size_t begin = 0;  // what is before it was taken
    while (true) {
      const std::string_view rest = line.Slice(begin, line.size());
      const size_t tokens = counter_.CountUpTo(rest, max);
      const size_t room = max > tokens_ ? max - tokens_ : 0;
      if (tokens <= room) {
        current_ += rest;
        tokens_ += tokens;
        return;
      }
      if (tokens + prefix_tokens_ <= max) {
        Emit();
        Begin(prefix_tokens_ > 0 ? prefix_ : std::string_view(), prefix_tokens_);
      } else if (options_.omit_prefix_on_overflow && tokens <= max && prefix_tokens_ > 0) {
        if (!current_.empty() && current_ != prefix_) Emit();
        Begin({}, 0);
      } else {
        const size_t end = Cut(line, begin, room);
        current_ += '\n';
        current_ += line.Slice(begin, end);
        begin = end;
        Emit();
        const bool again = prefix_tokens_ > 0 && !options_.omit_prefix_on_overflow;
        Begin(again ? prefix_ : std::string_view(), again ? prefix_tokens_ : 0);
      }
    }
  }

  // Where the longest head of the rest that fits into `room` ends; at least one character on.
  size_t Cut(const Line& line, size_t begin, size_t room) const {
    if (room == 0) return begin + 1;
    size_t best = 0;
    size_t low = 0;
    size_t high = line.size() - begin;
    while (low <= high) {
      const size_t middle = (low + high) / 2;
      const std::string_view head = line.Slice(begin, begin + middle);
      if (counter_.CountUpTo(head, room) <= room) {
        best = middle;
        low = middle + 1;
      } else if (middle == 0) {
        break;
      } else {
        high = middle - 1;
      }
    }
    if (best == 0) return begin + 1;
    for (size_t at = best; at-- > 1;) {
      if (line.Slice(begin + at, begin + at + 1) == " ") return begin + at;
    }
    return begin + best;
  }

  const LineSplitterOptions options_;
  const TokenCounter& counter_;
  std::string_view prefix_;
  size_t prefix_tokens_ = 0;  // 0 also when the prefix is not repeated
  std::string current_;
  size_t tokens_ = 0;
  std::vector<std::string> pieces_;
};

}  // namespace

std::vector<std::string> SplitLines(std::string_view prefix,
                                    const std::vector<std::string_view>& lines,
                                    const LineSplitterOptions& options,
                                    const TokenCounter& counter) {
  return LineSplitter(prefix, options, counter).Run(lines);
}

}  // namespace docling
