#include "records/schema.h"

#include <string_view>
#include <vector>

#include "records/reference_schema.h"

namespace records {
namespace {

// Our columns beside those of the reference implementation. Batch and group stand in runstep again
// so that the claim and the progress counts need one index and no join.
constexpr std::string_view kColumns = R"sql(
ALTER TABLE documentbatch ADD COLUMN claim_seq INTEGER NOT NULL DEFAULT 0;
ALTER TABLE runstep ADD COLUMN batch_id INTEGER;
ALTER TABLE runstep ADD COLUMN run_group_id INTEGER;
ALTER TABLE runstep ADD COLUMN ready INTEGER NOT NULL DEFAULT 0;
ALTER TABLE runstep ADD COLUMN next_attempt_at DATETIME;
ALTER TABLE runstep ADD COLUMN lease_until DATETIME;
ALTER TABLE runstep ADD COLUMN attempt INTEGER NOT NULL DEFAULT 0;
ALTER TABLE runstep ADD COLUMN deaths INTEGER NOT NULL DEFAULT 0;
)sql";

constexpr std::string_view kOwnTables = R"sql(
CREATE TABLE idfloor (name VARCHAR NOT NULL PRIMARY KEY, value INTEGER NOT NULL);
CREATE TABLE event (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  event_date DATETIME NOT NULL,
  kind VARCHAR NOT NULL,
  batch_id INTEGER,
  run_group_id INTEGER,
  workflow_run_id INTEGER,
  step_id INTEGER,
  doc_hash VARCHAR,
  data JSON);
CREATE TABLE rundiagnostic (
  id INTEGER NOT NULL PRIMARY KEY,
  workflow_run_id INTEGER NOT NULL,
  step_id INTEGER NOT NULL,
  severity VARCHAR NOT NULL,
  what VARCHAR NOT NULL,
  location VARCHAR NOT NULL);
CREATE TABLE artifactrecord (
  hash VARCHAR NOT NULL,
  artifact_type VARCHAR NOT NULL,
  step_config_id INTEGER NOT NULL,
  file_size INTEGER NOT NULL,
  PRIMARY KEY (hash, artifact_type, step_config_id)) WITHOUT ROWID;
CREATE TABLE storeddocument (
  data_dir VARCHAR NOT NULL,
  doc_hash VARCHAR NOT NULL,
  document_id VARCHAR NOT NULL,
  chunk_count INTEGER NOT NULL,
  step_config_id INTEGER NOT NULL,
  step_id INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  stored_date DATETIME NOT NULL,
  PRIMARY KEY (data_dir, doc_hash)) WITHOUT ROWID;
CREATE TABLE storeintent (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  data_dir VARCHAR NOT NULL,
  doc_hash VARCHAR NOT NULL,
  document_id VARCHAR NOT NULL,
  replaced_ids JSON NOT NULL,
  step_id INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  created_date DATETIME NOT NULL,
  UNIQUE (data_dir, doc_hash));
CREATE TABLE removalorder (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind VARCHAR NOT NULL,
  doc_hash VARCHAR NOT NULL,
  data_dir VARCHAR NOT NULL,
  document_id VARCHAR NOT NULL,
  created_date DATETIME NOT NULL,
  next_attempt_at DATETIME NOT NULL,
  tries INTEGER NOT NULL DEFAULT 0,
  last_error VARCHAR,
  claimed_until DATETIME,
  done_date DATETIME);
CREATE TABLE syncstate (
  source_id VARCHAR NOT NULL PRIMARY KEY,
  last_commit_sha VARCHAR,
  last_sync_date DATETIME,
  branch VARCHAR,
  sync_metadata JSON);
)sql";

