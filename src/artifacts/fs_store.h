// Artifacts as files.
//
//   {root}/{folder of the type}/{step_config_id}/{last 2 characters of the hash}/{hash}
//   {root}/raw/{last 2 characters}/{hash}                 raw documents have no step_config folder
//   {root}/.incoming/…                                    being written; whatever lies here after a
//   crash is garbage
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "artifacts/store.h"

namespace artifacts {

struct FsOptions {
  std::filesystem::path root = "file_store";
  // One folder name per type, named as in the settings *_STORE_DIR.
  std::string document_dir = "raw";
  std::string parsed_markdown_dir = "markdown";
  std::string parsed_json_dir = "json";
  std::string chunks_dir = "chunks";
  std::string embeddings_dir = "embeddings";
  std::string rag_dir = "rag";
};

// Creates the folders and empties `.incoming`: one process owns the root.
base::Result<std::unique_ptr<Store>> OpenFsStore(const FsOptions& options);

}  // namespace artifacts
