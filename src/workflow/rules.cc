#include "workflow/rules.h"

#include <algorithm>
#include <boost/json.hpp>

#include "workflow/step_settings.h"

namespace workflow {
namespace {

namespace json = boost::json;

bool AnyMatches(const std::vector<std::string>& patterns, std::string_view text) {
  return patterns.empty() || std::ranges::any_of(patterns, [&](const std::string& pattern) {
           return MatchesPattern(text, pattern);
         });
}

// Reads one rule; problems are texts without the rule's name.
class RuleReader {
 public:
  explicit RuleReader(RuleKind kind) : kind_(kind) {}

  base::Result<Rule> Read(const json::object& object, size_t number) {
    Rule rule;
    std::string problem;
    for (const auto& [key, value] : object) {
      if (value.is_null()) continue;
      problem = ReadMember(key, value, rule);
      if (!problem.empty()) break;
    }
    if (problem.empty()) return rule;
    const std::string name = rule.name.empty() ? "" : " (" + rule.name + ")";
    return base::Fail(base::Code::kInvalidArgument,
                      "rule " + std::to_string(number) + name + ": " + problem);
  }

 private:
  std::string ReadMember(std::string_view key, const json::value& value, Rule& rule) const {
    if (key == "name") return Text(key, value, rule.name);
    if (key == "mime") return Patterns(key, value, rule.mime);
    if (key == "source") return Patterns(key, value, rule.source);
    if (key == "uri") return Patterns(key, value, rule.uri);
    if (key == "min_size") return Number(key, value, rule.min_size);
    if (key == "max_size") return Number(key, value, rule.max_size);
    if (key == "meta") return Meta(value, rule.meta);
    return kind_ == RuleKind::kRoute ? RouteEffect(key, value, rule)
                                     : EnrichEffect(key, value, rule);
  }

  static std::string RouteEffect(std::string_view key, const json::value& value, Rule& rule) {
    if (key == "priority") return Number(key, value, rule.priority);
    if (key == "param_id") return Text(key, value, rule.param_id.emplace());
    if (key == "data_dir") {
      std::string problem = Text(key, value, rule.data_dir.emplace());
      if (!problem.empty()) return problem;
      const auto checked = CheckDataDir(*rule.data_dir);
      return checked ? "" : checked.error().message();
    }
    if (key == "skip") {
      if (!value.is_bool()) return "skip must be true or false";
      rule.skip = value.get_bool();
      return "";
    }
    return Unknown(key, "data_dir, priority, param_id, skip");
  }

  static std::string EnrichEffect(std::string_view key, const json::value& value, Rule& rule) {
    if (key != "set") return Unknown(key, "set");
    if (!value.is_object()) return "set must be a map";
    rule.set = json::serialize(value);
    return "";
  }

  static std::string Unknown(std::string_view key, std::string_view effects) {
    return "'" + std::string(key) +
           "' is not allowed: name, mime, source, uri, min_size, max_size, meta, " +
           std::string(effects);
  }

  static std::string Text(std::string_view key, const json::value& value, std::string& out) {
    if (!value.is_string()) return std::string(key) + " must be text";
    out = std::string(value.get_string());
    return "";
  }

  static std::string Number(std::string_view key, const json::value& value,
                            std::optional<int64_t>& out) {
    boost::system::error_code error;
    out = value.to_number<int64_t>(error);
    return error ? std::string(key) + " must be a whole number" : "";
  }

  static std::string Patterns(std::string_view key, const json::value& value,
                              std::vector<std::string>& out) {
    if (value.is_string()) {
      out.emplace_back(value.get_string());
      return "";
    }
    if (!value.is_array()) return std::string(key) + " must be a pattern or a list of patterns";
    for (const json::value& item : value.get_array()) {
      if (!item.is_string()) return std::string(key) + " must be a list of patterns";
      out.emplace_back(item.get_string());
    }
    return "";
  }

  static std::string Meta(const json::value& value,
                          std::map<std::string, std::vector<std::string>>& out) {
    if (!value.is_object()) return "meta must be a map of patterns";
    for (const auto& [key, pattern] : value.get_object()) {
      std::string problem = Patterns("meta." + std::string(key), pattern, out[key]);
      if (!problem.empty()) return problem;
    }
    return "";
  }

  const RuleKind kind_;
};

}  // namespace

bool MatchesPattern(std::string_view text, std::string_view pattern) {
  size_t t = 0;
  size_t p = 0;
  size_t star = std::string_view::npos;  // the last * seen, and where its text begins
  size_t star_text = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      star_text = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++star_text;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

bool Rule::Matches(const RuleFacts& facts) const {
  if (!AnyMatches(mime, facts.mime) || !AnyMatches(source, facts.source) ||
      !AnyMatches(uri, facts.uri)) {
    return false;
  }
  if ((min_size && facts.size < *min_size) || (max_size && facts.size > *max_size)) return false;
  return std::ranges::all_of(meta, [&](const auto& condition) {
    const auto at = facts.meta.find(condition.first);
    return at != facts.meta.end() && AnyMatches(condition.second, at->second);
  });
}

base::Result<std::vector<Rule>> ReadRules(std::string_view config, RuleKind kind) {
  boost::system::error_code error;
  const json::value settings = config.empty() ? json::object() : json::parse(config, error);
  if (error || !settings.is_object()) {
    return base::Fail(base::Code::kInvalidArgument, "the settings must be a JSON object");
  }
  const json::value* const list = settings.get_object().if_contains("rules");
  std::vector<Rule> rules;
  if (list == nullptr || list->is_null()) return rules;
  if (!list->is_array()) {
    return base::Fail(base::Code::kInvalidArgument, "rules must be a list");
  }
  RuleReader reader(kind);
  for (const json::value& item : list->get_array()) {
    const size_t number = rules.size() + 1;
    if (!item.is_object()) {
      return base::Fail(base::Code::kInvalidArgument,
                        "rule " + std::to_string(number) + " must be a map");
    }
    SI_ASSIGN(Rule rule, reader.Read(item.get_object(), number));
    rules.push_back(std::move(rule));
  }
  return rules;
}

}  // namespace workflow
