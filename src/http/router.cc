#include "http/router.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "http/forms.h"

namespace http {
namespace {

using base::Code;
using base::Fail;
using base::Result;

// "/a/b/" -> {"a", "b"}
std::vector<std::string> Split(std::string_view path) {
  std::vector<std::string> segments;
  while (!path.empty()) {
    const size_t end = std::min(path.find('/'), path.size());
    if (end > 0) segments.emplace_back(path.substr(0, end));
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return segments;
}

// A request's path, percent-decoded. `rests[i]` is what stands from segment i to the end (without a
// closing slash): slashes that stand side by side, as in "https://", are kept there.
struct Path {
  std::vector<std::string> segments;
  std::vector<std::string> rests;
};

Result<Path> ReadPath(std::string_view text) {
  Path path;
  if (text.ends_with('/')) text.remove_suffix(1);
  while (!text.empty()) {
    const size_t end = std::min(text.find('/'), text.size());
    if (end > 0) {
      SI_ASSIGN(path.segments.emplace_back(), PercentDecode(text.substr(0, end), Plus::kLiteral));
      SI_ASSIGN(path.rests.emplace_back(), PercentDecode(text, Plus::kLiteral));
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return path;
}

bool IsArgument(std::string_view segment) { return segment.starts_with('{'); }
bool IsRest(std::string_view segment) { return segment.ends_with("*}"); }

std::string_view ArgumentName(std::string_view segment) {
  return segment.substr(1, segment.size() - (IsRest(segment) ? 3 : 2));
}

int64_t Literals(const std::vector<std::string>& segments) {
  return std::ranges::count_if(segments, [](const auto& s) { return !IsArgument(s); });
}

bool SameLiteral(std::string_view a, std::string_view b) {
  const auto fold = [](char c) { return c == '_' ? '-' : c; };
  return std::ranges::equal(a, b, {}, fold, fold);
}

// The arguments when the path fits the pattern.
std::optional<Pairs> Fit(const std::vector<std::string>& pattern, const Path& path) {
  Pairs arguments;
  for (size_t i = 0; i < pattern.size(); ++i) {
    if (i >= path.segments.size()) return std::nullopt;
    if (!IsArgument(pattern[i])) {
      if (!SameLiteral(pattern[i], path.segments[i])) return std::nullopt;
      continue;
    }
    const bool rest = IsRest(pattern[i]);
    arguments.emplace_back(ArgumentName(pattern[i]), rest ? path.rests[i] : path.segments[i]);
    if (rest) return arguments;
  }
  if (path.segments.size() != pattern.size()) return std::nullopt;
  return arguments;
}

std::string Join(const std::vector<std::string>& values) {
  std::string text;
  for (const std::string& value : values) text += (text.empty() ? "" : ", ") + value;
  return text;
}

std::string Shown(std::string_view value) {
  return value.size() <= 60 ? std::string(value) : std::string(value.substr(0, 60)) + "…";
}

Result<std::string> CheckInteger(const Parameter& parameter, const std::string& value) {
  int64_t number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error != std::errc() || end != value.data() + value.size()) {
    return Fail(Code::kInvalidArgument, fmt::format("parameter '{}' must be an integer, not '{}'",
                                                    parameter.name, Shown(value)));
  }
  if (number < parameter.min || number > parameter.max) {
    const std::string bound = number < parameter.min ? fmt::format("at least {}", parameter.min)
                                                     : fmt::format("at most {}", parameter.max);
    return Fail(Code::kInvalidArgument,
                fmt::format("parameter '{}' must be {}, not {}", parameter.name, bound, number));
  }
  return std::to_string(number);
}

Result<std::string> CheckBoolean(const Parameter& parameter, std::string value) {
  std::ranges::transform(value, value.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  });
  for (const char* yes : {"true", "1", "yes", "on"}) {
    if (value == yes) return "true";
  }
  for (const char* no : {"false", "0", "no", "off"}) {
    if (value == no) return "false";
  }
  return Fail(Code::kInvalidArgument, fmt::format("parameter '{}' must be true or false, not '{}'",
                                                  parameter.name, Shown(value)));
}

// Characters of UTF-8 text: bytes that continue one are not counted.
int64_t Characters(std::string_view text) {
  return std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; });
}

Result<std::string> CheckText(const Parameter& parameter, const std::string& value) {
  if (parameter.required && value.empty()) {
    return Fail(Code::kInvalidArgument,
                fmt::format("parameter '{}' must not be empty", parameter.name));
  }
  if (parameter.max_length > 0 && Characters(value) > parameter.max_length) {
    return Fail(Code::kInvalidArgument,
                fmt::format("parameter '{}' must have at most {} characters, not {}",
                            parameter.name, parameter.max_length, Characters(value)));
  }
  return value;
}

Result<std::string> Check(const Parameter& parameter, const std::string& value) {
  if (value.find('\0') != std::string::npos) {
    return Fail(Code::kInvalidArgument,
                fmt::format("parameter '{}' must not hold a NUL character", parameter.name));
  }
  if (!parameter.allowed.empty() &&
      std::ranges::find(parameter.allowed, value) == parameter.allowed.end()) {
    return Fail(Code::kInvalidArgument,
                fmt::format("parameter '{}' must be one of {}, not '{}'", parameter.name,
                            Join(parameter.allowed), Shown(value)));
  }
  if (parameter.kind == Kind::kInteger) return CheckInteger(parameter, value);
  if (parameter.kind == Kind::kBoolean) return CheckBoolean(parameter, value);
  return CheckText(parameter, value);
}

const std::string* Find(const Pairs& pairs, const Parameter& parameter) {
  for (const auto& [name, value] : pairs) {
    if (name == parameter.name || (!parameter.alias.empty() && name == parameter.alias))
      return &value;
  }
  return nullptr;
}

const std::string* Given(const Parameter& parameter, const Match& match, const Request& request) {
  switch (parameter.in) {
    case In::kPath:
      return Find(match.path_arguments, parameter);
    case In::kQuery:
      return Find(request.query, parameter);
    case In::kForm:
      return Find(request.form, parameter);
    case In::kHeader:
      return request.headers.Find(parameter.name);
    case In::kEither:
      break;
  }
  const std::string* in_form = Find(request.form, parameter);
  return in_form != nullptr ? in_form : Find(request.query, parameter);
}

std::string_view Place(In in) {
  switch (in) {
    case In::kPath:
      return "path";
    case In::kQuery:
      return "query";
    case In::kHeader:
      return "header";
    case In::kForm:
    case In::kEither:
      break;
  }
  return "form";
}

}  // namespace

