#include "formats/office/omml.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <span>
#include <utility>
#include <vector>

#include "text/utf8.h"

namespace office {
namespace {

struct Symbol {
  char32_t character;
  std::string_view latex;
};

constexpr Symbol kSymbols[] = {
#include "formats/office/latex_symbols.inc"
};

// Operators of mathematics that elsewhere are marks of text.
constexpr Symbol kOperators[] = {
    {0x2013, "-"}, {0x2014, "-"}, {0x2212, "-"}, {0x5e, "^"}, {0xd7, "\\times "}};

using Names = std::pair<std::string_view, std::string_view>;

// Accents and braces over and under; the content goes in place of %.
constexpr Names kAccents[] = {
    {"\u0300", "\\grave{%}"},
    {"\u0301", "\\acute{%}"},
    {"\u0302", "\\hat{%}"},
    {"\u0303", "\\tilde{%}"},
    {"\u0304", "\\bar{%}"},
    {"\u0305", "\\overbar{%}"},
    {"\u0306", "\\breve{%}"},
    {"\u0307", "\\dot{%}"},
    {"\u0308", "\\ddot{%}"},
    {"\u030a", "\\ocirc{%}"},
    {"\u030c", "\\check{%}"},
    {"\u0330", "\\wideutilde{%}"},
    {"\u0331", "\\underbar{%}"},
    {"\u0338", "\\not{%}"},
    {"\u20d0", "\\leftharpoonaccent{%}"},
    {"\u20d1", "\\rightharpoonaccent{%}"},
    {"\u20d6", "\\overleftarrow{%}"},
    {"\u20d7", "\\vec{%}"},
    {"\u20db", "\\dddot{%}"},
    {"\u20dc", "\\ddddot{%}"},
    {"\u20e1", "\\overleftrightarrow{%}"},
    {"\u20ef", "\\underrightarrow{%}"},
    {"\u23b4", "\\overbracket{%}"},
    {"\u23b5", "\\underbracket{%}"},
    {"\u23dc", "\\overparen{%}"},
    {"\u23dd", "\\underparen{%}"},
    {"\u23de", "\\overbrace{%}"},
    {"\u23df", "\\underbrace{%}"},
};

constexpr Names kBigOperators[] = {
    {"\u2140", "\\Bbbsum"},   {"\u220f", "\\prod"},     {"\u2210", "\\coprod"},
    {"\u2211", "\\sum"},      {"\u222b", "\\int"},      {"\u222c", "\\iint"},
    {"\u222d", "\\iiint"},    {"\u222e", "\\oint"},     {"\u222f", "\\oiint"},
    {"\u2230", "\\oiiint"},   {"\u22c0", "\\bigwedge"}, {"\u22c1", "\\bigvee"},
    {"\u22c2", "\\bigcap"},   {"\u22c3", "\\bigcup"},   {"\u2a00", "\\bigodot"},
    {"\u2a01", "\\bigoplus"}, {"\u2a02", "\\bigotimes"}};

// Functions whose name LaTeX knows; all but mod take their argument in parentheses.
constexpr std::string_view kFunctions[] = {
    "sin",  "cos", "tan", "arcsin", "arccos", "arctan", "arccot", "sinh", "cosh", "tanh",
    "coth", "sec", "csc", "mod",    "max",    "min",    "log",    "ln",   "exp",  "det",
    "gcd",  "deg", "hom", "ker",    "dim",    "arg",    "inf",    "sup",  "lim",  "Pr"};

constexpr Names kLimits[] = {{"lim", "\\lim"},
                             {"max", "\\max"},
                             {"min", "\\min"},
                             {"argmax", "\\operatorname{argmax}"},
                             {"argmin", "\\operatorname{argmin}"}};

constexpr std::string_view kLineBreak = "\\\\";
constexpr std::string_view kArgument = "{fe}";  // where a function's argument goes
constexpr size_t kMaxLatex = 100'000;           // more of one formula is cut

std::string_view Lookup(std::span<const Names> names, std::string_view key) {
  const auto found = std::ranges::find(names, key, &Names::first);
  return found != names.end() ? found->second : std::string_view();
}

void ReplaceAll(std::string& text, std::string_view from, std::string_view to) {
  for (size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    if (text.size() > 2 * kMaxLatex) return;
    text.replace(at, from.size(), to);
  }
}

// Characters with a meaning in LaTeX get a backslash unless there is one.
std::string Escaped(std::string_view text) {
  std::string out;
  char last = '\0';
  for (const char c : text) {
    if (std::string_view("{}_^#&$%~").contains(c) && last != '\\') out += '\\';
    out += c;
    last = c;
  }
  return out;
}

std::string Character(char32_t character) {
  const auto* symbol = std::ranges::find(kOperators, character, &Symbol::character);
  if (symbol != std::end(kOperators)) return std::string(symbol->latex);
  const auto* found = std::ranges::lower_bound(kSymbols, character, {}, &Symbol::character);
  if (found != std::end(kSymbols) && found->character == character) {
    return std::string(found->latex);
  }
  std::string out;
  text::AppendUtf8(character, out);
  return out;
}

std::string Run(Element run) {
  const std::string text = OwnText(Child(run, "m:t"));
  std::string raw;
  for (const char32_t character : text::ToUtf32(text)) raw += Character(character);
  std::string out = Escaped(raw);
  for (const char* brace : {"{", "}"}) {
    if (!text.contains(brace)) ReplaceAll(out, std::string("\\") + brace, brace);
  }
  if (text.contains('^')) ReplaceAll(out, "\\^", "^");
  return out;
}

std::string_view Property(Element element, const char* properties, const char* name) {
  return Attribute(Find(element, properties, name), "m:val");
}
bool HasProperty(Element element, const char* properties, const char* name) {
  return HasAttribute(Find(element, properties, name), "m:val");
}

std::string Convert(Element element);

std::string Children(Element element) {
  std::string out;
  for (const Element child : element.children()) {
    if (child.type() == pugi::node_element && out.size() < kMaxLatex) out += Convert(child);
  }
  return out;
}

// The converted child of that name; of several, as in a delimiter with separators, the last one.
std::string Part(Element element, std::string_view name) {
  Element found;
  for (const Element child : element.children()) {
    if (Is(child, name)) found = child;
  }
  return found ? Children(found) : std::string();
}

std::string Wrapped(std::string_view pattern, std::string_view content) {
  std::string out(pattern);
  if (const size_t at = out.find('%'); at != std::string::npos) out.replace(at, 1, content);
  return out;
}

// An accent, bar or brace: the character stands for a pattern, or for itself.
std::string Accent(Element element, const char* properties, std::string_view otherwise) {
  const std::string content = Part(element, "m:e");
  if (!HasProperty(element, properties, "m:chr")) return Wrapped(otherwise, content);
  const std::string_view character = Property(element, properties, "m:chr");
  const std::string_view pattern = Lookup(kAccents, character);
  return Wrapped(pattern.empty() ? character : pattern, content);
}

std::string Fraction(Element element) {
  const std::string_view type = Property(element, "m:fPr", "m:type");
  const std::string above = Part(element, "m:num");
  const std::string below = Part(element, "m:den");
  if (type == "skw") return fmt::format("^{{{}}}/_{{{}}}", above, below);
  if (type == "noBar") return fmt::format("\\genfrac{{}}{{}}{{0pt}}{{}}{{{}}}{{{}}}", above, below);
  if (type == "lin") return fmt::format("{{{}}}/{{{}}}", above, below);
  return fmt::format("\\frac{{{}}}{{{}}}", above, below);
}

std::string Delimiter(Element element, const char* name, std::string_view otherwise) {
  if (!HasProperty(element, "m:dPr", name)) return std::string(otherwise);
  const std::string_view character = Property(element, "m:dPr", name);
  return character.empty() ? "." : Escaped(character);
}

// A base with indexes. `which` of m:sub and m:sup there are, in this order.
std::string Scripts(Element element, bool sub, bool sup) {
  std::string base(text::StripRight(Part(element, "m:e")));
  const bool group = base.contains("\\frac") || base.contains("\\sqrt");
  if (group) base = "{" + base + "}";
  if (sub) base += fmt::format("_{{{}}}", Part(element, "m:sub"));
  if (sup) base += fmt::format("^{{{}}}", Part(element, "m:sup"));
  return base;
}

std::string FunctionName(Element name) {
  std::string out;
  for (const Element child : name.children()) {
    const std::string text = child.type() == pugi::node_element ? Convert(child) : "";
    const bool known =
        Is(child, "m:r") && std::ranges::find(kFunctions, text) != std::end(kFunctions);
    if (!known) {
      out += text;
    } else {
      out += text == "mod" ? "\\mod {fe}" : fmt::format("\\{}({{fe}})", text);
    }
  }
  return out.contains(kArgument) ? out : out + std::string(kArgument);
}

std::string Function(Element element) {
  std::string out = FunctionName(Child(element, "m:fName"));
  ReplaceAll(out, kArgument, Part(element, "m:e"));
  return out;
}

// What a limit tends to: "\to" for arrows, escaped spaces where it is plain text.
std::string Limit(Element element) {
  std::string out = Part(element, "m:lim");
  ReplaceAll(out, "\\rightarrow", "\\to");
  out = text::StripRight(out);
  if (out.ends_with(kLineBreak)) out = text::StripRight(out.substr(0, out.size() - 2));
  if (out.find_first_of("\\<>=+*/^_{}") == std::string::npos) ReplaceAll(out, " ", "\\ ");
  return out;
}

std::string LowerLimit(Element element) {
  const std::string base = Part(element, "m:e");
  const std::string_view known = Lookup(kLimits, base);
  return fmt::format("{}_{{{}}}", known.empty() ? std::string_view(base) : known, Limit(element));
}

std::string Joined(Element element, const char* name, std::string_view separator) {
  std::string out;
  bool first = true;
  for (const Element child : element.children()) {
    if (!Is(child, name)) continue;
    if (!first) out += separator;
    first = false;
    out += Is(child, "m:mr") ? Joined(child, "m:e", "&") : Children(child);
  }
  return out;
}

std::string Nary(Element element) {
  std::string out = "\\int";
  if (HasProperty(element, "m:naryPr", "m:chr")) {
    const std::string_view character = Property(element, "m:naryPr", "m:chr");
    const std::string_view known = Lookup(kBigOperators, character);
    out = known.empty() ? character : known;
  }
  for (const Element child : element.children()) {
    if (child.type() == pugi::node_element && !Is(child, "m:naryPr")) out += Convert(child);
  }
  return out;
}

using Converter = std::string (*)(Element);

// What each element becomes. Those that are only a place for others become what is in them.
constexpr std::pair<std::string_view, Converter> kConverters[] = {
    {"m:r", Run},
    {"m:f", Fraction},
    {"m:func", Function},
    {"m:fName", FunctionName},
    {"m:nary", Nary},
    {"m:lim", [](Element e) { return Limit(e.parent()); }},
    {"m:limLow", LowerLimit},
    {"m:limUpp",
     [](Element e) { return fmt::format("\\overset{{{}}}{{{}}}", Limit(e), Part(e, "m:e")); }},
    {"m:acc", [](Element e) { return Accent(e, "m:accPr", "\\hat{%}"); }},
    {"m:groupChr", [](Element e) { return Accent(e, "m:groupChrPr", "\\underbrace{%}"); }},
    {"m:bar",
     [](Element e) {
       const bool below = Property(e, "m:barPr", "m:pos") == "bot";
       return Wrapped(below ? "\\underline{%}" : "\\overline{%}", Part(e, "m:e"));
     }},
    {"m:d",
     [](Element e) {
       return fmt::format("\\left{}{}\\right{}", Delimiter(e, "m:begChr", "("), Part(e, "m:e"),
                          Delimiter(e, "m:endChr", ")"));
     }},
    {"m:sSub", [](Element e) { return Scripts(e, true, false); }},
    {"m:sSup", [](Element e) { return Scripts(e, false, true); }},
    {"m:sSubSup", [](Element e) { return Scripts(e, true, true); }},
    {"m:sub", [](Element e) { return fmt::format("_{{{}}}", Children(e)); }},
    {"m:sup", [](Element e) { return fmt::format("^{{{}}}", Children(e)); }},
    {"m:rad",
     [](Element e) {
       const std::string degree = Part(e, "m:deg");
       return degree.empty() ? fmt::format("\\sqrt{{{}}}", Part(e, "m:e"))
                             : fmt::format("\\sqrt[{}]{{{}}}", degree, Part(e, "m:e"));
     }},
    {"m:eqArr", [](Element e) { return Joined(e, "m:e", kLineBreak); }},
    {"m:m",
     [](Element e) {
       return fmt::format("\\begin{{matrix}}{}\\end{{matrix}}", Joined(e, "m:mr", kLineBreak));
     }},
    {"m:box", Children},
    {"m:num", Children},
    {"m:den", Children},
    {"m:deg", Children},
    {"m:e", Children},
};

std::string Convert(Element element) {
  for (const auto& [name, convert] : kConverters) {
    if (Is(element, name)) return convert(element);
  }
  return {};
}

}  // namespace

std::string ToLatex(Element math) {
  std::string out = Children(math);
  // Each pair of spaces once, as docling does: four become two.
  std::string single;
  for (size_t i = 0; i < out.size(); ++i) {
    single += out[i];
    if (out[i] == ' ' && i + 1 < out.size() && out[i + 1] == ' ') ++i;
  }
  return std::string(text::Strip(single));
}

}  // namespace office
