// /api/v1/sync-state/{source}
#include "records/sync_states.h"
#include "api/answers.h"
#include "api/examples.h"
#include "api/groups.h"

namespace api {

struct SyncStateReset {
  std::string message;
};
BOOST_DESCRIBE_STRUCT(SyncStateReset, (), (message))

namespace {

using base::Code;
using base::Fail;
using base::Result;
using http::In;
using http::Request;
using http::Response;
using records::SyncState;

std::unexpected<base::Error> Unknown(const std::string& source) {
  return Fail(Code::kNotFound, "no sync state of source '" + source + "'");
}

Response GetState(const Services& s, Request& request) {
  const std::string source = request.Require("source");
  return Answer(s.database.Read([&](sql::Tx& tx) -> Result<SyncState> {
    SI_ASSIGN(auto state, records::SyncStates::Find(tx, source));
    if (!state) return Unknown(source);
    return std::move(*state);
  }));
}

// New metadata goes over what is kept.
Response PutState(const Services& s, Request& request) {
  const auto metadata =
      reflect::CheckJsonObject(request.Text("metadata").value_or("{}"), "parameter 'metadata'");
  if (!metadata) return http::ErrorResponse(metadata.error());
  return Answer(s.database.Write([&](sql::Tx& tx) -> Result<SyncState> {
    const std::string source = request.Require("source");
    SI_ASSIGN(const auto known, records::SyncStates::Find(tx, source));
    SyncState state{.source_id = source,
                    .last_commit_sha = request.Require("commit_sha"),
                    .last_sync_date = s.clock.Now(),
                    .branch = request.Require("branch"),
                    .sync_metadata = reflect::MergeObjects(
                        known ? known->sync_metadata : base::JsonText{"{}"}, *metadata)};
    SI_TRY(records::SyncStates::Put(tx, state));
    return state;
  }));
}

Response RemoveState(const Services& s, Request& request) {
  const std::string source = request.Require("source");
  const auto removed = s.database.Write([&](sql::Tx& tx) -> Result<bool> {
    SI_ASSIGN(const bool there, records::SyncStates::Remove(tx, source));
    if (!there) return Unknown(source);
    return true;
  });
  if (!removed) return http::ErrorResponse(removed.error());
  return Json(reflect::ToJson(SyncStateReset{"Sync state reset for " + source}));
}

SyncState Example() {
  return {.source_id = "gitea:admin/handbook",
          .last_commit_sha = "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
          .last_sync_date = examples::At(0),
          .branch = "main"};
}

}  // namespace

void AddSyncStateRoutes(Routes& routes, const Services& services) {
  const std::string path = "/api/v1/sync-state/{source*}";
  const http::Parameter source{.name = "source",
                               .in = In::kPath,
                               .required = true,
                               .description = "Name of the source; may hold ':' and '/'.",
                               .max_length = kMaxSource,
                               .example = "gitea:admin/handbook"};
  routes.push_back({.method = http::Method::kGet,
                    .path = path,
                    .tag = "source",
                    .summary = "How far an incremental source has got",
                    .operation_id = "get_sync_state",
                    .parameters = {source},
                    .responses = {Gives<SyncState>(200, "The newest that was noted.", Example()),
                                  {404, "the source has never been synced"}},
                    .handler = With(services, GetState)});
  routes.push_back(
      {.method = http::Method::kPut,
       .path = path,
       .tag = "source",
       .summary = "Note how far an incremental source has got",
       .operation_id = "put_sync_state",
       .parameters = {source,
                      {.name = "commit_sha",
                       .in = In::kForm,
                       .required = true,
                       .description = "The last commit that was processed.",
                       .max_length = 200,
                       .example = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"},
                      {.name = "branch",
                       .in = In::kForm,
                       .otherwise = "main",
                       .description = "The branch it is of.",
                       .max_length = 1000},
                      {.name = "metadata",
                       .in = In::kForm,
                       .description = "JSON object; its members go over those that are kept.",
                       .format = "json-object"}},
       .responses = {Gives<SyncState>(200, "As it is now.", Example())},
       .handler = With(services, PutState),
       .body = http::Body::kForm});
  routes.push_back(
      {.method = http::Method::kDelete,
       .path = path,
       .tag = "source",
       .summary = "Forget how far a source has got: its next sync is a full one",
       .operation_id = "delete_sync_state",
       .parameters = {source},
       .responses = {Gives<SyncStateReset>(200, "Forgotten.", {"Sync state reset for git"}),
                     {404, "the source has never been synced"}},
       .handler = With(services, RemoveState)});
}

}  // namespace api
