#include "formats/pdf/line_builder.h"

#include <array>
#include <cmath>
#include <map>

#include "formats/pdf/characters.h"
#include "formats/pdf/glyph_rows.h"
#include "text/utf8.h"

namespace pdf {

namespace {

constexpr float kWordGap = 0.15F;    // em
constexpr size_t kMostRules = 4000;  // kept per page

// Counts characters of a line by some property and names the most frequent.
template <typename T>
class Majority {
 public:
  void Add(T value) { ++counts_[value]; }
  size_t Count(T value) const {
    const auto found = counts_.find(value);
    return found == counts_.end() ? 0 : found->second;
  }
  T Winner() const {
    T best{};
    size_t count = 0;
    for (const auto& [value, n] : counts_) {
      if (n > count) {
        best = value;
        count = n;
      }
    }
    return best;
  }

 private:
  std::map<T, size_t> counts_;
};

// Composes one Line from a segment.
class LineComposer {
 public:
  LineComposer(std::span<const Glyph> glyphs, const FontTable& fonts, const LineOptions& options)
      : glyphs_(glyphs), fonts_(fonts), options_(options) {}

  Line Compose(const Segment& segment) {
    word_gap_ = WordGap(segment);
    line_.baseline = segment.baseline;
    line_.order = segment.runs.front().first;
    line_.box = segment.runs.front().box;
    for (const Run& run : segment.runs) AddRun(run);
    Finish();
    return std::move(line_);
  }

 private:
  // The gap that parts words, in em. Letter-spaced text ("A B S T R A C T") has gaps between nearly
  // all letters: then only gaps clearly wider than the usual one part words.
  float WordGap(const Segment& segment) {
    std::vector<float> gaps;
    const Glyph* last = nullptr;
    for (const Run& run : segment.runs) {
      for (uint32_t i = run.first; i < run.first + run.count; ++i) {
        const Glyph& glyph = glyphs_[i];
        if (last != nullptr && IsLetter(last->code) && IsLetter(glyph.code)) {
          gaps.push_back(GapBetween(last->box, glyph.box) / std::max(glyph.size, 0.1F));
        }
        last = &glyph;
      }
    }
    const auto wide = std::ranges::count_if(gaps, [](float gap) { return gap > kWordGap; });
    if (gaps.size() < 6 || static_cast<size_t>(wide) * 10 < gaps.size() * 7) return kWordGap;
    const auto middle = gaps.begin() + static_cast<std::ptrdiff_t>(gaps.size() / 2);
    std::ranges::nth_element(gaps, middle);
    tracked_ = true;
    return *middle * 1.6F;
  }

  void AddRun(const Run& run) {
    const size_t start = line_.text.size();
    for (uint32_t i = run.first; i < run.first + run.count; ++i) AddGlyph(glyphs_[i], run);
    line_.box.Add(run.box);
    if (!run.superscript) {
      line_.max_size = std::max(line_.max_size, run.size);
      return;
    }
    const std::string label(text::Strip(std::string_view(line_.text).substr(start)));
    if (start == 0) line_.label_end = static_cast<uint16_t>(std::min<size_t>(label.size(), 999));
    if (label.size() <= 8 && line_.superscripts.size() < 16) line_.superscripts.push_back(label);
  }

  void AddGlyph(const Glyph& glyph, const Run& run) {
    if (last_ != nullptr && StartsWord(glyph, run)) {
      FlushSoftHyphen();
      if (!line_.text.empty()) line_.text.push_back(' ');
      in_word_ = false;
    } else if (soft_hyphen_) {
      soft_hyphen_ = false;  // inside a word after all: the word goes on
    }
    PlaceInWord(glyph.box);
    Count(glyph);
    const char32_t code = Readable(glyph);
    if ((glyph.flags & kHyphen) != 0) {
      soft_hyphen_ = true;
    } else if (code != 0) {
      AppendCharacter(code, options_.plain_punctuation, line_.text);
    }
    last_ = &glyph;
    last_raised_ = run.superscript;
  }

  void PlaceInWord(const Box& box) {
    if (!in_word_) {
      line_.words.push_back({static_cast<uint16_t>(line_.text.size()), box.l, box.r});
      in_word_ = true;
      return;
    }
    line_.words.back().l = std::min(line_.words.back().l, box.l);
    line_.words.back().r = std::max(line_.words.back().r, box.r);
  }

