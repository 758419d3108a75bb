#include "workflow/definition.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/files.h"

namespace workflow {
namespace {

using model::LifecycleEvent;
using model::WorkflowStepType;

// A file of the reference implementation, as users have them.
constexpr std::string_view kReference = R"(id: batch_split_vacuum
meta: {}
name: Batch workflow with splitting, vacuum and hash checking
lifecycle_events:
  group_end:
    - name: start span
      method: soliplex.ingester.example.run_end
      retries: 1
      parameters: {}
    - name: slack
      method: soliplex.ingester.example.notify_slack
      retries: 2
      parameters: {channel: "#docs"}
item_steps:
  validate:
    name: validate document
    retries: 3
    method: soliplex.ingester.lib.workflow.validate_document
    parameters: {}
  parse:
    name: docling parse
    retries: 5
    method: soliplex_ingester.lib.workflow.split_parse_document
    parameters: {force: yes}
  store:
    retries: 1
    method: exec:/usr/bin/store
)";

TEST(ParseDefinition, ReadsFilesOfTheReferenceImplementation) {
  const auto got = ParseDefinition(kReference);
  ASSERT_TRUE(got) << got.error().ToString();
  EXPECT_EQ(got->id, "batch_split_vacuum");
  ASSERT_EQ(got->item_steps.size(), 3u);
  EXPECT_EQ(got->item_steps[0].type, WorkflowStepType::kValidate);
  EXPECT_EQ(got->item_steps[1].handler.selects, "split_parse_document");
  EXPECT_EQ(got->item_steps[1].handler.retries, 5);
  EXPECT_EQ(got->item_steps[1].handler.name, "docling parse");
  EXPECT_EQ(got->item_steps[1].handler.parameters, R"({"force":true})");
  EXPECT_EQ(got->item_steps[2].handler.selects, "exec");
  ASSERT_EQ(got->lifecycle_events.size(), 2u);
  EXPECT_EQ(got->lifecycle_events[0].event, LifecycleEvent::kGroupEnd);
  EXPECT_EQ(got->lifecycle_events[0].handler.selects, "");
  EXPECT_EQ(got->lifecycle_events[1].handler.selects, "notify_slack");
  ASSERT_EQ(got->warnings.size(), 1u);
  EXPECT_NE(got->warnings[0].find("run_end"), std::string::npos);
  EXPECT_EQ(got->StepHandler(WorkflowStepType::kParse)->retries, 5);
  EXPECT_EQ(got->StepHandler(WorkflowStepType::kEmbed), nullptr);
}

struct BadCase {
  std::string yaml;
  std::string message;  // part of it
};

TEST(ParseDefinition, SaysWhatIsWrongAndWhatIsAllowed) {
  const BadCase cases[] = {
      {"", "empty"},
      {"- a", "must be a map"},
      {"name: x", "needs an id"},
      {"id: ../up\nitem_steps: {}", "not allowed"},
      {"id: a", "needs item_steps"},
      {"id: a\nitem_steps: {}", "at least one step"},
      {"id: a\nitem_steps:\n  pars: {method: parse_document}",
       "line 3: item_steps.pars is no step"},
      {"id: a\nitem_steps: {parse: {method: chunk_document}}",
       "allowed: parse_document, split_parse_document, exec: or http(s)://"},
      {"id: a\nitem_steps: {parse: {name: x}}", "needs a method"},
      {"id: a\nitem_steps: {parse: {method: parse_document, retries: -1}}", "from 0 to 100"},
      {"id: a\nitem_steps: {parse: {method: parse_document, parameters: 3}}",
       "parameters must be a map"},
      {"id: a\nitem_steps: {parse: {method: parse_document}}\nlifecycle_events: {item_stop: []}",
       "item_stop is no event"},
      {"id: a\n---\nid: b", "one YAML document"},
      {"id: [a", "not valid YAML"},
      {"id: \"a\xff\"", "not UTF-8"},
      {"id: &x [*x]", "alias"},
      {"id: \"a\\_b\"", "line 1: an escape that is not supported"},
  };
  for (const BadCase& bad : cases) {
    const auto got = ParseDefinition(bad.yaml);
    ASSERT_FALSE(got) << bad.yaml;
    EXPECT_NE(got.error().message().find(bad.message), std::string::npos) << bad.yaml << "\n"
                                                                          << got.error().message();
  }
}

TEST(ParseDefinition, BombsEndAtTheLimit) {
  std::string laughs = "a: &a [x, x, x, x, x, x, x, x, x]\n";
  for (char c = 'b'; c <= 'j'; ++c) {
    laughs += std::string(1, c) + ": &" + c + " [";
    for (int i = 0; i < 9; ++i) laughs += std::string(i > 0 ? "," : "") + "*" + char(c - 1);
    laughs += "]\n";
  }
  const std::string deep = "id: " + std::string(5000, '[') + std::string(5000, ']');
  std::string fat = "a: &a '" + std::string(200'000, 'x') + "'\nb: [";
  for (int i = 0; i < 500; ++i) fat += "*a, ";
  fat += "]";
  const std::string huge = "id: " + std::string(1 << 20, 'x');
  for (const std::string& bomb : {laughs, deep, fat, huge}) {
    const auto got = ParseDefinition(bomb);
    ASSERT_FALSE(got);
    EXPECT_NE(got.error().code(), base::Code::kInternal);
  }
}

TEST(ParseDefinition, UnknownKeysAreWarningsThatNameTheNearest) {
  const auto got = ParseDefinition(
      "id: a\nitem_step: {}\nitem_steps: {parse: {method: parse_document, retires: 2}}");
  ASSERT_TRUE(got) << got.error().ToString();
  ASSERT_EQ(got->warnings.size(), 2u);
  EXPECT_NE((got->warnings[0] + got->warnings[1]).find("did you mean 'item_steps'"),
            std::string::npos);
  EXPECT_NE((got->warnings[0] + got->warnings[1]).find("did you mean 'retries'"),
            std::string::npos);
}

TEST(ParseDefinition, MergesMaps) {
  const auto got = ParseDefinition(
      "id: a\nitem_steps:\n  parse: &p {method: parse_document, retries: 4, name: n}\n"
      "  chunk: {<<: *p, method: chunk_document}\n");
  ASSERT_TRUE(got) << got.error().ToString();
  EXPECT_EQ(got->item_steps[1].handler.retries, 4);
  EXPECT_EQ(got->item_steps[1].handler.selects, "chunk_document");
}

TEST(Definitions, ShippedFilesAreGood) {
  const base::SystemClock clock;
  const Definitions shipped(
      {std::filesystem::path(SI_SOURCE_DIR) / "config/workflows", "batch_split"}, clock);
  ASSERT_EQ(shipped.List().size(), 3u);
  for (const auto& summary : shipped.List()) {
    const auto got = shipped.Get(summary.id);
    ASSERT_TRUE(got) << summary.id << ": " << got.error().ToString();
    EXPECT_EQ((*got)->warnings, std::vector<std::string>{}) << summary.id;
    EXPECT_EQ((*got)->item_steps.back().type, WorkflowStepType::kStore);
  }
  EXPECT_EQ((*shipped.Get(""))->id, "batch_split");
}

TEST(Definitions, OneBrokenFileDoesNotHideTheOthers) {
  const base::TempDir dir;
  base::ManualClock clock{base::Time()};
  const std::string good = "id: good\nitem_steps: {parse: {method: parse_document}}\n";
  ASSERT_TRUE(base::WriteFileDurably(dir.path() / "good.yaml", good));
  ASSERT_TRUE(base::WriteFileDurably(dir.path() / "broken.yaml", "id: [\n"));
  ASSERT_TRUE(base::WriteFileDurably(dir.path() / "twin.yaml", good));
  const Definitions all({dir.path(), "good"}, clock);
  EXPECT_EQ(all.List().size(), 3u);
  EXPECT_TRUE(all.Get("good"));
  EXPECT_EQ(*all.Yaml("good"), good);
  EXPECT_EQ(all.Get("twin").error().code(), base::Code::kConflict);
  EXPECT_EQ(all.Get("broken").error().code(), base::Code::kInvalidArgument);
  EXPECT_EQ(all.Get("other").error().code(), base::Code::kNotFound);
  EXPECT_EQ(all.Get("../good").error().code(), base::Code::kInvalidArgument);

  // A file added by hand is seen within a second.
  ASSERT_TRUE(base::WriteFileDurably(dir.path() / "new.yaml",
                                     "id: new\nitem_steps: {parse: {method: parse_document}}\n"));
  clock.Advance(std::chrono::seconds(2));
  EXPECT_TRUE(all.Get("new"));
}

}  // namespace
}  // namespace workflow
