#include "formats/html_reader.h"

#include "formats/charset.h"
#include "formats/html_converter.h"
#include "formats/html_page.h"
#include "formats/sniff.h"

namespace formats {
namespace {

base::Result<HtmlPage> Load(const Input& input, Context& context) {
  const std::string text = ToText(input.bytes, DeclaredCharset(input.bytes), context.diagnostics);
  return HtmlPage::Load(text, context.diagnostics);
}

}  // namespace

base::Result<docling::Document> ReadHtml(const Input& input, Context& context) {
  SI_ASSIGN(const HtmlPage page, Load(input, context));
  docling::Document document = NewDocument(input, "text/html");
  HtmlConverter(page, document, context.diagnostics, {}).Convert();
  return document;
}

base::Result<Facts> InspectHtml(const Input& input, Context& context) {
  SI_ASSIGN(const HtmlPage page, Load(input, context));
  const HtmlMetadata& head = page.metadata();
  return Facts{.mime_type = "text/html",
               .title = head.title,
               .author = head.author,
               .subject = head.description,
               .keywords = head.keywords};
}

}  // namespace formats
