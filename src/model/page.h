// One page of a list.
#pragma once

#include <boost/describe/class.hpp>
#include <cstdint>
#include <string_view>
#include <vector>

namespace model {

template <typename T>
struct Page {
  static constexpr std::string_view kSchemaName = "PaginatedResponse";

  std::vector<T> items;
  int64_t total = 0;
  int64_t page = 1;  // from 1
  int64_t rows_per_page = 10;
  int64_t total_pages = 0;

  BOOST_DESCRIBE_CLASS(Page, (), (items, total, page, rows_per_page, total_pages), (), ())
};

}  // namespace model
