// Described struct <-> JSON.
//
//   std::string text = ToJson(run);                     // structs, vectors, maps, optionals, enums
//   SI_ASSIGN(auto run, FromJson<model::WorkflowRun>(text));
//
// Times are ISO text (base::FormatTime), an empty optional is null, enums show their wire value,
// base::JsonText stands as the JSON it holds, a variant (written only) as what it holds. Computed
// members (described functions) are written and ignored on reading. Reading: an unknown key is
// ignored, a missing or null key is an error (kInvalidArgument, with the path) unless the member is
// optional or a JsonText.
#pragma once

#include <boost/json/fwd.hpp>
#include <concepts>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/json_text.h"
#include "base/result.h"
#include "reflect/described.h"
#include "reflect/enum.h"
#include "reflect/json_writer.h"

namespace reflect {
namespace internal {
template <typename T>
inline constexpr bool kIsOptional = false;
template <typename T>
inline constexpr bool kIsOptional<std::optional<T>> = true;
template <typename T>
inline constexpr bool kIsVector = false;
template <typename T>
inline constexpr bool kIsVector<std::vector<T>> = true;
template <typename T>
inline constexpr bool kIsMap = false;
template <typename T, typename C>
inline constexpr bool kIsMap<std::map<std::string, T, C>> = true;
template <typename T>
inline constexpr bool kIsVariant = false;
template <typename... T>
inline constexpr bool kIsVariant<std::variant<T...>> = true;
}  // namespace internal

template <typename T>
void WriteJson(JsonWriter& writer, const T& value) {
  if constexpr (std::same_as<T, bool>) {
    writer.Bool(value);
  } else if constexpr (std::signed_integral<T>) {
    writer.Int(value);
  } else if constexpr (std::unsigned_integral<T>) {
    writer.Unsigned(value);
  } else if constexpr (std::same_as<T, float>) {
    writer.Float(value);
  } else if constexpr (std::floating_point<T>) {
    writer.Double(value);
  } else if constexpr (std::same_as<T, base::Time>) {
    writer.String(base::FormatTime(value));
  } else if constexpr (std::same_as<T, base::JsonText>) {
    writer.Raw(value.text);
  } else if constexpr (std::convertible_to<const T&, std::string_view>) {
    writer.String(value);
  } else if constexpr (internal::kIsOptional<T>) {
    value ? WriteJson(writer, *value) : writer.Null();
  } else if constexpr (internal::kIsVector<T>) {
    writer.BeginArray();
    for (const auto& item : value) WriteJson(writer, item);
    writer.EndArray();
  } else if constexpr (internal::kIsMap<T>) {
    writer.BeginObject();
    for (const auto& [key, item] : value) {
      writer.Key(key);
      WriteJson(writer, item);
    }
    writer.EndObject();
  } else if constexpr (internal::kIsVariant<T>) {
    std::visit([&](const auto& held) { WriteJson(writer, held); }, value);
  } else if constexpr (DescribedEnum<T>) {
    writer.String(Wire(value));
  } else {
    static_assert(DescribedStruct<T>, "not a described type");
    const auto write = [&](std::string_view name, const auto& member) {
      writer.Key(name);
      WriteJson(writer, member);
    };
    writer.BeginObject();
    ForEachMember(value, write);
    ForEachComputed(value, write);
    writer.EndObject();
  }
}

template <typename T>
std::string ToJson(const T& value) {
  JsonWriter writer;
  WriteJson(writer, value);
  return writer.Take();
}

// The text again, when it is a JSON object; kInvalidArgument otherwise. `what` names it in the
// message.
base::Result<base::JsonText> CheckJsonObject(std::string_view text, std::string_view what);

// `base` with the top-level members of `patch` put over it; a null in `patch` removes. Both must be
// objects (an invalid `base` counts as {}).
base::JsonText MergeObjects(const base::JsonText& base, const base::JsonText& patch);

namespace internal {
// Thin access to the JSON library, so that it stays out of this header.
const boost::json::value* Find(const boost::json::value& object, std::string_view key);
bool IsNull(const boost::json::value& value);
base::Result<int64_t> AsInt(const boost::json::value& value, std::string_view path);
base::Result<double> AsDouble(const boost::json::value& value, std::string_view path);
base::Result<bool> AsBool(const boost::json::value& value, std::string_view path);
base::Result<std::string> AsString(const boost::json::value& value, std::string_view path);
base::Result<> CheckObject(const boost::json::value& value, std::string_view path);
base::Result<std::vector<const boost::json::value*>> Items(const boost::json::value& value,
                                                           std::string_view path);
base::Result<std::map<std::string, const boost::json::value*>> Members(
    const boost::json::value& value, std::string_view path);
base::JsonText Serialize(const boost::json::value& value);
std::unexpected<base::Error> OutOfRange(std::string_view path);
std::unexpected<base::Error> Missing(std::string_view path);
// Owns a parsed text.
class Parsed {
 public:
  static base::Result<Parsed> From(std::string_view text);
  const boost::json::value& value() const { return *value_; }