constexpr std::string_view kIndices = R"sql(
CREATE INDEX ix_batch_source ON documentbatch (source);
CREATE INDEX ix_batch_claim ON documentbatch (claim_seq);
CREATE INDEX ix_uri_hash ON documenturi (doc_hash);
CREATE INDEX ix_uri_batch ON documenturi (batch_id);
CREATE INDEX ix_uri_source ON documenturi (source);
CREATE INDEX ix_history_uri ON documenturihistory (doc_uri_id);
CREATE INDEX ix_history_hash ON documenturihistory (hash);
CREATE INDEX ix_stepconfig_text ON stepconfig (step_type, cuml_config_json);
CREATE INDEX ix_configset_yaml ON configset (yaml_id);
CREATE INDEX ix_configsetitem_config ON configsetitem (config_id);
CREATE INDEX ix_group_batch ON rungroup (batch_id);
CREATE INDEX ix_group_param ON rungroup (param_definition_id);
CREATE INDEX ix_group_open ON rungroup (id) WHERE status NOT IN ('COMPLETED', 'FAILED');
CREATE INDEX ix_run_group ON workflowrun (run_group_id, status);
CREATE INDEX ix_run_batch ON workflowrun (batch_id, status);
CREATE INDEX ix_run_doc ON workflowrun (doc_id, batch_id);
CREATE INDEX ix_run_status ON workflowrun (status);
CREATE INDEX ix_run_open_group ON workflowrun (run_group_id)
  WHERE status NOT IN ('COMPLETED', 'FAILED');
CREATE INDEX ix_run_open_batch ON workflowrun (batch_id)
  WHERE status NOT IN ('COMPLETED', 'FAILED');
CREATE INDEX ix_step_run ON runstep (workflow_run_id, workflow_step_number);
CREATE INDEX ix_step_batch ON runstep (batch_id, step_type, status);
CREATE INDEX ix_step_config ON runstep (step_config_id);
CREATE INDEX ix_step_group ON runstep (run_group_id, step_type, status);
CREATE INDEX ix_step_status ON runstep (status);
CREATE INDEX ix_step_claim ON runstep (priority, batch_id, step_type, next_attempt_at)
  WHERE ready = 1;
CREATE INDEX ix_step_due ON runstep (next_attempt_at) WHERE ready = 1;
CREATE INDEX ix_step_lease ON runstep (lease_until) WHERE status = 'RUNNING';
CREATE INDEX ix_step_running ON runstep (batch_id) WHERE status = 'RUNNING';
CREATE INDEX ix_lifecycle_run ON lifecyclehistory (workflow_run_id, start_date);
CREATE INDEX ix_lifecycle_group ON lifecyclehistory (run_group_id);
CREATE INDEX ix_lifecycle_open ON lifecyclehistory (id) WHERE status = 'RUNNING';
CREATE INDEX ix_event_batch ON event (batch_id, id);
CREATE INDEX ix_diagnostic_run ON rundiagnostic (workflow_run_id, step_id);
CREATE INDEX ix_stored_hash ON storeddocument (doc_hash);
CREATE INDEX ix_intent_hash ON storeintent (doc_hash);
CREATE INDEX ix_removal_due ON removalorder (next_attempt_at) WHERE done_date IS NULL;
CREATE INDEX ix_removal_hash ON removalorder (doc_hash);
)sql";

// When a removal was last at work: bytes that were uploaded before that are not relied on.
constexpr std::string_view kRemovalAttempts = R"sql(
ALTER TABLE removalorder ADD COLUMN last_tried_at DATETIME;
)sql";

constexpr std::string_view kIdempotencyKeys = R"sql(
CREATE TABLE idempotencykey (
  id INTEGER PRIMARY KEY,
  user_name VARCHAR NOT NULL,
  key VARCHAR NOT NULL,
  fingerprint VARCHAR NOT NULL,
  created_date DATETIME NOT NULL,
  expires_date DATETIME NOT NULL,
  status INTEGER,
  content_type VARCHAR,
  body VARCHAR,
  UNIQUE (user_name, key));
CREATE INDEX ix_idempotency_expiry ON idempotencykey (expires_date);
)sql";

// What the reference implementation left open becomes claimable; what can never go on is closed.
constexpr std::string_view kTakeOver = R"sql(
UPDATE runstep SET
  batch_id = (SELECT r.batch_id FROM workflowrun r WHERE r.id = workflow_run_id),
  run_group_id = (SELECT r.run_group_id FROM workflowrun r WHERE r.id = workflow_run_id);
