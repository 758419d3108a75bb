#include "formats/mime_message.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <optional>
#include <utility>

#include "docling/diagnostics.h"
#include "formats/charset.h"
#include "text/utf8.h"

namespace formats {
namespace {

namespace chrono = std::chrono;
using base::Code;
using base::Fail;

constexpr size_t kMaxDepth = 30;
constexpr size_t kMaxParts = 2'000;
constexpr size_t kMaxHeaders = 5'000;

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// Whatever is no digit of base 64 is passed over.
std::string DecodeBase64(std::string_view text) {
  std::string out;
  uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    int value = -1;
    if (c >= 'A' && c <= 'Z') value = c - 'A';
    if (c >= 'a' && c <= 'z') value = c - 'a' + 26;
    if (c >= '0' && c <= '9') value = c - '0' + 52;
    if (c == '+' || c == '-') value = 62;
    if (c == '/' || c == '_') value = 63;
    if (c == '=') break;
    if (value < 0) continue;
    bits = (bits << 6U) | uint32_t(value);
    count += 6;
    if (count >= 8) {
      count -= 8;
      out += char((bits >> unsigned(count)) & 0xFFU);
    }
  }
  return out;
}

// In headers '_' is a space; in bodies '=' at the end of a line joins it with the next.
std::string DecodeQuoted(std::string_view text, bool header) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const int high = text[i] == '=' && i + 2 < text.size() ? HexDigit(text[i + 1]) : -1;
    const int low = high >= 0 ? HexDigit(text[i + 2]) : -1;
    if (low >= 0) {
      out += char(high * 16 + low);
      i += 2;
    } else if (text[i] == '=' && !header) {
      const size_t end = text.find_first_not_of(" \t\r", i + 1);
      if (end == std::string_view::npos) break;
      if (text[end] == '\n') {
        i = end;
      } else {
        out += '=';
      }
    } else {
      out += header && text[i] == '_' ? ' ' : text[i];
    }
  }
  return out;
}

std::string ToUtf8(std::string_view bytes, std::string_view charset) {
  docling::CollectedDiagnostics unheard;
  return ToText(bytes, text::ToLower(charset), unheard);
}

// One "=?charset?B?...?=" at the start of the text; its length and meaning.
std::optional<std::pair<size_t, std::string>> EncodedWord(std::string_view text) {
  if (!text.starts_with("=?")) return std::nullopt;
  const size_t charset_end = text.find('?', 2);
  if (charset_end == text.npos || charset_end + 2 >= text.size()) return std::nullopt;
  const char encoding = char(text[charset_end + 1] | 0x20);
  if (text[charset_end + 2] != '?' || (encoding != 'b' && encoding != 'q')) return std::nullopt;
  const size_t begin = charset_end + 3;
  const size_t end = text.find("?=", begin);
  if (end == text.npos || text.substr(begin, end - begin).find_first_of(" \n") != text.npos) {
    return std::nullopt;
  }
  std::string_view charset = text.substr(2, charset_end - 2);
  charset = charset.substr(0, charset.find('*'));  // a language may follow
  const std::string_view inside = text.substr(begin, end - begin);
  const std::string bytes = encoding == 'b' ? DecodeBase64(inside) : DecodeQuoted(inside, true);
  return std::pair(end + 2, ToUtf8(bytes, charset));
}

// "text/plain; charset=utf-8; name*0*=..." in its value and parameters, names in lower case.
struct Parameters {
  std::string value;
  std::map<std::string, std::string, std::less<>> all;

  std::string Get(std::string_view name) const {
    const auto found = all.find(name);
    return found != all.end() ? found->second : std::string();
  }
  std::string FileName(std::string_view name) const;
};

// A semicolon outside of quotes.
size_t EndOfParameter(std::string_view text) {
  bool quoted = false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && quoted)
      ++i;
    else if (text[i] == '"')
      quoted = !quoted;
    else if (text[i] == ';' && !quoted)
      return i;
  }
  return text.size();
}

std::string Unquoted(std::string_view text) {
  text = text::Strip(text);
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') return std::string(text);
  std::string out;
  for (size_t i = 1; i + 1 < text.size(); ++i) {
    if (text[i] == '\\' && i + 2 < text.size()) ++i;
    out += text[i];
  }
  return out;
}

Parameters ParseParameters(std::string_view header) {
  Parameters parameters;
  bool first = true;
  while (!header.empty()) {
    const size_t end = EndOfParameter(header);
    const std::string_view piece = header.substr(0, end);
    header.remove_prefix(std::min(end + 1, header.size()));
    if (std::exchange(first, false)) {
      parameters.value = text::ToLower(text::Strip(piece));
      continue;
    }
    const size_t equals = piece.find('=');
    if (equals == piece.npos) continue;
    parameters.all.try_emplace(text::ToLower(text::Strip(piece.substr(0, equals))),
                               Unquoted(piece.substr(equals + 1)));
  }
  return parameters;
}

