// Texts, pictures and meta.
#include <algorithm>
#include <utility>

#include "docling/markdown_text.h"
#include "docling/python_text.h"
#include "docling/serializer.h"

namespace docling {
namespace {

constexpr std::string_view kNoImage =
    "<!-- 🖼️❌ Image not available. Please use `PdfPipelineOptions(generate_picture_images=True)` "
    "-->";

bool IsAsciiAlnum(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// Whether Markdown itself takes the marker: a bullet, or digits and a dot.
bool IsMarkdownMarker(std::string_view marker) {
  if (marker == "-" || marker == "*" || marker == "+") return true;
  if (marker.size() < 2 || !marker.ends_with('.')) return false;
  marker.remove_suffix(1);
  return std::ranges::all_of(marker, [](char c) { return c >= '0' && c <= '9'; });
}

bool IsHeading(Label label) { return label == Label::kTitle || label == Label::kSectionHeader; }

std::string HeadingLine(const Text& heading, const std::string& text) {
  const size_t hashes = heading.label == Label::kTitle ? 1 : size_t(heading.level) + 1;
  return std::string(hashes, '#') + " " + text;
}

std::string FormulaText(const Text& formula, const std::string& text, bool in_line) {
  if (text.empty()) return formula.orig().empty() ? "" : "<!-- formula-not-decoded -->";
  return in_line ? "$" + text + "$" : "$$" + text + "$$";
}

const std::string& MainClass(const MetaClassification& classification) {
  const MetaPrediction* best = &classification.predictions[0];
  for (const MetaPrediction& prediction : classification.predictions) {
    if (prediction.confidence &&
        (!best->confidence || *prediction.confidence > *best->confidence)) {
      best = &prediction;
    }
  }
  return best->class_name;
}

std::string JoinValues(const std::vector<std::string>& values) {
  std::string out;
  for (const std::string& value : values) {
    if (&value != values.data()) out += ", ";
    out += value;
  }
  return out;
}

// The rows of a table without its rich cells.
std::vector<std::vector<std::string>> PlainRows(const TableData& data) {
  const Grid grid(data);
  std::vector<std::vector<std::string>> rows;
  for (int32_t row = 0; row < grid.rows(); ++row) {
    auto& cells = rows.emplace_back();
    for (int32_t col = 0; col < grid.cols(); ++col) {
      const TableCell* cell = grid.At(row, col);
      cells.push_back(cell == nullptr ? "" : CellLine(cell->text));
    }
  }
  return rows;
}

// (name, text) of the fields that are printed, in docling's order.
std::vector<std::pair<std::string_view, std::string>> MetaFields(const Meta& meta) {
  std::vector<std::pair<std::string_view, std::string>> fields;
  if (meta.summary) fields.emplace_back("summary", meta.summary->text);
  if (meta.keywords) fields.emplace_back("keywords", JoinValues(meta.keywords->values));
  if (meta.topics) fields.emplace_back("topics", JoinValues(meta.topics->values));
  if (meta.description) fields.emplace_back("description", meta.description->text);
  if (meta.classification && !meta.classification->predictions.empty()) {
    fields.emplace_back("classification",
                        Humanize(MainClass(*meta.classification), Casing::kSentence));
  }
  if (meta.molecule) fields.emplace_back("molecule", meta.molecule->smi);
  if (meta.tabular_chart) {
    fields.emplace_back("tabular_chart",
                        LayoutTable(PlainRows(meta.tabular_chart->data), TableStyle::kPadded));
  }
  for (const auto& [name, value] : meta.custom) fields.emplace_back(name, PythonStr(value));
  return fields;
}

}  // namespace

const Group* Serializer::InlineRuns(const Text& text) const {
  if (!text.text.empty() || text.children.size() != 1) return nullptr;
  const Group* group = document_.FindGroup(text.children[0]);
  return group != nullptr && group->label == GroupLabel::kInline ? group : nullptr;
}

// `body` in the shape its label gives it, with the marks of headings, lists, code ….
std::string Serializer::Shaped(const Text& text, std::string body, bool in_line) {
  switch (text.label) {
    case Label::kTitle:
    case Label::kSectionHeader:
      return HeadingLine(text, body);
    case Label::kListItem:
      return ListItemLine(text, std::move(body));
    case Label::kCheckboxSelected:
      return "- [x] " + body;
    case Label::kCheckboxUnselected:
      return "- [ ] " + body;
    case Label::kCode: {
      const bool one_line = in_line || (options_.markdown.hyperlinks && text.hyperlink);
      return one_line ? "`" + body + "`" : "```\n" + body + "\n```";
    }
    case Label::kFormula:
      return FormulaText(text, body, in_line);
    default:
      return body;
  }
}

Rendered Serializer::SerializeText(const Text& text, Visited& visited, const Scope& scope) {
  const bool verbatim = text.label == Label::kCode || text.label == Label::kFormula;
  const bool heading = IsHeading(text.label);
  // An item without text but with inline runs is rendered from them, and they are styled already.
  const Group* runs = InlineRuns(text);
  std::string body;
  if (runs != nullptr) {
    body = Serialize(*runs, visited, {.depth = scope.depth}).text;
  } else {
    body = verbatim ? text.text : heading ? WithoutBreaks(text.text) : WithHardBreaks(text.text);
  }
  const auto style = [&](std::string plain) {
    if (runs != nullptr) return plain;
    return PostProcess(std::move(plain), verbatim ? Escape::kNo : Escape::kYes, &text,
                       options_.markdown);
  };
  // Style goes inside the marks of headings and list items, and around those of all others.
  const bool style_inside = heading || text.label == Label::kListItem;
  if (style_inside) body = style(std::move(body));
  body = Shaped(text, std::move(body), scope.in_line);
  Rendered result;
  if (!body.empty()) result.items.push_back(text.self);
  if (text.code) {
    const std::string captions = Captions(*text.code, result.items);
    if (!captions.empty() && !body.empty()) body += scope.in_line ? " " : "\n\n";
    body += captions;
  }
  result.text = style_inside ? std::move(body) : style(std::move(body));
  return result;
}

size_t Serializer::PositionInList(const Group& list, Ref item) {
  if (last_list_ != list.self) {
    last_list_ = list.self;
    last_position_ = 0;
  }
  // Items are mostly asked for in their order: the search goes on where the last one was found.
  for (size_t i = 0; i < list.children.size(); ++i) {
    const size_t position = (last_position_ + i) % list.children.size();
    if (list.children[position] != item) continue;
    return last_position_ = position;
  }
  return 0;
}

std::string Serializer::ListMarker(const Text& item) {
  const Group* list = document_.FindGroup(item.parent);
  if (list == nullptr || list->label != GroupLabel::kList || !item.marker.empty()) return "-";
  const Text* first = list->children.empty() ? nullptr : document_.FindText(list->children[0]);
  if (first == nullptr || first->label != Label::kListItem || !first->enumerated) return "-";
  return std::to_string(PositionInList(*list, item.self) + 1) + ".";
}

std::string Serializer::ListItemLine(const Text& item, std::string text) {
  const bool valid = IsMarkdownMarker(item.marker);
  std::string line;
  if (!valid) line = ListMarker(item) + " ";
  if (!item.marker.empty() && (valid || std::ranges::any_of(item.marker, IsAsciiAlnum))) {
    line += item.marker + " ";
  }
  return line + text;
}

std::string Serializer::Captions(const Floating& floating, std::vector<Ref>& items) const {
  std::string joined;
  bool first = true;
  std::vector<Ref> shown;
  for (const Ref ref : floating.captions) {
    const Text* caption = document_.FindText(ref);
    if (caption == nullptr || IsExcluded(*caption)) continue;
    if (!first) joined += ' ';
    first = false;
    joined += caption->text;
    shown.push_back(ref);
  }
  std::string text = PostProcess(std::move(joined), Escape::kYes, nullptr, options_.markdown);
  if (!text.empty()) items.insert(items.end(), shown.begin(), shown.end());
  return text;
}

std::string Serializer::ImageText(const Picture& picture) const {
  const MarkdownOptions& options = options_.markdown;
  const bool has_data = picture.image && picture.image->uri.starts_with("data:");
  switch (options.image_mode) {
    case ImageMode::kEmbedded:
      return has_data ? "![Image](" + picture.image->uri + ")" : std::string(kNoImage);
    case ImageMode::kReferenced:
      if (picture.image && !has_data) return "![Image](" + picture.image->uri + ")";
      break;
    case ImageMode::kPlaceholder:
      break;
  }
  return options.image_placeholder;
}

Rendered Serializer::SerializePicture(const Picture& picture) {
  Rendered result;
  result.text = Captions(picture, result.items);
  if (IsExcluded(picture)) return result;
  const std::string image = ImageText(picture);
  if (image.empty()) return result;
  if (!result.text.empty()) result.text += "\n\n";
  result.text += image;
  result.items.push_back(picture.self);
  return result;
}

std::string Serializer::MetaText(const Node& node) const {
  if (!node.meta) return {};
  const Item* item = document_.FindItem(node.self);
  if (item != nullptr && IsExcluded(*item)) return {};
  const MarkdownOptions& options = options_.markdown;
  std::string out;
  for (auto& [name, text] : MetaFields(*node.meta)) {
    if (text.empty()) continue;
    if (!options.meta_names.empty() &&
        std::ranges::find(options.meta_names, name) == options.meta_names.end()) {
      continue;
    }
    if (!out.empty()) out += "\n\n";
    if (options.mark_meta) out += "[" + Humanize(name, Casing::kTitle) + "] ";
    out += text;
  }
  return out;
}

}  // namespace docling
