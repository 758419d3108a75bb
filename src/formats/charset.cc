#include "formats/charset.h"

#include <fmt/format.h>

#include <iconv.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>

#include "text/utf8.h"

namespace formats {
namespace {

constexpr std::array<char32_t, 32> kWindows1252 = {
    0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0x8D,   0x017D, 0x8F,   0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178};

std::string FromWindows1252(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  for (const char c : bytes) text::AppendUtf8(Windows1252(static_cast<uint8_t>(c)), out);
  return out;
}

std::string FromUtf16(std::string_view bytes, bool big_endian) {
  const auto unit = [&](size_t i) {
    const auto first = static_cast<uint8_t>(bytes[i]);
    const auto second = static_cast<uint8_t>(bytes[i + 1]);
    return static_cast<char32_t>(big_endian ? first << 8 | second : second << 8 | first);
  };
  std::string out;
  out.reserve(bytes.size());
  for (size_t i = 0; i + 1 < bytes.size(); i += 2) {
    char32_t code_point = unit(i);
    if (code_point >= 0xD800 && code_point < 0xDC00 && i + 3 < bytes.size()) {
      const char32_t low = unit(i + 2);
      if (low >= 0xDC00 && low < 0xE000) {
        code_point = 0x10000 + ((code_point - 0xD800) << 10) + (low - 0xDC00);
        i += 2;
      }
    }
    text::AppendUtf8(code_point, out);
  }
  return out;
}

// Other charsets through the C library. nullopt when it does not know the charset.
std::optional<std::string> FromCharset(std::string_view bytes, const std::string& charset) {
  const iconv_t converter = iconv_open("UTF-8", charset.c_str());
  // NOLINTNEXTLINE(performance-no-int-to-ptr): the value iconv_open documents
  if (converter == reinterpret_cast<iconv_t>(-1)) return std::nullopt;
  std::string out;
  char* in = const_cast<char*>(bytes.data());  // iconv does not write to it
  size_t left = bytes.size();
  char buffer[16 * 1024];
  while (left > 0) {
    char* to = buffer;
    size_t room = sizeof(buffer);
    const size_t result = iconv(converter, &in, &left, &to, &room);
    out.append(buffer, to - buffer);
    if (result != static_cast<size_t>(-1) || errno == E2BIG) continue;
    text::AppendUtf8(text::kReplacement, out);
    ++in;
    --left;
  }
  iconv_close(converter);
  return out;
}

// Is this UTF-8 with a few faults, rather than another charset?
bool IsMostlyUtf8(std::string_view bytes) {
  size_t valid = 0;
  size_t invalid = 0;
  for (size_t i = 0; i < bytes.size();) {
    const text::Decoded decoded = text::DecodeAt(bytes, i);
    if (!decoded.valid) ++invalid;
    if (decoded.valid && decoded.length > 1) ++valid;
    i += decoded.length;
  }
  return valid > 4 * invalid;
}

// Control characters say nothing in a document, and some of them stand for something inside the
// readers.
std::string WithoutControls(std::string text) {
  std::erase_if(text, [](char c) {
    return static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f';
  });
  return text;
}

std::string Lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
  return out;
}

// What a label means on the web.
bool IsWindows1252(std::string_view label) {
  constexpr std::string_view kLabels[] = {"windows-1252", "cp1252",   "iso-8859-1", "iso8859-1",
                                          "latin1",       "us-ascii", "ascii"};
  return std::ranges::find(kLabels, label) != std::end(kLabels);
}

}  // namespace

char32_t Windows1252(uint8_t byte) {
  return byte >= 0x80 && byte <= 0x9F ? kWindows1252[byte - 0x80] : byte;
}

std::string ToText(std::string_view bytes, std::string_view declared,
                   docling::DiagnosticSink& diagnostics) {
  const auto report = [&](std::string what) {
    diagnostics.Report({docling::Severity::kWarning, std::move(what), "text"});
  };
  if (bytes.starts_with("\xFF\xFE")) return WithoutControls(FromUtf16(bytes.substr(2), false));
  if (bytes.starts_with("\xFE\xFF")) return WithoutControls(FromUtf16(bytes.substr(2), true));
  const bool marked = bytes.starts_with("\xEF\xBB\xBF");
  if (marked) bytes.remove_prefix(3);
  if (text::IsValidUtf8(bytes)) return WithoutControls(std::string(bytes));
  const std::string charset = Lower(declared);
  if (marked || charset == "utf-8" || charset == "utf8" ||
      (charset.empty() && IsMostlyUtf8(bytes))) {
    report("bytes that are not valid UTF-8 were replaced");
    return WithoutControls(text::Sanitise(bytes));
  }
  if (!charset.empty() && !IsWindows1252(charset)) {
    if (auto decoded = FromCharset(bytes, charset)) {
      return WithoutControls(text::Sanitise(*decoded));
    }
    report(fmt::format("charset {} is not known here: read as windows-1252",
                       text::Sanitise(charset.substr(0, 40))));
  } else if (charset.empty()) {
    report("not valid UTF-8: read as windows-1252");
  }
  return WithoutControls(FromWindows1252(bytes));
}

std::string DeclaredCharset(std::string_view html) {
  const std::string head = Lower(html.substr(0, 1024));
  for (const std::string_view key : {"charset=", "encoding="}) {
    size_t at = head.find(key);
    if (at == std::string::npos) continue;
    at += key.size();
    while (at < head.size() && (head[at] == '"' || head[at] == '\'' || head[at] == ' ')) ++at;
    if (at == head.size()) continue;
    const size_t end = head.find_first_of("\"'> ;/?\n\r", at);
    return head.substr(at, end - at);
  }
  return {};
}

}  // namespace formats
