#include "formats/epub_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "formats/charset.h"
#include "formats/html_converter.h"
#include "formats/html_page.h"
#include "formats/office/archive.h"
#include "formats/office/package.h"
#include "formats/office/xml.h"
#include "formats/sniff.h"
#include "text/utf8.h"

namespace formats {
namespace {

using office::Element;

constexpr std::string_view kMimeType = "application/epub+zip";

// What a book says of itself, and its chapters in reading order.
struct Book {
  office::Archive archive;
  Facts facts;
  std::vector<std::string> chapters;  // names in the archive
};

// Elements by their local name, because namespaces are stated in many ways.
Element Named(Element parent, std::string_view name) {
  Element found;
  office::ForEachBelow(parent, [&](Element element) {
    if (!found && office::LocalName(element) == name) found = element;
    return !found;
  });
  return found;
}

base::Result<office::XmlDocument> ReadXml(office::Archive& archive, std::string_view name) {
  SI_ASSIGN(std::string text, archive.Read(name));
  return office::XmlDocument::Parse(std::move(text), name);
}

base::Result<Book> Open(std::string_view bytes) {
  SI_ASSIGN(office::Archive archive, office::Archive::Open(bytes));
  if (archive.Has("META-INF/encryption.xml") && archive.Has("META-INF/rights.xml")) {
    return base::Fail(base::Code::kEncrypted, "the book is protected against copying");
  }
  SI_ASSIGN(const office::XmlDocument container, ReadXml(archive, "META-INF/container.xml"));
  const std::string package(office::Attribute(Named(container.root(), "rootfile"), "full-path"));
  SI_ASSIGN(const office::XmlDocument document, ReadXml(archive, package));
  Book book{.archive = std::move(archive), .facts = {}, .chapters = {}};
  const auto text = [&](std::string_view name) {
    return std::string(
        text::Strip(office::AllText(Named(Named(document.root(), "metadata"), name))));
  };
  book.facts = {.mime_type = std::string(kMimeType),
                .title = text("title"),
                .author = text("creator"),
                .subject = text("subject")};
  std::map<std::string, std::string, std::less<>> files;
  for (const Element item : Named(document.root(), "manifest").children()) {
    files.emplace(office::Attribute(item, "id"), office::Attribute(item, "href"));
  }
  for (const Element item : Named(document.root(), "spine").children()) {
    const auto file = files.find(office::Attribute(item, "idref"));
    if (file == files.end()) continue;
    book.chapters.push_back(office::ResolveTarget(package, office::DecodeUri(file->second)));
  }
  if (book.chapters.empty()) return base::Fail(base::Code::kDamaged, "the book has no chapters");
  return book;
}

// What is inside of <body>; the whole text where there is none.
std::string_view BodyOf(std::string_view html) {
  const std::string lower = text::ToLower(html);
  if (lower.size() != html.size()) return html;  // letters that change their length: leave it
  const size_t open = lower.find("<body");
  const size_t begin = open == std::string::npos ? open : lower.find('>', open);
  if (begin == std::string::npos) return html;
  const size_t end = std::min(lower.find("</body>", begin), lower.size());
  return html.substr(begin + 1, end - begin - 1);
}

// Links from chapter to chapter lead to places on the one page now.
std::string WithLocalLinks(std::string_view html) {
  constexpr std::string_view kHref = "href=\"";
  std::string out;
  while (!html.empty()) {
    const size_t at = std::min(html.find(kHref), html.size());
    const size_t begin = std::min(at + kHref.size(), html.size());
    out += html.substr(0, begin);
    html.remove_prefix(begin);
    const std::string_view target = html.substr(0, html.find('"'));
    const size_t anchor = target.find(".xhtml#");
    if (anchor != std::string_view::npos) html.remove_prefix(anchor + 6);
  }
  return out;
}

}  // namespace

base::Result<docling::Document> ReadEpub(const Input& input, Context& context) {
  SI_ASSIGN(Book book, Open(input.bytes));
  std::string html = "<!DOCTYPE html><html><head></head><body>";
  for (const std::string& chapter : book.chapters) {
    const auto bytes = book.archive.Read(chapter);
    if (!bytes && bytes.error().code() != base::Code::kTooLarge) {
      context.diagnostics.Report({docling::Severity::kWarning,
                                  "a chapter is missing: " + bytes.error().message(), chapter});
      continue;
    }
    if (!bytes) return base::Fail(bytes.error());
    const std::string text = ToText(*bytes, DeclaredCharset(*bytes), context.diagnostics);
    html += '\n';
    html += WithLocalLinks(BodyOf(text));
  }
  html += "\n</body></html>";
  SI_ASSIGN(const HtmlPage page, HtmlPage::Load(html, context.diagnostics));
  docling::Document document = NewDocument(input, kMimeType);
  HtmlConverter(page, document, context.diagnostics, {.infer_furniture = false, .add_title = false})
      .Convert();
  return document;
}

base::Result<Facts> InspectEpub(const Input& input, Context&) {
  SI_ASSIGN(const Book book, Open(input.bytes));
  return book.facts;
}

}  // namespace formats
