#include "formats/reader.h"

#include <fmt/format.h>

#include <cstdlib>

#include "docling/json.h"
#include "formats/asciidoc_reader.h"
#include "formats/csv_reader.h"
#include "formats/email_reader.h"
#include "formats/epub_reader.h"
#include "formats/html_reader.h"
#include "formats/invisible_text.h"
#include "formats/md_reader.h"
#include "formats/mime_message.h"
#include "formats/office_formats.h"
#include "formats/pdf/reader.h"
#include "formats/sniff.h"
#include "formats/vtt_reader.h"

namespace formats {
namespace {

using base::Code;
using base::Fail;

// Hands on the pages of the PDF reader.
class PdfProgress : public pdf::PageProgress {
 public:
  explicit PdfProgress(Progress* progress) : progress_(progress) {}
  void OnPage(int done, int total) override {
    if (progress_ != nullptr) progress_->OnPage(done, total);
  }

 private:
  Progress* progress_;
};

base::Result<pdf::Options> PdfOptions(const Context& context) {
  if (context.pdf == nullptr) {
    return Fail(Code::kUnavailable, "PDF documents cannot be read: the PDF library is not loaded");
  }
  pdf::Options options;
  options.limits.bytes = context.limits.max_bytes;
  options.limits.pages = context.limits.max_pages;
  options.skip_pages = context.skip_pages;
  return options;
}

base::Result<docling::Document> ReadPdf(const Input& input, Context& context) {
  SI_ASSIGN(const pdf::Options options, PdfOptions(context));
  PdfProgress progress(context.progress);
  return pdf::Read(*context.pdf, input.bytes, FileName(input.filename), options,
                   context.diagnostics, &progress);
}

base::Result<Facts> InspectPdf(const Input& input, Context& context) {
  SI_ASSIGN(const pdf::Options options, PdfOptions(context));
  SI_ASSIGN(const pdf::Facts facts, pdf::Inspect(*context.pdf, input.bytes, options));
  return Facts{.mime_type = "application/pdf",
               .page_count = facts.page_count,
               .title = facts.title,
               .author = facts.author,
               .subject = facts.subject,
               .keywords = facts.keywords};
}

base::Result<docling::Document> ReadDoclingJson(const Input& input, Context&) {
  return docling::ReadJson(input.bytes);
}

base::Result<Facts> InspectDoclingJson(const Input& input, Context&) {
  SI_ASSIGN(const docling::Document document, docling::ReadJson(input.bytes));
  return Facts{.mime_type = "application/json",
               .page_count = static_cast<int32_t>(document.pages.size()),
               .title = document.name};
}

constexpr Format kFormats[] = {
    {.name = "PDF",
     .mime_types = "application/pdf application/x-pdf",
     .extensions = "pdf",
     .certain = LooksLikePdf,
     .plausible = LooksLikePdf,
     .mismatch_code = Code::kDamaged,
     .mismatch = "the file is not a PDF, although its name or media type says so",
     .read = ReadPdf,
     .inspect = InspectPdf},
    {.name = "HTML",
     .mime_types = "text/html application/xhtml+xml",
     .extensions = "html htm xhtml",
     .certain = LooksLikeHtml,
     .plausible = nullptr,
     .mismatch_code = Code::kDamaged,
     .mismatch = {},
     .read = ReadHtml,
     .inspect = InspectHtml},
    {.name = "Markdown",
     .mime_types = "text/markdown text/plain text/x-markdown",
     .extensions = "md markdown txt text qmd rmd",
     .certain = nullptr,
     .plausible = nullptr,
     .mismatch_code = Code::kDamaged,
     .mismatch = {},
     .read = ReadMarkdown,
     .inspect = InspectMarkdown},
    {.name = "CSV",
     .mime_types = "text/csv text/tab-separated-values application/csv",
     .extensions = "csv tsv",
     .certain = nullptr,
     .plausible = nullptr,
     .mismatch_code = Code::kDamaged,
     .mismatch = {},
     .read = ReadCsv,
     .inspect = InspectCsv},
    {.name = "AsciiDoc",
     .mime_types = "text/asciidoc text/x-asciidoc",
     .extensions = "adoc asciidoc asc",
     .certain = nullptr,
     .plausible = nullptr,
     .mismatch_code = Code::kDamaged,
     .mismatch = {},
     .read = ReadAsciiDoc,
     .inspect = InspectAsciiDoc},
    {.name = "EPUB",
     .mime_types = "application/epub+zip",
     .extensions = "epub",
     .certain = LooksLikeOffice<office::Kind::kEpub>,
     .plausible = LooksLikeOffice<office::Kind::kEpub>,
     .mismatch_code = Code::kDamaged,
     .mismatch = "the file is not an EPUB book, although its name or media type says so",
     .read = ReadEpub,
     .inspect = InspectEpub},
    {.name = "e-mail",
     .mime_types = "message/rfc822",
     .extensions = "eml",
     .certain = nullptr,
     .plausible = LooksLikeMessage,
     .mismatch_code = Code::kDamaged,
     .mismatch = "the file is not an e-mail message, although its name or media type says so",
     .read = ReadEmail,
     .inspect = InspectEmail},
    {.name = "WebVTT",
     .mime_types = "text/vtt",
     .extensions = "vtt",
     .certain = LooksLikeVtt,
     .plausible = LooksLikeVtt,
     .mismatch_code = Code::kDamaged,
     .mismatch = "the file does not begin with WEBVTT, although its name or media type says so",
     .read = ReadVtt,
     .inspect = InspectVtt},
    {.name = "Word",
     .mime_types = "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
     .extensions = "docx docm dotx dotm",
     .certain = LooksLikeOffice<office::Kind::kDocx>,
     .plausible = LooksLikeOffice<office::Kind::kDocx>,
     .mismatch_code = Code::kDamaged,
     .mismatch = "the file is not a Word document, although its name or media type says so",
     .read = ReadOffice<office::Kind::kDocx>,
     .inspect = InspectOffice<office::Kind::kDocx>},
    {.name = "Excel",
     .mime_types = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
     .extensions = "xlsx xlsm xltx xltm",
     .certain = LooksLikeOffice<office::Kind::kXlsx>,
     .plausible = LooksLikeOffice<office::Kind::kXlsx>,
     .mismatch_code = Code::kDamaged,
     .mismatch = "the file is not an Excel workbook, although its name or media type says so",
     .read = ReadOffice<office::Kind::kXlsx>,
     .inspect = InspectOffice<office::Kind::kXlsx>},
    {.name = "PowerPoint",
     .mime_types = "application/vnd.openxmlformats-officedocument.presentationml.presentation",
     .extensions = "pptx pptm ppsx ppsm potx potm",
     .certain = LooksLikeOffice<office::Kind::kPptx>,
     .plausible = LooksLikeOffice<office::Kind::kPptx>,
     .mismatch_code = Code::kDamaged,
     .mismatch = "the file is not a presentation, although its name or media type says so",
     .read = ReadOffice<office::Kind::kPptx>,
     .inspect = InspectOffice<office::Kind::kPptx>},
    {.name = "OpenDocument text",
     .mime_types = "application/vnd.oasis.opendocument.text",
     .extensions = "odt ott",
     .certain = LooksLikeOffice<office::Kind::kOdt>,
     .plausible = LooksLikeOffice<office::Kind::kOdt>,
     .mismatch_code = Code::kDamaged,
     .mismatch = "the file is not an OpenDocument text, although its name or media type says so",
     .read = ReadOffice<office::Kind::kOdt>,
     .inspect = InspectOffice<office::Kind::kOdt>},
    {.name = "OpenDocument spreadsheet",
     .mime_types = "application/vnd.oasis.opendocument.spreadsheet",
     .extensions = "ods ots",
     .certain = LooksLikeOffice<office::Kind::kOds>,
     .plausible = LooksLikeOffice<office::Kind::kOds>,
     .mismatch_code = Code::kDamaged,
     .mismatch =
         "the file is not an OpenDocument spreadsheet, although its name or media type says so",
     .read = ReadOffice<office::Kind::kOds>,
     .inspect = InspectOffice<office::Kind::kOds>},
    {.name = "OpenDocument presentation",
     .mime_types = "application/vnd.oasis.opendocument.presentation",
     .extensions = "odp otp",
     .certain = LooksLikeOffice<office::Kind::kOdp>,
     .plausible = LooksLikeOffice<office::Kind::kOdp>,
     .mismatch_code = Code::kDamaged,
     .mismatch =
         "the file is not an OpenDocument presentation, although its name or media type says so",
     .read = ReadOffice<office::Kind::kOdp>,
     .inspect = InspectOffice<office::Kind::kOdp>},
    {.name = "DoclingDocument JSON",
     .mime_types = "application/json",
     .extensions = "json",
     .certain = LooksLikeDoclingJson,
     .plausible = LooksLikeDoclingJson,
     .mismatch_code = Code::kUnsupported,
     .mismatch = "this JSON file is not a DoclingDocument (its schema_name does not say so)",
     .read = ReadDoclingJson,
     .inspect = InspectDoclingJson},
};
constexpr const Format& FormatNamed(std::string_view name) {
  for (const Format& format : kFormats) {
    if (format.name == name) return format;
  }
  std::abort();  // at compile time: the table has no such row
}

constexpr Candidates kCandidates = {
    .all = kFormats, .fallback = FormatNamed("Markdown"), .csv = FormatNamed("CSV")};

base::Result<const Format*> Choose(const Input& input, const Context& context) {
  if (input.bytes.size() > context.limits.max_bytes) {
    return Fail(Code::kTooLarge, fmt::format("the file has {} bytes, more than {}",
                                             input.bytes.size(), context.limits.max_bytes));
  }
  return Detect(input, kCandidates);
}

base::Result<pdf::Options> PdfOptionsFor(const Input& input, const Context& context) {
  SI_ASSIGN(const Format* format, Choose(input, context));
  if (format != &FormatNamed("PDF")) {
    return Fail(Code::kUnsupported, "only PDFs are read in parts");
  }
  return PdfOptions(context);
}

}  // namespace

base::Result<std::string> ReadPages(const Input& input, int32_t first, int32_t last,
                                    Context& context) {
  SI_ASSIGN(const pdf::Options options, PdfOptionsFor(input, context));
  PdfProgress progress(context.progress);
  return pdf::ReadRange(*context.pdf, input.bytes, {first, last}, options, context.diagnostics,
                        &progress);
}

base::Result<docling::Document> Compose(const Input& input, std::span<const std::string> parts,
                                        Context& context) {
  SI_ASSIGN(const pdf::Options options, PdfOptionsFor(input, context));
  SI_ASSIGN(docling::Document document,
            pdf::Compose(*context.pdf, input.bytes, FileName(input.filename), parts, options,
                         context.diagnostics));
  RemoveInvisible(document, context.diagnostics);
  return document;
}

base::Result<docling::Document> Read(const Input& input, Context& context) {
  SI_ASSIGN(const Format* format, Choose(input, context));
  SI_ASSIGN(docling::Document document, format->read(input, context));
  // A DoclingDocument comes as somebody's reader made it, and stays so.
  if (format != &FormatNamed("DoclingDocument JSON")) {
    RemoveInvisible(document, context.diagnostics);
  }
  return document;
}

base::Result<Facts> Inspect(const Input& input, Context& context) {
  SI_ASSIGN(const Format* format, Choose(input, context));
  return format->inspect(input, context);
}

}  // namespace formats