// name, or name* (charset'language'percent-encoded), or name*0, name*1*, … in turn.
std::string Parameters::FileName(std::string_view name) const {
  if (const std::string plain = Get(name); !plain.empty()) return DecodeWords(plain);
  std::string encoded = Get(fmt::format("{}*", name));
  for (int i = 0; encoded.empty() || i > 0; ++i) {
    std::string piece = Get(fmt::format("{}*{}*", name, i));
    if (piece.empty()) piece = Get(fmt::format("{}*{}", name, i));
    if (piece.empty()) break;
    encoded += piece;
  }
  std::string charset;
  const size_t first = encoded.find('\'');
  const size_t second = first == std::string::npos ? first : encoded.find('\'', first + 1);
  if (second != std::string::npos) {
    charset = encoded.substr(0, first);
    encoded.erase(0, second + 1);
  }
  std::ranges::replace(encoded, '%', '=');
  return ToUtf8(DecodeQuoted(encoded, false), charset);
}

std::string_view NextLine(std::string_view& rest) {
  const size_t end = std::min(rest.find('\n'), rest.size());
  std::string_view line = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

// "Name: value" of a line; an empty name when it is no header.
std::pair<std::string, std::string_view> SplitHeader(std::string_view line) {
  const size_t colon = line.find(':');
  if (colon == line.npos || colon == 0) return {};
  const std::string_view name = line.substr(0, colon);
  const bool valid = std::ranges::all_of(name, [](char c) { return c > ' ' && c < 0x7F; });
  return valid ? std::pair(text::ToLower(name), line.substr(colon + 1))
               : std::pair<std::string, std::string_view>();
}

using Headers = std::map<std::string, std::string, std::less<>>;

// Takes the headers off the front of the message.
Headers TakeHeaders(std::string_view& rest) {
  Headers headers;
  std::string name;
  std::string value;
  const auto keep = [&] {
    if (!name.empty() && headers.size() < kMaxHeaders) {
      headers.try_emplace(std::exchange(name, {}), text::Strip(value));
    }
    name.clear();
  };
  if (rest.starts_with("From ")) NextLine(rest);  // of a mailbox file
  while (!rest.empty()) {
    const std::string_view before = rest;
    const std::string_view line = NextLine(rest);
    if (line.empty()) break;
    if (line[0] == ' ' || line[0] == '\t') {
      value += ' ';
      value += text::Strip(line);
      continue;
    }
    keep();
    auto [next, text] = SplitHeader(line);
    if (next.empty()) {  // the blank line is missing: this is the body
      rest = before;
      break;
    }
    name = std::move(next);
    value = text;
  }
  keep();
  return headers;
}

std::string_view Get(const Headers& headers, std::string_view name) {
  const auto found = headers.find(name);
  return found != headers.end() ? std::string_view(found->second) : std::string_view();
}

std::string Decoded(std::string_view body, std::string_view encoding) {
  const std::string lower = text::ToLower(text::Strip(encoding));
  if (lower == "base64") return DecodeBase64(body);
  if (lower == "quoted-printable") return DecodeQuoted(body, false);
  return std::string(body);
}

base::Result<> AddParts(const Headers& headers, std::string_view body, size_t depth,
                        std::vector<MimePart>& parts);

// The bodies between lines of "--boundary".
base::Result<> AddMultipart(std::string_view body, const std::string& boundary, size_t depth,
                            std::vector<MimePart>& parts) {
  const std::string mark = "--" + boundary;
  const char* begin = nullptr;  // of the part being passed over
  for (std::string_view rest = body;;) {
    const char* here = rest.data();
    const bool end = rest.empty();
    const std::string_view line = end ? std::string_view() : NextLine(rest);
    const bool marked = line.starts_with(mark) && (text::StripRight(line) == mark ||
                                                   line.substr(mark.size()).starts_with("--"));
    if (!end && !marked) continue;
    if (begin != nullptr) {
      std::string_view part(begin, size_t(here - begin));
      Headers headers = TakeHeaders(part);
      SI_TRY(AddParts(headers, part, depth + 1, parts));
    }
    const bool last = marked && line.substr(mark.size()).starts_with("--");
    if (end || last) return {};
    begin = rest.data();
  }
}

base::Result<> AddParts(const Headers& headers, std::string_view body, size_t depth,
                        std::vector<MimePart>& parts) {
  if (depth > kMaxDepth || parts.size() >= kMaxParts) {
    return Fail(Code::kTooLarge, "the message has too many parts within parts");
  }
  const Parameters type = ParseParameters(Get(headers, "content-type"));
  const std::string boundary = type.Get("boundary");
  if (type.value.starts_with("multipart/") && !boundary.empty()) {
    return AddMultipart(body, boundary, depth, parts);
  }
  const Parameters disposition = ParseParameters(Get(headers, "content-disposition"));
  MimePart part;
  if (!type.value.empty()) part.type = type.value;
  part.charset = type.Get("charset");
  part.filename = disposition.FileName("filename");
  if (part.filename.empty()) part.filename = type.FileName("name");
  part.attachment = disposition.value == "attachment" || !part.filename.empty();
  part.body = Decoded(body, Get(headers, "content-transfer-encoding"));
  parts.push_back(std::move(part));
  return {};
}

constexpr std::array<std::string_view, 12> kMonths = {"jan", "feb", "mar", "apr", "may", "jun",
                                                      "jul", "aug", "sep", "oct", "nov", "dec"};

// "-0700" in minutes; names of zones other than UTC's are taken as it.
int ZoneMinutes(std::string_view zone) {
  if (zone.size() < 5 || (zone[0] != '+' && zone[0] != '-')) return 0;
  const int digits = std::atoi(std::string(zone.substr(1, 4)).c_str());
  const int minutes = (digits / 100 * 60) + (digits % 100);
  return zone[0] == '-' ? -minutes : minutes;
}

}  // namespace

