// Turns what an OpenDocument file holds into a tree, block by block. One converter serves one
// document; not thread-safe. Recursion is bounded by the depth of the XML.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "docling/diagnostics.h"
#include "docling/document.h"
#include "formats/office/archive.h"
#include "formats/office/odf_table.h"
#include "formats/office/odf_text.h"

namespace office {

class OdfConverter {
 public:
  // All must outlive the converter.
  OdfConverter(Archive& archive, const OdfStyles& styles, docling::Document& document,
               docling::DiagnosticSink& diagnostics)
      : archive_(archive), styles_(styles), document_(document), diagnostics_(diagnostics) {}

  // Paragraphs, headings, lists, tables and frames that are children of `parent`.
  void Blocks(Element parent, docling::Place place);
  // A slide's shapes. `name` is what it is called if it shows no title.
  void Slide(Element page, std::string name, docling::Place place);
  // A region of a sheet or, without one, the whole table. kTooLarge as OdfTable::Bounds.
  base::Result<> Table(Element table, docling::Place place,
                       const std::optional<CellRange>& region = std::nullopt,
                       const docling::Prov* prov = nullptr);

 private:
  // What the next list may continue.
  struct ListState {
    docling::Ref group;
    docling::Ref last_item;
    bool enumerated = false;
    int64_t counter = 0;
  };
  enum class Role : uint8_t { kText, kTitle };

  void Block(Element element, docling::Place place);
  void Paragraph(Element element, docling::Place place);
  void Heading(Element element, docling::Place place);
  docling::Text& AddBlock(docling::Label label, int level, docling::Place place);
  void RichBlock(docling::Label label, int level, std::vector<OdfRun> runs, docling::Place place);
  void Runs(docling::Label label, std::vector<OdfRun> runs, docling::Place place);
  static void Decorate(docling::Text& item, OdfRun run);

  std::optional<ListState> List(Element list, docling::Place place, bool enumerated, int level,
                                const std::optional<ListState>& continued);
  void NestedLists(Element item, docling::Place place, bool enumerated, int level);
  docling::Ref ListItem(Element item, ListState& state, std::string marker, docling::Layer layer);

  void ShapeText(Element parent, docling::Place place, Role role);
  void Frame(Element frame, docling::Place place, Role role);
  void Shape(Element shape, docling::Place place, Role role);

  // Add what can be shown below the element; return how many.
  size_t Charts(Element element, docling::Place place);
  size_t Images(Element element, docling::Place place, bool skip_replacements);
  bool Image(Element image, docling::Place place);
  bool ChartOf(Element frame, docling::Place place);
  void Warn(std::string what);

  Archive& archive_;
  const OdfStyles& styles_;
  docling::Document& document_;
  docling::DiagnosticSink& diagnostics_;
};

}  // namespace office
