// A statement whose text is put together once, from the described columns. Private to the folder.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "sql/database.h"

namespace records {

class Statement {
 public:
  // `postgres` is empty where the dialects do not differ.
  Statement(std::string_view name, std::string sqlite, std::string postgres = {})
      : name_(name), sqlite_(std::move(sqlite)), postgres_(std::move(postgres)) {}
  operator sql::Statement() const { return {name_, sqlite_, postgres_}; }

 private:
  std::string_view name_;
  std::string sqlite_;
  std::string postgres_;
};

}  // namespace records
