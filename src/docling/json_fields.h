// Private: typed access to the members of a JSON object, with one error kept for the whole
// document.
//
// Getters never fail: a wrong or missing value records the first Problem and yields a default, and
// the caller looks at the Problem once per node. Every getter marks its key as known.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "docling/meta.h"
#include "docling/node.h"

namespace docling {

// The first thing found wrong, and the node being read ("texts/12").
class Problem {
 public:
  void At(std::string_view section, size_t index) {
    section_ = section;
    index_ = index;
  }
  void Set(base::Code code, std::string_view what);
  void Set(std::string_view what) { Set(base::Code::kDamaged, what); }
  explicit operator bool() const { return error_.has_value(); }
  const base::Error& error() const { return *error_; }

 private:
  std::string section_;
  size_t index_ = 0;
  std::optional<base::Error> error_;
};

class Fields {
 public:
  Fields(const boost::json::value& value, Problem& problem);

  bool Has(std::string_view key) const { return object_->contains(key); }

  // Required.
  std::string Text(std::string_view key);
  double Number(std::string_view key);
  int32_t Int(std::string_view key);
  int64_t Long(std::string_view key);
  const boost::json::value& Any(std::string_view key);

  // With a default for a missing key; null is an error.
  std::string TextOr(std::string_view key, std::string_view otherwise);
  int32_t IntOr(std::string_view key, int32_t otherwise);
  bool BoolOr(std::string_view key, bool otherwise);
  const boost::json::array& Array(std::string_view key);  // missing = empty

  // Missing and null are the same.
  std::optional<std::string> OptionalText(std::string_view key);
  std::optional<double> OptionalNumber(std::string_view key);
  const boost::json::value* Optional(std::string_view key);

  // {"$ref": pointer}, or "cref" for "$ref".
  Ref Pointer(const boost::json::value& value);
  std::vector<Ref> Pointers(std::string_view key);
  std::string PointerText();  // of this object

  // Marks `key` as known whatever it holds.
  void Ignore(std::string_view key) { Take(key); }
  // Any key not asked for is an error.
  void NothingElse();
  // Keys not asked for must be of the form namespace__name; nulls are dropped.
  CustomFields Custom();

  Problem& problem() { return problem_; }

 private:
  const boost::json::value* Take(std::string_view key);
  void Wrong(std::string_view key, std::string_view expected);
  const boost::json::value& Required(std::string_view key);
  std::string AsText(std::string_view key, const boost::json::value& value);
  double AsNumber(std::string_view key, const boost::json::value& value);
  int64_t AsLong(std::string_view key, const boost::json::value& value, int64_t min, int64_t max);

  const boost::json::object* object_;
  Problem& problem_;
  std::vector<bool> taken_;
};

// `value` as compact JSON text, floats as Python prints them.
std::string ToJsonText(const boost::json::value& value);

}  // namespace docling
