// A statement whose text is put together once, from the described columns. Private to the folder.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "sql/database.h"

namespace records {

class Statement {
 public:
  Statement(std::string_view name, std::string text) : name_(name), text_(std::move(text)) {}
  operator sql::Statement() const { return {name_, text_}; }

 private:
  std::string_view name_;
  std::string text_;
};

}  // namespace records
