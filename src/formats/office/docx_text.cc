#include "formats/office/docx_text.h"

#include <algorithm>
#include <iterator>

#include "docling/code_language.h"
#include "docling/hyperlink.h"
#include "formats/office/omml.h"
#include "text/utf8.h"

namespace office {
namespace {

using docling::Formatting;

bool IsBlank(std::string_view text) { return text::Strip(text).empty(); }

// Wrappers that say something about the text in them and are no text themselves.
bool IsTransparent(Element element) {
  return Is(element, "w:smartTag") || Is(element, "w:customXml") || Is(element, "w:ins") ||
         Is(element, "w:moveTo") || Is(element, "w:fldSimple");
}

// Bold of the element, in any script.
bool HasBold(Element properties) {
  for (const Element child : properties.children()) {
    if ((Is(child, "w:b") || Is(child, "w:bCs")) && Attribute(child, "w:val") != "0" &&
        Attribute(child, "w:val") != "false") {
      return true;
    }
  }
  return false;
}

std::string LinkOf(Element hyperlink, const Relationships& links) {
  const auto found = links.find(Attribute(hyperlink, "r:id"));
  if (found == links.end() || found->second.target.empty()) return {};
  return docling::NormaliseHyperlink(found->second.target);
}

// An inline content control counts as one run, with the look of its first.
Run ContentControl(Element control, Element paragraph, Element style, const Styles& styles) {
  Run run;
  Element first;
  const Element content = Child(control, "w:sdtContent");
  ForEachBelow(content, [&](Element element) {
    if (Is(element, "w:t")) run.text += OwnText(element);
    if (Is(element, "w:r") && !first) first = element;
    return true;
  });
  if (first) run.formatting = FormattingOf(first, paragraph, style, styles);
  return run;
}

Run Hyperlink(Element element, Element style, const Styles& styles, const Relationships& links) {
  Run run;
  for (const Element child : element.children()) {
    if (!Is(child, "w:r")) continue;
    if (!run.formatting) run.formatting = FormattingOf(child, {}, style, styles);
    run.text += RunText(child);
  }
  run.link = LinkOf(element, links);
  return run;
}

void Collect(Element parent, Element paragraph, Element style, const Styles& styles,
             const Relationships& links, std::vector<Run>& out) {
  for (const Element child : parent.children()) {
    if (IsTransparent(child)) {
      Collect(child, paragraph, style, styles, links, out);
    } else if (Is(child, "w:r")) {
      out.push_back({RunText(child), FormattingOf(child, paragraph, style, styles), {}});
    } else if (Is(child, "w:hyperlink")) {
      out.push_back(Hyperlink(child, style, styles, links));
    } else if (Is(child, "w:sdt")) {
      Run run = ContentControl(child, paragraph, style, styles);
      if (!run.text.empty()) out.push_back(std::move(run));
    }
  }
}

bool IsFormula(Element element) { return Is(element, "m:oMath"); }

void AddFormula(Element element, std::vector<Piece>& pieces) {
  std::string latex = ToLatex(element);
  if (!latex.empty()) pieces.push_back({std::move(latex), true});
}

// All text below, formulas left out.
void AddTexts(Element element, std::vector<Piece>& pieces) {
  ForEachBelow(element, [&](Element below) {
    if (Is(below, "w:t")) pieces.push_back({OwnText(below)});
    return true;
  });
}

std::string WithoutSpace(std::string_view text) {
  std::string out;
  for (const std::string_view word : text::SplitOnSpace(text)) out += word;
  return out;
}

constexpr std::string_view kMonospaced[] = {
    "consolas", "courier",          "courier new", "lucida console",  "menlo",
    "monaco",   "dejavu sans mono", "andale mono", "liberation mono", "sf mono"};

constexpr std::string_view kBlockWords[] = {
    "def", "class", "if",     "elif",     "while", "for", "with", "except", "finally",
    "try", "catch", "switch", "function", "func",  "fn",  "sub",  "proc"};

bool IsAsciiLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

// f(), f(1), f("a"): a call whose arguments are no plain word.
bool HasCall(std::string_view text) {
  for (size_t at = 0; (at = text.find('(', at)) != std::string_view::npos; ++at) {
    if (at == 0 || !IsAsciiLetter(text[at - 1])) continue;
    const size_t close = text.find(')', at);
    if (close == std::string_view::npos) return false;
    const std::string_view inside = text.substr(at + 1, close - at - 1);
    if (IsBlank(inside)) return true;
    if (inside.find_first_of("0123456789,._='\"") != std::string_view::npos) return true;
  }
  return false;
}

// A line such as "def f(x):" that opens a block.
bool OpensBlock(std::string_view line) {
  line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
  while (!line.empty() && (line.back() == ' ' || line.back() == '\t')) line.remove_suffix(1);
  if (!line.ends_with(':')) return false;
  line.remove_suffix(1);
  if (line.starts_with("async ")) line = text::StripLeft(line.substr(6));
  for (const std::string_view word : kBlockWords) {
    if (!line.starts_with(word)) continue;
    const std::string_view rest = line.substr(word.size());
    if (rest.size() != text::StripLeft(rest).size() && !IsBlank(rest)) return true;
  }
  return false;
}

bool HasBlockLine(std::string_view text) {
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    if (OpensBlock(text.substr(0, end))) return true;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return false;
}

}  // namespace

std::string RunText(Element run) {
  std::string text;
  for (const Element child : run.children()) {
    if (Is(child, "w:t")) {
      text += OwnText(child);
    } else if (Is(child, "w:tab") || Is(child, "w:ptab")) {
      text += '\t';
    } else if (Is(child, "w:br")) {
      const std::string_view type = Attribute(child, "w:type");
      if (type.empty() || type == "textWrapping") text += '\n';
    } else if (Is(child, "w:cr")) {
      text += '\n';
    } else if (Is(child, "w:noBreakHyphen")) {
      text += '-';
    }
  }
  return text;
}

std::string PlainText(Element paragraph) {
  std::string text;
  for (const Element child : paragraph.children()) {
    if (Is(child, "w:r")) text += RunText(child);
    if (!Is(child, "w:hyperlink")) continue;
    for (const Element run : child.children()) {
      if (Is(run, "w:r")) text += RunText(run);
    }
  }
  return text;
}

std::string CellText(Element cell) {
  std::string text;
  bool first = true;
  for (const Element child : cell.children()) {
    if (!Is(child, "w:p")) continue;
    if (!first) text += '\n';
    first = false;
    text += PlainText(child);
  }
  return text;
}

Formatting FormattingOf(Element run, Element mark, Element style, const Styles& styles) {
  const Element properties = Child(run, "w:rPr");
  Formatting formatting;
  formatting.bold = IsOn(Child(properties, "w:b"), "w:val") || HasBold(properties) ||
                    HasBold(Find(mark, "w:pPr", "w:rPr")) || styles.IsBold(style);
  formatting.italic = IsOn(Child(properties, "w:i"), "w:val");
  formatting.strikethrough = IsOn(Child(properties, "w:strike"), "w:val");
  const std::string_view underline = Attribute(Child(properties, "w:u"), "w:val");
  formatting.underline = !underline.empty() && underline != "none";
  const std::string_view script = Attribute(Child(properties, "w:vertAlign"), "w:val");
  if (script == "subscript") formatting.script = docling::Script::kSub;
  if (script == "superscript") formatting.script = docling::Script::kSuper;
  return formatting;
}

std::vector<Run> ContentOf(Element paragraph, const Styles& styles, const Relationships& links) {
  std::vector<Run> content;
  Collect(paragraph, paragraph, styles.Of(paragraph), styles, links, content);
  return content;
}

std::string Join(const std::vector<Run>& content) {
  std::string text;
  for (const Run& run : content) text += run.text;
  return text;
}

std::vector<Run> Grouped(const std::vector<Run>& content) {
  if (IsBlank(Join(content))) return {{}};
  std::vector<Run> groups;
  std::string open;  // the text of the group being built
  std::optional<Formatting> look;
  const auto close = [&] {
    if (!IsBlank(open)) groups.push_back({std::string(text::Strip(open)), look, {}});
    open.clear();
  };
  for (const Run& run : content) {
    const bool differs = !IsBlank(run.text) && run.formatting != look;
    if (differs || !run.link.empty()) close();
    if (!run.link.empty()) {
      groups.push_back({std::string(text::Strip(run.text)), run.formatting, run.link});
      continue;
    }
    if (differs) look = run.formatting;
    open += run.text;
  }
  close();
  return groups;
}

std::vector<Piece> FormulasOf(Element element, std::string_view text) {
  if (!Descendant(element, "m:oMath")) return {};
  std::vector<Piece> pieces;
  if (Child(element, "m:oMath")) {
    for (const Element child : element.children()) {
      IsFormula(child) ? AddFormula(child, pieces) : AddTexts(child, pieces);
    }
  } else {
    ForEachBelow(element, [&](Element below) {
      if (IsFormula(below)) AddFormula(below, pieces);
      if (Is(below, "w:t")) pieces.push_back({OwnText(below)});
      return !IsFormula(below);
    });
  }
  std::string plain;
  bool any = false;
  for (const Piece& piece : pieces) {
    if (!piece.formula) plain += piece.text;
    any = any || piece.formula;
  }
  if (!any || WithoutSpace(plain) != WithoutSpace(text)) return {};
  return pieces;
}

bool LooksLikeCode(std::string_view text) {
  return text.find_first_of("{}=<>") != std::string_view::npos || HasCall(text) ||
         HasBlockLine(text) || docling::CodeLanguage("", text) != "unknown";
}

bool IsMonospaced(Element paragraph, const std::string& style_font) {
  size_t monospaced = 0;
  size_t all = 0;
  ForEachBelow(paragraph, [&](Element element) {
    if (!Is(element, "w:r")) return true;
    const std::string text = RunText(element);
    const size_t length = text::CountCodePoints(text::Strip(text));
    all += length;
    std::string font =
        text::ToLower(text::Strip(Attribute(Find(element, "w:rPr", "w:rFonts"), "w:ascii")));
    if (font.empty()) font = style_font;
    if (std::ranges::find(kMonospaced, font) != std::end(kMonospaced)) monospaced += length;
    return true;
  });
  return all > 0 && monospaced * 10 >= all * 9;
}

std::string WithoutBox(std::string_view text) {
  text = text::Strip(text);
  for (const std::string_view box : {"☐", "☑", "☒", "□", "■", "▪", "▫"}) {
    if (text.starts_with(box)) return std::string(text::Strip(text.substr(box.size())));
  }
  return std::string(text);
}

}  // namespace office
