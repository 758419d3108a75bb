#include "formats/md_reader.h"

#include <cmark-gfm.h>

#include <algorithm>
#include <utility>

#include "docling/code_language.h"
#include "formats/charset.h"
#include "formats/html_converter.h"
#include "formats/html_page.h"
#include "formats/md_tree.h"
#include "formats/plain_text.h"
#include "formats/sniff.h"
#include "text/utf8.h"

namespace formats {
namespace {

using docling::GroupLabel;
using docling::Label;
using docling::Ref;

// Lists nested deeper are read as if they stood at this depth.
constexpr int kMaxDepth = 100;

// Turns the blocks of a document into items. One per document.
class MarkdownConverter {
 public:
  MarkdownConverter(docling::Document& document, docling::DiagnosticSink& diagnostics)
      : document_(document), diagnostics_(diagnostics) {}

  void Blocks(cmark_node* parent, Ref container) {
    for (cmark_node* node = cmark_node_first_child(parent); node != nullptr;
         node = cmark_node_next(node)) {
      Block(node, container);
    }
  }

 private:
  void Block(cmark_node* node, Ref container) {
    switch (cmark_node_get_type(node)) {
      case CMARK_NODE_HEADING:
        return Heading(node, container);
      case CMARK_NODE_PARAGRAPH:
        return Paragraph(node, container);
      case CMARK_NODE_LIST:
        return List(node, container);
      case CMARK_NODE_CODE_BLOCK:
        return Code(node, container);
      case CMARK_NODE_BLOCK_QUOTE:
        return Nested(node, container);
      default:
        return;  // thematic breaks; HTML blocks do not come here
    }
  }

  void Nested(cmark_node* node, Ref container) {
    if (depth_ >= kMaxDepth) return Flat(node, container);
    ++depth_;
    Blocks(node, container);
    --depth_;
  }

  // What is nested too deep: its paragraphs and code, without recursion.
  void Flat(cmark_node* node, Ref container) {
    diagnostics_.Report({docling::Severity::kWarning,
                         "blocks nested deeper than 100 levels were flattened", "markdown"});
    const CmarkIterator iterator(cmark_iter_new(node));
    while (true) {
      const cmark_event_type event = cmark_iter_next(iterator.get());
      if (event == CMARK_EVENT_DONE) break;
      cmark_node* block = cmark_iter_get_node(iterator.get());
      const cmark_node_type type = cmark_node_get_type(block);
      if (event == CMARK_EVENT_ENTER && type == CMARK_NODE_PARAGRAPH) Paragraph(block, container);
      if (event == CMARK_EVENT_ENTER && type == CMARK_NODE_HEADING) Paragraph(block, container);
      if (type == CMARK_NODE_CODE_BLOCK) Code(block, container);
    }
  }

  void Heading(cmark_node* node, Ref container) {
    const Spans spans = Joined(LinesOf(node));
    if (spans.empty()) return;
    const bool single = IsSingleText(node, spans);
    std::string text = single ? spans[0].run.text : std::string();
    const int level = cmark_node_get_heading_level(node);
    docling::Text& item =
        level == 1 ? document_.AddTitle(std::move(text), {.parent = container})
                   : document_.AddHeading(std::move(text), level - 1, {.parent = container});
    Fill(item, spans, single);
  }

  // Can the item hold the text itself, rather than an inline group?
  static bool IsSingleText(cmark_node* block, const Spans& spans) {
    return spans.size() == 1 && !spans[0].image && !HasSeveralInlines(block);
  }

  void Fill(docling::Text& item, const Spans& spans, bool single) {
    if (single) return Decorate(item, spans[0].run.style);
    const Ref group = document_.AddInlineGroup({.parent = item.self}).self;
    for (const Span& span : spans) AddSpan(span, group);
  }

  static void Decorate(docling::Text& item, const Style& style) {
    item.formatting = style.formatting;
    if (!style.link.empty()) item.hyperlink = style.link;
  }

  void AddSpan(const Span& span, Ref parent) {
    if (span.image) return Image(span, parent);
    docling::Text& item = span.run.style.code
                              ? document_.AddCode(span.run.text, "unknown", {.parent = parent})
                              : document_.AddText(Label::kText, span.run.text, {.parent = parent});
    Decorate(item, span.run.style);
  }

  void Image(const Span& span, Ref parent) {
    Ref caption;
    if (!span.run.text.empty()) caption = document_.AddText(Label::kCaption, span.run.text).self;
    docling::Picture& picture = document_.AddPicture({.parent = parent});
    if (caption) picture.captions.push_back(caption);
  }

  void Paragraph(cmark_node* node, Ref container) {
    std::vector<Spans> lines = LinesOf(node);
    const bool can_be_table = cmark_node_get_type(node) == CMARK_NODE_PARAGRAPH;
    const PipeTable table = can_be_table ? TableOf(node) : PipeTable{};
    if (!table.rows.empty()) lines.resize(table.first_line);
    const Spans spans = Joined(std::move(lines));
    if (spans.size() == 1 && (!HasSeveralInlines(node) || !table.rows.empty())) {
      AddSpan(spans[0], container);
    } else if (!spans.empty()) {
      const Ref group = document_.AddInlineGroup({.parent = container}).self;
      for (const Span& span : spans) AddSpan(span, group);
    }
    if (!table.rows.empty()) Table(table);
  }

