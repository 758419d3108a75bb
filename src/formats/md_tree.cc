#include "formats/md_tree.h"

#include <cmark-gfm.h>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "docling/hyperlink.h"
#include "text/utf8.h"

namespace formats {
namespace {

constexpr size_t kMostRuler = 10;  // underscores, or "- " in a row

// The spellings of a pipe that do not end a cell. Each is hidden behind a noncharacter.
constexpr std::array<std::string_view, 5> kPipes = {"&#124;", "&#x7C;", "&#x7c;", "&vert;",
                                                    "&verbar;"};
constexpr char32_t kFirstMark = 0xFDD0;

std::string_view Literal(cmark_node* node) {
  const char* literal = cmark_node_get_literal(node);
  return literal != nullptr ? literal : "";
}

// Cuts runs of underscores, and lines that begin with many "- ".
std::string ShortenRulers(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  size_t underscores = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    underscores = text[i] == '_' ? underscores + 1 : 0;
    if (underscores > kMostRuler) continue;
    if (i == 0 || text[i - 1] == '\n') {
      size_t dashes = i;
      while (text.substr(dashes).starts_with("- ")) dashes += 2;
      if (dashes - i > 2 * kMostRuler) i = dashes - 2;
    }
    out += text[i];
  }
  return out;
}

std::string HidePipes(std::string text) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    const size_t found = std::min(text.find('&', at), text.size());
    out.append(text, at, found - at);
    at = found;
    if (at == text.size()) break;
    const auto* pipe = std::ranges::find_if(kPipes, [&](std::string_view spelling) {
      return text.compare(at, spelling.size(), spelling) == 0;
    });
    if (pipe != kPipes.end()) {
      text::AppendUtf8(kFirstMark + static_cast<char32_t>(pipe - kPipes.begin()), out);
      at += pipe->size();
    } else {
      out += text[at++];
    }
  }
  return out;
}

template <typename Spelling>
std::string ReplaceMarks(std::string_view text, Spelling spelling) {
  std::string out;
  for (size_t i = 0; i < text.size();) {
    // The marks are EF B7 90 .. EF B7 94.
    if (text[i] == '\xEF' && text.substr(i).starts_with("\xEF\xB7") && i + 2 < text.size()) {
      const size_t index = static_cast<unsigned char>(text[i + 2]) - 0x90U;
      if (index < kPipes.size()) {
        out += spelling(index);
        i += 3;
        continue;
      }
    }
    out += text[i++];
  }
  return out;
}

bool IsBreak(cmark_node* node) {
  const cmark_node_type type = cmark_node_get_type(node);
  return type == CMARK_NODE_SOFTBREAK || type == CMARK_NODE_LINEBREAK;
}

// An inline element with others inside: it has an exit event.
bool IsContainer(cmark_node* node) {
  const cmark_node_type type = cmark_node_get_type(node);
  return type == CMARK_NODE_LINK || type == CMARK_NODE_EMPH || type == CMARK_NODE_STRONG ||
         type == CMARK_NODE_CUSTOM_INLINE;
}

// Changes the style for what is inside an inline element.
void Apply(cmark_node* node, Style& style) {
  const cmark_node_type type = cmark_node_get_type(node);
  if (type == CMARK_NODE_LINK) {
    const char* url = cmark_node_get_url(node);
    style.link = url != nullptr && *url != '\0' ? docling::NormaliseHyperlink(url) : "";
  } else if (type == CMARK_NODE_EMPH || type == CMARK_NODE_STRONG) {
    docling::Formatting formatting = style.formatting.value_or(docling::Formatting{});
    (type == CMARK_NODE_EMPH ? formatting.italic : formatting.bold) = true;
    style.formatting = formatting;
  }
}

Span LeafSpan(cmark_node* node, Style style) {
  Span span{.run = {.text = {}, .style = std::move(style)}};
  const cmark_node_type type = cmark_node_get_type(node);
  if (type == CMARK_NODE_TEXT) {
    span.run.text = text::Strip(PipesInText(Literal(node)));
  } else if (type == CMARK_NODE_CODE) {
    span.run.text = text::Strip(PipesInCode(Literal(node)));
    span.run.style.code = true;
  } else if (type == CMARK_NODE_IMAGE) {
    const char* title = cmark_node_get_title(node);
    span.run.text = title != nullptr ? title : "";
    span.image = true;
  }
  return span;
}