std::string_view MimeMessage::Header(std::string_view name) const { return Get(headers, name); }

base::Result<MimeMessage> ParseMessage(std::string_view bytes) {
  MimeMessage message;
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  message.raw_headers = TakeHeaders(bytes);
  for (const auto& [name, value] : message.raw_headers) {
    message.headers.emplace(name, DecodeWords(value));
  }
  SI_TRY(AddParts(message.raw_headers, bytes, 0, message.parts));
  return message;
}

std::string DecodeWords(std::string_view header) {
  std::string out;
  bool after_word = false;  // white space between encoded words is none
  std::string space;
  for (size_t at = 0; at < header.size();) {
    if (const auto word = EncodedWord(header.substr(at))) {
      if (!after_word) out += space;
      space.clear();
      out += word->second;
      at += word->first;
      after_word = true;
    } else if (header[at] == ' ' || header[at] == '\t') {
      space += header[at++];
    } else {
      out += std::exchange(space, {});
      out += header[at++];
      after_word = false;
    }
  }
  return text::IsValidUtf8(out) ? out : ToUtf8(out, {});
}

std::vector<MailAddress> ParseAddresses(std::string_view header) {
  std::vector<MailAddress> addresses;
  bool quoted = false;
  bool angle = false;
  std::string name;
  std::string address;
  const auto keep = [&] {
    MailAddress found{.name = DecodeWords(Unquoted(name)), .address = address};
    if (found.address.empty()) std::swap(found.name, found.address);
    found.address = text::Strip(found.address);
    found.name = text::Strip(found.name);
    if (!found.address.empty()) addresses.push_back(std::move(found));
    name.clear();
    address.clear();
    angle = false;
  };
  for (size_t i = 0; i < header.size(); ++i) {
    const char c = header[i];
    if (c == '"') quoted = !quoted;
    if (!quoted && c == '<') {
      angle = true;
    } else if (!quoted && c == '>') {
      angle = false;
    } else if (!quoted && !angle && (c == ',' || c == ';')) {
      keep();
    } else if (!quoted && !angle && c == ':') {
      name.clear();  // a group's name
    } else {
      (angle ? address : name) += c;
    }
  }
  keep();
  return addresses;
}

std::string DateInUtc(std::string_view header) {
  if (const size_t comma = header.find(','); comma != header.npos) header.remove_prefix(comma + 1);
  const auto words = text::SplitOnSpace(header);
  if (words.size() < 4) return {};
  const auto number = [](std::string_view text) {
    return std::atoi(std::string(text.substr(0, 6)).c_str());
  };
  const std::string name = text::ToLower(words[1]).substr(0, 3);
  const auto* month = std::ranges::find(kMonths, name);
  int year = number(words[2]);
  if (year < 100) year += year < 69 ? 2000 : 1900;
  const chrono::year_month_day date(chrono::year(year),
                                    chrono::month(unsigned(month - kMonths.begin()) + 1),
                                    chrono::day(unsigned(number(words[0]))));
  const std::string_view clock = words[3];
  const size_t colon = clock.find(':');
  if (!date.ok() || year > 9999 || colon == clock.npos) return {};
  const size_t second_colon = clock.find(':', colon + 1);
  const int seconds = second_colon == clock.npos ? 0 : number(clock.substr(second_colon + 1));
  const int zone = words.size() > 4 ? ZoneMinutes(words[4]) : 0;
  const auto time = chrono::sys_days(date) + chrono::hours(number(clock)) +
                    chrono::minutes(number(clock.substr(colon + 1)) - zone) +
                    chrono::seconds(seconds);
  const auto days = chrono::floor<chrono::days>(time);
  const chrono::year_month_day utc(days);
  const chrono::hh_mm_ss clock_utc(time - days);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}+00:00", int(utc.year()),
                     unsigned(utc.month()), unsigned(utc.day()), clock_utc.hours().count(),
                     clock_utc.minutes().count(), clock_utc.seconds().count());
}

bool LooksLikeMessage(std::string_view bytes) {
  constexpr size_t kHead = 16 * 1024;
  std::string_view rest = bytes.substr(0, kHead);
  if (rest.starts_with("\xEF\xBB\xBF")) rest.remove_prefix(3);
  const Headers headers = TakeHeaders(rest);
  for (const char* name : {"from", "to", "subject", "date", "received", "message-id",
                           "mime-version", "content-type", "return-path"}) {
    if (headers.contains(name)) return true;
  }
  return false;
}

}  // namespace formats
