#include "formats/reader.h"

#include <fmt/format.h>

#include <exception>

#include "formats/html_reader.h"
#include "formats/sniff.h"

namespace formats {
namespace {

using base::Code;
using base::Fail;

constexpr Format kFormats[] = {
    {.name = "HTML",
     .mime_types = "text/html application/xhtml+xml",
     .extensions = "html htm xhtml",
     .certain = LooksLikeHtml,
     .plausible = nullptr,
     .mismatch = {},
     .read = ReadHtml,
     .inspect = InspectHtml},
};
constexpr Candidates kCandidates = {.all = kFormats, .fallback = kFormats[0], .csv = kFormats[0]};

base::Result<const Format*> Choose(const Input& input, const Context& context) {
  if (input.bytes.size() > context.limits.max_bytes) {
    return Fail(Code::kTooLarge, fmt::format("the file has {} bytes, more than {}",
                                             input.bytes.size(), context.limits.max_bytes));
  }
  return Detect(input, kCandidates);
}

}  // namespace

base::Result<docling::Document> Read(const Input& input, Context& context) {
  SI_ASSIGN(const Format* format, Choose(input, context));
  return format->read(input, context);
}

base::Result<Facts> Inspect(const Input& input, Context& context) {
  SI_ASSIGN(const Format* format, Choose(input, context));
  return format->inspect(input, context);
}

}  // namespace formats
