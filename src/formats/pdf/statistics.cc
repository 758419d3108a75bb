#include "formats/pdf/statistics.h"

#include <cmath>

namespace pdf {

namespace {

constexpr int kLongLine = 20;          // characters: shorter lines say little about body text
constexpr float kSmallestBody = 5.5F;  // points
constexpr size_t kPitchLookAhead = 8;  // lines of other columns between two of one column

// Adds the distances from each line to the next below it in the same column.
void CountPitches(const PageLines& page, float body_size, std::map<int, size_t>& pitches) {
  std::vector<const Line*> lines;
  for (const Line& line : page.lines) {
    const bool prose = !line.rotated && line.chars >= kLongLine;
    if (prose && std::abs(line.size - body_size) < 0.3F) lines.push_back(&line);
  }
  std::ranges::sort(lines, [](const Line* a, const Line* b) {
    return a->baseline != b->baseline ? a->baseline < b->baseline : a->order < b->order;
  });
  for (size_t i = 0; i < lines.size(); ++i) {
    for (size_t j = i + 1; j < std::min(lines.size(), i + kPitchLookAhead); ++j) {
      const float distance = (lines[j]->baseline - lines[i]->baseline) / body_size;
      if (distance < 0.5F) continue;
      if (distance > 4) break;
      if (OverlapX(lines[i]->box, lines[j]->box) <= 0) continue;
      ++pitches[static_cast<int>(std::lround(distance * 20))];
      break;
    }
  }
}

template <typename K>
K Commonest(const std::map<K, size_t>& counts, K fallback) {
  size_t most = 0;
  for (const auto& [key, count] : counts) {
    if (count > most) {
      most = count;
      fallback = key;
    }
  }
  return fallback;
}

}  // namespace

Style StyleOf(const Line& line) {
  return {static_cast<int>(std::lround(line.size * 2)),
          line.Bold(),
          line.Italic(),
          line.color,
          line.font,
          line.weight};
}

float Statistics::Share(const Style& style) const {
  const auto found = styles.find(style);
  if (found == styles.end() || characters == 0) return 0;
  return static_cast<float>(found->second) / static_cast<float>(characters);
}

Statistics MeasureDocument(const std::vector<PageLines>& pages) {
  Statistics result;
  std::map<int, size_t> long_sizes;
  std::map<int, size_t> all_sizes;
  for (const PageLines& page : pages) {
    for (const Line& line : page.lines) {
      const Style style = StyleOf(line);
      result.styles[style] += line.chars;
      result.characters += line.chars;
      if (line.rotated || line.size < kSmallestBody) continue;
      all_sizes[style.half_points] += line.chars;
      if (line.chars >= kLongLine) long_sizes[style.half_points] += line.chars;
    }
  }
  const int size = Commonest(long_sizes.empty() ? all_sizes : long_sizes, 20);
  result.body_size = static_cast<float>(size) / 2;
  std::map<Style, size_t> body_styles;
  for (const auto& [style, count] : result.styles) {
    if (style.half_points == size) body_styles[style] = count;
  }
  result.body = Commonest(body_styles, Style{size, false, false, 0, 0, 400});
  std::map<int, size_t> pitches;
  for (const PageLines& page : pages) CountPitches(page, result.body_size, pitches);
  result.body_pitch = static_cast<float>(Commonest(pitches, 24)) / 20;
  return result;
}

}  // namespace pdf
