-- A database as the reference implementation leaves it behind: its tables, and rows in the middle of
-- work. Times have six digits, enums stand by name, empty JSON is the text null.
CREATE TABLE configset (id INTEGER NOT NULL, yaml_id VARCHAR NOT NULL, yaml_contents VARCHAR NOT NULL,
  created_date DATETIME, PRIMARY KEY (id));
CREATE TABLE document (hash VARCHAR NOT NULL, mime_type VARCHAR NOT NULL, file_size INTEGER, doc_meta JSON,
  PRIMARY KEY (hash));
CREATE TABLE documentbatch (id INTEGER NOT NULL, name VARCHAR NOT NULL, source VARCHAR NOT NULL,
  start_date DATETIME NOT NULL, completed_date DATETIME, batch_params JSON, PRIMARY KEY (id));
CREATE TABLE documentbytes (hash VARCHAR NOT NULL, artifact_type VARCHAR NOT NULL,
  storage_root VARCHAR NOT NULL, file_size INTEGER, file_bytes BLOB NOT NULL,
  PRIMARY KEY (hash, artifact_type, storage_root));
CREATE TABLE stepconfig (id INTEGER NOT NULL, created_date DATETIME, step_type VARCHAR(8) NOT NULL,
  config_json JSON, cuml_config_json VARCHAR, PRIMARY KEY (id));
CREATE TABLE workercheckin (id VARCHAR NOT NULL, first_checkin DATETIME NOT NULL,
  last_checkin DATETIME NOT NULL, PRIMARY KEY (id), CONSTRAINT unq_worker UNIQUE (id));
CREATE TABLE configsetitem (config_set_id INTEGER NOT NULL, config_id INTEGER NOT NULL,
  PRIMARY KEY (config_set_id, config_id), FOREIGN KEY(config_set_id) REFERENCES configset (id),
  FOREIGN KEY(config_id) REFERENCES stepconfig (id));
CREATE TABLE documenturi (id INTEGER NOT NULL, doc_hash VARCHAR NOT NULL, uri VARCHAR NOT NULL,
  source VARCHAR NOT NULL, version INTEGER NOT NULL, batch_id INTEGER, PRIMARY KEY (id),
  CONSTRAINT unq_uri_source UNIQUE (uri, source), FOREIGN KEY(doc_hash) REFERENCES document (hash),
  FOREIGN KEY(batch_id) REFERENCES documentbatch (id));
CREATE TABLE rungroup (id INTEGER NOT NULL, name VARCHAR, workflow_definition_id VARCHAR NOT NULL,
  param_definition_id VARCHAR NOT NULL, batch_id INTEGER, created_date DATETIME NOT NULL,
  start_date DATETIME NOT NULL, completed_date DATETIME, status VARCHAR(9) NOT NULL,
  status_date DATETIME, status_message VARCHAR, status_meta JSON, PRIMARY KEY (id),
  FOREIGN KEY(batch_id) REFERENCES documentbatch (id));
CREATE TABLE documenturihistory (id INTEGER NOT NULL, doc_uri_id INTEGER NOT NULL,
  version INTEGER NOT NULL, hash VARCHAR NOT NULL, process_date DATETIME NOT NULL,
  action VARCHAR NOT NULL, batch_id INTEGER, histmeta JSON, PRIMARY KEY (id),
  FOREIGN KEY(doc_uri_id) REFERENCES documenturi (id),
  FOREIGN KEY(batch_id) REFERENCES documentbatch (id));
CREATE TABLE workflowrun (id INTEGER NOT NULL, workflow_definition_id VARCHAR NOT NULL,
  run_group_id INTEGER NOT NULL, batch_id INTEGER NOT NULL, doc_id VARCHAR NOT NULL,
  priority INTEGER NOT NULL, created_date DATETIME NOT NULL, start_date DATETIME NOT NULL,
  completed_date DATETIME, status VARCHAR(9) NOT NULL, status_date DATETIME, status_message VARCHAR,
  status_meta JSON, run_params JSON, PRIMARY KEY (id),
  FOREIGN KEY(run_group_id) REFERENCES rungroup (id),
  FOREIGN KEY(batch_id) REFERENCES documentbatch (id));
CREATE TABLE lifecyclehistory (id INTEGER NOT NULL, event VARCHAR(11) NOT NULL, handler_name VARCHAR,
  run_group_id INTEGER NOT NULL, workflow_run_id INTEGER NOT NULL, step_id INTEGER,
  start_date DATETIME NOT NULL, completed_date DATETIME, status VARCHAR(9) NOT NULL,
  status_date DATETIME, status_message VARCHAR, status_meta JSON, PRIMARY KEY (id),
  FOREIGN KEY(run_group_id) REFERENCES rungroup (id),
  FOREIGN KEY(workflow_run_id) REFERENCES workflowrun (id));
CREATE TABLE runstep (id INTEGER NOT NULL, workflow_run_id INTEGER NOT NULL,
  workflow_step_number INTEGER NOT NULL, workflow_step_name VARCHAR NOT NULL,
  step_config_id INTEGER NOT NULL, step_type VARCHAR(8) NOT NULL, is_last_step BOOLEAN NOT NULL,
  created_date DATETIME NOT NULL, priority INTEGER NOT NULL, start_date DATETIME, status_date DATETIME,
  completed_date DATETIME, retry INTEGER NOT NULL, retries INTEGER NOT NULL, status VARCHAR(9) NOT NULL,
  status_message VARCHAR, status_meta JSON, worker_id VARCHAR, PRIMARY KEY (id),
  FOREIGN KEY(workflow_run_id) REFERENCES workflowrun (id),
  FOREIGN KEY(step_config_id) REFERENCES stepconfig (id));

