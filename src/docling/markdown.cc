#include "docling/markdown.h"

#include "docling/serializer.h"

namespace docling {
namespace {

// Marks → the text that was asked for.
std::string WithPageBreaks(std::string text, const MarkdownOptions& options) {
  if (!options.page_break) return text;
  std::string out;
  size_t from = 0;
  while (true) {
    const size_t mark = text.find(kPageBreakMark, from);
    if (mark == std::string::npos) break;
    out.append(text, from, mark - from);
    out += *options.page_break;
    from = mark + kPageBreakMark.size();
  }
  return out.append(text, from);
}

}  // namespace

std::string ExportMarkdown(const Document& document, const MarkdownOptions& options) {
  Serializer serializer(document, {.markdown = options});
  return WithPageBreaks(serializer.SerializeDocument().text, options);
}

std::string ExportMarkdown(const Document& document, Ref ref, const MarkdownOptions& options) {
  if (ref == Ref::Body()) return ExportMarkdown(document, options);
  const Node* node = document.Find(ref);
  if (node == nullptr) return {};
  Serializer serializer(document, {.markdown = options});
  Visited visited(document);
  return WithPageBreaks(serializer.Serialize(*node, visited).text, options);
}

}  // namespace docling
