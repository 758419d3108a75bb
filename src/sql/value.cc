#include "sql/value.h"

namespace sql {
using base::Code;
using base::Fail;

std::string StoredTime(base::Time time) {
  std::string text = base::FormatTime(time);
  text[10] = ' ';
  if (text.size() == 19) text += '.';
  text.resize(26, '0');
  return text;
}

int64_t Value::Int() const {
  const auto* number = std::get_if<int64_t>(&data_);
  return number != nullptr ? *number : 0;
}

double Value::Double() const {
  if (const auto* number = std::get_if<double>(&data_)) return *number;
  return static_cast<double>(Int());
}

std::string_view Value::Text() const {
  if (const auto* text = std::get_if<std::string>(&data_)) return *text;
  if (const auto* blob = std::get_if<Blob>(&data_)) return blob->bytes;
  return {};
}

namespace internal {

base::Result<base::Time> ReadTime(const Value& value) {
  auto time = base::ParseTime(value.Text());
  if (!time) return Unexpected(value, "a time");
  return time;
}

base::JsonText ReadJsonColumn(const Value& value) {
  const std::string_view text = value.Text();
  if (text.empty() || text == "null") return {};
  return {std::string(text)};
}

std::unexpected<base::Error> Unexpected(const Value& value, std::string_view wanted) {
  const std::string held = value.IsNull() ? "NULL" : "'" + std::string(value.Text()) + "'";
  return Fail(Code::kDamaged, held + " is not " + std::string(wanted));
}

}  // namespace internal
}  // namespace sql