INSERT INTO documentbatch VALUES
  (1, 'Q4 Reports', 'filesystem', '2024-12-01 09:00:00.123456', NULL, 'null');
INSERT INTO document VALUES
  ('sha256-aa', 'application/pdf', 1024, '{"md5": "m1", "batch_id": "1"}'),
  ('sha256-bb', 'text/html', NULL, 'null'),
  ('sha256-cc', 'text/plain', 3, '{"score": NaN}'),
  ('sha256-dd', 'text/plain', 4, '{}'),
  ('sha256-ee', 'text/plain', 5, '{}');
INSERT INTO documenturi VALUES
  (1, 'sha256-aa', '/a.pdf', 'filesystem', 1, 1), (2, 'sha256-bb', '/b.html', 'filesystem', 2, 1),
  (3, 'sha256-cc', '/c.txt', 'filesystem', 1, 1), (4, 'sha256-dd', '/d.txt', 'filesystem', 1, 1),
  (5, 'sha256-ee', '/e.txt', 'filesystem', 1, 1);
INSERT INTO documenturihistory VALUES
  (1, 1, 1, 'sha256-aa', '2024-12-01 09:00:01.000000', 'create', 1, 'null');
INSERT INTO stepconfig VALUES
  (7, '2024-12-01 09:00:02.000000', 'PARSE', '{"do_ocr": true}', '{"parse": {"do_ocr": true}}'),
  (8, '2024-12-01 09:00:02.000000', 'CHUNK', '{}', '{"parse": {"do_ocr": true}, "chunk": {}}');
INSERT INTO rungroup VALUES
  (1, 'first', 'batch', 'default', 1, '2024-12-01 09:00:03.000000', '2024-12-01 09:00:03.000000',
   NULL, 'RUNNING', '2024-12-01 09:00:04.000000', NULL, 'null'),
  (2, 'ended, never closed', 'batch', 'default', 1, '2024-12-01 09:00:03.000000',
   '2024-12-01 09:00:03.000000', NULL, 'PENDING', NULL, NULL, NULL);
-- 1: parsed, chunk was running.  2: parse pending.  3: all done but never closed.
-- 4: a step failed but the run was never closed.  5: completed as it should be.
INSERT INTO workflowrun VALUES
  (1, 'batch', 1, 1, 'sha256-aa', 0, '2024-12-01 09:00:03.000000', '2024-12-01 09:00:03.000000', NULL,
   'RUNNING', '2024-12-01 09:00:04.000000', NULL, 'null', '{"param_id": "default"}'),
  (2, 'batch', 1, 1, 'sha256-bb', 5, '2024-12-01 09:00:03.000000', '2024-12-01 09:00:03.000000', NULL,
   'PENDING', NULL, NULL, NULL, NULL),
  (3, 'batch', 1, 1, 'sha256-cc', 0, '2024-12-01 09:00:03.000000', '2024-12-01 09:00:03.000000', NULL,
   'RUNNING', '2024-12-01 09:00:09.000000', NULL, NULL, NULL),
  (4, 'batch', 1, 1, 'sha256-dd', 0, '2024-12-01 09:00:03.000000', '2024-12-01 09:00:03.000000', NULL,
   'RUNNING', NULL, NULL, NULL, NULL),
  (5, 'batch', 2, 1, 'sha256-ee', 0, '2024-12-01 09:00:03.000000', '2024-12-01 09:00:03.000000',
   '2024-12-01 09:01:03.000000', 'COMPLETED', NULL, NULL, NULL, NULL);
INSERT INTO runstep VALUES
  (1, 1, 1, 'docling parse', 7, 'PARSE', 0, '2024-12-01 09:00:03.000000', 0, '2024-12-01 09:00:04.000000',
   NULL, '2024-12-01 09:00:05.000000', 0, 1, 'COMPLETED', NULL, 'null', 'old-worker'),
  (2, 1, 2, 'chunk', 8, 'CHUNK', 1, '2024-12-01 09:00:03.000000', 0, '2024-12-01 09:00:06.000000',
   NULL, NULL, 1, 3, 'RUNNING', NULL, 'null', 'old-worker'),
  (3, 2, 1, 'docling parse', 7, 'PARSE', 0, '2024-12-01 09:00:03.000000', 5, NULL, NULL, NULL, 0, 1,
   'PENDING', NULL, NULL, NULL),
  (4, 2, 2, 'chunk', 8, 'CHUNK', 1, '2024-12-01 09:00:03.000000', 5, NULL, NULL, NULL, 0, 1, 'PENDING',
   NULL, NULL, NULL),
  (5, 3, 1, 'docling parse', 7, 'PARSE', 1, '2024-12-01 09:00:03.000000', 0, NULL, NULL,
   '2024-12-01 09:00:09.000000', 0, 1, 'COMPLETED', NULL, NULL, NULL),
  (6, 4, 1, 'docling parse', 7, 'PARSE', 1, '2024-12-01 09:00:03.000000', 0, NULL, NULL, NULL, 1, 1,
   'FAILED', 'boom', NULL, NULL),
  (7, 5, 1, 'docling parse', 7, 'PARSE', 1, '2024-12-01 09:00:03.000000', 0, NULL, NULL,
   '2024-12-01 09:01:03.000000', 0, 1, 'COMPLETED', NULL, NULL, NULL);
INSERT INTO lifecyclehistory VALUES
  (1, 'ITEM_START', NULL, 1, 1, NULL, '2024-12-01 09:00:04.000000', NULL, 'RUNNING', NULL, NULL, 'null');
