#include "api/mime.h"

#include <algorithm>
#include <array>

namespace api {
namespace {

struct Magic {
  std::string_view bytes;
  std::string_view mime;
};

using namespace std::string_view_literals;  // keeps the NUL bytes

constexpr std::array kMagic = {
    Magic{"%PDF-", "application/pdf"},
    Magic{"\x89PNG\r\n\x1a\n", "image/png"},
    Magic{"\xff\xd8\xff", "image/jpeg"},
    Magic{"GIF8", "image/gif"},
    Magic{"II*\0"sv, "image/tiff"},
    Magic{"MM\0*"sv, "image/tiff"},
    Magic{"\xd0\xcf\x11\xe0", "application/x-ole-storage"},
};

struct Extension {
  std::string_view extension;
  std::string_view mime;
};

constexpr std::array kExtensions = {
    Extension{"pdf", "application/pdf"},
    Extension{"html", "text/html"},
    Extension{"htm", "text/html"},
    Extension{"xhtml", "application/xhtml+xml"},
    Extension{"md", "text/markdown"},
    Extension{"markdown", "text/markdown"},
    Extension{"txt", "text/plain"},
    Extension{"text", "text/plain"},
    Extension{"csv", "text/csv"},
    Extension{"json", "application/json"},
    Extension{"xml", "application/xml"},
    Extension{"adoc", "text/asciidoc"},
    Extension{"asciidoc", "text/asciidoc"},
    Extension{"docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
    Extension{"pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"},
    Extension{"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
    Extension{"odt", "application/vnd.oasis.opendocument.text"},
    Extension{"ods", "application/vnd.oasis.opendocument.spreadsheet"},
    Extension{"odp", "application/vnd.oasis.opendocument.presentation"},
    Extension{"epub", "application/epub+zip"},
    Extension{"eml", "message/rfc822"},
    Extension{"vtt", "text/vtt"},
};

std::string Lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  });
  return out;
}

std::string_view ByExtension(std::string_view name) {
  const size_t slash = name.find_last_of("/\\");
  if (slash != std::string_view::npos) name.remove_prefix(slash + 1);
  const size_t dot = name.rfind('.');
  if (dot == std::string_view::npos) return {};
  const std::string extension = Lower(name.substr(dot + 1));
  const auto found = std::ranges::find(kExtensions, extension, &Extension::extension);
  return found == kExtensions.end() ? std::string_view() : found->mime;
}

std::string_view ByContent(std::string_view head) {
  for (const Magic& magic : kMagic) {
    if (head.starts_with(magic.bytes)) return magic.mime;
  }
  const std::string start = Lower(head.substr(0, 512));
  const size_t text = start.find_first_not_of(" \t\r\n\xef\xbb\xbf");
  if (text != std::string::npos &&
      (start.compare(text, 14, "<!doctype html") == 0 || start.compare(text, 5, "<html") == 0))
    return "text/html";
  return {};
}

}  // namespace

std::string DetectMime(std::string_view stated, std::string_view head, std::string_view filename,
                       std::string_view uri) {
  // Clients send these for "I do not know".
  if (!stated.empty() && stated != "application/octet-stream" && stated != "binary/octet-stream")
    return std::string(stated);
  for (const std::string_view found : {ByContent(head), ByExtension(filename), ByExtension(uri)}) {
    if (!found.empty()) return std::string(found);
  }
  return "application/octet-stream";
}

std::string HeaderMime(std::string_view mime) {
  constexpr size_t kLongest = 200;
  const size_t slash = mime.find('/');
  const bool printable = std::ranges::all_of(mime, [](char c) { return c >= 0x20 && c <= 0x7e; });
  const bool shaped = slash != std::string_view::npos && slash > 0 && slash + 1 < mime.size();
  if (!printable || !shaped || mime.size() > kLongest) return "application/octet-stream";
  return std::string(mime);
}

}  // namespace api
