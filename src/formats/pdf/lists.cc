#include "formats/pdf/lists.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <utility>

namespace pdf {

namespace {

constexpr size_t kListLookAhead = 24;  // blocks between two items of one list at most
constexpr float kDeeper = 0.9F;        // em that an item of the next level stands further in
constexpr size_t kDeepest = 8;

}  // namespace

void FindListItems(std::vector<Block>& blocks, const std::vector<PageLines>& pages) {
  for (size_t i = 0; i < blocks.size(); ++i) {
    Block& block = blocks[i];
    if (block.kind != Kind::kText || !block.label || block.rotated) continue;
    const std::string& first = pages[block.page].lines[block.lines.front()].text;
    const bool only_label = block.lines.size() == 1 && block.label.text_at >= first.size();
    if (only_label) continue;
    if (block.label.family == Family::kBullet && static_cast<unsigned char>(first[0]) >= 0x80) {
      block.kind = Kind::kListItem;
      continue;
    }
    for (size_t j = i + 1; j < std::min(blocks.size(), i + kListLookAhead); ++j) {
      Block& other = blocks[j];
      if (other.kind == Kind::kHeading) break;
      if (other.kind != Kind::kText || !Follows(block.label, other.label)) continue;
      const bool aligned = std::abs(block.box.l - other.box.l) < block.size;
      if (!aligned && block.column == other.column && block.page == other.page) continue;
      block.kind = Kind::kListItem;
      other.in_list = true;  // the last of a list has no follower
      break;
    }
    if (block.in_list) block.kind = Kind::kListItem;
  }
}

namespace {

// An item that others may stand below.
struct OpenItem {
  float left = 0;  // from the left edge of its column
  Family family = Family::kNone;
};

// Where the text of each column begins.
std::map<std::pair<uint32_t, uint32_t>, float> LeftEdges(const std::vector<Block>& blocks) {
  std::map<std::pair<uint32_t, uint32_t>, float> edges;
  for (const Block& block : blocks) {
    if (block.kind != Kind::kText && block.kind != Kind::kListItem) continue;
    const auto [at, fresh] = edges.try_emplace({block.page, block.column}, block.box.l);
    if (!fresh) at->second = std::min(at->second, block.box.l);
  }
  return edges;
}

void Place(std::vector<OpenItem>& open, const OpenItem& item, float em) {
  while (!open.empty() && open.back().left > item.left + kDeeper * em) open.pop_back();
  if (open.empty() || open.back().left < item.left - kDeeper * em) {
    if (open.size() < kDeepest) open.push_back(item);
    return;
  }
  if (open.back().family == item.family) return;
  // Beside the last item, but of another kind: back to the items of its kind, if there are any.
  for (size_t i = open.size(); i-- > 0;) {
    if (open[i].family == item.family) {
      open.resize(i + 1);
      return;
    }
  }
  const bool numbers = open.back().family != Family::kBullet && item.family != Family::kBullet &&
                       open.back().family != Family::kNone && item.family != Family::kNone;
  if (numbers && open.size() < kDeepest) {
    open.push_back(item);
  } else {
    open.back() = item;
  }
}

}  // namespace

void NestLists(std::vector<Block>& blocks) {
  const auto edges = LeftEdges(blocks);
  std::vector<OpenItem> open;
  for (Block& block : blocks) {
    if (EndsList(block.kind)) open.clear();
    if (block.kind != Kind::kListItem) continue;
    const OpenItem item{block.box.l - edges.at({block.page, block.column}), block.label.family};
    Place(open, item, std::max(block.size, 1.F));
    block.depth = static_cast<int>(open.size()) - 1;
  }
}

}  // namespace pdf
