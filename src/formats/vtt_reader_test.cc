#include "formats/vtt_reader.h"

#include <gtest/gtest.h>

#include "docling/outline.h"

namespace formats {
namespace {

docling::Document Read(std::string_view text, size_t findings = 0) {
  docling::CollectedDiagnostics diagnostics;
  Context context{.diagnostics = diagnostics};
  auto document = ReadVtt({.bytes = text, .filename = "a.vtt"}, context);
  EXPECT_TRUE(document);
  EXPECT_EQ(diagnostics.found.size(), findings);
  return std::move(*document);
}

TEST(Vtt, CuesAreTextsWithTimesAndVoices) {
  const docling::Document document = Read(
      "WEBVTT A talk\r\n\r\nNOTE not this\nnor this\n\n1\n00:01.000 --> 01:00:02.500 align:left\n"
      "<v.loud Ann>Hello &amp; <i>you</i> all\nof us</v>\n\n00:05.000 --> 00:06.000\nlast");
  EXPECT_EQ(docling::Outline(document),
            "title: A talk\ninline WebVTT cue span\n text: Hello & \n text: you {i}\n"
            " text:  all\ntext: of us\ntext: last\n");
  const docling::Track& track = (*document.texts[1].source)[0];
  EXPECT_EQ(track.start_time, 1);
  EXPECT_EQ(track.end_time, 3602.5);
  EXPECT_EQ(track.identifier, "1");
  EXPECT_EQ(track.voice, "Ann");
  EXPECT_EQ((*document.texts[5].source)[0].voice, std::nullopt);
}

TEST(Vtt, TagsThatMeanNothingVanish) {
  const docling::Document document =
      Read("WEBVTT\n\n00:01.000 --> 00:02.000\na<00:01.500>b<c.x>c</c> 1 < 2");
  EXPECT_EQ(document.texts.back().text, " 1 < 2");
  EXPECT_EQ(document.texts.size(), 3U);
  EXPECT_EQ(document.texts.front().text, "ab");
}

TEST(Vtt, DamagedCuesAreReported) {
  EXPECT_EQ(docling::Outline(Read("WEBVTT\n\n00:01 -> 2\nx\n\n00:02.000 --> 00:01.000\ny", 2)), "");
}

TEST(Vtt, OnlyWithItsSignature) {
  EXPECT_TRUE(LooksLikeVtt("WEBVTT"));
  EXPECT_TRUE(LooksLikeVtt("\xEF\xBB\xBFWEBVTT\n"));
  EXPECT_FALSE(LooksLikeVtt("WEBVTTX"));
  docling::CollectedDiagnostics diagnostics;
  Context context{.diagnostics = diagnostics};
  EXPECT_EQ(ReadVtt({.bytes = "x", .filename = "a.vtt"}, context).error().code(),
            base::Code::kDamaged);
}

}  // namespace
}  // namespace formats
