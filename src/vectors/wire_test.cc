#include "vectors/wire.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <cstring>

#include "vectors/test_rows.h"

namespace vectors {
namespace {

namespace json = boost::json;
using ::testing::ElementsAre;

TEST(UpsertRequest, PutsVectorsFirstAndSaysWhereBlobsAre) {
  DocumentRow row = TestRow("a", {"one", "two"});
  row.items[1].picture_data = "PNG";
  const Request request = UpsertRequest("/root/db", row, 7);
  const json::value header = json::parse(request.header);
  EXPECT_EQ(header.at("op"), "upsert");
  EXPECT_EQ(header.at("db"), "/root/db");
  EXPECT_EQ(header.at("epoch"), 7);
  EXPECT_EQ(header.at_pointer("/embedding/dimension"), 8);
  const size_t vectors = row.vectors.size() * sizeof(float);
  EXPECT_EQ(std::memcmp(request.block.data(), row.vectors.data(), vectors), 0);
  const auto at = [&](const char* pointer) {
    const auto& range = header.at_pointer(pointer).as_array();
    return request.block.substr(range.at(0).to_number<size_t>(), range.at(1).to_number<size_t>());
  };
  EXPECT_EQ(at("/document/docling_document"), *row.docling_document);
  EXPECT_EQ(at("/document/items/1/picture_data"), "PNG");
  EXPECT_TRUE(header.at_pointer("/document/items/0/picture_data").is_null());
  EXPECT_TRUE(header.at_pointer("/document/docling_pages").is_null());
  EXPECT_EQ(header.at_pointer("/document/chunks/1/content_fts"), "Heading\ntwo");
}

TEST(Decode, TellsTheEnginesErrors) {
  const auto done =
      DecodeDone(R"({"ok": false, "error": {"code": "stale", "message": "newer writer"}})");
  ASSERT_FALSE(done.has_value());
  EXPECT_EQ(done.error().code(), base::Code::kStale);
  EXPECT_EQ(done.error().message(), "newer writer");
  const auto unknown = DecodeDone(R"({"ok": false, "error": {"code": "x", "message": "m"}})");
  EXPECT_EQ(unknown.error().code(), base::Code::kInternal);
}

TEST(Decode, RefusesAnswersThatAreNotWhatTheyShouldBe) {
  const char* answers[] = {
      "",
      "{",
      "[]",
      "7",
      "{}",
      R"({"ok": 1})",
      R"({"ok": true, "hits": 5})",
      R"({"ok": true, "hits": [5]})",
      R"({"ok": true, "hits": [{}]})",
      R"({"ok": false, "error": "text"})",
  };
  for (const char* answer : answers) {
    const auto hits = DecodeSearch(answer);
    ASSERT_FALSE(hits.has_value()) << answer;
    EXPECT_EQ(hits.error().code(), base::Code::kDamaged) << answer;
  }
  EXPECT_FALSE(DecodeHello(R"({"ok": true, "protocol": 999})").has_value());
  EXPECT_FALSE(DecodeRemove(R"({"ok": true, "documents": -1})").has_value());
}

TEST(DecodeSearch, ReadsAHit) {
  const auto hits = DecodeSearch(R"({"ok": true, "hits": [{
      "chunk_id": "c", "document_id": "d", "content": "text", "order": 3, "uri": "u",
      "title": null, "hash": "sha256-1", "page_numbers": [1, 2], "headings": ["A", "B"],
      "labels": ["text"], "refs": ["#/texts/0"], "score": 1, "vector_score": 0.5,
      "text_score": null}]})");
  ASSERT_TRUE(hits.has_value()) << hits.error().ToString();
  const Hit& hit = hits->at(0);
  EXPECT_EQ(hit.order, 3);
  EXPECT_EQ(hit.uri, "u");
  EXPECT_EQ(hit.title, std::nullopt);
  EXPECT_EQ(hit.score, 1.0);
  EXPECT_EQ(hit.vector_score, 0.5);
  EXPECT_EQ(hit.text_score, std::nullopt);
  EXPECT_THAT(hit.page_numbers, ElementsAre(1, 2));
  EXPECT_THAT(hit.headings, ElementsAre("A", "B"));
}

}  // namespace
}  // namespace vectors
