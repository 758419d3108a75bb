#include "vectors/filter.h"

#include <algorithm>
#include <array>
#include <optional>

namespace vectors {
namespace {

using base::Code;
using base::Result;

constexpr size_t kMaxText = 16 * 1024;
constexpr int kMaxDepth = 50;
constexpr int kMaxList = 1000;
constexpr int kMaxTests = 200;

enum class Kind { kText, kNumber, kBoolean };

struct Function {
  std::string_view name;
  size_t arguments;  // texts
  Kind result;
};
constexpr std::array kFunctions = {
    Function{"lower", 1, Kind::kText},        Function{"upper", 1, Kind::kText},
    Function{"trim", 1, Kind::kText},         Function{"length", 1, Kind::kNumber},
    Function{"strpos", 2, Kind::kNumber},     Function{"character_length", 1, Kind::kNumber},
    Function{"contains", 2, Kind::kBoolean},  Function{"starts_with", 2, Kind::kBoolean},
    Function{"ends_with", 2, Kind::kBoolean},
};
constexpr std::array<std::string_view, 6> kColumns = {"id",       "uri",        "title",
                                                      "metadata", "created_at", "updated_at"};
constexpr std::array<std::string_view, 7> kComparisons = {"<>", "!=", "<=", ">=", "=", "<", ">"};

bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

// What was read of a value, as it is printed.
struct Value {
  Kind kind = Kind::kText;
  std::string sql;
};

// Recursive descent; each Read… consumes what it answers.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  Result<std::string> ReadAll() {
    SI_ASSIGN(std::string sql, ReadOr());
    SkipBlanks();
    if (at_ < text_.size()) return Wrong("'AND', 'OR' or the end is expected");
    return sql;
  }

 private:
  std::unexpected<base::Error> Wrong(std::string_view why) const {
    std::string near(text_.substr(at_, 20));
    return base::Fail(Code::kInvalidArgument, "filter: " + std::string(why) + " at position " +
                                                  std::to_string(at_ + 1) +
                                                  (near.empty() ? "" : " ('" + near + "')"));
  }

  void SkipBlanks() {
    while (at_ < text_.size() && IsBlank(text_[at_])) ++at_;
  }
  bool Take(std::string_view symbol) {
    SkipBlanks();
    if (!text_.substr(at_).starts_with(symbol)) return false;
    at_ += symbol.size();
    return true;
  }
  // The word that stands next, in lower case; "" for none.
  std::string Word() {
    SkipBlanks();
    std::string word;
    size_t end = at_;
    while (end < text_.size() && (IsLetter(text_[end]) || (end > at_ && IsDigit(text_[end])))) {
      word += Lower(text_[end++]);
    }
    return word;
  }
  bool TakeWord(std::string_view word) {
    if (Word() != word) return false;
    at_ += word.size();
    return true;
  }

  Result<std::string> ReadOr() {
    SI_ASSIGN(std::string sql, ReadAnd());
    bool several = false;
    while (TakeWord("or")) {
      SI_ASSIGN(const std::string more, ReadAnd());
      sql += " OR " + more;
      several = true;
    }
    return several ? "(" + sql + ")" : sql;
  }
  Result<std::string> ReadAnd() {
    SI_ASSIGN(std::string sql, ReadNot());
    while (TakeWord("and")) {
      SI_ASSIGN(const std::string more, ReadNot());
      sql += " AND " + more;
    }
    return sql;
  }
  Result<std::string> ReadNot() {
    if (++depth_ > kMaxDepth) return Wrong("the conditions are nested too deep");
    auto sql = TakeWord("not") ? Negated() : ReadTest();
    --depth_;
    return sql;
  }
  Result<std::string> Negated() {
    SI_ASSIGN(const std::string sql, ReadNot());
    return "NOT (" + sql + ")";
  }

  Result<std::string> ReadTest() {
    // Each makes the engine's expression deeper by one.
    if (++tests_ > kMaxTests) return Wrong("there are too many conditions");
    if (Take("(")) {
      SI_ASSIGN(const std::string sql, ReadOr());
      if (!Take(")")) return Wrong("')' is expected");
      return "(" + sql + ")";
    }
    if (TakeWord("true")) return "TRUE";
    if (TakeWord("false")) return "FALSE";
    SI_ASSIGN(const Value value, ReadValue());
    if (value.kind == Kind::kBoolean) return value.sql;
    return ReadRest(value);
  }

  Result<std::string> ReadRest(const Value& left) {
    for (const std::string_view comparison : kComparisons) {
      if (!Take(comparison)) continue;
      SI_ASSIGN(const Value right, ReadLike(left.kind));
      return left.sql + " " + std::string(comparison) + " " + right.sql;
    }
    if (TakeWord("is")) {
      const bool negated = TakeWord("not");
      if (!TakeWord("null")) return Wrong("'NULL' is expected");
      return left.sql + (negated ? " IS NOT NULL" : " IS NULL");
    }
    const std::string negation = TakeWord("not") ? " NOT" : "";
    if (TakeWord("like")) return ReadPattern(left, negation + " LIKE ");
    if (TakeWord("ilike")) return ReadPattern(left, negation + " ILIKE ");
    if (TakeWord("in")) return ReadList(left, negation);
    if (TakeWord("between")) {
      SI_ASSIGN(const Value low, ReadLike(left.kind));
      if (!TakeWord("and")) return Wrong("'AND' is expected");
      SI_ASSIGN(const Value high, ReadLike(left.kind));
      return "(" + left.sql + negation + " BETWEEN " + low.sql + " AND " + high.sql + ")";
    }
    return Wrong("a comparison, LIKE, IN, BETWEEN or IS is expected");
  }

