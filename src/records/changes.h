// The events of state changes: one place that knows what each of its kind carries. Private to the
// folder; docs/api.md lists them for clients.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "model/document.h"
#include "model/run.h"
#include "records/held_step.h"
#include "sql/database.h"

namespace records {

// What happened, and the state in which it leaves the thing. Kinds are known to clients: do not
// rename.
struct Change {
  std::string_view kind;
  std::optional<model::RunStatus> status;
};

inline constexpr Change kBatchCreated{"batch_created", std::nullopt};
inline constexpr Change kBatchReopened{"batch_reopened", std::nullopt};
inline constexpr Change kBatchCompleted{"batch_completed", std::nullopt};

inline constexpr Change kUriIngested{"document_ingested", std::nullopt};
inline constexpr Change kUriDeleted{"uri_deleted", std::nullopt};
inline constexpr Change kDocumentDeleted{"document_deleted", std::nullopt};

inline constexpr Change kGroupCreated{"group_created", model::RunStatus::kPending};
inline constexpr Change kGroupStart{"group_start", model::RunStatus::kRunning};
inline constexpr Change kGroupReopened{"group_reopened", model::RunStatus::kRunning};
inline constexpr Change kGroupRetry{"group_retry", model::RunStatus::kRunning};
inline constexpr Change kGroupMessage{"group_message", std::nullopt};
inline constexpr Change kGroupCompleted{"group_end", model::RunStatus::kCompleted};
inline constexpr Change kGroupFailed{"group_end", model::RunStatus::kFailed};
inline constexpr Change kGroupDeleted{"group_deleted", std::nullopt};

inline constexpr Change kRunCreated{"item_created", model::RunStatus::kPending};
inline constexpr Change kRunStart{"item_start", model::RunStatus::kRunning};
inline constexpr Change kRunRetry{"item_retry", model::RunStatus::kRunning};
inline constexpr Change kRunCompleted{"item_end", model::RunStatus::kCompleted};
inline constexpr Change kRunFailed{"item_failed", model::RunStatus::kFailed};

inline constexpr Change kStepStart{"step_start", model::RunStatus::kRunning};
inline constexpr Change kStepProgress{"step_progress", model::RunStatus::kRunning};
inline constexpr Change kStepEnd{"step_end", model::RunStatus::kCompleted};
inline constexpr Change kStepRetry{"step_retry", model::RunStatus::kError};
inline constexpr Change kStepFailed{"step_failed", model::RunStatus::kFailed};
inline constexpr Change kStepReleased{"step_released", model::RunStatus::kPending};
inline constexpr Change kStepLost{"step_lost", model::RunStatus::kPending};

base::Result<> AppendBatchEvent(sql::Tx& tx, const Change& change, int64_t batch_id,
                                base::Time now);
// `action`: create, update or delete.
base::Result<> AppendUriEvent(sql::Tx& tx, const Change& change, const model::DocumentUri& uri,
                              std::string_view action, base::Time now);
// Of the bytes, when no URI refers to them any more; in the batch of the last one, if there was.
base::Result<> AppendDocumentEvent(sql::Tx& tx, const Change& change, const std::string& hash,
                                   std::optional<int64_t> batch_id, base::Time now);
base::Result<> AppendGroupEvent(sql::Tx& tx, const Change& change, const model::RunGroup& group,
                                const std::optional<std::string>& message, base::Time now);
base::Result<> AppendRunEvent(sql::Tx& tx, const Change& change, const model::WorkflowRun& run,
                              const std::optional<std::string>& message, base::Time now);
base::Result<> AppendStepEvent(sql::Tx& tx, const Change& change, const HeldStep& step,
                               const std::optional<std::string>& message, base::Time now);
// kRunRetry for every FAILED run of the group, in their order.
base::Result<> AppendRunRetries(sql::Tx& tx, int64_t run_group_id, base::Time now);

}  // namespace records
