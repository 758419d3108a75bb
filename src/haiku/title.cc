#include <algorithm>
#include <boost/json.hpp>

#include "docling/walk.h"
#include "haiku/rows.h"
#include "text/utf8.h"

namespace haiku {
namespace {

namespace json = boost::json;

constexpr size_t kMaxTitle = 500;  // code points

// One line without blanks around it.
std::string Tidy(std::string_view text) {
  std::string out;
  for (const std::string_view word : text::SplitOnSpace(text)) {
    if (!out.empty()) out.push_back(' ');
    out += word;
  }
  out.resize(text::OffsetOf(out, kMaxTitle));
  return out;
}

std::string MetaTitle(const json::object& meta, std::string_view key) {
  const json::value* value = meta.if_contains(key);
  return value != nullptr && value->is_string() ? Tidy(value->get_string()) : std::string();
}

bool HasStopPhrase(std::string_view heading, std::span<const std::string> stop_phrases) {
  const std::string lower = text::ToLower(heading);
  return std::ranges::any_of(stop_phrases, [&](const std::string& phrase) {
    return !phrase.empty() && lower.contains(text::ToLower(phrase));
  });
}

// The first heading of the kind that may be a title.
std::string FirstHeading(const docling::Document& document, docling::Label label,
                         std::span<const std::string> stop_phrases) {
  docling::Walk walk(document);
  while (const docling::Node* node = walk.Next()) {
    const docling::Text* text = document.FindText(node->self);
    if (text == nullptr || text->label != label || text->level != 1) continue;
    std::string title = Tidy(text->text);
    if (!title.empty() && !HasStopPhrase(title, stop_phrases)) return title;
  }
  return {};
}

}  // namespace

std::string Title(const docling::Document& document, std::string_view doc_meta,
                  std::span<const std::string> stop_phrases) {
  boost::system::error_code error;
  const json::value meta = json::parse(doc_meta, error);
  std::string title;
  if (!error && meta.is_object()) {
    title = MetaTitle(meta.get_object(), "title");
    if (title.empty()) title = MetaTitle(meta.get_object(), "pdf_title");
  }
  // In Markdown a title is "#" and a section header of level 1 is "##".
  if (title.empty()) title = FirstHeading(document, docling::Label::kTitle, stop_phrases);
  if (title.empty()) title = FirstHeading(document, docling::Label::kSectionHeader, stop_phrases);
  return title;
}

}  // namespace haiku
