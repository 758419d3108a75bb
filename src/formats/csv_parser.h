// Comma-separated values: the dialect of a file and its records. Pure, linear in the input.
//
//   file   = record *( newline record )          newline = CRLF | CR | LF
//   record = [ field *( delimiter field ) ]      a blank line is a record without fields
//   field  = quote *( char | quote quote ) quote *char | *char
//
// Lenient as Python's csv module: after a closing quote anything up to the delimiter is taken as it
// stands, and a quote inside an unquoted field is a character like others.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace formats {

struct CsvDialect {
  char delimiter = ',';
  char quote = '"';
  bool skip_initial_space = false;  // spaces behind a delimiter are not part of the field
};

// The dialect that the first line shows, by the rules of Python's csv.Sniffer for the delimiters
// , ; tab | and :. A comma when it shows none.
CsvDialect SniffCsvDialect(std::string_view text);

// Reads records one after the other. The text must outlive the parser.
class CsvParser {
 public:
  CsvParser(std::string_view text, CsvDialect dialect) : text_(text), dialect_(dialect) {}

  // The next record, or nullopt at the end.
  std::optional<std::vector<std::string>> Next();

  // Whether the text ended inside quotes.
  bool ended_in_quotes() const { return ended_in_quotes_; }

 private:
  // The field at at_; stops at the delimiter or newline behind it.
  std::string Field();
  void Quoted(std::string& field);
  // At a newline: steps over it.
  bool TakeNewline();

  std::string_view text_;
  CsvDialect dialect_;
  size_t at_ = 0;
  bool ended_in_quotes_ = false;
};

}  // namespace formats
