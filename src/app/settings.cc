#include "app/settings.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>

#include "app/database.h"
#include "base/files.h"

extern char** environ;  // POSIX: the process's environment

namespace app {
namespace {

using base::Code;
using base::Fail;
using base::Result;

std::unexpected<base::Error> Wrong(std::string_view text, std::string_view allowed) {
  return Fail(Code::kInvalidArgument, fmt::format("is '{}', allowed is {}", text, allowed));
}

SettingInfo Text(std::string name, std::string help, std::string Settings::* member) {
  return {.name = std::move(name),
          .help = std::move(help),
          .set = [member](Settings& s, const std::string& text) -> Result<> {
            s.*member = text;
            return {};
          },
          .get = [member](const Settings& s) { return s.*member; }};
}

SettingInfo Secret(SettingInfo info) {
  info.secret = true;
  return info;
}

SettingInfo Choice(std::string name, std::string help, std::string Settings::* member,
                   std::vector<std::string> allowed) {
  SettingInfo info = Text(std::move(name), std::move(help), member);
  info.set = [member, allowed = std::move(allowed)](Settings& s,
                                                    const std::string& text) -> Result<> {
    if (std::ranges::find(allowed, text) == allowed.end()) {
      return Wrong(text, fmt::format("one of {}", fmt::join(allowed, ", ")));
    }
    s.*member = text;
    return {};
  };
  return info;
}

SettingInfo Number(std::string name, std::string help, int64_t Settings::* member, int64_t min,
                   int64_t max) {
  return {.name = std::move(name),
          .help = std::move(help),
          .set = [member, min, max](Settings& s, const std::string& text) -> Result<> {
            int64_t value = 0;
            const auto [end, error] =
                std::from_chars(text.data(), text.data() + text.size(), value);
            if (error != std::errc() || end != text.data() + text.size() || value < min ||
                value > max) {
              return Wrong(text, fmt::format("a whole number from {} to {}", min, max));
            }
            s.*member = value;
            return {};
          },
          .get = [member](const Settings& s) { return std::to_string(s.*member); }};
}

SettingInfo Switch(std::string name, std::string help, bool Settings::* member) {
  return {.name = std::move(name),
          .help = std::move(help),
          .set = [member](Settings& s, const std::string& text) -> Result<> {
            std::string lower(text);
            std::ranges::transform(lower, lower.begin(), [](char c) {
              return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
            });
            const bool yes = lower == "true" || lower == "1" || lower == "yes" || lower == "on";
            const bool no = lower == "false" || lower == "0" || lower == "no" || lower == "off";
            if (!yes && !no) return Wrong(text, "true or false");
            s.*member = yes;
            return {};
          },
          .get = [member](const Settings& s) { return std::string(s.*member ? "true" : "false"); }};
}

SettingInfo LogLevelSetting() {
  return {.name = "LOG_LEVEL",
          .help = "debug, info, warning, error or off",
          .set = [](Settings& s, const std::string& text) -> Result<> {
            SI_ASSIGN(s.log_level, base::ParseLogLevel(text));
            return {};
          },
          .get =
              [](const Settings& s) {
                static constexpr const char* kNames[] = {"debug", "info", "warning", "error",
                                                         "off"};
                return std::string(kNames[static_cast<size_t>(s.log_level)]);
              }};
}

SettingInfo List(std::string name, std::string help, std::vector<std::string> Settings::* member) {
  return {.name = std::move(name),
          .help = std::move(help),
          .set = [member](Settings& s, const std::string& text) -> Result<> {
            s.*member = SplitList(text);
            return {};
          },
          .get =
              [member](const Settings& s) {
                return (s.*member).empty()
                           ? std::string("[]")
                           : fmt::format("[\"{}\"]", fmt::join(s.*member, "\", \""));
              }};
}

void AddS3(std::vector<SettingInfo>& all, const std::string& prefix, S3Settings Settings::* group) {
  struct Field {
    const char* name;
    std::string S3Settings::* member;
    bool secret;
  };
  for (const Field& field : {Field{"BUCKET", &S3Settings::bucket, false},
                             Field{"ENDPOINT_URL", &S3Settings::endpoint_url, false},
                             Field{"ACCESS_KEY_ID", &S3Settings::access_key_id, false},
                             Field{"ACCESS_SECRET", &S3Settings::access_secret, true},
                             Field{"REGION", &S3Settings::region, false}}) {
    all.push_back(
        {.name = prefix + "__" + field.name,
         .help = "S3: " + prefix,
         .secret = field.secret,
         .set = [group, member = field.member](Settings& s, const std::string& text) -> Result<> {
           (s.*group).*member = text;
           return {};
         },
         .get = [group, member = field.member](const Settings& s) { return (s.*group).*member; }});
  }
}

std::vector<SettingInfo> MakeTable() {
  constexpr int64_t kBig = 1'000'000;
  std::vector<SettingInfo> all = {
      Text("DOC_DB_URL",
           "the database of batches, runs and steps: sqlite:///path or "
           "postgresql://user:password@host/name",
           &Settings::doc_db_url),
      Choice("FILE_STORE_TARGET", "where artifacts are kept: fs, s3 or db",
             &Settings::file_store_target, {"fs", "s3", "db"}),
      Text("FILE_STORE_DIR", "folder of the artifacts", &Settings::file_store_dir),
      Text("DOCUMENT_STORE_DIR", "folder of the uploaded documents below FILE_STORE_DIR",
           &Settings::document_store_dir),
      Text("PARSED_MARKDOWN_STORE_DIR", "folder of the Markdown below FILE_STORE_DIR",
           &Settings::parsed_markdown_store_dir),
      Text("PARSED_JSON_STORE_DIR", "folder of the DoclingDocument JSON below FILE_STORE_DIR",
           &Settings::parsed_json_store_dir),
      Text("CHUNKS_STORE_DIR", "folder of the chunks below FILE_STORE_DIR",
           &Settings::chunks_store_dir),
      Text("EMBEDDINGS_STORE_DIR", "folder of the embeddings below FILE_STORE_DIR",
           &Settings::embeddings_store_dir),
      Text("LANCEDB_DIR", "folder of the vector databases", &Settings::lancedb_dir),
      Text("WORKFLOW_DIR", "folder of the workflow YAML files", &Settings::workflow_dir),
      Text("PARAM_DIR", "folder of the parameter set YAML files", &Settings::param_dir),
      Text("DEFAULT_WORKFLOW_ID", "workflow when a start names none",
           &Settings::default_workflow_id),
      Text("DEFAULT_PARAM_ID", "parameter set when a start names none",
           &Settings::default_param_id),
      List("STOP_PHRASES", "headings that are never taken as a title, as a JSON list",
           &Settings::stop_phrases),
      Switch("DO_RAG", "carry out the store step", &Settings::do_rag),
      Number("WORKER_TASK_COUNT", "workers in `serve` (0: none, the API only)",
             &Settings::worker_task_count, 0, 1000),
      Number("INGEST_QUEUE_CONCURRENCY", "steps claimed at once",
             &Settings::ingest_queue_concurrency, 1, 10'000),
      Number("INGEST_WORKER_CONCURRENCY", "steps running at once in a process",
             &Settings::ingest_worker_concurrency, 1, 1000),
      Number("WORKER_CHECKIN_INTERVAL", "seconds between two signs of life of a worker",
             &Settings::worker_checkin_interval, 1, kBig),
      Number("WORKER_CHECKIN_TIMEOUT", "seconds without one after which a worker counts as dead",
             &Settings::worker_checkin_timeout, 2, kBig),
      Number("LEASE_SECONDS", "how long a claimed step stays claimed unless renewed",
             &Settings::lease_seconds, 2, kBig),
      Number("DRAIN_SECONDS", "how long a stop waits for running steps before it gives them back",
             &Settings::drain_seconds, 0, kBig),
      Number("EVENT_RETENTION_HOURS", "how long events are kept for clients that were away",
             &Settings::event_retention_hours, 1, kBig),
      Number("MIN_FREE_DISK_MB", "below this much room on a disk /health/ready says no",
             &Settings::min_free_disk_mb, 0, kBig),
      Number("PARSE_WORKERS", "parser processes (0: one per processor)", &Settings::parse_workers,
             0, 256),
      Number("PARSE_PAGE_TIMEOUT", "seconds for a page", &Settings::parse_page_timeout, 1, kBig),
      Number("PARSE_DOCUMENT_TIMEOUT", "seconds for a document", &Settings::parse_document_timeout,
             1, kBig),
      Number("PARSE_MEMORY_MB", "memory of a parser for one document", &Settings::parse_memory_mb,
             64, kBig),
      Number("MAX_UPLOAD_MB", "largest upload", &Settings::max_upload_mb, 1, kBig),
      List("INPUT_DIRS", "folders from which input_uri=file://… may take documents (none: off)",
           &Settings::input_dirs),
      Switch("INPUT_HTTP_ALLOWED", "let input_uri=http(s)://… fetch documents of public hosts",
             &Settings::input_http_allowed),
      List("INPUT_HTTP_NETWORKS",
           "addresses and networks that input_uri may reach although they are not public",
           &Settings::input_http_networks),
      Number("INPUT_HTTP_TIMEOUT", "seconds for fetching one document",
             &Settings::input_http_timeout, 1, kBig),
      Text("DOCLING_SERVER_URL",
           "docling-serve, for parameter sets with parse.engine docling-serve",
           &Settings::docling_server_url),
      Text("DOCLING_CHUNK_SERVER_URL", "docling-serve for chunking (default: DOCLING_SERVER_URL)",
           &Settings::docling_chunk_server_url),
      Number("DOCLING_HTTP_TIMEOUT", "seconds for a call of docling-serve",
             &Settings::docling_http_timeout, 1, kBig),
      Number("DOCLING_CONCURRENCY", "calls of docling-serve at once",
             &Settings::docling_concurrency, 1, 1000),
      Number("EMBED_BATCH_SIZE", "texts in one call of an embedding service",
             &Settings::embed_batch_size, 1, 100'000),
      Number("EMBED_THREADS", "threads of the local model (0: one per processor)",
             &Settings::embed_threads, 0, 256),
      Text("OLLAMA_BASE_URL", "ollama, for parameter sets with embed.provider ollama",
           &Settings::ollama_base_url),
      Text("OPENAI_BASE_URL", "OpenAI-compatible service, for embed.provider openai",
           &Settings::openai_base_url),
      Secret(Text("OPENAI_API_KEY", "its key", &Settings::openai_api_key)),
      Switch("API_KEY_ENABLED", "ask every request for `Authorization: Bearer API_KEY`",
             &Settings::api_key_enabled),
      Secret(Text("API_KEY", "the key", &Settings::api_key)),
      Switch("AUTH_TRUST_PROXY_HEADERS",
             "take the user from X-Auth-Request-User / X-Forwarded-User",
             &Settings::auth_trust_proxy_headers),
      Switch("METRICS_OPEN", "serve /metrics without a key", &Settings::metrics_open),
      List("FORWARDED_ALLOW_IPS",
           "proxies whose user and X-Forwarded-… headers are believed: addresses, networks, *",
           &Settings::forwarded_allow_ips),
      List("CORS_ALLOW_ORIGINS", "web origins that may call from a browser, * for all",
           &Settings::cors_allow_origins),
      Text("SSL_CERTFILE", "certificate chain (PEM); with SSL_KEYFILE: serve TLS",
           &Settings::ssl_certfile),
      Text("SSL_KEYFILE", "its key (PEM)", &Settings::ssl_keyfile),
      Number("HTTP_THREADS", "requests handled at once", &Settings::http_threads, 1, 1000),
      Number("MAX_CONNECTIONS", "connections at once; one more is answered 503",
             &Settings::max_connections, 1, 1'000'000),
      Number("MAX_QUEUED_REQUESTS", "requests that may wait for a thread; one more is answered 503",
             &Settings::max_queued_requests, 0, 1'000'000),
      Number("MAX_CONCURRENT_UPLOADS", "uploads received at once; one more is answered 503",
             &Settings::max_concurrent_uploads, 1, 100'000),
      Number("HTTP_HEADER_TIMEOUT", "seconds for a request's headers",
             &Settings::http_header_timeout, 1, 3600),
      Number("HTTP_BODY_GRACE", "seconds after which a body must have brought 1 KiB a second",
             &Settings::http_body_grace, 1, 3600),
      Number("HTTP_IDLE_TIMEOUT", "seconds that a connection without a request is kept",
             &Settings::http_idle_timeout, 1, 86'400),
      LogLevelSetting(),
      Choice("LOG_FORMAT", "text or json", &Settings::log_format, {"text", "json"}),
  };
  AddS3(all, "INPUT_S3", &Settings::input_s3);
  AddS3(all, "ARTIFACT_S3", &Settings::artifact_s3);
  return all;
}

// Faults that only show when settings are seen together, or that this version cannot serve.
void CheckTogether(const Settings& s, std::vector<std::string>& faults) {
  if (s.api_key_enabled && s.api_key.empty())
    faults.push_back("API_KEY_ENABLED is true, but API_KEY is empty: set a key");
  if (!s.doc_db_url.starts_with("sqlite") && !s.doc_db_url.starts_with("postgres")) {
    faults.push_back("DOC_DB_URL must be sqlite:///path or postgresql://user:password@host/name");
  }
  if (s.file_store_target == "s3")
    faults.push_back("FILE_STORE_TARGET is 's3': this version serves fs and db");
  if (s.worker_checkin_timeout <= s.worker_checkin_interval) {
    faults.push_back("WORKER_CHECKIN_TIMEOUT must be larger than WORKER_CHECKIN_INTERVAL");
  }
}

std::string_view Trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r'))
    text.remove_suffix(1);
  return text;
}

}  // namespace

const std::vector<SettingInfo>& AllSettings() {
  static const std::vector<SettingInfo> kAll = MakeTable();
  return kAll;
}

Result<Environment> ParseDotEnv(std::string_view text) {
  Environment found;
  for (size_t number = 1; !text.empty(); ++number) {
    const size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = Trim(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.starts_with("export ")) line = Trim(line.substr(7));
    if (line.empty() || line.starts_with('#')) continue;
    const size_t equals = line.find('=');
    if (equals == std::string_view::npos || equals == 0) {
      return Fail(Code::kInvalidArgument, fmt::format("line {} of .env is not NAME=value", number));
    }
    std::string_view value = Trim(line.substr(equals + 1));
    const bool quoted = value.size() >= 2 && (value.front() == '"' || value.front() == '\'') &&
                        value.back() == value.front();
    if (quoted) {
      value = value.substr(1, value.size() - 2);
    } else if (const size_t comment = value.find(" #"); comment != std::string_view::npos) {
      value = Trim(value.substr(0, comment));
    }
    found[std::string(Trim(line.substr(0, equals)))] = value;
  }
  return found;
}

std::vector<std::string> SplitList(const std::string& text) {
  std::vector<std::string> items;
  std::string item;
  const auto finish = [&] {
    const size_t from = item.find_first_not_of(" \"'[]");
    if (from != std::string::npos)
      items.push_back(item.substr(from, item.find_last_not_of(" \"'[]") - from + 1));
    item.clear();
  };
  for (const char c : text) {
    if (c == ',') {
      finish();
    } else {
      item += c;
    }
  }
  finish();
  return items;
}

Result<Environment> ReadEnvironment(const std::filesystem::path& folder) {
  Environment all;
  if (auto text = base::ReadFile(folder / ".env", 1 << 20)) {
    SI_ASSIGN(all, ParseDotEnv(*text));
  } else if (text.error().code() != Code::kNotFound) {
    return Fail(text.error());
  }
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view pair(*entry);
    if (const size_t equals = pair.find('='); equals != std::string_view::npos)
      all[std::string(pair.substr(0, equals))] = pair.substr(equals + 1);
  }
  return all;
}

Result<Settings> LoadSettings(const Environment& environment) {
  Settings settings;
  std::vector<std::string> faults;
  for (const SettingInfo& info : AllSettings()) {
    const auto found = environment.find(info.name);
    if (found == environment.end() || (found->second.empty() && !info.secret)) continue;
    if (auto set = info.set(settings, found->second); !set)
      faults.push_back(info.name + " " + set.error().message());
  }
  CheckTogether(settings, faults);
  if (!faults.empty())
    return Fail(Code::kInvalidArgument, fmt::format("{}", fmt::join(faults, "\n")));
  return settings;
}

std::string Shown(const SettingInfo& info, const Settings& settings) {
  const std::string value = info.get(settings);
  return info.secret && !value.empty() ? "********" : WithoutPassword(value);
}

}  // namespace app
