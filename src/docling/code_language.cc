#include "docling/code_language.h"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <iterator>

#include "text/utf8.h"

namespace docling {
namespace {

struct Hint {
  std::string_view hint;  // lower case
  std::string_view language;
};

constexpr Hint kHints[] = {{"ada", "Ada"},
                           {"awk", "Awk"},
                           {"bash", "Bash"},
                           {"bc", "bc"},
                           {"c", "C"},
                           {"c#", "C#"},
                           {"c++", "C++"},
                           {"cc", "C++"},
                           {"ceylon", "Ceylon"},
                           {"clojure", "Clojure"},
                           {"cmake", "CMake"},
                           {"cobol", "COBOL"},
                           {"cpp", "C++"},
                           {"crystal", "Crystal"},
                           {"cs", "C#"},
                           {"csharp", "C#"},
                           {"css", "CSS"},
                           {"cuda", "Cuda"},
                           {"cxx", "C++"},
                           {"cython", "Cython"},
                           {"d", "D"},
                           {"dart", "Dart"},
                           {"dc", "dc"},
                           {"dockerfile", "Dockerfile"},
                           {"doclang", "DocLang"},
                           {"elixir", "Elixir"},
                           {"erlang", "Erlang"},
                           {"forth", "Forth"},
                           {"fortran", "FORTRAN"},
                           {"go", "Go"},
                           {"golang", "Go"},
                           {"haskell", "Haskell"},
                           {"haxe", "Haxe"},
                           {"htm", "HTML"},
                           {"html", "HTML"},
                           {"html5", "HTML"},
                           {"java", "Java"},
                           {"javascript", "JavaScript"},
                           {"js", "JavaScript"},
                           {"json", "JSON"},
                           {"jsx", "JavaScript"},
                           {"julia", "Julia"},
                           {"kotlin", "Kotlin"},
                           {"kt", "Kotlin"},
                           {"kts", "Kotlin"},
                           {"latex", "Latex"},
                           {"lisp", "Lisp"},
                           {"lua", "Lua"},
                           {"matlab", "Matlab"},
                           {"moonscript", "MoonScript"},
                           {"mysql", "SQL"},
                           {"nim", "Nim"},
                           {"node", "JavaScript"},
                           {"objc", "ObjectiveC"},
                           {"objectivec", "ObjectiveC"},
                           {"ocaml", "OCaml"},
                           {"octave", "Octave"},
                           {"pascal", "Pascal"},
                           {"perl", "Perl"},
                           {"php", "PHP"},
                           {"plsql", "SQL"},
                           {"postgres", "SQL"},
                           {"postgresql", "SQL"},
                           {"prolog", "Prolog"},
                           {"psql", "SQL"},
                           {"py", "Python"},
                           {"python", "Python"},
                           {"python3", "Python"},
                           {"racket", "Racket"},
                           {"rb", "Ruby"},
                           {"rs", "Rust"},
                           {"ruby", "Ruby"},
                           {"rust", "Rust"},
                           {"scala", "Scala"},
                           {"scheme", "Scheme"},
                           {"sh", "Bash"},
                           {"shell", "Bash"},
                           {"sml", "SML"},
                           {"sql", "SQL"},
                           {"sqlite", "SQL"},
                           {"swift", "Swift"},
                           {"tex", "Latex"},
                           {"tikz", "Tikz"},
                           {"ts", "TypeScript"},
                           {"tsql", "SQL"},
                           {"tsx", "TypeScript"},
                           {"typescript", "TypeScript"},
                           {"vb", "VisualBasic"},
                           {"vbnet", "VisualBasic"},
                           {"visualbasic", "VisualBasic"},
                           {"xhtml", "HTML"},
                           {"xml", "XML"},
                           {"yaml", "YAML"},
                           {"yml", "YAML"},
                           {"zsh", "Bash"}};
static_assert(std::is_sorted(std::begin(kHints), std::end(kHints),
                             [](const Hint& a, const Hint& b) { return a.hint < b.hint; }));

bool Has(std::string_view code, std::string_view mark) {
  return code.find(mark) != std::string_view::npos;
}

template <typename... Marks>
bool HasAny(std::string_view code, Marks... marks) {
  return (Has(code, marks) || ...);
}

bool LineStarts(std::string_view code, std::string_view word) {
  for (size_t at = 0; (at = code.find(word, at)) != std::string_view::npos; at += word.size()) {
    if (at == 0 || code[at - 1] == '\n') return true;
  }
  return false;
}

std::string_view OfShebang(std::string_view code) {
  if (!code.starts_with("#!")) return {};
  const std::string_view line = code.substr(0, code.find('\n'));
  if (Has(line, "python")) return "Python";
  if (Has(line, "node")) return "JavaScript";
  if (Has(line, "perl")) return "Perl";
  if (Has(line, "ruby")) return "Ruby";
  if (Has(line, "php")) return "PHP";
  if (Has(line, "awk")) return "Awk";
  return Has(line, "sh") ? "Bash" : "";
}

bool IsDockerfile(std::string_view code) {
  if (!LineStarts(code, "FROM ")) return false;
  for (const std::string_view directive :
       {"RUN ", "CMD ", "COPY ", "ADD ", "ENTRYPOINT ", "WORKDIR ", "ENV ", "EXPOSE "}) {
    if (LineStarts(code, directive)) return true;
  }
  return false;
}

// A line "def name(...):" or "from name import".
bool IsPython(std::string_view code) {
  if (HasAny(code, "elif ", "__name__")) return true;
  for (const std::string_view start : {"def ", "from "}) {
    for (size_t at = 0; (at = code.find(start, at)) != std::string_view::npos; at += 4) {
      const size_t end = code.find('\n', at);
      const std::string_view line = code.substr(at, end - at);
      const bool found =
          start == "def " ? Has(line, "(") && Has(line, "):") : Has(line, " import ");
      if (found) return true;
    }
  }
  return false;
}

bool IsSql(std::string_view code) {
  const std::string upper = [&] {
    std::string text(code.substr(0, 4096));
    std::ranges::transform(text, text.begin(),
                           [](char c) { return c >= 'a' && c <= 'z' ? char(c - 32) : c; });
    return text;
  }();
  return (LineStarts(upper, "SELECT ") && Has(upper, "FROM ")) ||
         LineStarts(upper, "INSERT INTO ") || LineStarts(upper, "CREATE TABLE ") ||
         LineStarts(upper, "ALTER TABLE ") || LineStarts(upper, "DELETE FROM ") ||
         (LineStarts(upper, "UPDATE ") && Has(upper, "SET "));
}

bool IsJson(std::string_view code) {
  constexpr size_t kMost = 1 << 20;
  if (code.size() > kMost || !(code.starts_with('{') || code.starts_with('['))) return false;
  boost::system::error_code error;
  boost::json::parse(boost::json::string_view(code.data(), code.size()), error);
  return !error;
}

std::string_view OfMarks(std::string_view code) {
  if (Has(code, "<?php")) return "PHP";
  if (HasAny(code, "<html", "<head>", "<body", "<!DOCTYPE html")) return "HTML";
  if (IsDockerfile(code)) return "Dockerfile";
  if (Has(code, "#include")) {
    if (HasAny(code, "std::", "iostream", "namespace ", "class ", "template")) return "C++";
    if (HasAny(code, "stdio.h", "stdlib.h", "printf(", "int main(")) return "C";
  }
  if (HasAny(code, "package main", "fmt.Print")) return "Go";
  if (HasAny(code, "fn main(", "let mut ", "println!(")) return "Rust";
  if (IsPython(code)) return "Python";
  if (HasAny(code, "public static void main", "System.out.print")) return "Java";
  if (HasAny(code, "using System;", "Console.WriteLine(")) return "C#";
  if (IsSql(code)) return "SQL";
  if (HasAny(code, ": string;", ": number;", ": string)", ": number)")) return "TypeScript";
  if (HasAny(code, "console.log(", "require(")) return "JavaScript";
  return IsJson(code) ? "JSON" : "";
}

}  // namespace

std::string_view LanguageOfHint(std::string_view hint) {
  constexpr size_t kLongest = 32;
  if (hint.size() > kLongest) return {};
  const std::string lower = text::ToLower(hint);
  std::string_view name = lower;
  for (const std::string_view prefix : {"language-", "lang-"}) {
    if (name.starts_with(prefix)) name.remove_prefix(prefix.size());
  }
  const auto* it = std::ranges::lower_bound(kHints, name, {}, &Hint::hint);
  return it != std::end(kHints) && it->hint == name ? it->language : std::string_view();
}

std::string CodeLanguage(std::string_view hint, std::string_view code) {
  std::string_view language = LanguageOfHint(hint);
  if (language.empty()) language = OfShebang(code);
  if (language.empty()) language = OfMarks(code);
  return std::string(language.empty() ? "unknown" : language);
}

}  // namespace docling