  void Table(const PipeTable& table) {
    docling::TableData data;
    for (size_t row = 0; row < table.rows.size(); ++row) {
      for (size_t col = 0; col < table.rows[row].size(); ++col) {
        data.Add(docling::TableCell::At(static_cast<int32_t>(row), static_cast<int32_t>(col),
                                        table.rows[row][col]))
            .column_header = row == 0;
      }
    }
    document_.AddTable(std::move(data));
  }

  void Code(cmark_node* node, Ref container) {
    const char* literal = cmark_node_get_literal(node);
    std::string code = PipesInCode(text::Strip(literal != nullptr ? literal : ""));
    if (code.empty()) return;
    const char* fence = cmark_node_get_fence_info(node);
    std::string_view info = fence != nullptr ? fence : "";
    info = info.substr(0, info.find_first_of(" \t"));
    const std::string language = docling::CodeLanguage(info, code);
    document_.AddCode(std::move(code), language, {.parent = container});
  }

  // Makes the group only when there is something in it.
  void List(cmark_node* list, Ref container) {
    if (depth_ >= kMaxDepth) return Flat(list, container);
    if (!HasContent(list)) return;
    const bool enumerated = cmark_node_get_list_type(list) == CMARK_ORDERED_LIST;
    const Ref group = document_.AddGroup(GroupLabel::kList, "list", {.parent = container}).self;
    ++depth_;
    Ref last_item;
    for (cmark_node* item = cmark_node_first_child(list); item != nullptr;
         item = cmark_node_next(item)) {
      Item(item, group, enumerated, last_item);
    }
    --depth_;
  }

  static bool HasContent(cmark_node* list) {
    for (cmark_node* item = cmark_node_first_child(list); item != nullptr;
         item = cmark_node_next(item)) {
      if (cmark_node_first_child(item) != nullptr) return true;
    }
    return false;
  }

  // The first paragraph makes the item; without one all blocks go into the group. Later paragraphs
  // go below an item that holds an inline group, otherwise beside it.
  void Item(cmark_node* item, Ref group, bool enumerated, Ref& last_item) {
    Ref below = group;
    for (cmark_node* node = cmark_node_first_child(item); node != nullptr;
         node = cmark_node_next(node)) {
      const bool first = node == cmark_node_first_child(item);
      if (first && cmark_node_get_type(node) == CMARK_NODE_PARAGRAPH &&
          TableOf(node).rows.empty()) {
        const Spans spans = Joined(LinesOf(node));
        if (spans.empty()) continue;
        const bool single = IsSingleText(node, spans);
        docling::Text& added =
            document_.AddListItem(single ? spans[0].run.text : std::string(), {.parent = group});
        added.enumerated = enumerated;
        last_item = added.self;
        if (!single) below = last_item;
        Fill(added, spans, single);
      } else if (cmark_node_get_type(node) == CMARK_NODE_LIST) {
        List(node, last_item ? last_item : group);
      } else {
        Block(node, below);
      }
    }
  }

  docling::Document& document_;
  docling::DiagnosticSink& diagnostics_;
  int depth_ = 0;
};

// Not called Markdown by its name.
bool IsTextFile(const Input& input) {
  const std::string extension = Extension(input.filename);
  return extension != "md" && extension != "markdown" && extension != "qmd" && extension != "rmd";
}

base::Result<docling::Document> ThroughHtml(cmark_node* tree, const Input& input,
                                            Context& context) {
  SI_ASSIGN(const HtmlPage page, HtmlPage::Load(MarkdownToHtml(tree), context.diagnostics));
  docling::Document document = NewDocument(input, "text/html");
  HtmlConverter(page, document, context.diagnostics, {.infer_furniture = false, .add_title = false})
      .Convert();
  return document;
}

}  // namespace

base::Result<docling::Document> ReadMarkdown(const Input& input, Context& context) {
  const std::string text = ToText(input.bytes, {}, context.diagnostics);
  if (IsTextFile(input) && !HasMarkdownSigns(text)) {
    docling::Document document = NewDocument(input, "text/markdown");
    AddParagraphs(text, document);
    return document;
  }
  SI_ASSIGN(const CmarkTree tree, ParseMarkdown(text));
  if (HasHtmlBlock(tree.get())) return ThroughHtml(tree.get(), input, context);
  docling::Document document = NewDocument(input, "text/markdown");
  MarkdownConverter(document, context.diagnostics).Blocks(tree.get(), Ref::Body());
  return document;
}

base::Result<Facts> InspectMarkdown(const Input& input, Context& context) {
  SI_ASSIGN(const docling::Document document, ReadMarkdown(input, context));
  const auto title = std::ranges::find(document.texts, Label::kTitle, &docling::Text::label);
  return Facts{.mime_type = "text/markdown",
               .title = title != document.texts.end() ? title->text : std::string()};
}

}  // namespace formats
