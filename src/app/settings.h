// Settings: what the environment and `.env` say, with our defaults. Only `app` knows them;
// subsystems get their Options.
//
// Names are those of existing installations (DOC_DB_URL, LANCEDB_DIR …). A wrong value refuses the
// start with the setting's name, the value (secrets masked) and what is allowed.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/log.h"
#include "base/result.h"

namespace app {

struct S3Settings {
  std::string bucket, endpoint_url, access_key_id, access_secret, region;
};

struct Settings {
  // --- where things are kept
  std::string doc_db_url = "sqlite:///./db/documents.db";
  std::string file_store_target = "fs";
  std::string file_store_dir = "file_store";
  std::string document_store_dir = "raw";
  std::string parsed_markdown_store_dir = "markdown";
  std::string parsed_json_store_dir = "json";
  std::string chunks_store_dir = "chunks";
  std::string embeddings_store_dir = "embeddings";
  std::string lancedb_dir = "lancedb";
  S3Settings input_s3, artifact_s3;
  // --- workflows
  std::string workflow_dir = "config/workflows";
  std::string param_dir = "config/params";
  std::string default_workflow_id = "batch_split";
  std::string default_param_id = "default";
  std::vector<std::string> stop_phrases;
  bool do_rag = true;
  // --- workers
  int64_t worker_task_count = 5;
  int64_t ingest_queue_concurrency = 20;
  int64_t ingest_worker_concurrency = 10;
  int64_t worker_checkin_interval = 120;
  int64_t worker_checkin_timeout = 600;
  int64_t lease_seconds = 60;
  int64_t drain_seconds = 30;
  int64_t event_retention_hours = 24 * 7;
  int64_t min_free_disk_mb = 256;
  // --- parsing
  int64_t parse_workers = 0;  // 0: one per processor
  int64_t parse_page_timeout = 10;
  int64_t parse_document_timeout = 600;
  int64_t parse_memory_mb = 1024;
  int64_t max_upload_mb = 16 * 1024;
  // --- documents that the server fetches itself
  std::vector<std::string> input_dirs;
  bool input_http_allowed = false;
  std::vector<std::string> input_http_networks;
  int64_t input_http_timeout = 300;
  std::string docling_server_url = "http://localhost:5001/v1";
  std::string docling_chunk_server_url;
  int64_t docling_http_timeout = 600;
  int64_t docling_concurrency = 3;
  // --- embedding
  int64_t embed_batch_size = 1000;
  int64_t embed_threads = 0;  // 0: one per processor
  std::string ollama_base_url = "http://localhost:11434";
  std::string openai_api_key;
  std::string openai_base_url = "https://api.openai.com/v1";
  // --- access
  std::string api_key;
  bool api_key_enabled = false;
  bool auth_trust_proxy_headers = false;
  bool metrics_open = false;
  std::vector<std::string> forwarded_allow_ips{"127.0.0.1"};
  std::vector<std::string> cors_allow_origins;
  std::string ssl_certfile;
  std::string ssl_keyfile;
  // --- limits of the server
  int64_t http_threads = 16;
  int64_t max_connections = 20'000;
  int64_t max_queued_requests = 512;
  int64_t max_concurrent_uploads = 256;
  int64_t http_header_timeout = 15;
  int64_t http_body_grace = 30;
  int64_t http_idle_timeout = 75;
  // --- logs
  base::LogLevel log_level = base::LogLevel::kInfo;
  std::string log_format = "text";
};

// One setting as people see it: for parsing, for `init-env` and for `validate-settings`.
struct SettingInfo {
  std::string name;
  std::string help;
  bool secret = false;
  std::function<base::Result<>(Settings&, const std::string& text)> set;
  std::function<std::string(const Settings&)> get;
};

// Every setting, in the order in which it is documented.
const std::vector<SettingInfo>& AllSettings();

using Environment = std::map<std::string, std::string>;

// The process's environment over the `.env` file of `folder` (which need not exist).
base::Result<Environment> ReadEnvironment(const std::filesystem::path& folder);

// The text of a `.env` file: NAME=value lines, # comments, quotes, `export`.
base::Result<Environment> ParseDotEnv(std::string_view text);

// All faults at once, a line each.
base::Result<Settings> LoadSettings(const Environment& environment);

// ["Foo", "Bar"] as a JSON list, or separated by commas.
std::vector<std::string> SplitList(const std::string& text);

// "set: ********" for secrets.
std::string Shown(const SettingInfo& info, const Settings& settings);

}  // namespace app