 private:
  std::shared_ptr<const boost::json::value> value_;
};
}  // namespace internal

// Reads into `out`; `path` ("$.steps[2]") stands in messages.
template <typename T>
base::Result<> ReadJson(const boost::json::value& value, T& out, const std::string& path = "$") {
  namespace in = internal;
  if constexpr (std::same_as<T, bool>) {
    SI_ASSIGN(out, in::AsBool(value, path));
  } else if constexpr (std::integral<T>) {
    SI_ASSIGN(const int64_t number, in::AsInt(value, path));
    if (!std::in_range<T>(number)) return in::OutOfRange(path);
    out = static_cast<T>(number);
  } else if constexpr (std::floating_point<T>) {
    SI_ASSIGN(const double number, in::AsDouble(value, path));
    out = static_cast<T>(number);
  } else if constexpr (std::same_as<T, std::string>) {
    SI_ASSIGN(out, in::AsString(value, path));
  } else if constexpr (std::same_as<T, base::Time>) {
    SI_ASSIGN(const std::string text, in::AsString(value, path));
    SI_ASSIGN(out, base::ParseTime(text));
  } else if constexpr (std::same_as<T, base::JsonText>) {
    out = in::Serialize(value);
  } else if constexpr (in::kIsOptional<T>) {
    if (in::IsNull(value)) {
      out.reset();
      return {};
    }
    return ReadJson(value, out.emplace(), path);
  } else if constexpr (in::kIsVector<T>) {
    SI_ASSIGN(const auto items, in::Items(value, path));
    out.clear();
    for (const boost::json::value* item : items) {
      SI_TRY(ReadJson(*item, out.emplace_back(), path + "[" + std::to_string(out.size()) + "]"));
    }
  } else if constexpr (in::kIsMap<T>) {
    SI_ASSIGN(const auto members, in::Members(value, path));
    out.clear();
    for (const auto& [key, item] : members) SI_TRY(ReadJson(*item, out[key], path + "." + key));
  } else if constexpr (DescribedEnum<T>) {
    SI_ASSIGN(const std::string text, in::AsString(value, path));
    SI_ASSIGN(out, ParseWire<T>(text));
  } else {
    static_assert(DescribedStruct<T>, "not a described type");
    SI_TRY(in::CheckObject(value, path));
    base::Result<> result;
    ForEachMember(out, [&]<typename M>(std::string_view name, M& member) {
      if (!result) return;
      const boost::json::value* found = in::Find(value, name);
      if (found != nullptr) {
        result = ReadJson(*found, member, path + "." + std::string(name));
      } else if constexpr (!in::kIsOptional<M> && !std::same_as<M, base::JsonText>) {
        result = in::Missing(path + "." + std::string(name));
      }
    });
    return result;
  }
  return {};
}

template <typename T>
base::Result<T> FromJson(std::string_view text) {
  SI_ASSIGN(const internal::Parsed parsed, internal::Parsed::From(text));
  T out{};
  SI_TRY(ReadJson(parsed.value(), out));
  return out;
}

}  // namespace reflect
