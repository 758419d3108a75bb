#include "formats/csv_reader.h"

#include <gtest/gtest.h>

#include "docling/diagnostics.h"
#include "formats/csv_parser.h"

namespace formats {
namespace {

TEST(CsvDialect, IsThatOfTheFirstLine) {
  struct Case {
    std::string_view line;
    char delimiter;
    char quote;
    bool skip_initial_space;
  };
  constexpr Case kCases[] = {
      {"a,b", ',', '"', false},
      {"a;b", ';', '"', false},
      {"a\tb", '\t', '"', false},
      {"a|b", '|', '"', false},
      {"a:b", ':', '"', false},
      {"a", ',', '"', false},
      {"", ',', '"', false},
      {"a;b,c", ',', '"', false},  // several: the order of preference
      {"a|b;c", ';', '"', false},
      {"a, b, c", ',', '"', true},
      {"a, b,c", ',', '"', false},
      {"a;\"b,c\";d,e", ';', '"', false},  // a quoted field shows the delimiter
      {"\"a,b\";c,d", ';', '"', false},
      {"a,b;\"c\"", ';', '"', false},
      {"'a';'b';c", ';', '\'', false},
      {"a, \"b\", c", ',', '"', true},
      {"a;b\nc,d,e", ';', '"', false},  // later lines do not count
  };
  for (const Case& test : kCases) {
    const CsvDialect dialect = SniffCsvDialect(test.line);
    EXPECT_EQ(dialect.delimiter, test.delimiter) << test.line;
    EXPECT_EQ(dialect.quote, test.quote) << test.line;
    EXPECT_EQ(dialect.skip_initial_space, test.skip_initial_space) << test.line;
  }
}

// Records separated by "/", fields by "~".
std::string Parsed(std::string_view text, CsvDialect dialect = {}) {
  CsvParser parser(text, dialect);
  std::string out;
  while (const auto record = parser.Next()) {
    for (const std::string& field : *record) out += field + "~";
    out += "/";
  }
  return out;
}

TEST(CsvParser, Records) {
  struct Case {
    std::string_view text;
    std::string_view records;
  };
  constexpr Case kCases[] = {
      {"", ""},
      {"a", "a~/"},
      {"a,b\nc,d\n", "a~b~/c~d~/"},
      {"a,b\r\nc\rd", "a~b~/c~/d~/"},
      {"a,,", "a~~~/"},
      {"\n\na", "//a~/"},
      {"\"a,b\",c", "a,b~c~/"},
      {"\"a \"\"b\"\" c\"", "a \"b\" c~/"},
      {"\"a\nb\r\nc\",d", "a\nb\nc~d~/"},
      {"a\"b\",c", "a\"b\"~c~/"},
      {"\"a\"b,c", "ab~c~/"},
      {"\"a,b", "a,b~/"},
      {"\"\",x", "~x~/"},
  };
  for (const Case& test : kCases) EXPECT_EQ(Parsed(test.text), test.records) << test.text;
  EXPECT_EQ(Parsed("a; 'b''c'", {.delimiter = ';', .quote = '\'', .skip_initial_space = true}),
            "a~b'c~/");
}

TEST(CsvReader, OneTableWithItsHeader) {
  docling::CollectedDiagnostics diagnostics;
  Context context{.diagnostics = diagnostics};
  const auto document =
      ReadCsv({.bytes = "\xEF\xBB\xBFn;v\n1;2;3\n4\n", .filename = "t.csv"}, context);
  ASSERT_TRUE(document);
  ASSERT_EQ(document->tables.size(), 1U);
  const docling::TableData& data = document->tables[0].data;
  EXPECT_EQ(data.num_rows, 3);
  EXPECT_EQ(data.num_cols, 3);
  ASSERT_EQ(data.cells.size(), 6U);
  EXPECT_EQ(data.cells[0].text, "n");
  EXPECT_TRUE(data.cells[0].column_header);
  EXPECT_FALSE(data.cells[2].column_header);
  ASSERT_EQ(diagnostics.found.size(), 1U);
  EXPECT_EQ(document->origin->mimetype, "text/csv");
}

TEST(CsvReader, TsvIsCutAtTabs) {
  docling::CollectedDiagnostics diagnostics;
  Context context{.diagnostics = diagnostics};
  const auto document = ReadCsv({.bytes = "a,b\tc\n", .filename = "t.tsv"}, context);
  ASSERT_TRUE(document);
  EXPECT_EQ(document->tables[0].data.num_cols, 2);
}

TEST(CsvReader, RefusesWhatIsTooLarge) {
  docling::CollectedDiagnostics diagnostics;
  Context context{.diagnostics = diagnostics};
  std::string text(4001, ',');
  for (int i = 0; i < 4100; ++i) text += "\nx";
  const auto document = ReadCsv({.bytes = text, .filename = "t.csv"}, context);
  ASSERT_FALSE(document);
  EXPECT_EQ(document.error().code(), base::Code::kTooLarge);
}

}  // namespace
}  // namespace formats
