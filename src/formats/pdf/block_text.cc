#include "formats/pdf/block_text.h"

#include <algorithm>
#include <cmath>

#include "formats/pdf/line_text.h"

namespace pdf {

std::string TextOf(const Block& block, const PageLines& page) {
  std::string text;
  LineEnd end = LineEnd::kPlain;
  for (const uint32_t id : block.lines) {
    const Line& line = page.lines[id];
    AppendLine(text, line.text, end);
    end = EndOf(line);
  }
  return text;
}

std::string CodeOf(const Block& block, const PageLines& page) {
  constexpr size_t kDeepest = 200;  // blanks
  std::string text;
  const Line* last = nullptr;
  for (const uint32_t id : block.lines) {
    const Line& line = page.lines[id];
    const float advance = std::max(0.6F * line.size, 1.F);  // of monospaced type
    if (last == nullptr || line.baseline - last->baseline > 0.5F * line.size) {
      if (last != nullptr) text.push_back('\n');
      const auto blanks = std::lround((line.box.l - block.box.l) / advance);
      text.append(std::min(static_cast<size_t>(std::max(blanks, 0L)), kDeepest), ' ');
    } else {
      const auto blanks = std::lround((line.box.l - last->box.r) / advance);
      text.append(std::clamp<size_t>(static_cast<size_t>(std::max(blanks, 1L)), 1, kDeepest), ' ');
    }
    text += line.text;
    last = &line;
  }
  return text;
}

}  // namespace pdf