// How deep elements are nested.
size_t DepthOf(cmark_node* root) {
  size_t depth = 0;
  size_t most = 0;
  const CmarkIterator iterator(cmark_iter_new(root));
  for (cmark_event_type event; (event = cmark_iter_next(iterator.get())) != CMARK_EVENT_DONE;) {
    if (cmark_node_first_child(cmark_iter_get_node(iterator.get())) == nullptr) continue;
    if (event == CMARK_EVENT_ENTER) {
      most = std::max(most, ++depth);
    } else {
      --depth;
    }
  }
  return most;
}

}  // namespace

void FreeCmarkIterator::operator()(cmark_iter* iterator) const { cmark_iter_free(iterator); }

void FreeCmarkNode::operator()(cmark_node* node) const { cmark_node_free(node); }

base::Result<CmarkTree> ParseMarkdown(std::string_view text) {
  constexpr size_t kMost = size_t{1} << 30;  // libcmark keeps lengths in an int
  if (text.size() > kMost) {
    return base::Fail(base::Code::kTooLarge, "the text is too long for Markdown");
  }
  constexpr size_t kRefusedDepth = 100'000;
  const std::string prepared = HidePipes(ShortenRulers(text));
  CmarkTree tree(cmark_parse_document(prepared.data(), prepared.size(), CMARK_OPT_DEFAULT));
  if (DepthOf(tree.get()) > kRefusedDepth) {
    return base::Fail(
        base::Code::kTooLarge,
        fmt::format("the Markdown is nested more than {} levels deep", kRefusedDepth));
  }
  return tree;
}

std::string PipesInText(std::string_view text) {
  return ReplaceMarks(text, [](size_t) { return std::string_view("|"); });
}

std::string PipesInCode(std::string_view code) {
  return ReplaceMarks(code, [](size_t index) { return kPipes[index]; });
}

std::vector<Spans> LinesOf(cmark_node* block) {
  std::vector<Spans> lines(1);
  std::vector<Style> styles(1);
  const CmarkIterator iterator(cmark_iter_new(block));
  while (true) {
    const cmark_event_type event = cmark_iter_next(iterator.get());
    if (event == CMARK_EVENT_DONE) return lines;
    cmark_node* node = cmark_iter_get_node(iterator.get());
    if (node == block) continue;
    if (IsBreak(node)) {
      lines.emplace_back();
    } else if (event == CMARK_EVENT_EXIT) {
      styles.pop_back();
    } else if (cmark_node_get_type(node) == CMARK_NODE_IMAGE) {
      lines.back().push_back(LeafSpan(node, styles.back()));
      cmark_iter_reset(iterator.get(), node, CMARK_EVENT_EXIT);
    } else if (IsContainer(node)) {
      styles.push_back(styles.back());
      Apply(node, styles.back());
    } else {
      Span span = LeafSpan(node, styles.back());
      if (!span.run.text.empty()) lines.back().push_back(std::move(span));
    }
  }
}

Spans Joined(std::vector<Spans> lines) {
  Spans all;
  for (Spans& line : lines) std::ranges::move(line, std::back_inserter(all));
  return all;
}

bool HasSeveralInlines(cmark_node* block) {
  cmark_node* first = cmark_node_first_child(block);
  return first != nullptr && cmark_node_next(first) != nullptr;
}

bool HasHtmlBlock(cmark_node* document) {
  const CmarkIterator iterator(cmark_iter_new(document));
  while (true) {
    const cmark_event_type event = cmark_iter_next(iterator.get());
    if (event == CMARK_EVENT_DONE) return false;
    cmark_node* node = cmark_iter_get_node(iterator.get());
    if (cmark_node_get_type(node) == CMARK_NODE_HTML_BLOCK) return true;
    if (event == CMARK_EVENT_ENTER && cmark_node_get_type(node) == CMARK_NODE_PARAGRAPH) {
      cmark_iter_reset(iterator.get(), node, CMARK_EVENT_EXIT);  // no blocks inside
    }
  }
}

}  // namespace formats
