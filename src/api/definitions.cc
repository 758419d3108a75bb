// /api/v1/workflow: workflow definitions and parameter sets.
#include <boost/describe/class.hpp>

#include "api/answers.h"
#include "api/groups.h"
#include "records/run_groups.h"
#include "vectors/names.h"

namespace api {
namespace {

using http::In;
using http::Request;
using http::Response;

struct WorkflowSummary {
  std::string id;
  std::string name;
};
BOOST_DESCRIBE_STRUCT(WorkflowSummary, (), (id, name))

struct ParamSetSummary {
  std::string id;
  std::string name;
  std::string source;  // app | user
};
BOOST_DESCRIBE_STRUCT(ParamSetSummary, (), (id, name, source))

// What workflow::ToJson(ParamSet) prints.
struct WorkflowParams {
  std::string id;
  std::optional<std::string> name;
  base::JsonText meta;
  std::string source;
  base::JsonText config;  // settings by step type
};
BOOST_DESCRIBE_STRUCT(WorkflowParams, (), (id, name, meta, source, config))

struct ParamSetCreated {
  std::string message;
  std::string id;
  std::string file_path;
  std::vector<std::string> warnings;  // keys that nothing knows, with the nearest known one
};
BOOST_DESCRIBE_STRUCT(ParamSetCreated, (), (message, id, file_path, warnings))

struct ParamSetExists {
  std::string error;
  std::string existing_source;
  int status_code = 409;
};
BOOST_DESCRIBE_STRUCT(ParamSetExists, (), (error, existing_source, status_code))

// Other conflicts of the same request do not have an existing set.
std::string ParamSetExistsSchema(http::Schemas&) {
  return R"({"type":"object","properties":{"error":{"type":"string"},)"
         R"("existing_source":{"type":"string"},"status_code":{"type":"integer"}},)"
         R"("required":["error","status_code"]})";
}

struct ParamSetDeleted {
  std::string message;
};
BOOST_DESCRIBE_STRUCT(ParamSetDeleted, (), (message))

Response Yaml(const base::Result<std::string>& text) {
  if (!text) return http::ErrorResponse(text.error());
  Response response;
  response.content_type = "text/yaml";
  response.body = *text;
  return response;
}

Response ListDefinitions(const Services& s, Request&) {
  std::vector<WorkflowSummary> all;
  for (const auto& summary : s.definitions.List()) all.push_back({summary.id, summary.name});
  return Json(reflect::ToJson(all));
}

Response ListParamSets(const Services& s, Request&) {
  std::vector<ParamSetSummary> all;
  for (const auto& summary : s.params.List())
    all.push_back({summary.id, summary.name, std::string(workflow::Name(summary.source))});
  return Json(reflect::ToJson(all));
}

Response ParamSetsOfTarget(const Services& s, Request& request) {
  const std::string target = request.Require("target");
  const auto path = vectors::ResolveName(s.lancedb_dir, target);
  if (!path) return http::ErrorResponse(path.error());
  reflect::JsonWriter w;
  w.BeginArray();
  for (const auto& set : s.params.ByTarget(target)) w.Raw(workflow::ToJson(*set));
  w.EndArray();
  return Json(w.Take());
}

Response UploadParamSet(const Services& s, Request& request) {
  const auto uploaded = s.params.Upload(request.Require("yaml_content"));
  if (!uploaded) return http::ErrorResponse(uploaded.error());
  if (uploaded->outcome == workflow::ParamSets::Uploaded::Outcome::kExists) {
    return Json(
        reflect::ToJson(ParamSetExists{"a parameter set '" + uploaded->id + "' exists already",
                                       std::string(workflow::Name(uploaded->existing_source))}),
        409);
  }
  return Json(reflect::ToJson(ParamSetCreated{"Parameter set created successfully", uploaded->id,
                                              uploaded->file.string(), uploaded->warnings}),
              201);
}

Response DeleteParamSet(const Services& s, Request& request) {
  const std::string id = request.Require("set_id");
  const auto removed = s.params.Remove(id, [&](std::string_view set) {
    return s.database.Read(
        [&](sql::Tx& tx) { return records::RunGroups::UsesParams(tx, std::string(set)); });
  });
  if (!removed) return http::ErrorResponse(removed.error());
  return Json(reflect::ToJson(ParamSetDeleted{"Parameter set '" + id + "' deleted successfully"}));
}

}  // namespace

void AddDefinitionRoutes(Routes& routes, const Services& services) {
  const auto with = [&services](Response (*handler)(const Services&, Request&)) {
    return [&services, handler](Request& request) { return handler(services, request); };
  };
  const http::Parameter workflow{.name = "workflow_id",
                                 .in = In::kPath,
                                 .required = true,
                                 .description = "Its id.",
                                 .max_length = 100,
                                 .example = "batch"};
  const http::Parameter set{.name = "set_id",
                            .in = In::kPath,
                            .required = true,
                            .description = "Its id.",
                            .max_length = 100,
                            .example = "default"};
  const auto yaml = [](std::string description, std::string example) {
    return http::ResponseDoc{.status = 200,
                             .description = std::move(description),
                             .content_type = "text/yaml",
                             .example = std::move(example)};
  };
  static constexpr const char* kSetExample =
      "id: my_params\nname: My Parameters\nconfig:\n  chunk:\n    chunk_size: 128\n";
  routes.push_back({.method = http::Method::kGet,
                    .path = "/api/v1/workflow/definitions",
                    .tag = "workflow",
                    .summary = "List workflow definitions",
                    .operation_id = "list_workflow_definitions",
                    .responses = {Gives<std::vector<WorkflowSummary>>(
                        200, "Ids and names.", {{"batch", "Batch Workflow"}})},
                    .handler = with(ListDefinitions)});
  routes.push_back({.method = http::Method::kGet,
                    .path = "/api/v1/workflow/definitions/{workflow_id}",
                    .tag = "workflow",
                    .summary = "A workflow definition as YAML",
                    .operation_id = "get_workflow_definition",
                    .parameters = {workflow},
                    .responses = {yaml("The file.", "id: batch\nname: Batch Workflow\n"),
                                  {404, "no such workflow definition"}},
                    .handler = [&services](Request& r) {
                      return Yaml(services.definitions.Yaml(r.Require("workflow_id")));
                    }});
  routes.push_back(
      {.method = http::Method::kGet,
       .path = "/api/v1/workflow/param-sets",
       .tag = "workflow",
       .summary = "List parameter sets",
       .description = "`source` is `app` for those that came with the program, `user` "
                      "for uploaded ones.",
       .operation_id = "list_param_sets",
       .responses = {Gives<std::vector<ParamSetSummary>>(
           200, "Ids, names and where they are from.", {{"default", "Default Parameters", "app"}})},
       .handler = with(ListParamSets)});
  routes.push_back({.method = http::Method::kGet,
                    .path = "/api/v1/workflow/param-sets/{set_id}",
                    .tag = "workflow",
                    .summary = "A parameter set as YAML",
                    .operation_id = "get_param_set",
                    .parameters = {set},
                    .responses = {yaml("The file.", kSetExample), {404, "no such parameter set"}},
                    .handler = [&services](Request& r) {
                      return Yaml(services.params.Yaml(r.Require("set_id")));
                    }});
  routes.push_back(
      {.method = http::Method::kGet,
       .path = "/api/v1/workflow/param_sets/target/{target*}",
       .tag = "workflow",
       .summary = "Parameter sets that write to a database",
       .operation_id = "list_param_sets_of_target",
       .parameters = {{.name = "target",
                       .in = In::kPath,
                       .required = true,
                       .description = "The `data_dir` of their store settings; may hold slashes.",
                       .max_length = 1000,
                       .example = "default"}},
       .responses = {Gives<std::vector<WorkflowParams>>(
           200, "The sets, none for an unknown database.",
           {{"default",
             "Default Parameters",
             {},
             "app",
             {R"({"store":{"data_dir":"default"}})"}}})},
       .handler = with(ParamSetsOfTarget)});
  routes.push_back(
      {.method = http::Method::kPost,
       .path = "/api/v1/workflow/param-sets",
       .tag = "workflow",
       .summary = "Upload a parameter set",
       .description =
           "Kept as it is. Keys that nothing knows are kept and warned of; a wrong value "
           "of a known key is refused with what is allowed.",
       .operation_id = "upload_param_set",
       .parameters = {{.name = "yaml_content",
                       .in = In::kForm,
                       .required = true,
                       .description = "The YAML text; its `id` names the set.",
                       .format = "param-set-yaml",
                       .example = kSetExample}},
       .responses = {Gives<ParamSetCreated>(201, "The set can be used.",
                                            {"Parameter set created successfully",
                                             "my_params",
                                             "config/params/user_my_params.yaml",
                                             {}}),
                     {400, "not YAML, or not a parameter set: the text says where and why"},
                     {.status = 409,
                      .description = "A set with this id exists.",
                      .schema = ParamSetExistsSchema,
                      .example = reflect::ToJson(
                          ParamSetExists{"a parameter set 'default' exists already", "app"})}},
       .handler = with(UploadParamSet),
       .body = http::Body::kForm});
  routes.push_back(
      {.method = http::Method::kDelete,
       .path = "/api/v1/workflow/param-sets/{set_id}",
       .tag = "workflow",
       .summary = "Delete an uploaded parameter set",
       .operation_id = "delete_param_set",
       .parameters = {set},
       .responses = {Gives<ParamSetDeleted>(200, "It is gone.",
                                            {"Parameter set 'my_params' deleted successfully"}),
                     {403, "shipped with the program, or used by a run group"},
                     {404, "no such parameter set"}},
       .handler = with(DeleteParamSet)});
}

}  // namespace api
