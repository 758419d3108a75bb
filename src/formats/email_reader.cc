#include "formats/email_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "formats/charset.h"
#include "formats/html_converter.h"
#include "formats/html_page.h"
#include "formats/mime_message.h"
#include "formats/sniff.h"
#include "text/utf8.h"

namespace formats {
namespace {

using docling::Label;

constexpr std::string_view kMimeType = "message/rfc822";

std::string Addresses(const MimeMessage& message, std::string_view header) {
  const auto raw = message.raw_headers.find(header);
  if (raw == message.raw_headers.end()) return {};
  std::string out;
  for (const MailAddress& address : ParseAddresses(raw->second)) {
    if (!out.empty()) out += ", ";
    out += address.name.empty() ? address.address
                                : fmt::format("{} <{}>", address.name, address.address);
  }
  return out;
}

class EmailConverter {
 public:
  EmailConverter(const MimeMessage& message, docling::Document& document,
                 docling::DiagnosticSink& diagnostics)
      : message_(message), document_(document), diagnostics_(diagnostics) {}

  base::Result<> Convert();

 private:
  void Heads();
  base::Result<> Body();
  bool HasBody(std::string_view type) const;
  void Paragraphs(std::string_view text);
  base::Result<> Html(const MimePart& part);
  void Attachments();

  const MimeMessage& message_;
  docling::Document& document_;
  docling::DiagnosticSink& diagnostics_;
};

base::Result<> EmailConverter::Convert() {
  Heads();
  SI_TRY(Body());
  Attachments();
  return {};
}

void EmailConverter::Heads() {
  const std::string_view subject = text::Strip(message_.Header("subject"));
  if (!subject.empty()) document_.AddTitle(std::string(subject));
  const auto line = [&](std::string_view name, const std::string& value) {
    if (!value.empty()) document_.AddText(Label::kText, fmt::format("{}: {}", name, value));
  };
  line("From", Addresses(message_, "from"));
  line("To", Addresses(message_, "to"));
  line("Date", DateInUtc(message_.Header("date")));
}

bool EmailConverter::HasBody(std::string_view type) const {
  return std::ranges::any_of(message_.parts, [&](const MimePart& part) {
    return part.type == type && !part.attachment && !text::Strip(part.body).empty();
  });
}

// Plain text is preferred: it says the same in the sender's own order.
base::Result<> EmailConverter::Body() {
  const std::string_view wanted = HasBody("text/plain") ? "text/plain" : "text/html";
  for (const MimePart& part : message_.parts) {
    if (part.attachment || part.type != wanted) continue;
    if (wanted == "text/plain") {
      Paragraphs(ToText(part.body, part.charset, diagnostics_));
    } else {
      SI_TRY(Html(part));
    }
  }
  return {};
}

void EmailConverter::Paragraphs(std::string_view text) {
  std::string paragraph;
  const auto end = [&] {
    const std::string_view stripped = text::Strip(paragraph);
    if (!stripped.empty()) document_.AddText(Label::kText, std::string(stripped));
    paragraph.clear();
  };
  while (!text.empty()) {
    const size_t length = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, length);
    if (line.ends_with('\r')) line.remove_suffix(1);
    text.remove_prefix(std::min(length + 1, text.size()));
    if (text::Strip(line).empty()) {
      end();
    } else {
      paragraph += line;
      paragraph += '\n';
    }
  }
  end();
}

base::Result<> EmailConverter::Html(const MimePart& part) {
  const std::string charset =
      part.charset.empty() ? DeclaredCharset(part.body) : std::string(part.charset);
  const std::string text = ToText(part.body, charset, diagnostics_);
  SI_ASSIGN(const HtmlPage page, HtmlPage::Load(text, diagnostics_));
  HtmlConverter(page, document_, diagnostics_, {.infer_furniture = false, .add_title = false})
      .Convert();
  return {};
}

void EmailConverter::Attachments() {
  docling::Ref list;
  size_t index = 0;
  for (const MimePart& part : message_.parts) {
    const bool body = !part.attachment && (part.type == "text/plain" || part.type == "text/html");
    if (body) continue;
    ++index;
    if (!list) {
      document_.AddHeading("Attachments", 2);
      list = document_.AddGroup(docling::GroupLabel::kList, "attachments").self;
    }
    const std::string name =
        part.filename.empty() ? fmt::format("attachment-{}", index) : part.filename;
    document_.AddListItem(fmt::format("{} ({})", name, part.type), {.parent = list});
    diagnostics_.Report({docling::Severity::kInfo, "an attachment was named, but not read", name});
  }
}

}  // namespace

base::Result<docling::Document> ReadEmail(const Input& input, Context& context) {
  SI_ASSIGN(const MimeMessage message, ParseMessage(input.bytes));
  docling::Document document = NewDocument(input, kMimeType);
  SI_TRY(EmailConverter(message, document, context.diagnostics).Convert());
  return document;
}

base::Result<Facts> InspectEmail(const Input& input, Context&) {
  SI_ASSIGN(const MimeMessage message, ParseMessage(input.bytes));
  return Facts{.mime_type = std::string(kMimeType),
               .title = std::string(text::Strip(message.Header("subject"))),
               .author = Addresses(message, "from")};
}

}  // namespace formats
