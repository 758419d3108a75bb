#include "formats/office/omml.h"

#include <gtest/gtest.h>

namespace office {
namespace {

std::string Latex(const std::string& inside) {
  const auto document = XmlDocument::Parse(
      "<m:oMath xmlns:m=\"http://schemas.openxmlformats.org/officeDocument/2006/math\">" + inside +
          "</m:oMath>",
      "test");
  EXPECT_TRUE(document) << inside;
  return document ? ToLatex(document->root()) : "";
}

// Shorthand: R(x) is a run, E("num", x) an element.
std::string R(const std::string& text) { return "<m:r><m:t>" + text + "</m:t></m:r>"; }
std::string E(const std::string& name, const std::string& inside) {
  return "<m:" + name + ">" + inside + "</m:" + name + ">";
}
std::string V(const std::string& name, const std::string& value) {
  return "<m:" + name + " m:val=\"" + value + "\"/>";
}

TEST(Omml, Structures) {
  struct Case {
    std::string omml;
    std::string_view latex;
  };
  const std::string a = R("a");
  const std::string b = R("b");
  const Case cases[] = {
      {E("f", E("num", a) + E("den", b)), "\\frac{a}{b}"},
      {E("f", E("fPr", V("type", "lin")) + E("num", a) + E("den", b)), "{a}/{b}"},
      {E("sSup", E("e", a) + E("sup", b)), "a^{b}"},
      {E("sSub", E("e", a) + E("sub", b)), "a_{b}"},
      {E("sSubSup", E("e", a) + E("sub", b) + E("sup", R("2"))), "a_{b}^{2}"},
      {E("sSup", E("e", E("f", E("num", a) + E("den", b))) + E("sup", R("2"))),
       "{\\frac{a}{b}}^{2}"},
      {E("rad", E("deg", "") + E("e", a)), "\\sqrt{a}"},
      {E("rad", E("deg", R("3")) + E("e", a)), "\\sqrt[3]{a}"},
      {E("d", E("e", a)), "\\left(a\\right)"},
      {E("d", E("dPr", V("begChr", "{") + V("endChr", "")) + E("e", a)), "\\left\\{a\\right."},
      {E("nary",
         E("naryPr", V("chr", "\u2211")) + E("sub", R("i=1")) + E("sup", R("n")) + E("e", a)),
       "\\sum_{i=1}^{n}a"},
      {E("nary", E("sub", "") + E("sup", "") + E("e", a)), "\\int_{}^{}a"},
      {E("func", E("fName", R("sin")) + E("e", a)), "\\sin(a)"},
      {E("func", E("fName", R("mod")) + E("e", a)), "\\mod a"},
      {E("func", E("fName", E("limLow", E("e", R("lim")) + E("lim", R("n")))) + E("e", a)),
       "\\lim_{n}a"},
      {E("acc", E("e", a)), "\\hat{a}"},
      {E("acc", E("accPr", V("chr", "\u20d7")) + E("e", a)), "\\vec{a}"},
      {E("bar", E("barPr", V("pos", "bot")) + E("e", a)), "\\underline{a}"},
      {E("groupChr", E("e", a)), "\\underbrace{a}"},
      {E("limUpp", E("e", a) + E("lim", b)), "\\overset{b}{a}"},
      {E("m", E("mr", E("e", a) + E("e", b)) + E("mr", E("e", b) + E("e", a))),
       "\\begin{matrix}a&b\\\\b&a\\end{matrix}"},
      {E("eqArr", E("e", a) + E("e", b)), "a\\\\b"},
      {E("unknown", a) + b, "b"},
  };
  for (const Case& test : cases) EXPECT_EQ(Latex(test.omml), test.latex) << test.omml;
}

TEST(Omml, Characters) {
  EXPECT_EQ(Latex(R("A=\u03c0r")), "A= \\pi r");
  EXPECT_EQ(Latex(R("x\u2013y^2")), "x-y^2");
  EXPECT_EQ(Latex(R("50%")), "50 \\%");
  EXPECT_EQ(Latex(R("a\u2264b")), "a \\leq b");
}

}  // namespace
}  // namespace office
