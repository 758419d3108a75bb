// URL = scheme ":" ( "//" [ userinfo "@" ] host [ ":" port ] path | opaque ) [ "?" query ] [ "#"
// fragment ] after the WHATWG URL standard, without relative references.
#include "docling/hyperlink.h"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "docling/punycode.h"
#include "text/utf8.h"

namespace docling {
namespace {

struct SpecialScheme {
  std::string_view name;
  std::string_view default_port;
};

constexpr SpecialScheme kSpecialSchemes[] = {{"http", "80"}, {"https", "443"}, {"ws", "80"},
                                             {"wss", "443"}, {"ftp", "21"},    {"file", ""}};

bool IsAlpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

std::string Lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = char(c - 'A' + 'a');
  }
  return out;
}

void AppendEncoded(std::string_view text, std::string_view also, std::string& out) {
  constexpr char kHex[] = "0123456789ABCDEF";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte > 0x20 && byte < 0x7f && also.find(c) == std::string_view::npos) {
      out += c;
    } else if (byte == 0x20 && also.find(' ') == std::string_view::npos) {
      out += c;
    } else {
      out += '%';
      out += kHex[byte >> 4U];
      out += kHex[byte & 15U];
    }
  }
}

// Without tabs and line breaks, and without blanks and controls around.
std::string Cleaned(std::string_view text) {
  while (!text.empty() && static_cast<unsigned char>(text.front()) <= 0x20) text.remove_prefix(1);
  while (!text.empty() && static_cast<unsigned char>(text.back()) <= 0x20) text.remove_suffix(1);
  std::string out;
  for (const char c : text) {
    if (c != '\t' && c != '\n' && c != '\r') out += c;
  }
  return out;
}

// The length of a leading scheme without its colon; 0 = none.
size_t SchemeLength(std::string_view text) {
  if (text.empty() || !IsAlpha(text[0])) return 0;
  for (size_t i = 1; i < text.size(); ++i) {
    const char c = text[i];
    if (c == ':') return i;
    if (!IsAlpha(c) && !IsDigit(c) && c != '+' && c != '-' && c != '.') return 0;
  }
  return 0;
}

std::vector<std::string_view> SplitPath(std::string_view path) {
  std::vector<std::string_view> segments;
  while (true) {
    const size_t slash = path.find('/');
    segments.push_back(path.substr(0, slash));
    if (slash == std::string_view::npos) return segments;
    path.remove_prefix(slash + 1);
  }
}

// `path` is empty or begins with "/".
std::string ResolveDots(std::string_view path) {
  if (path.empty()) return {};
  std::vector<std::string_view> kept;
  const auto segments = SplitPath(path.substr(1));
  for (size_t i = 0; i < segments.size(); ++i) {
    const bool last = i + 1 == segments.size();
    if (segments[i] == "..") {
      if (!kept.empty()) kept.pop_back();
      if (last) kept.emplace_back();
    } else if (segments[i] == ".") {
      if (last) kept.emplace_back();
    } else {
      kept.push_back(segments[i]);
    }
  }
  std::string out;
  for (const std::string_view segment : kept) {
    out += '/';
    out += segment;
  }
  return out;
}

// nullopt for a host no URL may have.
std::optional<std::string> NormaliseHost(std::string_view host, bool special) {
  if (host.starts_with('[')) return host.ends_with(']') ? std::optional(Lower(host)) : std::nullopt;
  constexpr std::string_view kForbidden = " #/:<>?@[\\]^|";
  if (host.find_first_of(kForbidden) != std::string_view::npos) return std::nullopt;
  if (!special) {
    std::string out;
    AppendEncoded(host, "", out);
    return out;
  }
  if (host.find('%') != std::string_view::npos) return std::nullopt;
  const bool ascii = std::ranges::all_of(host, [](char c) { return (c & 0x80) == 0; });
  return ascii ? std::optional(Lower(host)) : ToPunycodeHost(host);
}

