// A Markdown document as HTML: the way of files that contain HTML blocks.
#include <cmark-gfm.h>
#include <fmt/format.h>

#include <utility>

#include "formats/html_entities.h"
#include "formats/md_tree.h"

namespace formats {
namespace {

std::string_view OrEmpty(const char* text) { return text != nullptr ? text : ""; }

std::string Escaped(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

// Writes node after node. Markup inside paragraphs that is not a block is dropped, as everywhere in
// Markdown.
class HtmlWriter {
 public:
  std::string Write(cmark_node* document) {
    iterator_.reset(cmark_iter_new(document));
    while (true) {
      const cmark_event_type event = cmark_iter_next(iterator_.get());
      if (event == CMARK_EVENT_DONE) return std::move(out_);
      cmark_node* node = cmark_iter_get_node(iterator_.get());
      if (!Leaf(node)) Container(node, event == CMARK_EVENT_ENTER);
    }
  }

 private:
  bool Leaf(cmark_node* node) {
    const std::string_view literal = OrEmpty(cmark_node_get_literal(node));
    switch (cmark_node_get_type(node)) {
      case CMARK_NODE_TEXT:
        out_ += Escaped(PipesInText(literal));
        return true;
      case CMARK_NODE_CODE:
        // Upstream's way through HTML resolves references in code once more.
        out_ += fmt::format("<code>{}</code>", Escaped(Unescape(PipesInCode(literal))));
        return true;
      case CMARK_NODE_SOFTBREAK:
      case CMARK_NODE_LINEBREAK:
        out_ += '\n';
        return true;
      case CMARK_NODE_CODE_BLOCK:
        CodeBlock(node, literal);
        return true;
      case CMARK_NODE_HTML_BLOCK:
        out_ += PipesInCode(literal);
        return true;
      case CMARK_NODE_HTML_INLINE:
      case CMARK_NODE_THEMATIC_BREAK:
        return true;
      default:
        return false;
    }
  }

  void CodeBlock(cmark_node* node, std::string_view literal) {
    std::string_view info = OrEmpty(cmark_node_get_fence_info(node));
    info = info.substr(0, info.find_first_of(" \t"));
    out_ += info.empty() ? "<pre><code>"
                         : fmt::format("<pre><code class=\"language-{}\">", Escaped(info));
    out_ += Escaped(Unescape(PipesInCode(literal)));
    out_ += "</code></pre>\n";
  }

  void Container(cmark_node* node, bool enter) {
    switch (cmark_node_get_type(node)) {
      case CMARK_NODE_PARAGRAPH:
        return Paragraph(node, enter);
      case CMARK_NODE_HEADING:
        return Element(fmt::format("h{}", cmark_node_get_heading_level(node)), enter);
      case CMARK_NODE_LIST:
        return Element(cmark_node_get_list_type(node) == CMARK_ORDERED_LIST ? "ol" : "ul", enter);
      case CMARK_NODE_ITEM:
        return Element("li", enter);
      case CMARK_NODE_EMPH:
        return Tag("em", enter);
      case CMARK_NODE_STRONG:
        return Tag("strong", enter);
      case CMARK_NODE_LINK:
        if (!enter) return Tag("a", false);
        out_ += fmt::format("<a href=\"{}\">", Escaped(OrEmpty(cmark_node_get_url(node))));
        return;
      case CMARK_NODE_IMAGE:
        out_ += fmt::format("<img alt=\"{}\">", Escaped(OrEmpty(cmark_node_get_title(node))));
        return SkipChildren(node);
      default:
        return;  // the document, quotes: transparent
    }
  }

  void Paragraph(cmark_node* node, bool enter) {
    if (!enter) return Element("p", false);
    const PipeTable table = TableOf(node);
    if (table.rows.empty()) return Element("p", true);
    // Text in front of the table: plain is good enough.
    std::vector<Spans> lines = LinesOf(node);
    lines.resize(table.first_line);
    for (const Span& span : Joined(std::move(lines))) out_ += Escaped(span.run.text) + " ";
    out_ += "<table>\n";
    for (const auto& row : table.rows) {
      out_ += "<tr>";
      const std::string_view cell = &row == &table.rows[0] ? "th" : "td";
      for (const std::string& text : row)
        out_ += fmt::format("<{0}>{1}</{0}>", cell, Escaped(text));
      out_ += "</tr>\n";
    }
    out_ += "</table>\n";
    SkipChildren(node);
  }

  void SkipChildren(cmark_node* node) { cmark_iter_reset(iterator_.get(), node, CMARK_EVENT_EXIT); }

  void Tag(std::string_view name, bool enter) {
    out_ += fmt::format("<{}{}>", enter ? "" : "/", name);
  }

  void Element(std::string_view name, bool enter) {
    Tag(name, enter);
    if (!enter) out_ += '\n';
  }

  CmarkIterator iterator_;
  std::string out_;
};

}  // namespace

std::string MarkdownToHtml(cmark_node* document) { return HtmlWriter().Write(document); }

}  // namespace formats
