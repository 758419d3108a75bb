// The wire forms are those printed in the API reference, key by key and in order.
#include <gtest/gtest.h>

#include "model/batch.h"
#include "model/document.h"
#include "model/lifecycle.h"
#include "model/run.h"
#include "model/step_config.h"
#include "reflect/json.h"

namespace model {
namespace {

template <typename T>
void ExpectRoundTrip(std::string_view json) {
  const auto value = reflect::FromJson<T>(json);
  ASSERT_TRUE(value) << value.error().message();
  EXPECT_EQ(reflect::ToJson(*value), json);
}

TEST(Wire, DocumentBatch) {
  ExpectRoundTrip<DocumentBatch>(
      R"({"id":1,"name":"Q4 Reports","source":"filesystem","start_date":"2025-01-15T10:00:00",)"
      R"("completed_date":null,"batch_params":{},"duration":null})");
  ExpectRoundTrip<DocumentBatch>(
      R"({"id":1,"name":"","source":"s","start_date":"2025-01-15T10:00:00",)"
      R"("completed_date":"2025-01-15T10:01:30.5","batch_params":{},"duration":90.5})");
}

TEST(Wire, DocumentAndUri) {
  ExpectRoundTrip<Document>(
      R"({"hash":"sha256-abc","mime_type":"application/pdf","file_size":1024000,)"
      R"("doc_meta":{"author":"John Doe"}})");
  ExpectRoundTrip<DocumentUri>(
      R"({"id":42,"doc_hash":"sha256-abc","uri":"/documents/report.pdf","source":"filesystem",)"
      R"("version":1,"batch_id":1})");
}

TEST(Wire, WorkflowRun) {
  ExpectRoundTrip<WorkflowRun>(
      R"({"id":100,"workflow_definition_id":"batch","run_group_id":5,"batch_id":1,)"
      R"("doc_id":"sha256-abc","priority":0,"created_date":"2025-01-15T10:00:00",)"
      R"("start_date":"2025-01-15T10:01:00","completed_date":null,"status":"RUNNING",)"
      R"("status_date":"2025-01-15T10:05:00","status_message":null,"status_meta":{},)"
      R"("run_params":{},"duration":null})");
}

TEST(Wire, RunStep) {
  ExpectRoundTrip<RunStep>(
      R"({"id":500,"workflow_run_id":100,"workflow_step_number":2,"workflow_step_name":"parse",)"
      R"("step_config_id":10,"step_type":"parse","is_last_step":false,)"
      R"("created_date":"2025-01-15T10:01:00","priority":0,"start_date":"2025-01-15T10:02:00",)"
      R"("status_date":"2025-01-15T10:05:00","completed_date":null,"retry":0,"retries":1,)"
      R"("status":"RUNNING","status_message":null,"status_meta":{},)"
      R"("worker_id":"worker-abc-123","duration":null})");
}

TEST(Wire, RunGroup) {
  ExpectRoundTrip<RunGroup>(
      R"({"id":5,"name":"Batch 1 Processing","workflow_definition_id":"batch",)"
      R"("param_definition_id":"default","batch_id":1,"created_date":"2025-01-15T10:00:00",)"
      R"("start_date":"2025-01-15T10:01:00","completed_date":null,"status":"RUNNING",)"
      R"("status_date":"2025-01-15T10:30:00","status_message":"Processing documents",)"
      R"("status_meta":{}})");
}

TEST(Wire, LifecycleHistory) {
  ExpectRoundTrip<LifecycleHistory>(
      R"({"id":1,"event":"item_start","handler_name":null,"run_group_id":5,)"
      R"("workflow_run_id":42,"step_id":null,"start_date":"2025-01-15T10:00:00",)"
      R"("completed_date":"2025-01-15T10:01:30","status":"COMPLETED",)"
      R"("status_date":"2025-01-15T10:01:30","status_message":null,"status_meta":{}})");
}

TEST(Stored, NamesNeverChange) {
  EXPECT_EQ(reflect::Name(RunStatus::kError), "ERROR");
  EXPECT_EQ(reflect::Wire(RunStatus::kError), "ERROR");
  EXPECT_EQ(reflect::Name(WorkflowStepType::kParse), "PARSE");
  EXPECT_EQ(reflect::Wire(WorkflowStepType::kParse), "parse");
  EXPECT_EQ(reflect::Name(LifecycleEvent::kItemFailed), "ITEM_FAILED");
}

}  // namespace
}  // namespace model