std::optional<std::string> NormaliseAuthority(std::string_view authority,
                                              const SpecialScheme* special) {
  std::string out;
  if (const size_t at = authority.rfind('@'); at != std::string_view::npos) {
    AppendEncoded(authority.substr(0, at), " \"#<>?`{}/;=@[\\]^|", out);
    out += '@';
    authority.remove_prefix(at + 1);
  }
  std::string_view port;
  const size_t colon = authority.rfind(':');
  if (colon != std::string_view::npos && authority.find(']', colon) == std::string_view::npos) {
    port = authority.substr(colon + 1);
    authority = authority.substr(0, colon);
    if (!std::ranges::all_of(port, IsDigit)) return std::nullopt;
  }
  const bool may_be_empty = special == nullptr || special->name == "file";
  if (authority.empty() && !may_be_empty) return std::nullopt;
  const auto host = NormaliseHost(authority, special != nullptr);
  if (!host) return std::nullopt;
  out += *host;
  if (!port.empty() && (special == nullptr || port != special->default_port)) {
    out += ':';
    out += port;
  }
  return out;
}

// The pieces of what follows the scheme.
struct Tail {
  std::string_view path;
  std::string_view query;     // with its "?"
  std::string_view fragment;  // with its "#"
};

Tail SplitTail(std::string_view rest) {
  Tail tail;
  if (const size_t hash = rest.find('#'); hash != std::string_view::npos) {
    tail.fragment = rest.substr(hash);
    rest = rest.substr(0, hash);
  }
  if (const size_t mark = rest.find('?'); mark != std::string_view::npos) {
    tail.query = rest.substr(mark);
    rest = rest.substr(0, mark);
  }
  tail.path = rest;
  return tail;
}

void AppendQueryAndFragment(const Tail& tail, bool special, std::string& out) {
  AppendEncoded(tail.query, special ? " \"<>'" : " \"<>", out);
  AppendEncoded(tail.fragment, " \"<>`", out);
}

}  // namespace

std::optional<std::string> NormaliseUrl(std::string_view text) {
  const std::string cleaned = Cleaned(text);
  const size_t scheme_length = SchemeLength(cleaned);
  if (scheme_length == 0) return std::nullopt;
  std::string out = Lower(std::string_view(cleaned).substr(0, scheme_length));
  const auto found = std::ranges::find(kSpecialSchemes, out, &SpecialScheme::name);
  const SpecialScheme* special = found == std::end(kSpecialSchemes) ? nullptr : &*found;
  out += ':';
  const Tail tail = SplitTail(std::string_view(cleaned).substr(scheme_length + 1));
  std::string path(tail.path);
  if (special != nullptr) {
    std::ranges::replace(path, '\\', '/');
    // "http:ex.org" and "http:///ex.org" mean "http://ex.org".
    const size_t slashes = std::min(path.find_first_not_of('/'), path.size());
    path = special->name == "file" && slashes >= 3 ? path : "//" + path.substr(slashes);
  }
  if (path.starts_with("//")) {
    const size_t end = std::min(path.find('/', 2), path.size());
    const auto authority = NormaliseAuthority(std::string_view(path).substr(2, end - 2), special);
    if (!authority) return std::nullopt;
    out += "//" + *authority;
    path = ResolveDots(std::string_view(path).substr(end));
    if (special != nullptr && path.empty()) path = "/";
    AppendEncoded(path, " \"<>`{}^", out);
  } else {
    AppendEncoded(path, path.starts_with('/') ? " \"<>`{}^" : "", out);
  }
  AppendQueryAndFragment(tail, special != nullptr, out);
  return out;
}

std::string NormaliseHyperlink(std::string_view text) {
  if (auto url = NormaliseUrl(text)) return *std::move(url);
  // POSIX gives exactly two leading slashes a meaning of their own.
  const size_t slashes = std::min(text.find_first_not_of('/'), text.size());
  std::string out(slashes == 2 ? 2 : std::min<size_t>(slashes, 1), '/');
  for (const std::string_view segment : SplitPath(text)) {
    if (segment.empty() || segment == ".") continue;
    if (!out.empty() && !out.ends_with('/')) out += '/';
    out += segment;
  }
  return out.empty() ? "." : out;
}

}  // namespace docling
