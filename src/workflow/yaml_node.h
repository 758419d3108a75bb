// One YAML document as a tree of values that know their line: what definition.cc and params.cc
// read.
//
// The text comes from users, so the reader is bounded: size, depth, and the number and bytes of
// nodes *after* aliases were expanded (a "billion laughs" file ends at the limit, not at the
// memory). Scalars are resolved as PyYAML's safe_load does it for our purposes: null, bool (also
// yes/no and on/off), int, float, else string; quoted ones are strings.
#pragma once

#include <boost/json/fwd.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace workflow {

struct YamlField;

// A value type; immutable by convention once read.
struct YamlNode {
  enum class Kind : uint8_t { kNull, kBool, kInt, kFloat, kString, kList, kMap };

  Kind kind = Kind::kNull;
  int line = 0;          // 1-based
  bool boolean = false;  // kBool
  int64_t integer = 0;   // kInt
  double number = 0;     // kFloat, and kInt as a double
  std::string text;      // scalars: as written, without quotes
  std::vector<YamlNode> items;
  std::vector<YamlField> fields;  // in file order, keys unique

  YamlNode();
  ~YamlNode();
  YamlNode(const YamlNode&);
  YamlNode(YamlNode&&) noexcept;
  YamlNode& operator=(const YamlNode&);
  YamlNode& operator=(YamlNode&&) noexcept;

  const YamlNode* Find(std::string_view key) const;
  bool scalar() const { return kind != Kind::kList && kind != Kind::kMap; }
};

// One key of a map.
struct YamlField {
  std::string key;
  YamlNode value;
};

struct YamlLimits {
  size_t bytes = 256 * 1024;
  int depth = 24;
  size_t nodes = 5'000;
  size_t expanded_bytes = 2 * 1024 * 1024;  // sum of all scalar and key texts, aliases expanded
};

// Exactly one document. kInvalidArgument with the line for anything else, kTooLarge over a limit.
// A key given twice keeps its last value and adds a warning; `<<` merges maps.
base::Result<YamlNode> ReadYaml(std::string_view text, std::vector<std::string>& warnings,
                                const YamlLimits& limits = {});

// The same value as JSON; floats that JSON cannot express become strings.
boost::json::value ToJson(const YamlNode& node);

// "a string", "a map" …, for messages.
std::string_view KindName(YamlNode::Kind kind);

}  // namespace workflow