UPDATE workflowrun SET status = 'FAILED', status_message = coalesce(status_message,
    'taken over with a failed step or without steps')
  WHERE status NOT IN ('COMPLETED', 'FAILED') AND
    (EXISTS (SELECT 1 FROM runstep s WHERE s.workflow_run_id = workflowrun.id
             AND s.status = 'FAILED')
     OR NOT EXISTS (SELECT 1 FROM runstep s WHERE s.workflow_run_id = workflowrun.id));
UPDATE workflowrun SET status = 'COMPLETED'
  WHERE status NOT IN ('COMPLETED', 'FAILED') AND NOT EXISTS
    (SELECT 1 FROM runstep s WHERE s.workflow_run_id = workflowrun.id AND s.status <> 'COMPLETED');
UPDATE workflowrun SET completed_date = coalesce(status_date, start_date)
  WHERE status IN ('COMPLETED', 'FAILED') AND completed_date IS NULL;
UPDATE runstep SET status = 'PENDING', worker_id = NULL WHERE status = 'RUNNING';
UPDATE runstep SET ready = 1, next_attempt_at = created_date
  WHERE status IN ('PENDING', 'ERROR')
    AND EXISTS (SELECT 1 FROM workflowrun r WHERE r.id = workflow_run_id
                AND r.status NOT IN ('COMPLETED', 'FAILED'))
    AND workflow_step_number = (SELECT min(s.workflow_step_number) FROM runstep s
        WHERE s.workflow_run_id = runstep.workflow_run_id AND s.status <> 'COMPLETED');
UPDATE rungroup SET status = 'COMPLETED'
  WHERE status NOT IN ('COMPLETED', 'FAILED') AND NOT EXISTS
    (SELECT 1 FROM workflowrun r WHERE r.run_group_id = rungroup.id AND r.status <> 'COMPLETED');
UPDATE rungroup SET status = 'FAILED'
  WHERE status NOT IN ('COMPLETED', 'FAILED') AND NOT EXISTS
    (SELECT 1 FROM workflowrun r WHERE r.run_group_id = rungroup.id
     AND r.status NOT IN ('COMPLETED', 'FAILED'));
UPDATE rungroup SET completed_date = coalesce(status_date, start_date)
  WHERE status IN ('COMPLETED', 'FAILED') AND completed_date IS NULL;
)sql";

// Python writes NaN into JSON, which nobody else reads. Such a value is kept as text in an object,
// so that one row cannot break an answer or a query.
constexpr std::string_view kMendJson = R"sql(
UPDATE document SET doc_meta = json_object('unreadable', doc_meta)
  WHERE doc_meta IS NOT NULL AND NOT json_valid(doc_meta);
UPDATE documentbatch SET batch_params = json_object('unreadable', batch_params)
  WHERE batch_params IS NOT NULL AND NOT json_valid(batch_params);
UPDATE documenturihistory SET histmeta = json_object('unreadable', histmeta)
  WHERE histmeta IS NOT NULL AND NOT json_valid(histmeta);
UPDATE rungroup SET status_meta = json_object('unreadable', status_meta)
  WHERE status_meta IS NOT NULL AND NOT json_valid(status_meta);
UPDATE workflowrun SET status_meta = json_object('unreadable', status_meta)
  WHERE status_meta IS NOT NULL AND NOT json_valid(status_meta);
UPDATE workflowrun SET run_params = json_object('unreadable', run_params)
  WHERE run_params IS NOT NULL AND NOT json_valid(run_params);
UPDATE runstep SET status_meta = json_object('unreadable', status_meta)
  WHERE status_meta IS NOT NULL AND NOT json_valid(status_meta);
UPDATE lifecyclehistory SET status_meta = json_object('unreadable', status_meta)
  WHERE status_meta IS NOT NULL AND NOT json_valid(status_meta);
)sql";

