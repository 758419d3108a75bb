#include "formats/office/xml.h"

#include <gtest/gtest.h>

namespace office {
namespace {

using base::Code;

XmlDocument Parsed(std::string text) {
  auto document = XmlDocument::Parse(std::move(text), "test");
  EXPECT_TRUE(document) << document.error().ToString();
  return std::move(*document);
}

TEST(Xml, PrefixesAreOurs) {
  const XmlDocument document = Parsed(
      R"(<x:document xmlns:x="http://purl.oclc.org/ooxml/wordprocessingml/main" )"
      R"(xmlns:q="http://schemas.openxmlformats.org/officeDocument/2006/math">)"
      R"(<x:p x:val="1"/><q:r/><p xmlns="http://schemas.openxmlformats.org/drawingml/2006/main"/>)"
      R"(<x:p/><y/></x:document>)");
  std::string names;
  for (const Element child : document.root().children()) names += std::string(child.name()) + " ";
  EXPECT_EQ(names, "w:p m:r a:p w:p y ");
  EXPECT_EQ(Attribute(Child(document.root(), "w:p"), "w:val"), "1");
}

TEST(Xml, TextIsKeptWhole) {
  const XmlDocument document = Parsed("<a> x<b>y</b> <c><![CDATA[<z>]]></c>&amp;&lt;</a>");
  EXPECT_EQ(OwnText(document.root()), " x &<");
  EXPECT_EQ(AllText(document.root()), " xy <z>&<");
}

TEST(Xml, EntitiesOfADtdAreNotExpanded) {
  const XmlDocument document = Parsed(
      R"(<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c SYSTEM "file:///etc/passwd">]><a>&b;&c;</a>)");
  EXPECT_EQ(OwnText(document.root()), "&b;&c;");
}

TEST(Xml, RefusesWhatIsNoXmlOrTooDeep) {
  EXPECT_EQ(XmlDocument::Parse("<a>", "x.xml").error().code(), Code::kDamaged);
  EXPECT_EQ(XmlDocument::Parse("", "x.xml").error().code(), Code::kDamaged);
  std::string deep;
  for (int i = 0; i <= kMaxXmlDepth; ++i) deep += "<a>";
  for (int i = 0; i <= kMaxXmlDepth; ++i) deep += "</a>";
  EXPECT_TRUE(XmlDocument::Parse(deep, "x.xml"));
  EXPECT_EQ(XmlDocument::Parse("<a>" + deep + "</a>", "x.xml").error().code(), Code::kTooLarge);
}

TEST(Xml, InvalidUtf8IsMended) { EXPECT_EQ(OwnText(Parsed("<a>\xff</a>").root()), "\uFFFD"); }

TEST(Xml, SwitchesAreOnUnlessTheySayNot) {
  const XmlDocument document =
      Parsed(R"(<a><b/><b v="1"/><b v="true"/><b v="0"/><b v="off"/></a>)");
  std::string found;
  for (const Element child : document.root().children()) found += IsOn(child, "v") ? '1' : '0';
  EXPECT_EQ(found, "11100");
  EXPECT_FALSE(IsOn(Element(), "v"));
}

}  // namespace
}  // namespace office
