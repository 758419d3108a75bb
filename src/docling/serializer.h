// Private: renders nodes as Markdown, remembering which items the text came from. ExportMarkdown
// and the chunkers are built on it.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "docling/markdown.h"
#include "docling/node_set.h"
#include "docling/table_layout.h"
#include "docling/walk.h"

namespace docling {

// How tables are written.
enum class TableForm {
  kMarkdown,
  kTriplets,  // "2020, Revenue = 1. 2020, Cost = 2"
};

struct SerializerOptions {
  MarkdownOptions markdown;
  TableForm tables = TableForm::kMarkdown;
};

// Stands for a page break until the text is complete.
inline constexpr std::string_view kPageBreakMark = "\x01page\x02";

// A piece of text and the items it shows, in the order of their first appearance.
struct Rendered {
  std::string text;
  std::vector<Ref> items;
};

// Where a node is rendered.
struct Scope {
  int list_level = 0;
  bool in_line = false;  // inside an inline group
  bool in_cell = false;  // inside a Markdown table cell: tables are flattened
  int depth = 0;         // containers around it
};

// What was rendered already; each node is shown once.
struct Visited {
  explicit Visited(const Document& document) : nodes(document) {}
  NodeSet nodes;
  std::set<size_t> page_breaks;  // numbers of the breaks, see Parts
};

// `text` as it may stand in a cell of a Markdown table: on one line, "|" as an entity.
std::string CellLine(std::string_view text);

// Not thread-safe; the document must outlive it unchanged.
class Serializer {
 public:
  Serializer(const Document& document, const SerializerOptions& options);

  // The whole document (meta of the body included).
  Rendered SerializeDocument();
  // One node with what belongs to it; adds everything it shows to `visited`.
  Rendered Serialize(const Node& node, Visited& visited, Scope scope = {});

  // Whether the item's label, or its page, is one of those that are not shown.
  bool IsExcluded(const Item& item) const;
  const Document& document() const { return document_; }

 private:
  // The non-empty renderings below (and including) `root`, without what is visited.
  std::vector<Rendered> Parts(const Node& root, Visited& visited, const Scope& scope);
  Rendered SerializeContent(const Node& node, Visited& visited, const Scope& scope);
  Rendered SerializeGroup(const Group& group, Visited& visited, Scope scope);
  Rendered SerializeList(const Group& group, Visited& visited, Scope scope);
  Rendered SerializeInline(const Group& group, Visited& visited, Scope scope);
  Rendered SerializeItem(const Item& item, Visited& visited, const Scope& scope);

  Rendered SerializeText(const Text& text, Visited& visited, const Scope& scope);
  const Group* InlineRuns(const Text& text) const;
  std::string Shaped(const Text& text, std::string body, bool in_line);
  std::string ListItemLine(const Text& item, std::string text);
  std::string ListMarker(const Text& item);
  size_t PositionInList(const Group& list, Ref item);
  Rendered SerializePicture(const Picture& picture);
  std::string ImageText(const Picture& picture) const;
  std::string Captions(const Floating& floating, std::vector<Ref>& items) const;
  std::string MetaText(const Node& node) const;

  // serializer_table.cc
  Rendered SerializeTable(const Table& table, Visited& visited, const Scope& scope);
  std::string MarkdownTable(const TableData& data, Visited& visited, const Scope& scope);
  std::string Triplets(const TableData& data, Visited& visited, const Scope& scope);
  std::string CellText(const TableCell& cell, Visited& visited, const Scope& scope);
  class CellRenderer;

  void DropRepeats(std::vector<Ref>& items);
  bool IsOwned(Ref text) const { return owned_.Has(text); }

  const Document& document_;
  const SerializerOptions options_;
  NodeSet owned_;     // captions and footnotes of some item: their owner shows them
  NodeSet repeated_;  // scratch of DropRepeats
  // Where the list item asked for last stands, so that numbering a long list is linear.
  Ref last_list_;
  size_t last_position_ = 0;
};

}  // namespace docling