Router::Router(std::vector<Route> routes) : routes_(std::move(routes)) {
  for (size_t i = 0; i < routes_.size(); ++i) patterns_.push_back({Split(routes_[i].path), i});
  // Ties keep the order of the table.
  std::ranges::sort(patterns_, std::ranges::greater(), [&](const Pattern& p) {
    return std::pair(Literals(p.segments), -static_cast<int64_t>(p.route));
  });
}

Match Router::Find(Method method, std::string_view path) const {
  const auto read = ReadPath(path);
  if (!read) return {};
  const Method wanted = method == Method::kHead ? Method::kGet : method;
  Match match;
  std::optional<int64_t> best;
  for (const Pattern& pattern : patterns_) {
    // "/document/by-uri" is not a "/document/{hash}" with other methods.
    if (best && Literals(pattern.segments) < *best) break;
    auto arguments = Fit(pattern.segments, *read);
    if (!arguments) continue;
    best = Literals(pattern.segments);
    const Route& route = routes_[pattern.route];
    match.allowed.push_back(route.method);
    if (match.route != nullptr || route.method != wanted) continue;
    match.route = &route;
    match.path_arguments = std::move(*arguments);
  }
  return match;
}

Result<> BindArguments(const Match& match, Request& request) {
  for (const Parameter& parameter : match.route->parameters) {
    if (parameter.kind == Kind::kFile) continue;  // the handler looks at request.files
    const std::string* given = Given(parameter, match, request);
    // An empty value of an optional parameter that is no plain text means "not given", as web forms
    // send it.
    if (given != nullptr && given->empty() && !parameter.required &&
        parameter.kind != Kind::kString)
      given = nullptr;
    if (given == nullptr) {
      if (parameter.required) {
        return Fail(Code::kInvalidArgument, fmt::format("the {} parameter '{}' is required",
                                                        Place(parameter.in), parameter.name));
      }
      if (!parameter.otherwise.empty()) request.arguments[parameter.name] = parameter.otherwise;
      continue;
    }
    SI_ASSIGN(request.arguments[parameter.name], Check(parameter, *given));
  }
  return {};
}

}  // namespace http
