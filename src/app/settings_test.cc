#include "app/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace app {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;

TEST(Settings, DefaultsNeedNoEnvironment) {
  const Settings settings = LoadSettings({}).value();
  EXPECT_EQ(settings.default_workflow_id, "batch_split");
  EXPECT_EQ(settings.worker_task_count, 5);
}

TEST(Settings, EveryDefaultIsAllowed) {
  const Settings defaults;
  for (const SettingInfo& info : AllSettings()) {
    Settings copy;
    EXPECT_TRUE(info.set(copy, info.get(defaults))) << info.name;
    EXPECT_EQ(info.get(copy), info.get(defaults)) << info.name;
  }
}

TEST(Settings, AllFaultsAtOnceWithNameValueAndWhatIsAllowed) {
  const auto loaded = LoadSettings({{"WORKER_TASK_COUNT", "many"},
                                    {"FILE_STORE_TARGET", "ftp"},
                                    {"DO_RAG", "perhaps"},
                                    {"API_KEY_ENABLED", "true"}});
  ASSERT_FALSE(loaded);
  EXPECT_THAT(loaded.error().message(),
              AllOf(HasSubstr("WORKER_TASK_COUNT is 'many', allowed is a whole number"),
                    HasSubstr("FILE_STORE_TARGET is 'ftp', allowed is one of fs, s3, db"),
                    HasSubstr("DO_RAG is 'perhaps'"), HasSubstr("API_KEY is empty")));
}

TEST(Settings, SecretsAreMasked) {
  const Settings settings = LoadSettings({{"API_KEY", "hush"}}).value();
  for (const SettingInfo& info : AllSettings())
    EXPECT_THAT(Shown(info, settings), Not(HasSubstr("hush"))) << info.name;
}

TEST(Settings, StopPhrasesAsListOrCommas) {
  for (const char* text : {R"(["Table of Contents", "Index"])", "Table of Contents, Index"}) {
    EXPECT_THAT(LoadSettings({{"STOP_PHRASES", text}})->stop_phrases,
                ElementsAre("Table of Contents", "Index"))
        << text;
  }
}

TEST(DotEnv, CommentsQuotesAndExport) {
  EXPECT_THAT(ParseDotEnv("# note\nA=1\nexport B=\"x # y\"\r\n\nC = z # why\nD=").value(),
              ElementsAre(Pair("A", "1"), Pair("B", "x # y"), Pair("C", "z"), Pair("D", "")));
  EXPECT_THAT(ParseDotEnv("A=1\nnonsense").error().message(), HasSubstr("line 2"));
}

}  // namespace
}  // namespace app
