#include "formats/pdf/tags.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace pdf {

namespace {

constexpr int kDeepest = 64;
constexpr int kMostNodes = 50'000;  // of a page
constexpr int kMostSpan = 200;

struct RoleName {
  std::string_view name;
  Role role;
};

// Standard structure types that make blocks (PDF 32000-1, 14.8.4).
constexpr std::array<RoleName, 17> kRoles{{{"P", Role::kParagraph},
                                           {"H", Role::kHeading},
                                           {"H1", Role::kHeading},
                                           {"H2", Role::kHeading},
                                           {"H3", Role::kHeading},
                                           {"H4", Role::kHeading},
                                           {"H5", Role::kHeading},
                                           {"H6", Role::kHeading},
                                           {"Title", Role::kHeading},
                                           {"LI", Role::kListItem},
                                           {"Caption", Role::kCaption},
                                           {"Note", Role::kNote},
                                           {"Code", Role::kCode},
                                           {"Formula", Role::kFormula},
                                           {"Figure", Role::kFigure},
                                           {"TOCI", Role::kIndex},
                                           {"BlockQuote", Role::kParagraph}}};

// Paragraphs inside these are part of them.
bool Keeps(Role role) {
  return role == Role::kListItem || role == Role::kCaption || role == Role::kNote ||
         role == Role::kCell || role == Role::kFigure || role == Role::kIndex ||
         role == Role::kCode || role == Role::kHeading || role == Role::kFormula;
}

class TagReader {
 public:
  explicit TagReader(const Pdfium& pdfium) : pdfium_(pdfium) {}

  PageTags Read(PageHandle* page) {
    StructTreeHandle* tree = pdfium_.FPDF_StructTree_GetForPage(page);
    if (tree == nullptr) return std::move(out_);
    const int count = pdfium_.FPDF_StructTree_CountChildren(tree);
    for (int i = 0; i < count; ++i) {
      Walk(pdfium_.FPDF_StructTree_GetChildAtIndex(tree, i), {}, 0);
    }
    pdfium_.FPDF_StructTree_Close(tree);
    return std::move(out_);
  }

 private:
  // The table that is being walked through.
  struct Table {
    uint32_t number = 0;
    int row = -1;
    std::set<std::pair<int, int>> covered;  // by cells that span rows
  };

  std::string TypeOf(StructElementHandle* element) const {
    std::array<char16_t, 32> units{};
    const unsigned long bytes =
        pdfium_.FPDF_StructElement_GetType(element, units.data(), sizeof(units));
    std::string type;
    for (size_t i = 0; i < std::min<size_t>(bytes / 2, units.size()) && units[i] != 0; ++i) {
      type.push_back(units[i] < 0x80 ? static_cast<char>(units[i]) : '?');
    }
    return type;
  }

  uint16_t Span(StructElementHandle* element, const char* name) const {
    const int count = pdfium_.FPDF_StructElement_GetAttributeCount(element);
    for (int i = 0; i < std::min(count, 8); ++i) {
      StructAttrHandle* attributes = pdfium_.FPDF_StructElement_GetAttributeAtIndex(element, i);
      if (attributes == nullptr) continue;
      StructValueHandle* value = pdfium_.FPDF_StructElement_Attr_GetValue(attributes, name);
      float number = 0;
      if (value != nullptr && pdfium_.FPDF_StructElement_Attr_GetNumberValue(value, &number) != 0 &&
          std::isfinite(number)) {
        return static_cast<uint16_t>(std::clamp(static_cast<int>(number), 1, kMostSpan));
      }
    }
    return 1;
  }

  void Walk(StructElementHandle* element, Tag tag, int depth) {
    if (element == nullptr || depth > kDeepest || ++nodes_ > kMostNodes) return;
    const std::string type = TypeOf(element);
    if (type == "Table") {
      const Table outer = std::exchange(table_, {++tables_, -1, {}});
      WalkChildren(element, tag, depth);
      table_ = outer;
      return;
    }
    if (type == "TR") ++table_.row;
    if ((type == "TD" || type == "TH") && table_.row >= 0) {
      tag = Cell(element, type == "TH");
    } else if (!Keeps(tag.role) || type == "LI" || type == "Caption") {
      SetRole(type, tag);
    }
    WalkChildren(element, tag, depth);
  }

  void SetRole(std::string_view type, Tag& tag) {
    const auto role = std::ranges::find(kRoles, type, &RoleName::name);
    if (role == kRoles.end()) return;
    const uint32_t table = tag.table;
    tag = {};
    tag.table = table;
    tag.role = role->role;
    tag.element = ++elements_;
    if (role->role == Role::kHeading && type.size() == 2) {
      tag.level = static_cast<uint8_t>(type[1] - '0');
    }
  }

  Tag Cell(StructElementHandle* element, bool header) {
    Tag tag;
    tag.role = Role::kCell;
    tag.element = ++elements_;
    tag.table = table_.number;
    tag.header = header;
    tag.row_span = Span(element, "RowSpan");
    tag.column_span = Span(element, "ColSpan");
    int column = 0;
    while (table_.covered.contains({table_.row, column})) ++column;
    tag.row = static_cast<uint16_t>(std::min(table_.row, 60'000));
    tag.column = static_cast<uint16_t>(std::min(column, 60'000));
    for (int r = 0; r < tag.row_span && table_.covered.size() < kMostNodes; ++r) {
      for (int c = 0; c < tag.column_span; ++c) {
        table_.covered.emplace(table_.row + r, column + c);
      }
    }
    return tag;
  }

  void WalkChildren(StructElementHandle* element, const Tag& tag, int depth) {
    const int count = pdfium_.FPDF_StructElement_CountChildren(element);
    uint32_t index = 0;
    for (int i = 0; i < count && nodes_ < kMostNodes; ++i) {
      const int content = pdfium_.FPDF_StructElement_GetChildMarkedContentID(element, i);
      if (content >= 0) {
        if (tag.role == Role::kNone) continue;
        if (index == 0) {
          index = static_cast<uint32_t>(out_.tags.size());
          out_.tags.push_back(tag);
        }
        out_.by_content.emplace(content, index);
        continue;
      }
      Walk(pdfium_.FPDF_StructElement_GetChildAtIndex(element, i), tag, depth + 1);
    }
  }

  const Pdfium& pdfium_;
  PageTags out_;
  Table table_;
  uint32_t elements_ = 0;
  uint32_t tables_ = 0;
  int nodes_ = 0;
};

}  // namespace

PageTags ReadTags(const Pdfium& pdfium, PageHandle* page) { return TagReader(pdfium).Read(page); }

}  // namespace pdf
