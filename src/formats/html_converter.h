// Turns a prepared page into a document, element by element. The state is docling's: slots of
// headings (slot n holds the heading that content below level n hangs under), the current level,
// and the current layer. One converter serves one page; not thread-safe. Recursion is bounded by
// HtmlTree::kMaxDepth.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "docling/document.h"
#include "formats/html_page.h"
#include "formats/html_runs.h"

namespace formats {

class HtmlConverter {
 public:
  // How the title and the text before the first heading are treated. Both on for HTML files; the
  // Markdown reader, which feeds its own HTML, turns them off.
  struct Options {
    bool infer_furniture = true;
    bool add_title = true;
  };

  // All must outlive the converter.
  HtmlConverter(const HtmlPage& page, docling::Document& document,
                docling::DiagnosticSink& diagnostics, Options options)
      : page_(page),
        tree_(page.tree()),
        document_(document),
        diagnostics_(diagnostics),
        options_(options) {}

  void Convert();

 private:
  // Where content goes now.
  struct Position {
    std::vector<docling::Ref> slots{{}};  // slot 0 is never set: it stands for the body
    size_t level = 0;
    docling::Layer layer = docling::Layer::kBody;
  };

  // While alive, content goes under `parent`, one level deeper.
  class Nested {
   public:
    Nested(HtmlConverter& converter, docling::Ref parent);
    ~Nested();
    Nested(const Nested&) = delete;
    Nested& operator=(const Nested&) = delete;

   private:
    HtmlConverter& converter_;
    Position saved_;
    std::vector<docling::Ref>* saved_emitted_;
  };

  // A row of a table with what the grid needs to know of it.
  struct Row {
    NodeId node;
    std::vector<NodeId> cells;
    bool header_only = false;  // only th, all spanning other than one row
    bool all_header = false;
  };
  struct Numbering {
    bool enumerated = false;
    bool numbered = false;  // the list says with which number it starts
    int64_t next = 1;
  };
  enum class LoneCode { kBlock, kInline };
  enum class Images { kKept, kDropped };

  // html_converter.cc
  void Dispatch(NodeId element, const Style& style);
  void DispatchElement(NodeId element, const Style& outer, Runs& buffer);
  void Block(NodeId element, const Style& style);
  void Heading(NodeId element, const Style& style);
  void OpenSections(size_t level);
  void Paragraph(NodeId element, const Style& style);
  void Pre(NodeId element, const Style& style);
  void Section(NodeId element, const Style& style);
  void Flush(Runs& buffer, LoneCode lone_code = LoneCode::kInline);
  void EmitPart(const Runs& part, LoneCode lone_code);
  void AddRun(const Run& run, docling::Place place);
  void Collect(NodeId element, const Style& style, TagSet skip, Runs& runs) const;
  Style Enter(NodeId element, const Style& outer) const;
  static void Decorate(docling::Text& item, const Style& style);

  // html_lists.cc
  void List(NodeId list, const Style& style);
  void ListChildren(NodeId element, const Style& style, Numbering& numbering);
  void ListItem(NodeId item, const Style& style, Numbering& numbering);
  docling::Ref AddItem(Runs runs, std::string marker, bool enumerated);
  void ItemContent(NodeId item, const Style& style, Images images = Images::kKept);
  void NestedContent(NodeId element, const Style& style, Images images);
  void DescriptionList(NodeId list, const Style& style);
  void Descriptions(NodeId element, const Style& style, docling::Ref& term,
                    docling::Ref& descriptions);
  docling::Ref Term(NodeId dt, const Style& style);
  void Description(NodeId dd, const Style& style, docling::Ref term, docling::Ref& descriptions);

  // html_tables.cc
  void Table(NodeId table, const Style& style);
  std::vector<Row> RowsOf(NodeId table) const;
  docling::TableCell Cell(NodeId cell, const Row& row) const;
  std::string CellText(NodeId cell) const;
  bool IsRich(NodeId cell, const Style& style) const;
  docling::Ref RichCell(NodeId cell, const Style& style, docling::Ref table, int32_t col,
                        int32_t row);

  // html_media.cc
  void Media(NodeId element, const Style& style);
  void MediaBelow(NodeId element);
  void Image(NodeId image, const Style& style);
  void Figure(NodeId figure, const Style& style);
  void Mark(NodeId element, const Style& style);
  void Input(NodeId input);
  void Checkbox(NodeId input);
  std::string LabelOf(NodeId input);
  const std::string& LabelText(NodeId label);
  const Run& CaptionOf(NodeId figure);
  Style StyleAt(NodeId id) const;

  docling::Ref Parent() const;
  docling::Place Here() const { return {.parent = Parent(), .layer = position_.layer}; }
  void SetSlot(size_t slot, docling::Ref ref);
  void ClearSlotsFrom(size_t slot);
  // Tells a rich cell, if one is being converted, what belongs to it.
  void Emitted(docling::Ref ref);
  void Dropped(std::string what) const;

  const HtmlPage& page_;
  const HtmlTree& tree_;
  docling::Document& document_;
  docling::DiagnosticSink& diagnostics_;
  Options options_;
  Position position_;
  std::vector<docling::Ref>* emitted_ = nullptr;  // of the innermost rich cell, if any
  int table_depth_ = 0;
  NodeId figure_ = kNoNode;  // the last figure whose caption was read, and that caption
  Run figure_caption_;
  std::unordered_map<NodeId, std::string> label_texts_;
};

}  // namespace formats
