// Values that go into statements and come out of rows, and the mapping of described structs.
//
// Stored forms: times as "2025-01-15 10:00:00.250000" (UTC, always six digits, so that text order
// is time order and the reference implementation reads them), enums by NAME, booleans as 0/1, JSON
// as text. A JSON column that is NULL, "" or "null" reads as {}.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <span>
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

namespace sql {

struct Blob {
  std::string bytes;
};

std::string StoredTime(base::Time time);

class Value {
 public:
  Value() = default;
  Value(std::nullptr_t) {}
  Value(std::nullopt_t) {}
  template <std::integral T>
  Value(T number) : data_(static_cast<int64_t>(number)) {}
  Value(double number) : data_(number) {}
  Value(std::string text) : data_(std::move(text)) {}
  Value(std::string_view text) : data_(std::string(text)) {}
  Value(const char* text) : data_(std::string(text)) {}
  Value(Blob blob) : data_(std::move(blob)) {}
  Value(base::Time time) : data_(StoredTime(time)) {}
  Value(const base::JsonText& json) : data_(json.text) {}
  template <reflect::DescribedEnum E>
  Value(E value) : data_(std::string(reflect::Name(value))) {}
  template <typename T>
  Value(const std::optional<T>& value) {
    if (value) *this = Value(*value);
  }

  bool IsNull() const { return std::holds_alternative<std::monostate>(data_); }
  // Lenient access: what is not there, or of another kind, is 0 or "".
  int64_t Int() const;
  double Double() const;
  std::string_view Text() const;  // of a Blob: its bytes

  const std::variant<std::monostate, int64_t, double, std::string, Blob>& data() const {
    return data_;
  }

 private:
  std::variant<std::monostate, int64_t, double, std::string, Blob> data_;
};

// Parameters of a statement: {7, "text", time, std::nullopt}. A view: lives as long as the call.
class Params {
 public:
  Params() = default;
  Params(std::initializer_list<Value> values) : values_(values.begin(), values.size()) {}
  Params(const std::vector<Value>& values) : values_(values) {}
  std::span<const Value> values() const { return values_; }

 private:
  std::span<const Value> values_;
};

using Row = std::span<const Value>;

// A result held in memory: rows of `columns` values each.
class Rows {
 public:
  Rows() = default;
  Rows(size_t columns, std::vector<Value> values) : columns_(columns), values_(std::move(values)) {}

  size_t size() const { return columns_ == 0 ? 0 : values_.size() / columns_; }
  bool empty() const { return values_.empty(); }
  Row operator[](size_t i) const { return Row(values_).subspan(i * columns_, columns_); }

 private:
  size_t columns_ = 0;
  std::vector<Value> values_;
};

namespace internal {
base::Result<base::Time> ReadTime(const Value& value);
base::JsonText ReadJsonColumn(const Value& value);
std::unexpected<base::Error> Unexpected(const Value& value, std::string_view wanted);

template <typename T>
inline constexpr bool kIsOptional = false;
template <typename T>
inline constexpr bool kIsOptional<std::optional<T>> = true;
}  // namespace internal

// The value as a T. kDamaged when it cannot be one (NULL for a text, an unknown enum name …).
template <typename T>
base::Result<T> As(const Value& value) {
  if constexpr (internal::kIsOptional<T>) {
    if (value.IsNull()) return T{};
    SI_ASSIGN(auto inner, As<typename T::value_type>(value));
    return T{std::move(inner)};
  } else if constexpr (std::same_as<T, base::JsonText>) {
    return internal::ReadJsonColumn(value);
  } else if constexpr (std::same_as<T, base::Time>) {
    return internal::ReadTime(value);
  } else if constexpr (std::same_as<T, bool>) {
    return value.Int() != 0;
  } else if constexpr (std::integral<T>) {
    if (!std::holds_alternative<int64_t>(value.data())) {
      return internal::Unexpected(value, "a whole number");
    }
    return static_cast<T>(value.Int());
  } else if constexpr (std::floating_point<T>) {
    return static_cast<T>(value.Double());
  } else if constexpr (reflect::DescribedEnum<T>) {
    if (const auto found = reflect::FromName<T>(value.Text())) return *found;
    return internal::Unexpected(value, reflect::TypeName<T>());
  } else {
    static_assert(std::same_as<T, std::string>, "no stored form for this type");
    if (value.IsNull()) return internal::Unexpected(value, "a text");
    return std::string(value.Text());
  }
}

// "s.id, s.name, …" of the stored members of T, in order; for SELECT.
template <reflect::DescribedStruct T>
std::string Columns(std::string_view alias = {}) {
  std::string text;
  const T object{};
  reflect::ForEachMember(object, [&](std::string_view name, const auto&) {
    if (!text.empty()) text += ", ";
    if (!alias.empty()) text += std::string(alias) + ".";
    text += name;
  });
  return text;
}

template <reflect::DescribedStruct T>
constexpr size_t ColumnCount() {
  return boost::mp11::mp_size<reflect::internal::DataMembers<T>>::value;
}

// The struct whose Columns() stand in `row` from `first` on.
template <reflect::DescribedStruct T>
base::Result<T> FromRow(Row row, size_t first = 0) {
  T object{};
  base::Result<> result;
  reflect::ForEachMember(object, [&]<typename M>(std::string_view name, M& member) {
    if (!result) return;
    auto value = As<M>(row[first++]);
    if (value) {
      member = std::move(*value);
    } else {
      result = base::Fail(value.error().Within("column " + std::string(name)));
    }
  });
  if (!result) return base::Fail(result.error().Within(reflect::TypeName<T>()));
  return object;
}

}  // namespace sql
