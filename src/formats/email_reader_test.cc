#include "formats/email_reader.h"

#include <gtest/gtest.h>

#include "docling/outline.h"
#include "formats/mime_message.h"

namespace formats {
namespace {

std::string Tree(std::string_view text) {
  docling::CollectedDiagnostics diagnostics;
  Context context{.diagnostics = diagnostics};
  const auto document = ReadEmail({.bytes = text, .filename = "a.eml"}, context);
  return document ? docling::Outline(*document) : document.error().ToString();
}

TEST(Email, PlainTextInParagraphs) {
  EXPECT_EQ(Tree("From: \"Doe, Jane\" <jane@x.org>\r\nTo: a@x.org,\r\n =?utf-8?B?SsO2cmc=?= "
                 "<j@x.org>\r\nSubject: =?iso-8859-1?Q?gr=FC=DFe?=\r\n =?utf-8?Q?_2?=\r\n"
                 "Date: Mon, 2 Jan 2006 15:04:05 -0700\r\n\r\nHello,\r\nyou.\r\n \r\nBye\r\n"),
            "title: grüße 2\ntext: From: Doe, Jane <jane@x.org>\n"
            "text: To: a@x.org, Jörg <j@x.org>\ntext: Date: 2006-01-02T22:04:05+00:00\n"
            "text: Hello,\nyou.\ntext: Bye\n");
}

TEST(Email, AlternativesAndAttachments) {
  constexpr std::string_view kMail =
      "Subject: s\nContent-Type: multipart/mixed; boundary=\"=b 1\"\n\npreamble\n--=b 1\n"
      "Content-Type: multipart/alternative; boundary=in\n\n--in\nContent-Type: text/plain; "
      "charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\nna=C3=AF=\nve\n--in\n"
      "Content-Type: text/html\n\n<p>html</p>\n--in--\n--=b 1\nContent-Type: application/pdf\n"
      "Content-Disposition: attachment; filename*=utf-8''r%C3%A9sum%C3%A9.pdf\n"
      "Content-Transfer-Encoding: base64\n\neA==\n--=b 1--\nepilogue\n";
  EXPECT_EQ(Tree(kMail),
            "title: s\ntext: naïve\nsection_header2: Attachments\nlist attachments\n"
            " list_item: résumé.pdf (application/pdf)\n");
}

TEST(Email, HtmlKeepsItsStructure) {
  EXPECT_EQ(Tree("Content-Type: text/html; charset=windows-1252\n\n<h2>H\xe9</h2><ul><li>a</ul>"),
            "section header-1\n section_header1: Hé\n  list list\n   list_item: a\n");
}

TEST(Email, NestingIsLimited) {
  std::string mail;
  for (int i = 0; i < 100; ++i) {
    const std::string boundary = "b" + std::to_string(i);
    mail += "Content-Type: multipart/mixed; boundary=" + boundary + "\n\n--" + boundary + "\n";
  }
  EXPECT_EQ(Tree(mail), "too_large: the message has too many parts within parts");
}

TEST(Email, IsKnownByItsHeaders) {
  EXPECT_TRUE(LooksLikeMessage("From: a@b\n\nx"));
  EXPECT_TRUE(LooksLikeMessage("From x Mon\nReceived: by y\n"));
  EXPECT_FALSE(LooksLikeMessage("Dear: all\n\nFrom: x"));
}

TEST(Mime, Addresses) {
  const auto found = ParseAddresses("Team: \"A, B\" <ab@x>, c@x; undisclosed:;");
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].name, "A, B");
  EXPECT_EQ(found[1].address, "c@x");
}

TEST(Mime, Dates) {
  EXPECT_EQ(DateInUtc("1 Feb 24 00:30 +0100"), "2024-01-31T23:30:00+00:00");
  EXPECT_EQ(DateInUtc("Tue, 31 Feb 2024 00:00:00 GMT"), "");
  EXPECT_EQ(DateInUtc("yesterday"), "");
}

}  // namespace
}  // namespace formats