  // Letters of picture fonts and private characters say nothing, but in front of a line they are
  // its bullet.
  char32_t Readable(const Glyph& glyph) const {
    const bool picture = fonts_.At(glyph.font).dingbats && glyph.code < 0x80;
    const bool unknown = glyph.code >= 0xE000 && glyph.code < 0xF900;
    if (!picture && !unknown) return glyph.code;
    if (line_.text.empty()) return 0x2022;
    return picture ? glyph.code : 0;
  }

  bool StartsWord(const Glyph& glyph, const Run& run) const {
    const float em = std::max(last_->size, glyph.size);
    const float gap = GapBetween(last_->box, glyph.box);
    if (gap > word_gap_ * em) return true;
    if ((glyph.flags & kSpaceBefore) != 0 && !tracked_) return true;
    // A footnote mark is no part of the word it hangs on; an exponent is no part of its base
    // either.
    return run.superscript != last_raised_ && !line_.text.empty() && IsWordPart(last_->code) &&
           IsWordPart(glyph.code);
  }

  static bool IsLetter(char32_t code) { return IsLower(code) || IsUpper(code); }
  static bool IsWordPart(char32_t code) {
    return IsLetter(code) || IsHangul(code) || IsIdeographic(code) || text::IsNumber(code);
  }

  void FlushSoftHyphen() {
    if (soft_hyphen_) line_.text.push_back('-');
    soft_hyphen_ = false;
  }

  void Count(const Glyph& glyph) {
    const Font& font = fonts_.At(glyph.font);
    const bool bold = font.bold || (glyph.flags & kFakeBold) != 0;
    if (bold && bold_so_far_) {
      bold_end_ = line_.text.size() + 1;
    } else {
      bold_so_far_ = false;
    }
    ++chars_;
    bold_ += bold ? 1 : 0;
    italic_ += font.italic ? 1 : 0;
    mono_ += font.mono ? 1 : 0;
    math_ += font.math ? 1 : 0;
    lower_ += IsLower(glyph.code) ? 1 : 0;
    upper_ += IsUpper(glyph.code) ? 1 : 0;
    sizes_.Add(static_cast<int>(std::lround(glyph.size * 10)));
    fonts_used_.Add(glyph.font);
    colors_.Add(glyph.color);
    tags_.Add(glyph.tag);
  }

