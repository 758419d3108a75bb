#include "formats/office/reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "formats/office/docx_reader.h"
#include "formats/office/new_document.h"
#include "formats/office/odf_reader.h"
#include "formats/office/package.h"
#include "formats/office/pptx_reader.h"
#include "formats/office/xlsx_reader.h"
#include "text/utf8.h"

namespace office {
namespace {

struct Mark {
  std::string_view mark;
  Kind kind;
};

constexpr Mark kMimeTypes[] = {{"application/vnd.oasis.opendocument.text", Kind::kOdt},
                               {"application/vnd.oasis.opendocument.spreadsheet", Kind::kOds},
                               {"application/vnd.oasis.opendocument.presentation", Kind::kOdp},
                               {"application/epub+zip", Kind::kEpub}};

constexpr Mark kFolders[] = {{"word/", Kind::kDocx}, {"xl/", Kind::kXlsx}, {"ppt/", Kind::kPptx}};

constexpr Mark kRoots[] = {
    {"w:document", Kind::kDocx}, {"workbook", Kind::kXlsx}, {"p:presentation", Kind::kPptx}};

Kind Lookup(std::span<const Mark> marks, std::string_view text) {
  for (const Mark& mark : marks) {
    if (text.starts_with(mark.mark)) return mark.kind;
  }
  return Kind::kNone;
}

}  // namespace

Kind Sniff(std::string_view bytes) {
  if (!LooksLikeArchive(bytes)) return Kind::kNone;
  auto package = Package::Open(bytes);
  if (!package) return Kind::kNone;
  if (const auto mime_type = package->archive().Read("mimetype")) {
    if (const Kind kind = Lookup(kMimeTypes, text::Strip(*mime_type)); kind != Kind::kNone) {
      return kind;
    }
  }
  const auto part = package->MainPart();
  if (!part) return Kind::kNone;
  if (const Kind kind = Lookup(kFolders, *part); kind != Kind::kNone) return kind;
  const auto document = package->ReadXml(*part);
  return document ? Lookup(kRoots, document->root().name()) : Kind::kNone;
}

docling::Document NewDocument(const File& file, std::string_view mime_type) {
  const size_t dot = file.name.rfind('.');
  const bool has_stem = dot != std::string_view::npos && dot > 0;
  const std::string stem = text::Sanitise(has_stem ? file.name.substr(0, dot) : file.name);
  docling::Document document(stem.empty() ? "file" : stem);
  document.origin = docling::Origin{.mimetype = std::string(mime_type),
                                    .binary_hash = docling::BinaryHash(file.bytes),
                                    .filename = text::Sanitise(file.name),
                                    .uri = {}};
  return document;
}

docling::BBox OnPage(docling::BBox box, const docling::Page& page) {
  for (double* x : {&box.l, &box.r}) *x = std::clamp(*x, 0.0, std::max(page.width, 0.0));
  for (double* y : {&box.t, &box.b}) *y = std::clamp(*y, 0.0, std::max(page.height, 0.0));
  return box;
}

base::Result<docling::Document> Read(Kind kind, const File& file, const Options& options,
                                     docling::DiagnosticSink& diagnostics) {
  switch (kind) {
    case Kind::kDocx:
      return ReadDocx(file, diagnostics);
    case Kind::kXlsx:
      return ReadXlsx(file, options, diagnostics);
    case Kind::kPptx:
      return ReadPptx(file, options, diagnostics);
    case Kind::kOdt:
    case Kind::kOds:
    case Kind::kOdp:
      return ReadOdf(kind, file, options, diagnostics);
    default:
      return base::Fail(base::Code::kUnsupported, "no reader for this kind of archive");
  }
}

base::Result<Facts> Inspect(Kind kind, const File& file) {
  switch (kind) {
    case Kind::kDocx:
      return InspectDocx(file);
    case Kind::kXlsx:
      return InspectXlsx(file);
    case Kind::kPptx:
      return InspectPptx(file);
    case Kind::kOdt:
    case Kind::kOds:
    case Kind::kOdp:
      return InspectOdf(kind, file);
    default:
      return base::Fail(base::Code::kUnsupported, "no reader for this kind of archive");
  }
}

}  // namespace office
