#include "formats/office/odf_text.h"

#include <algorithm>
#include <cstdlib>

#include "docling/hyperlink.h"
#include "text/utf8.h"

namespace office {
namespace {

using docling::Formatting;
using Look = std::optional<Formatting>;

constexpr int64_t kMaxSpaces = 1000;  // of one text:s

bool IsBold(std::string_view weight) {
  return weight == "bold" || std::strtol(std::string(weight).c_str(), nullptr, 10) >= 600;
}

// The value of the first of the attributes there is; nullopt if none.
std::optional<std::string_view> FirstOf(Element element, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    if (HasAttribute(element, name)) return Attribute(element, name);
  }
  return std::nullopt;
}

std::string Special(Element element) {
  if (Is(element, "text:line-break")) return "\n";
  if (Is(element, "text:tab")) return "\t";
  if (Is(element, "text:s")) {
    return std::string(
        size_t(std::clamp<int64_t>(IntAttribute(element, "text:c", 1), 1, kMaxSpaces)), ' ');
  }
  return {};
}

// Comments are no part of the text they are on.
bool IsLeftOut(Element element) {
  return Is(element, "office:annotation") || Is(element, "office:annotation-end") ||
         Is(element, "draw:image");
}

void Collect(Element element, const OdfStyles& styles, const Look& outer, const std::string& link,
             std::vector<OdfRun>& runs) {
  const Look look = styles.Apply(Attribute(element, "text:style-name"), outer);
  std::string own_link = link;
  if (Is(element, "text:a")) {
    const std::string_view address = text::Strip(Attribute(element, "xlink:href"));
    own_link = address.empty() ? "" : docling::NormaliseHyperlink(address);
  }
  if (std::string text = Special(element); !text.empty()) {
    runs.push_back({std::move(text), look, own_link});
    return;
  }
  if (*element.value() != '\0') runs.push_back({element.value(), look, own_link});
  for (const Element child : element.children()) {
    if (child.type() != pugi::node_element) {
      runs.push_back({child.value(), look, own_link});
    } else if (!IsLeftOut(child)) {
      Collect(child, styles, look, own_link, runs);
    }
  }
}

}  // namespace

OdfStyles::OdfStyles(Element content, Element styles) {
  for (const Element root : {content, styles}) {
    Add(Child(root, "office:automatic-styles"));
    Add(Child(root, "office:styles"));
  }
}

void OdfStyles::Add(Element root) {
  for (const Element style : root.children()) {
    std::string family(Attribute(style, "style:family"));
    if (Is(style, "text:list-style")) family = "list";
    styles_.try_emplace({family, std::string(Attribute(style, "style:name"))}, style);
  }
}

Element OdfStyles::Find(std::string_view family, std::string_view name) const {
  if (name.empty()) return {};
  const auto found = styles_.find(std::pair(std::string(family), std::string(name)));
  return found != styles_.end() ? found->second : Element();
}

Look OdfStyles::Apply(std::string_view name, const Look& base) const {
  Formatting look = base.value_or(Formatting());
  const Element properties = Child(Find("text", name), "style:text-properties");
  if (const auto weight = FirstOf(
          properties, {"fo:font-weight", "style:font-weight-asian", "style:font-weight-complex"})) {
    look.bold = IsBold(*weight);
  }
  if (const auto style = FirstOf(
          properties, {"fo:font-style", "style:font-style-asian", "style:font-style-complex"})) {
    look.italic = *style == "italic" || *style == "oblique";
  }
  if (const auto line = FirstOf(properties, {"style:text-underline-style"})) {
    look.underline = *line != "none";
  }
  if (const auto line =
          FirstOf(properties, {"style:text-line-through-style", "style:text-line-through-type"})) {
    look.strikethrough = *line != "none";
  }
  if (const auto position = FirstOf(properties, {"style:text-position"})) {
    look.script = position->starts_with("super") ? docling::Script::kSuper
                  : position->starts_with("sub") ? docling::Script::kSub
                                                 : docling::Script::kBaseline;
  }
  return look == Formatting() ? Look() : Look(look);
}

bool OdfStyles::IsCalled(Element paragraph, std::string_view name) const {
  const std::string_view own = Attribute(paragraph, "text:style-name");
  const Element style = Find("paragraph", own);
  return own == name || Attribute(style, "style:parent-style-name") == name ||
         Attribute(style, "style:display-name") == name;
}

Element OdfStyles::ListLevel(Element list, int level) const {
  for (const Element child : Find("list", Attribute(list, "text:style-name")).children()) {
    if (IntAttribute(child, "text:level", 0) == level) return child;
  }
  return {};
}

std::vector<OdfRun> RunsOf(Element element, const OdfStyles& styles) {
  std::vector<OdfRun> runs;
  Collect(element, styles, std::nullopt, {}, runs);
  return runs;
}

std::vector<OdfRun> Normalised(std::vector<OdfRun> runs) {
  std::vector<OdfRun> merged;
  for (OdfRun& run : runs) {
    if (run.text.empty()) continue;
    OdfRun* last = merged.empty() ? nullptr : &merged.back();
    if (last != nullptr && last->formatting == run.formatting && last->link == run.link) {
      last->text += run.text;
      continue;
    }
    if (last != nullptr && last->link != run.link) {
      last->text = text::StripRight(last->text);
      run.text = text::StripLeft(run.text);
    }
    merged.push_back(std::move(run));
  }
  const auto is_blank = [](const OdfRun& run) { return text::Strip(run.text).empty(); };
  merged.erase(merged.begin(), std::ranges::find_if_not(merged, is_blank));
  while (!merged.empty() && is_blank(merged.back())) merged.pop_back();
  if (merged.empty()) return merged;
  merged.front().text = text::StripLeft(merged.front().text);
  merged.back().text = text::StripRight(merged.back().text);
  std::erase_if(merged, [](const OdfRun& run) { return run.text.empty(); });
  return merged;
}

std::string PlainOdfText(Element element) {
  if (std::string text = Special(element); !text.empty()) return text;
  std::string text = element.value();
  for (const Element child : element.children()) {
    if (child.type() != pugi::node_element) {
      text += child.value();
    } else if (!IsLeftOut(child)) {
      text += PlainOdfText(child);
    }
  }
  if (!Is(element, "text:a")) return text;
  return "[" + text + "](" + std::string(Attribute(element, "xlink:href")) + ")";
}

std::vector<std::string> LinesOf(Element element) {
  std::vector<std::string> lines;
  const std::string text = PlainOdfText(element);
  for (std::string_view rest = text; !rest.empty();) {
    const size_t end = std::min(rest.find_first_of("\n\r\v\f"), rest.size());
    const std::string_view line = text::Strip(rest.substr(0, end));
    if (!line.empty()) lines.emplace_back(line);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return lines;
}

std::vector<std::string> BlockLines(Element element) {
  if (IsLeftOut(element)) return {};
  if (Is(element, "text:p") || Is(element, "text:h")) return LinesOf(element);
  std::vector<std::string> lines;
  for (const Element child : element.children()) {
    if (child.type() != pugi::node_element || IsLeftOut(child)) continue;
    if (Is(element, "text:list") && !Is(child, "text:list-item")) continue;
    for (std::string& line : BlockLines(child)) lines.push_back(std::move(line));
  }
  return lines.empty() && !Is(element, "text:list") ? LinesOf(element) : lines;
}

std::string JoinLines(const std::vector<std::string>& lines, std::string_view separator) {
  std::string out;
  for (const std::string& line : lines) {
    if (!out.empty()) out += separator;
    out += line;
  }
  return out;
}

}  // namespace office
