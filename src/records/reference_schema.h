// The tables of the reference implementation, by their own names and column by column, so that its
// databases are ours. Private to the folder.
#pragma once

#include <string_view>

namespace records {

inline constexpr std::string_view kReferenceTables = R"sql(
CREATE TABLE IF NOT EXISTS configset (
  id INTEGER NOT NULL PRIMARY KEY,
  yaml_id VARCHAR NOT NULL,
  yaml_contents VARCHAR NOT NULL,
  created_date DATETIME);
CREATE TABLE IF NOT EXISTS document (
  hash VARCHAR NOT NULL PRIMARY KEY,
  mime_type VARCHAR NOT NULL,
  file_size INTEGER,
  doc_meta JSON);
CREATE TABLE IF NOT EXISTS documentbatch (
  id INTEGER NOT NULL PRIMARY KEY,
  name VARCHAR NOT NULL,
  source VARCHAR NOT NULL,
  start_date DATETIME NOT NULL,
  completed_date DATETIME,
  batch_params JSON);
CREATE TABLE IF NOT EXISTS documentbytes (
  hash VARCHAR NOT NULL,
  artifact_type VARCHAR NOT NULL,
  storage_root VARCHAR NOT NULL,
  file_size INTEGER,
  file_bytes BLOB NOT NULL,
  PRIMARY KEY (hash, artifact_type, storage_root));
CREATE TABLE IF NOT EXISTS stepconfig (
  id INTEGER NOT NULL PRIMARY KEY,
  created_date DATETIME,
  step_type VARCHAR(8) NOT NULL,
  config_json JSON,
  cuml_config_json VARCHAR);
CREATE TABLE IF NOT EXISTS workercheckin (
  id VARCHAR NOT NULL PRIMARY KEY,
  first_checkin DATETIME NOT NULL,
  last_checkin DATETIME NOT NULL,
  CONSTRAINT unq_worker UNIQUE (id));
CREATE TABLE IF NOT EXISTS configsetitem (
  config_set_id INTEGER NOT NULL REFERENCES configset (id),
  config_id INTEGER NOT NULL REFERENCES stepconfig (id),
  PRIMARY KEY (config_set_id, config_id));
CREATE TABLE IF NOT EXISTS documenturi (
  id INTEGER NOT NULL PRIMARY KEY,
  doc_hash VARCHAR NOT NULL REFERENCES document (hash),
  uri VARCHAR NOT NULL,
  source VARCHAR NOT NULL,
  version INTEGER NOT NULL,
  batch_id INTEGER REFERENCES documentbatch (id),
  CONSTRAINT unq_uri_source UNIQUE (uri, source));
CREATE TABLE IF NOT EXISTS documenturihistory (
  id INTEGER NOT NULL PRIMARY KEY,
  doc_uri_id INTEGER NOT NULL REFERENCES documenturi (id),
  version INTEGER NOT NULL,
  hash VARCHAR NOT NULL,
  process_date DATETIME NOT NULL,
  action VARCHAR NOT NULL,
  batch_id INTEGER REFERENCES documentbatch (id),
  histmeta JSON);
CREATE TABLE IF NOT EXISTS rungroup (
  id INTEGER NOT NULL PRIMARY KEY,
  name VARCHAR,
  workflow_definition_id VARCHAR NOT NULL,
  param_definition_id VARCHAR NOT NULL,
  batch_id INTEGER REFERENCES documentbatch (id),
  created_date DATETIME NOT NULL,
  start_date DATETIME NOT NULL,
  completed_date DATETIME,
  status VARCHAR(9) NOT NULL,
  status_date DATETIME,
  status_message VARCHAR,
  status_meta JSON);
CREATE TABLE IF NOT EXISTS workflowrun (
  id INTEGER NOT NULL PRIMARY KEY,
  workflow_definition_id VARCHAR NOT NULL,
  run_group_id INTEGER NOT NULL REFERENCES rungroup (id),
  batch_id INTEGER NOT NULL REFERENCES documentbatch (id),
  doc_id VARCHAR NOT NULL,
  priority INTEGER NOT NULL,
  created_date DATETIME NOT NULL,
  start_date DATETIME NOT NULL,
  completed_date DATETIME,
  status VARCHAR(9) NOT NULL,
  status_date DATETIME,
  status_message VARCHAR,
  status_meta JSON,
  run_params JSON);
CREATE TABLE IF NOT EXISTS lifecyclehistory (
  id INTEGER NOT NULL PRIMARY KEY,
  event VARCHAR(11) NOT NULL,
  handler_name VARCHAR,
  run_group_id INTEGER NOT NULL REFERENCES rungroup (id),
  workflow_run_id INTEGER NOT NULL REFERENCES workflowrun (id),
  step_id INTEGER,
  start_date DATETIME NOT NULL,
  completed_date DATETIME,
  status VARCHAR(9) NOT NULL,
  status_date DATETIME,
  status_message VARCHAR,
  status_meta JSON);
CREATE TABLE IF NOT EXISTS runstep (
  id INTEGER NOT NULL PRIMARY KEY,
  workflow_run_id INTEGER NOT NULL REFERENCES workflowrun (id),
  workflow_step_number INTEGER NOT NULL,
  workflow_step_name VARCHAR NOT NULL,
  step_config_id INTEGER NOT NULL REFERENCES stepconfig (id),
  step_type VARCHAR(8) NOT NULL,
  is_last_step BOOLEAN NOT NULL,
  created_date DATETIME NOT NULL,
  priority INTEGER NOT NULL,
  start_date DATETIME,
  status_date DATETIME,
  completed_date DATETIME,
  retry INTEGER NOT NULL,
  retries INTEGER NOT NULL,
  status VARCHAR(9) NOT NULL,
  status_message VARCHAR,
  status_meta JSON,
  worker_id VARCHAR);
)sql";

}  // namespace records
