#include "formats/sniff.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "formats/office/archive.h"
#include "text/utf8.h"

namespace formats {
namespace {

using base::Code;
using base::Fail;

constexpr size_t kHead = 64 * 1024;  // how much of the file a look takes in

struct Magic {
  std::string_view bytes;
  size_t offset;
  std::string_view name;
};

// Formats without a reader that their first bytes give away.
constexpr Magic kMagics[] = {{"\x89PNG\r\n\x1a\n", 0, "PNG images"},
                             {"\xFF\xD8\xFF", 0, "JPEG images"},
                             {"GIF87a", 0, "GIF images"},
                             {"GIF89a", 0, "GIF images"},
                             {{"II*\0", 4}, 0, "TIFF images"},
                             {{"MM\0*", 4}, 0, "TIFF images"},
                             {"WEBP", 8, "WebP images"},
                             {{"BM", 2}, 0, "BMP images"},
                             {"{\\rtf", 0, "RTF documents (.rtf)"},
                             {"ID3", 0, "audio files"},
                             {"OggS", 0, "audio files"},
                             {"RIFF", 0, "audio and video files"},
                             {"ftyp", 4, "audio and video files"},
                             {"\x1a\x45\xdf\xa3", 0, "video files"},
                             {"\x1f\x8b", 0, "gzip archives (unpack them first)"},
                             {"7z\xbc\xaf\x27\x1c", 0, "7-Zip archives (unpack them first)"},
                             {"Rar!\x1a", 0, "RAR archives (unpack them first)"},
                             {"BZh", 0, "bzip2 archives (unpack them first)"},
                             {"\xfd"
                              "7zXZ",
                              0, "xz archives (unpack them first)"},
                             {"\x7f"
                              "ELF",
                              0, "programs"},
                             {"SQLite format 3", 0, "SQLite databases"},
                             {"%!PS", 0, "PostScript files (.ps)"}};

struct Named {
  std::string_view mark;
  std::string_view name;
};

// Formats without a reader, by extension.
constexpr Named kExtensions[] = {{"docx", "Word documents (.docx)"},
                                 {"doc", "Word documents (.doc)"},
                                 {"ppt", "PowerPoint presentations (.ppt)"},
                                 {"xls", "Excel workbooks (.xls)"},
                                 {"rtf", "RTF documents (.rtf)"},
                                 {"msg", "e-mail messages (.msg)"},
                                 {"tex", "LaTeX documents (.tex)"},
                                 {"latex", "LaTeX documents (.tex)"},
                                 {"xml", "XML documents (.xml)"},
                                 {"zip", "ZIP archives (unpack them first)"}};

std::unexpected<base::Error> Unsupported(std::string_view name) {
  return Fail(Code::kUnsupported, fmt::format("{} cannot be read by this version", name));
}

std::string_view NameOf(std::span<const Named> table, std::string_view extension) {
  const auto it = std::ranges::find(table, extension, &Named::mark);
  return it != table.end() ? it->name : std::string_view();
}

base::Result<> RefuseZip(const Input& input) {
  SI_TRY(office::Archive::Open(input.bytes));
  const std::string_view name = NameOf(kExtensions, Extension(input.filename));
  return Unsupported(name.empty() ? "ZIP archives (unpack them first)" : name);
}

base::Result<> RefuseOle(const Input& input) {
  constexpr std::string_view kEncryptedPackage{"E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0",
                                               32};
  if (input.bytes.find(kEncryptedPackage) != std::string_view::npos) {
    return Fail(Code::kEncrypted, "the document is protected with a password");
  }
  const std::string_view name = NameOf(kExtensions, Extension(input.filename));
  return Unsupported(name.empty() ? "old Office documents (.doc, .xls, .ppt, .msg)" : name);
}

// Fails for what its first bytes tell is a format without a reader.
base::Result<> RefuseMagic(const Input& input) {
  if (office::LooksLikeArchive(input.bytes)) return RefuseZip(input);
  if (input.bytes.starts_with("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")) return RefuseOle(input);
  for (const Magic& magic : kMagics) {
    if (input.bytes.size() <= magic.offset) continue;
    if (!input.bytes.substr(magic.offset).starts_with(magic.bytes)) continue;
    // Short marks may begin a text: only believe them in front of binary data.
    if (IsBinary(input.bytes) || magic.bytes.size() > 4) return Unsupported(magic.name);
  }
  return {};
}

std::string_view SkipSpace(std::string_view bytes) {
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  const size_t first = bytes.find_first_not_of(" \t\r\n\f");
  return first == std::string_view::npos ? std::string_view() : bytes.substr(first);
}

std::string LowerHead(std::string_view bytes, size_t length) {
  std::string head(bytes.substr(0, length));
  std::ranges::transform(head, head.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
  return head;
}

bool Lists(std::string_view list, std::string_view word) {
  const auto words = text::SplitOnSpace(list);
  return !word.empty() && std::ranges::find(words, word) != words.end();
}

base::Result<const Format*> Checked(const Format& format, const Input& input) {
  if (format.plausible != nullptr && !format.plausible(input.bytes)) {
    return Fail(format.mismatch_code, std::string(format.mismatch));
  }
  return &format;
}

}  // namespace

bool IsBinary(std::string_view bytes) {
  if (bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF")) return false;  // UTF-16
  const std::string_view head = bytes.substr(0, kHead);
  size_t controls = 0;
  for (const char c : head) {
    if (c == '\0') return true;
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 && !(byte >= 0x08 && byte <= 0x0D) && byte != 0x1B) ++controls;
  }
  return controls * 50 > head.size();
}

bool LooksLikePdf(std::string_view bytes) {
  if (SkipSpace(bytes).starts_with("%PDF-")) return true;
  // Some have other bytes in front; then the end must look like one too.
  const std::string_view tail = bytes.substr(bytes.size() - std::min<size_t>(bytes.size(), 2048));
  return bytes.substr(0, 1024).find("%PDF-") != std::string_view::npos &&
         tail.find("startxref") != std::string_view::npos;
}

bool LooksLikeHtml(std::string_view bytes) {
  std::string_view rest = SkipSpace(bytes);
  while (rest.starts_with("<!--") || rest.starts_with("<?")) {
    const std::string_view end = rest.starts_with("<?") ? "?>" : "-->";
    const size_t found = rest.substr(0, kHead).find(end);
    if (found == std::string_view::npos) return false;
    rest = SkipSpace(rest.substr(found + end.size()));
  }
  const std::string head = LowerHead(rest, 16);
  return head.starts_with("<!doctype html") || head.starts_with("<html");
}

bool LooksLikeDoclingJson(std::string_view bytes) {
  if (!SkipSpace(bytes).starts_with('{')) return false;
  const size_t key = bytes.find("\"schema_name\"");
  return key != std::string_view::npos &&
         bytes.substr(key, 64).find("\"DoclingDocument\"") != std::string_view::npos;
}

// Several lines that one separator cuts into the same number (over one) of pieces.
bool LooksLikeCsv(std::string_view bytes) {
  constexpr size_t kLines = 8;
  const std::string_view head = bytes.substr(0, kHead);
  for (const char separator : {',', ';', '\t', '|'}) {
    size_t lines = 0;
    std::ptrdiff_t pieces = 0;
    bool same = true;
    for (size_t at = 0; at < head.size() && lines < kLines; ++lines) {
      const size_t end = std::min(head.find('\n', at), head.size());
      const std::ptrdiff_t count = std::ranges::count(head.substr(at, end - at), separator);
      if (lines == 0) pieces = count;
      same = same && count == pieces;
      at = end + 1;
    }
    if (same && lines > 2 && pieces > 0) return true;
  }
  return false;
}

base::Result<const Format*> Detect(const Input& input, const Candidates& candidates) {
  if (input.bytes.empty()) return Fail(Code::kInvalidArgument, "the file is empty");
  for (const Format& format : candidates.all) {
    if (format.certain != nullptr && format.certain(input.bytes)) return &format;
  }
  SI_TRY(RefuseMagic(input));
  const std::string extension = Extension(input.filename);
  const std::string mime_type =
      LowerHead(input.mime_type.substr(0, input.mime_type.find(';')), 128);
  if (IsBinary(input.bytes)) {
    return Fail(Code::kUnsupported,
                "the file is binary data of no format that can be read by this version");
  }
  for (const Format& format : candidates.all) {
    if (Lists(format.extensions, extension)) return Checked(format, input);
  }
  if (const std::string_view name = NameOf(kExtensions, extension); !name.empty()) {
    return Unsupported(name);
  }
  for (const Format& format : candidates.all) {
    if (Lists(format.mime_types, text::Strip(mime_type))) return Checked(format, input);
  }
  return LooksLikeCsv(input.bytes) ? &candidates.csv : &candidates.fallback;
}

std::string_view FileName(std::string_view path) {
  const size_t slash = path.find_last_of("/\\");
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

std::string_view Stem(std::string_view path) {
  const std::string_view name = FileName(path);
  const size_t dot = name.rfind('.');
  return dot == std::string_view::npos || dot == 0 ? name : name.substr(0, dot);
}

std::string Extension(std::string_view path) {
  const std::string_view name = FileName(path);
  const size_t dot = name.rfind('.');
  if (dot == std::string_view::npos || dot == 0) return {};
  return LowerHead(name.substr(dot + 1), 32);
}

docling::Document NewDocument(const Input& input, std::string_view mime_type) {
  const std::string name = text::Sanitise(Stem(input.filename));
  docling::Document document(name.empty() ? "file" : name);
  document.origin = docling::Origin{.mimetype = std::string(mime_type),
                                    .binary_hash = docling::BinaryHash(input.bytes),
                                    .filename = text::Sanitise(FileName(input.filename)),
                                    .uri = {}};
  return document;
}

}  // namespace formats
