#include "haiku/items.h"

#include <algorithm>
#include <array>
#include <set>
#include <unordered_set>

#include "docling/markdown.h"
#include "docling/walk.h"
#include "text/utf8.h"

namespace haiku {
namespace {

using docling::Document;
using docling::Item;
using docling::Node;
using docling::Picture;
using docling::Ref;
using docling::Text;

// Markdown for reading by a model: nothing escaped, no marks for images.
std::string Rendered(const Document& document, Ref ref) {
  docling::MarkdownOptions options;
  options.escape_underscores = false;
  options.escape_html = false;
  options.image_placeholder.clear();
  return docling::ExportMarkdown(document, ref, options);
}

void AppendWords(std::string_view text, std::string& out) {
  text = text::Strip(text);
  if (text.empty()) return;
  if (!out.empty()) out.push_back(' ');
  out += text;
}

std::string CaptionText(const Document& document, const Picture& picture) {
  std::string out;
  for (const Ref caption : picture.captions) {
    if (const Text* text = document.FindText(caption)) AppendWords(text->text, out);
  }
  return out;
}

// Text found inside a picture, without its captions.
std::string InnerText(const Document& document, const Picture& picture) {
  const std::unordered_set<Ref> captions(picture.captions.begin(), picture.captions.end());
  docling::Walk walk(document, {.root = picture.self, .into_pictures = true});
  std::string out;
  while (const Node* node = walk.Next()) {
    const Text* text = document.FindText(node->self);
    if (text != nullptr && !captions.contains(node->self)) AppendWords(text->text, out);
  }
  return out;
}

std::string PictureText(const Document& document, const Picture& picture) {
  std::string out;
  if (picture.meta && picture.meta->description) out = picture.meta->description->text;
  if (text::Strip(out).empty()) out = CaptionText(document, picture);
  const std::string inner = InnerText(document, picture);
  if (!out.empty() && !inner.empty()) out.push_back('\n');
  return out + inner;
}

// The text of an item that keeps it in an inline group below (a paragraph with links, say).
std::string InlineText(const Document& document, const Node& node) {
  for (const Ref child : node.children) {
    const docling::Group* group = document.FindGroup(child);
    if (group != nullptr && group->label == docling::GroupLabel::kInline) {
      return Rendered(document, child);
    }
  }
  return {};
}

std::string TextOf(const Document& document, const Item& item) {
  if (const Text* text = document.FindText(item.self); text != nullptr && !text->text.empty()) {
    return text->text;
  }
  if (const Picture* picture = document.FindPicture(item.self)) {
    return PictureText(document, *picture);
  }
  if (document.FindTable(item.self) != nullptr) return Rendered(document, item.self);
  return InlineText(document, item);
}

int Base64Value(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+') return 62;
  return c == '/' ? 63 : -1;
}

// Passes over what is not of the alphabet (line breaks) and ends at the padding.
std::string DecodeBase64(std::string_view text) {
  std::string out;
  out.reserve(text.size() / 4 * 3);
  uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    if (c == '=') break;
    const int value = Base64Value(c);
    if (value < 0) continue;
    bits = bits << 6 | static_cast<uint32_t>(value);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    out.push_back(static_cast<char>(bits >> count & 0xff));
  }
  return out;
}

std::optional<std::string> PictureBytes(const Picture& picture) {
  if (!picture.image) return std::nullopt;
  const std::string_view uri = picture.image->uri;
  const size_t comma = uri.find(',');
  if (!uri.starts_with("data:") || comma == std::string_view::npos) return std::nullopt;
  std::string bytes = DecodeBase64(uri.substr(comma + 1));
  if (bytes.empty()) return std::nullopt;
  return bytes;
}

std::string PageNumbers(const Item& item) {
  std::set<int32_t> pages;
  for (const docling::Prov& prov : item.prov) pages.insert(prov.page_no);
  std::string out = "[";
  for (const int32_t page : pages) {
    if (out.size() > 1) out += ", ";
    out += std::to_string(page);
  }
  return out + "]";
}

vectors::ItemRow Row(const Document& document, const Item& item) {
  vectors::ItemRow row;
  row.self_ref = item.self.ToString();
  row.label = docling::Name(item.label);
  row.text = TextOf(document, item);
  row.page_numbers = PageNumbers(item);
  if (const Picture* picture = document.FindPicture(item.self)) {
    row.picture_data = PictureBytes(*picture);
  }
  if (item.label == docling::Label::kSectionHeader) {
    row.heading_level = document.FindText(item.self)->level;
  }
  return row;
}

}  // namespace

std::vector<vectors::ItemRow> Items(const Document& document) {
  std::vector<vectors::ItemRow> rows;
  docling::Walk walk(document);
  while (const Node* node = walk.Next()) {
    const Item* item = document.FindItem(node->self);
    if (item == nullptr) continue;
    vectors::ItemRow row = Row(document, *item);
    row.position = static_cast<int64_t>(rows.size());
    row.tree_depth = walk.level();
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace haiku