  void Finish() {
    if (soft_hyphen_) {
      line_.soft_hyphen = true;
      FlushSoftHyphen();
    }
    const auto share = [&](size_t count) {
      return static_cast<float>(count) / static_cast<float>(std::max<size_t>(chars_, 1));
    };
    line_.dash = last_ != nullptr && (last_->code == 0x2013 || last_->code == 0x2014);
    const size_t length = line_.text.size();
    line_.text = text::ToNfc(line_.text);
    if (line_.text.size() != length || length > 60'000) line_.words.clear();
    line_.words.shrink_to_fit();
    line_.chars = static_cast<uint16_t>(std::min<size_t>(chars_, 60'000));
    line_.size = static_cast<float>(sizes_.Winner()) / 10;
    line_.font = fonts_used_.Winner();
    line_.font_share = share(fonts_used_.Count(line_.font));
    line_.color = colors_.Winner();
    line_.tag = tags_.Winner();
    line_.bold_share = share(bold_);
    line_.weight = static_cast<uint16_t>(fonts_.At(line_.font).weight);
    if (line_.Bold()) line_.weight = std::max<uint16_t>(line_.weight, 700);
    line_.italic_share = share(italic_);
    line_.mono_share = share(mono_);
    line_.math_share = share(math_);
    line_.upper = upper_ >= 2 && lower_ == 0;
    if (bold_ < chars_) {
      line_.bold_prefix = static_cast<uint16_t>(std::min<size_t>(bold_end_, line_.text.size()));
    }
    if (line_.max_size == 0) line_.max_size = line_.size;
  }

  std::span<const Glyph> glyphs_;
  const FontTable& fonts_;
  const LineOptions& options_;
  Line line_;
  const Glyph* last_ = nullptr;
  bool last_raised_ = false;
  bool in_word_ = false;
  bool soft_hyphen_ = false;
  bool tracked_ = false;
  float word_gap_ = kWordGap;
  bool bold_so_far_ = true;
  size_t bold_end_ = 0;
  size_t chars_ = 0;
  size_t bold_ = 0;
  size_t italic_ = 0;
  size_t mono_ = 0;
  size_t math_ = 0;
  size_t lower_ = 0;
  size_t upper_ = 0;
  Majority<int> sizes_;
  Majority<uint16_t> fonts_used_;
  Majority<uint32_t> colors_;
  Majority<uint16_t> tags_;
};

// 0..3 quarters; 4: at no right angle.
int Direction(const Glyph& glyph) {
  for (int turns = 0; turns <= 4; ++turns) {
    if (std::abs(glyph.angle - turns * 90) <= 5) return turns & 3;
  }
  return 4;
}

// The glyph as seen in a frame in which it stands upright. Ascent and descent of fonts are not to
// be trusted, so boxes are cut to a height around the baseline.
void MakeUpright(Glyph& glyph, const Frame& frame) {
  const Box origin =
      frame.FromPage({glyph.origin_x, glyph.baseline, glyph.origin_x, glyph.baseline});
  glyph.box = frame.FromPage(glyph.box);
  glyph.origin_x = origin.l;
  glyph.baseline = origin.t;
  glyph.box.t = std::clamp(glyph.box.t, glyph.baseline - 1.1F * glyph.size,
                           glyph.baseline - 0.6F * glyph.size);
  glyph.box.b = std::clamp(glyph.box.b, glyph.baseline + 0.15F * glyph.size,
                           glyph.baseline + 0.35F * glyph.size);
}

std::vector<Box> VerticalRules(std::span<const Rule> rules, const Frame& frame) {
  std::vector<Box> vertical;
  for (const Rule& rule : rules) {
    const Box box = frame.FromPage(rule.box);
    if (box.Height() > box.Width()) vertical.push_back(box);
  }
  std::ranges::sort(vertical, {}, &Box::l);
  return vertical;
}

std::array<std::vector<Glyph>, 5> ByDirection(std::vector<Glyph> glyphs) {
  std::array<std::vector<Glyph>, 5> groups;
  for (const Glyph& glyph : glyphs) {
    groups[static_cast<size_t>(Direction(glyph))].push_back(glyph);
  }
  return groups;
}

}  // namespace

PageLines BuildLines(RawPage page, int number, FontTable& fonts, const LineOptions& options) {
  PageLines out;
  out.number = number;
  out.width = page.width;
  out.height = page.height;
  out.curves = page.curves;
  out.tags = std::move(page.tags);
  out.glyphs = page.glyphs.size();
  for (const Glyph& glyph : page.glyphs) out.unmapped += (glyph.flags & kUnmapped) != 0 ? 1 : 0;

  auto groups = ByDirection(std::move(page.glyphs));
  const auto main = std::ranges::max_element(groups.begin(), groups.begin() + 4, {},
                                             [](const auto& group) { return group.size(); });
  const int turns = static_cast<int>(main - groups.begin());
  out.frame = Frame(turns, page.width, page.height);
  for (int direction = 0; direction < 5; ++direction) {
    auto& glyphs = groups[static_cast<size_t>(direction)];
    if (glyphs.empty()) continue;
    const Frame frame(direction == 4 ? turns : direction, page.width, page.height);
    for (Glyph& glyph : glyphs) {
      MakeUpright(glyph, frame);
      fonts.Pitch(glyph.font).Observe(glyph.code, glyph.box.Width() / std::max(glyph.size, 0.1F));
    }
    const std::vector<Box> rules = VerticalRules(page.rules, frame);
    for (const Segment& segment : BuildSegments(glyphs, rules)) {
      Line line = LineComposer(glyphs, fonts, options).Compose(segment);
      if (line.text.empty()) continue;
      line.rotated = direction != turns;
      if (line.rotated) line.box = out.frame.FromPage(frame.ToPage(line.box));
      out.lines.push_back(std::move(line));
    }
  }
  for (Link& link : page.links) {
    out.links.push_back({out.frame.FromPage(link.box), std::move(link.uri)});
  }
  for (Note& note : page.notes) {
    out.notes.push_back(
        {out.frame.FromPage(note.box), std::move(note.author), std::move(note.text)});
  }
  for (const Image& image : page.images) out.images.push_back({out.frame.FromPage(image.box)});
  for (const Rule& rule : page.rules) {
    if (out.rules.size() < kMostRules)
      out.rules.push_back({out.frame.FromPage(rule.box), rule.soft});
  }
  for (const Paint& fill : page.paints) {
    if (!fill.plain) continue;
    if (fill.color == 0xFFFFFF) continue;
    if (out.fills.size() == kMostRules) break;
    out.fills.push_back({out.frame.FromPage(fill.box), fill.color, fill.order});
  }
  for (const Drawing& drawing : page.drawings) {
    if (out.drawings.size() == kMostRules) break;
    out.drawings.push_back({out.frame.FromPage(drawing.box), drawing.curved});
  }
  return out;
}

}  // namespace pdf
