#include "formats/reader.h"

#include <gtest/gtest.h>

#include "docling/code_language.h"
#include "docling/diagnostics.h"
#include "docling/json.h"
#include "formats/charset.h"
#include "formats/html_entities.h"
#include "formats/sniff.h"

namespace formats {
namespace {

using base::Code;

// What Inspect says: the media type, or the error.
std::string Verdict(std::string_view bytes, std::string_view filename,
                    std::string_view mime_type = {}) {
  docling::CollectedDiagnostics diagnostics;
  Context context{.diagnostics = diagnostics};
  const Input input = {.bytes = bytes, .filename = filename, .mime_type = mime_type};
  const auto facts = Inspect(input, context);
  const auto document = Read(input, context);
  EXPECT_EQ(facts.has_value(), document.has_value()) << filename;
  return facts ? facts->mime_type : facts.error().ToString();
}

TEST(Reader, FindsTheFormat) {
  struct Case {
    std::string_view bytes;
    std::string_view filename;
    std::string_view mime_type;
    std::string_view verdict;
  };
  constexpr Case kCases[] = {
      {"<p>x", "a.html", "", "text/html"},
      {"<p>x", "A.HTM", "", "text/html"},
      {"x", "a.md", "", "text/markdown"},
      {"x", "dir.html/a.txt", "", "text/markdown"},
      {"a,b", "a.csv", "", "text/csv"},
      {"a\tb", "a.tsv", "", "text/csv"},
      // content wins over the name
      {" \n<!DOCTYPE HTML><p>x", "a.txt", "", "text/html"},
      {"<?xml version='1.0'?>\n<!-- c --><html>", "a.md", "text/plain", "text/html"},
      // then the stated type, then a look at the text
      {"<p>x", "a", "text/html; charset=utf-8", "text/html"},
      {"a,b", "upload", "text/csv", "text/csv"},
      {"a,b\n1,2\n3,4\n", "a", "application/octet-stream", "text/csv"},
      {"Well, yes.\nNo\n", "a.unknown", "", "text/markdown"},
      {"\xFF\xFE"
       "a\0b\0",
       "a.txt", "", "text/markdown"},
  };
  for (const Case& test : kCases) {
    EXPECT_EQ(Verdict(test.bytes, test.filename, test.mime_type), test.verdict) << test.filename;
  }
  EXPECT_EQ(Verdict(std::string_view("\xFF\xFE"
                                     "a\0",
                                     4),
                    "a.txt"),
            "text/markdown");
}

TEST(Reader, RefusesClearly) {
  const std::string ole = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1rest";
  const std::string encrypted =
      ole + std::string("E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0", 32);
  const std::string empty_zip = "PK\x05\x06" + std::string(18, '\0');
  struct Case {
    std::string bytes;
    std::string_view filename;
    std::string_view error;
  };
  const Case kCases[] = {
      {"", "a.md", "invalid_argument: the file is empty"},
      {"PK\x03\x04zz", "a.docx", "damaged: the file is a ZIP archive that is damaged or cut off"},
      {empty_zip, "a.bin",
       "unsupported: ZIP archives (unpack them first) cannot be read by this version"},
      {"no zip", "a.xlsx",
       "damaged: the file is not an Excel workbook, although its name or media type says so"},
      {ole, "a.doc", "unsupported: Word documents (.doc) cannot be read by this version"},
      {encrypted, "a.docx", "encrypted: the document is protected with a password"},
      {std::string("\x89PNG\r\n\x1a\n\0\0", 10), "a.html",
       "unsupported: PNG images cannot be read by this version"},
      {std::string("\x01\x02\x00\xff garbage", 12), "a.html",
       "unsupported: the file is binary data of no format that can be read by this version"},
      {"<a/>", "a.xml", "unsupported: XML documents (.xml) cannot be read by this version"},
      {"just text", "a.pdf",
       "damaged: the file is not a PDF, although its name or media type says so"},
      {"{\"a\":1}", "a.json",
       "unsupported: this JSON file is not a DoclingDocument (its schema_name does not say so)"},
      {"%PDF-1.7\n", "a.txt",
       "unavailable: PDF documents cannot be read: the PDF library is not loaded"},
      {"junk\n%PDF-1.7\nx\nstartxref\n1\n%%EOF", "a",
       "unavailable: PDF documents cannot be read: the PDF library is not loaded"},
  };
  for (const Case& test : kCases) EXPECT_EQ(Verdict(test.bytes, test.filename), test.error);
}

TEST(Reader, PassesDoclingJsonThrough) {
  docling::Document document("d");
  document.AddTitle("T");
  const std::string json = docling::WriteJson(document);
  docling::CollectedDiagnostics diagnostics;
  Context context{.diagnostics = diagnostics};
  const auto read = Read({.bytes = json, .filename = "x.txt"}, context);
  ASSERT_TRUE(read);
  EXPECT_EQ(docling::WriteJson(*read), json);
}

TEST(Reader, KeepsTheLimit) {
  docling::CollectedDiagnostics diagnostics;
  Context context{.diagnostics = diagnostics, .limits = {.max_bytes = 3}};
  const auto document = Read({.bytes = "four", .filename = "a.md"}, context);
  ASSERT_FALSE(document);
  EXPECT_EQ(document.error().code(), Code::kTooLarge);
}

TEST(Reader, NamesOfFiles) {
  EXPECT_EQ(FileName("a/b\\c.tar.gz"), "c.tar.gz");
  EXPECT_EQ(Stem("a/c.tar.gz"), "c.tar");
  EXPECT_EQ(Extension("a/c.tar.GZ"), "gz");
  EXPECT_EQ(Extension(".profile"), "");
  EXPECT_EQ(Stem(".profile"), ".profile");
}

TEST(Charset, OfBytes) {
  struct Case {
    std::string_view bytes;
    std::string_view declared;
    std::string_view text;
  };
  constexpr Case kCases[] = {
      {"plain", "", "plain"},
      {"\xc3\xa9", "windows-1252", "\xc3\xa9"},  // valid UTF-8 is UTF-8
      {"\xEF\xBB\xBFx", "", "x"},
      {{"\xFF\xFE"
        "e\0\x3d\xd8\x00\xde",
        8},
       "",
       "e\xf0\x9f\x98\x80"},
      {{"\xFE\xFF\0e", 4}, "", "e"},
      {"caf\xe9 \x93x\x94", "", "caf\xc3\xa9 \xe2\x80\x9cx\xe2\x80\x9d"},
      {"caf\xe9", "ISO-8859-1", "caf\xc3\xa9"},
      {"\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xff", "",
       "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xef\xbf\xbd"},
      {"\xe9", "no-such-charset", "\xc3\xa9"},
      {{"a\0\x01"
        "b\t",
        5},
       "",
       "ab\t"},
  };
  docling::CollectedDiagnostics diagnostics;
  for (const Case& test : kCases) {
    EXPECT_EQ(ToText(test.bytes, test.declared, diagnostics), test.text) << test.bytes;
  }
}

TEST(Charset, Declared) {
  EXPECT_EQ(DeclaredCharset("<meta charset='KOI8-R'>"), "koi8-r");
  EXPECT_EQ(DeclaredCharset("<meta http-equiv=x content='text/html; charset=latin1'>"), "latin1");
  EXPECT_EQ(DeclaredCharset("<?xml version=\"1.0\" encoding=\"utf-8\"?>"), "utf-8");
  EXPECT_EQ(DeclaredCharset("<p>"), "");
}

TEST(Entities, References) {
  struct Case {
    std::string_view text;
    std::string_view unescaped;
  };
  constexpr Case kCases[] = {
      {"a &amp; b", "a & b"},
      {"&lt&gt;", "<>"},
      {"&ampx;", "&x;"},
      {"&nosuch;", "&nosuch;"},
      {"&#65;&#x42;&#X43", "ABC"},
      {"&#128;", "\xe2\x82\xac"},
      {"&#0;", "\xef\xbf\xbd"},
      {"&#99999999999;", "\xef\xbf\xbd"},
      {"&", "&"},
      {"&#;", "&#;"},
      {"&#x;", "&#x;"},
      {"&CounterClockwiseContourIntegral;", "\xe2\x88\xb3"},
      {"&nvlt;", "<\xe2\x83\x92"},
      {"&lang;", "\xe2\x9f\xa8"},
      {"?a=1&lang=en", "?a=1&lang=en"},
  };
  for (const Case& test : kCases) EXPECT_EQ(Unescape(test.text), test.unescaped);
  std::string out;
  EXPECT_EQ(DecodeReference("&ampx", 0, out), 0U);
  EXPECT_EQ(DecodeReference("x&amp x", 1, out), 4U);
  EXPECT_EQ(out, "&");
}

TEST(CodeLanguage, ByHintOrByLook) {
  struct Case {
    std::string_view hint;
    std::string_view code;
    std::string_view language;
  };
  constexpr Case kCases[] = {
      {"py", "", "Python"},
      {"language-C++", "", "C++"},
      {"lang-yml", "", "YAML"},
      {"nonsense", "", "unknown"},
      {"", "#!/bin/sh\nls", "Bash"},
      {"", "<?php echo 1;", "PHP"},
      {"", "<html><body>", "HTML"},
      {"", "FROM debian\nRUN ls", "Dockerfile"},
      {"", "#include <vector>\nstd::vector<int> x;", "C++"},
      {"", "#include <stdio.h>\nint main(void)", "C"},
      {"", "fn main() {}", "Rust"},
      {"", "def f(x):\n  pass", "Python"},
      {"", "from x import y", "Python"},
      {"", "select a\nfrom b", "SQL"},
      {"", "SELECT a FROM b", "SQL"},
      {"", "console.log(1)", "JavaScript"},
      {"", "{\"a\": [1]}", "JSON"},
      {"", "$ ls -l", "unknown"},
  };
  for (const Case& test : kCases) {
    EXPECT_EQ(docling::CodeLanguage(test.hint, test.code), test.language) << test.code;
  }
}

}  // namespace
}  // namespace formats