  Result<std::string> ReadPattern(const Value& left, const std::string& like) {
    if (left.kind != Kind::kText) return Wrong("LIKE compares texts");
    SkipBlanks();
    if (at_ >= text_.size() || text_[at_] != '\'') return Wrong("a pattern in quotes is expected");
    SI_ASSIGN(const Value pattern, ReadText());
    return left.sql + like + pattern.sql;
  }

  Result<std::string> ReadList(const Value& left, const std::string& negation) {
    if (!Take("(")) return Wrong("'(' is expected");
    std::string sql = left.sql + negation + " IN (";
    for (int count = 1;; ++count) {
      if (count > kMaxList) return Wrong("the list is too long");
      SI_ASSIGN(const Value value, ReadLike(left.kind));
      sql += value.sql;
      if (Take(")")) return sql + ")";
      if (!Take(",")) return Wrong("',' or ')' is expected");
      sql += ", ";
    }
  }

  // A value of that kind.
  Result<Value> ReadLike(Kind kind) {
    SI_ASSIGN(Value value, ReadValue());
    if (value.kind != kind) {
      return Wrong(kind == Kind::kText ? "a text in single quotes is expected before this"
                                       : "a number is expected before this");
    }
    return value;
  }

  Result<Value> ReadValue() {
    SkipBlanks();
    if (at_ >= text_.size()) return Wrong("a condition ends too early");
    if (text_[at_] == '\'') return ReadText();
    if (IsDigit(text_[at_]) || text_[at_] == '-') return ReadNumber();
    const std::string word = Word();
    if (std::ranges::find(kColumns, word) != kColumns.end()) {
      at_ += word.size();
      return Value{Kind::kText, word};
    }
    const auto function = std::ranges::find(kFunctions, word, &Function::name);
    if (function != kFunctions.end()) return ReadCall(*function);
    return Wrong(
        "a column (id, uri, title, metadata, created_at, updated_at), a text in single quotes, a "
        "number or one of the functions lower, upper, trim, length, character_length, strpos, "
        "contains, starts_with, ends_with is expected");
  }

  Result<Value> ReadCall(const Function& function) {
    at_ += function.name.size();
    if (++depth_ > kMaxDepth) return Wrong("the functions are nested too deep");
    if (!Take("(")) return Wrong("'(' is expected");
    std::string sql = std::string(function.name) + "(";
    for (size_t i = 0; i < function.arguments; ++i) {
      if (i > 0 && !Take(",")) return Wrong("',' is expected");
      SI_ASSIGN(const Value argument, ReadLike(Kind::kText));
      sql += (i > 0 ? ", " : "") + argument.sql;
    }
    if (!Take(")")) return Wrong("')' is expected");
    --depth_;
    return Value{function.result, sql + ")"};
  }

  Result<Value> ReadText() {
    std::string sql = "'";
    for (++at_; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      const bool quote = c == '\'';
      if (quote && !text_.substr(at_ + 1).starts_with('\'')) {
        ++at_;
        return Value{Kind::kText, sql + "'"};
      }
      if (quote) ++at_;
      sql += quote ? "''" : std::string(1, c);
    }
    return Wrong("a text is not closed");
  }

  Result<Value> ReadNumber() {
    size_t end = at_ + (text_[at_] == '-' ? 1 : 0);
    const size_t first = end;
    while (end < text_.size() && IsDigit(text_[end])) ++end;
    // What is counted here is characters: no fractions, and never more than this.
    if (end == first || end - first > 9)
      return Wrong("a whole number of at most 9 digits is expected");
    if (end < text_.size() && (IsLetter(text_[end]) || text_[end] == '.')) {
      return Wrong("a whole number is expected");
    }
    Value number{Kind::kNumber, std::string(text_.substr(at_, end - at_))};
    at_ = end;
    return number;
  }

  const std::string_view text_;
  size_t at_ = 0;
  int depth_ = 0;
  int tests_ = 0;
};

}  // namespace

Result<std::string> ReadFilter(std::string_view text) {
  if (std::ranges::all_of(text, IsBlank)) return std::string();
  if (text.size() > kMaxText) {
    return base::Fail(Code::kInvalidArgument,
                      "filter is longer than " + std::to_string(kMaxText) + " bytes");
  }
  const bool control = std::ranges::any_of(
      text, [](char c) { return (c >= 0 && c < 0x20 && !IsBlank(c)) || c == 0x7f; });
  if (control) return base::Fail(Code::kInvalidArgument, "filter has control characters");
  return Reader(text).ReadAll();
}

}  // namespace vectors
