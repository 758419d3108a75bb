// Turns the body of a Word document into a tree, block by block, with docling's state: slots (slot
// 0 holds the title, slot n the open heading of level n, lists take the slots behind), and what is
// known of the last paragraph. One converter serves one document; not thread-safe. Recursion is
// bounded by the depth of the XML.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "docling/diagnostics.h"
#include "docling/document.h"
#include "formats/office/docx_styles.h"
#include "formats/office/docx_text.h"
#include "formats/office/package.h"

namespace office {

class DocxConverter {
 public:
  // What a document is made of. All must outlive the converter.
  struct Source {
    Package& package;
    const Styles& styles;
    const Numberings& numberings;
    const Relationships& relationships;  // of the document's part
  };
  // The items that a paragraph became, with the comments on it.
  struct Commented {
    std::vector<std::string> comments;
    std::vector<docling::Ref> items;
  };

  DocxConverter(const Source& source, docling::Document& document,
                docling::DiagnosticSink& diagnostics)
      : source_(source), document_(document), diagnostics_(diagnostics) {}

  // The blocks that are children of `body`.
  void ConvertBody(Element body) { Walk(body); }
  // Those of a header or footer, in a group of that name, as furniture.
  void ConvertFurniture(Element part, const Relationships& relationships, std::string name);

  const std::vector<Commented>& commented() const { return commented_; }

 private:
  using Refs = std::vector<docling::Ref>;  // what was added, in order
  static constexpr size_t kSlots = 128;

  // What a paragraph is, found before anything is made of it.
  struct Paragraph {
    Element element;
    Element style;
    std::string label;  // of its style, see Styles::Classify
    std::optional<int> level;
    NumberingPlace place;
    std::vector<Run> groups;
    std::vector<Piece> formulas;  // empty: none
    std::string text;             // as it stands
    std::optional<docling::Label> checkbox;

    bool IsBlank() const;
    bool IsHeading() const { return label.contains("Heading"); }
  };
  // A paragraph of a text box, and the how-manieth of its parent it is.
  struct Boxed {
    Element element;
    size_t place = 0;
  };
  // What a list needs to know of the paragraph before, and of its own beginning.
  struct ListState {
    std::optional<int64_t> previous_id;
    std::optional<int64_t> previous_level;
    std::optional<size_t> base;  // the slot where the current run of lists began
    std::optional<int64_t> last_id;
    docling::Ref group;  // remembered for reuse, with its id and parent
    std::optional<int64_t> group_id;
    docling::Ref group_parent;
  };
  enum class Blanks : uint8_t { kKept, kSkipped };

  // docx_walk.cc
  Refs Walk(Element parent);
  void Block(Element block, Refs& added);
  void TextBoxes(Element block, Refs& added);
  std::vector<Boxed> TextBoxParagraphs(Element block) const;
  void Drawings(Element block, const std::vector<Element>& drawings, Refs& added);
  void Images(const std::vector<Element>& images, const char* attribute, Refs& added);
  void Image(Element image, const char* attribute, docling::Ref parent, Refs& added);
  void AddChartOf(Element drawing, Refs& added);

  // docx_paragraphs.cc
  Refs Text(Element element, Blanks blanks = Blanks::kKept);
  Paragraph Analyse(Element element);
  bool IsCodeByFont(Element element, Element style) const;
  void AddBlock(Paragraph& paragraph, Blanks blanks, Refs& added);
  void Heading(const Paragraph& paragraph, Refs& added);
  void OpenSections(size_t level, Refs& added);
  std::string Numbered(int level, std::string text);
  void Formulas(const Paragraph& paragraph, Refs& added);
  void AddPieces(const std::vector<Piece>& pieces, docling::Ref parent, Refs* added);
  void Code(const Paragraph& paragraph, Refs& added);
  void Plain(const Paragraph& paragraph, Blanks blanks, Refs& added);
  docling::Text* LastCode(docling::Ref parent);

  // docx_lists.cc
  bool IsListItem(const Paragraph& paragraph) const;
  void ListItem(const Paragraph& paragraph, Refs& added);
  void CloseList(const Paragraph& paragraph);
  size_t PlaceItem(int64_t id, int64_t level, Refs& added);
  docling::Ref OpenList(int64_t id, docling::Ref parent, Refs& added);
  std::string NextMarker(int64_t id, int64_t level);
  int64_t Counter(int64_t id, int64_t level) const;
  void ForgetList();

  // docx_tables.cc
  void Table(Element table, Refs& added);
  void Row(Element row, int32_t index, docling::Ref table, std::map<int32_t, size_t>& open);
  docling::TableCell Cell(Element cell, docling::Ref table, int32_t row, int32_t col);
  bool IsRich(Element cell) const;
  docling::Ref GroupCell(const Refs& items, docling::Ref table, std::string name);

  size_t OpenSlot() const;
  docling::Ref Slot(int64_t slot) const;
  // Where content goes now.
  docling::Place Here() const;
  docling::Place In(docling::Ref parent) const;
  void ClearSlotsFrom(size_t slot);
  bool IsList(docling::Ref ref) const;
  void Warn(std::string what);

  Source source_;
  docling::Document& document_;
  docling::DiagnosticSink& diagnostics_;
  docling::Layer layer_ = docling::Layer::kBody;
  const Relationships* image_relationships_ = &source_.relationships;
  std::array<docling::Ref, kSlots> slots_{};
  int64_t level_ = 0;  // where headings without a level go
  std::map<int, int> heading_numbers_;
  ListState list_;
  std::map<std::pair<int64_t, int64_t>, int64_t> counters_;  // by numbering and level
  std::set<int64_t> started_;                                // numberings seen
  bool new_code_block_ = false;  // the next code must not be joined to what is before
  size_t blank_code_lines_ = 0;
  std::vector<Commented> commented_;
};

}  // namespace office
