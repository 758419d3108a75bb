// Rules of the enrich and route settings: which documents they are for, and what they set.
//
//   route:
//     rules:
//       - name: big PDFs           # optional, for people
//         mime: application/pdf    # patterns with * and ?, one or a list; all that are given must
//         source: [hr, legal*]     #   match
//         uri: "*/archive/*"
//         min_size: 10000000       # bytes
//         max_size: 99000000
//         meta: {department: hr*}  # keys of doc_meta
//         data_dir: archive        # what the rule sets: route knows data_dir, priority, param_id
//         priority: -5             #   and skip; enrich knows set
//
// The first route rule that matches decides; all enrich rules that match apply, in their order.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace workflow {

// What rules look at.
struct RuleFacts {
  std::string mime;
  std::string source;
  std::string uri;
  int64_t size = 0;
  std::map<std::string, std::string> meta;  // values as text
};

struct Rule {
  std::string name;
  // Conditions; empty ones hold.
  std::vector<std::string> mime, source, uri;
  std::optional<int64_t> min_size, max_size;
  std::map<std::string, std::vector<std::string>> meta;
  // Effects.
  std::optional<std::string> data_dir;
  std::optional<int64_t> priority;
  std::optional<std::string> param_id;
  bool skip = false;
  std::string set = "{}";  // JSON object of doc_meta keys

  bool Matches(const RuleFacts& facts) const;
};

enum class RuleKind : uint8_t { kRoute, kEnrich };

// `config` is the step's settings, a JSON object with an optional member "rules". kInvalidArgument
// names the rule and what is allowed.
base::Result<std::vector<Rule>> ReadRules(std::string_view config, RuleKind kind);

// Shell-like: * any text, ? any byte; case counts.
bool MatchesPattern(std::string_view text, std::string_view pattern);

}  // namespace workflow