// The enums of the reference implementation, under its names.
constexpr std::string_view kPostgresTypes = R"sql(
DO $$ BEGIN
  IF to_regtype('workflowsteptype') IS NULL THEN
    CREATE TYPE workflowsteptype AS ENUM ('INGEST', 'VALIDATE', 'PARSE', 'CHUNK', 'EMBED', 'STORE',
      'ENRICH', 'ROUTE');
  END IF;
  IF to_regtype('runstatus') IS NULL THEN
    CREATE TYPE runstatus AS ENUM ('PENDING', 'RUNNING', 'COMPLETED', 'ERROR', 'FAILED');
  END IF;
  IF to_regtype('lifecycleevent') IS NULL THEN
    CREATE TYPE lifecycleevent AS ENUM ('GROUP_START', 'GROUP_END', 'ITEM_START', 'ITEM_END',
      'ITEM_FAILED', 'STEP_START', 'STEP_END', 'STEP_FAILED');
  END IF;
END $$;
)sql";

// What the two databases call differently, in the order of replacement. Texts about types only: the
// scripts hold nothing else in which these words stand.
constexpr std::pair<std::string_view, std::string_view> kPostgresWords[] = {
    {"INTEGER PRIMARY KEY AUTOINCREMENT", "BIGSERIAL PRIMARY KEY"},
    {"INTEGER NOT NULL PRIMARY KEY", "BIGSERIAL PRIMARY KEY"},
    {"INTEGER PRIMARY KEY", "BIGSERIAL PRIMARY KEY"},
    {"INTEGER", "BIGINT"},
    {"DATETIME", "TIMESTAMPTZ"},
    {"BLOB", "BYTEA"},
    {") WITHOUT ROWID", ")"},
    {"status VARCHAR(9)", "status runstatus"},
    {"step_type VARCHAR(8)", "step_type workflowsteptype"},
    {"event VARCHAR(11)", "event lifecycleevent"},
};

// Carries out a script that is written for SQLite.
base::Result<> Script(sql::Tx& tx, std::string_view text) {
  std::string script(text);
  if (tx.dialect() == sql::Dialect::kPostgres) {
    for (const auto& [from, to] : kPostgresWords) {
      for (size_t at = script.find(from); at != std::string::npos;
           at = script.find(from, at + to.size())) {
        script.replace(at, from.size(), to);
      }
    }
  }
  return tx.Script(script);
}

// Lists of runs in the order of their ids, from indices alone; the queue for metrics.
constexpr std::string_view kListIndices = R"sql(
DROP INDEX ix_run_batch;
DROP INDEX ix_run_status;
CREATE INDEX ix_run_batch ON workflowrun (batch_id, id);
CREATE INDEX ix_run_batch_status ON workflowrun (batch_id, status, id);
CREATE INDEX ix_run_status ON workflowrun (status, id);
CREATE INDEX ix_run_group_list ON workflowrun (run_group_id, id);
CREATE INDEX ix_run_list ON workflowrun (id);
CREATE INDEX ix_step_queue ON runstep (step_type, status, next_attempt_at) WHERE ready = 1;
)sql";

base::Result<> AddReferenceTables(sql::Tx& tx) {
  if (tx.dialect() == sql::Dialect::kPostgres) SI_TRY(tx.Script(kPostgresTypes));
  return Script(tx, kReferenceTables);
}

base::Result<> AddOurs(sql::Tx& tx) {
  for (const std::string_view script : {kColumns, kOwnTables, kIndices}) SI_TRY(Script(tx, script));
  // PostgreSQL has no wrong JSON in its JSON columns.
  if (tx.dialect() == sql::Dialect::kSqlite) SI_TRY(tx.Script(kMendJson));
  return Script(tx, kTakeOver);
}

}  // namespace

std::span<const sql::Migration> Migrations() {
  static const std::vector<sql::Migration> kMigrations = {
      {1, "tables of the reference implementation", AddReferenceTables},
      {2, "queue, ledger, events, indices", AddOurs},
      {3, "removal attempts", [](sql::Tx& tx) { return Script(tx, kRemovalAttempts); }},
      {4, "idempotency keys", [](sql::Tx& tx) { return Script(tx, kIdempotencyKeys); }},
      {5, "indices of lists and of the queue",
       [](sql::Tx& tx) { return Script(tx, kListIndices); }},
  };
  return kMigrations;
}

base::Result<> Prepare(sql::Database& database, base::Time now) {
  return sql::Migrate(database, Migrations(), now);
}

}  // namespace records
