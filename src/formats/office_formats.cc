#include "formats/office_formats.h"

#include <fmt/format.h>

#include "formats/sniff.h"

namespace formats {
namespace {

// Hands on the pages of the office readers.
class OfficeProgress : public office::PageProgress {
 public:
  explicit OfficeProgress(Progress* progress) : progress_(progress) {}
  void OnPage(int done, int total) override {
    if (progress_ != nullptr) progress_->OnPage(done, total);
  }

 private:
  Progress* progress_;
};

std::string_view MimeType(office::Kind kind) {
  switch (kind) {
    case office::Kind::kDocx:
      return "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
    case office::Kind::kXlsx:
      return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    case office::Kind::kPptx:
      return "application/vnd.openxmlformats-officedocument.presentationml.presentation";
    case office::Kind::kOdt:
      return "application/vnd.oasis.opendocument.text";
    case office::Kind::kOds:
      return "application/vnd.oasis.opendocument.spreadsheet";
    case office::Kind::kOdp:
      return "application/vnd.oasis.opendocument.presentation";
    default:
      return "application/zip";
  }
}

office::File ToFile(const Input& input) {
  return {.bytes = input.bytes, .name = FileName(input.filename)};
}

}  // namespace

base::Result<docling::Document> ReadOfficeFile(office::Kind kind, const Input& input,
                                               Context& context) {
  OfficeProgress progress(context.progress);
  const office::Options options{.max_pages = context.limits.max_pages, .progress = &progress};
  return office::Read(kind, ToFile(input), options, context.diagnostics);
}

base::Result<Facts> InspectOfficeFile(office::Kind kind, const Input& input,
                                      const Context& context) {
  SI_ASSIGN(office::Facts facts, office::Inspect(kind, ToFile(input)));
  if (facts.page_count > context.limits.max_pages) {
    return base::Fail(base::Code::kTooLarge,
                      fmt::format("the document has {} pages, more than {}", facts.page_count,
                                  context.limits.max_pages));
  }
  return Facts{.mime_type = std::string(MimeType(kind)),
               .page_count = facts.page_count,
               .title = std::move(facts.title),
               .author = std::move(facts.author),
               .subject = std::move(facts.subject),
               .keywords = std::move(facts.keywords)};
}

}  // namespace formats
