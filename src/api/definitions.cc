// /api/v1/workflow: workflow definitions and parameter sets.
#include <fmt/format.h>

#include "api/answers.h"
#include "api/groups.h"
#include "records/run_groups.h"

namespace api {
namespace {

using http::In;
using http::Request;
using http::Response;

Response Yaml(const base::Result<std::string>& text) {
  if (!text) return http::ErrorResponse(text.error());
  Response response;
  response.content_type = "text/yaml";
  response.body = *text;
  return response;
}

Response ListDefinitions(const Services& s, Request&) {
  reflect::JsonWriter w;
  w.BeginArray();
  for (const auto& summary : s.definitions.List()) {
    w.BeginObject();
    w.Key("id");
    w.String(summary.id);
    w.Key("name");
    w.String(summary.name);
    w.EndObject();
  }
  w.EndArray();
  return Json(w.Take());
}

Response ListParamSets(const Services& s, Request&) {
  reflect::JsonWriter w;
  w.BeginArray();
  for (const auto& summary : s.params.List()) {
    w.BeginObject();
    w.Key("id");
    w.String(summary.id);
    w.Key("name");
    w.String(summary.name);
    w.Key("source");
    w.String(workflow::Name(summary.source));
    w.EndObject();
  }
  w.EndArray();
  return Json(w.Take());
}

Response ParamSetsOfTarget(const Services& s, Request& request) {
  reflect::JsonWriter w;
  w.BeginArray();
  for (const auto& set : s.params.ByTarget(request.Require("target")))
    w.Raw(workflow::ToJson(*set));
  w.EndArray();
  return Json(w.Take());
}

Response UploadParamSet(const Services& s, Request& request) {
  const auto uploaded = s.params.Upload(request.Require("yaml_content"));
  if (!uploaded) return http::ErrorResponse(uploaded.error());
  reflect::JsonWriter w;
  w.BeginObject();
  if (uploaded->outcome == workflow::ParamSets::Uploaded::Outcome::kExists) {
    w.Key("error");
    w.String("a parameter set '" + uploaded->id + "' exists already");
    w.Key("existing_source");
    w.String(workflow::Name(uploaded->existing_source));
    w.Key("status_code");
    w.Int(409);
    w.EndObject();
    return Json(w.Take(), 409);
  }
  w.Key("message");
  w.String("Parameter set created successfully");
  w.Key("id");
  w.String(uploaded->id);
  w.Key("file_path");
  w.String(uploaded->file.string());
  w.Key("warnings");
  reflect::WriteJson(w, uploaded->warnings);
  w.EndObject();
  return Json(w.Take(), 201);
}

Response DeleteParamSet(const Services& s, Request& request) {
  const std::string id = request.Require("set_id");
  const auto removed = s.params.Remove(id, [&](std::string_view set) {
    return s.database.Read(
        [&](sql::Tx& tx) { return records::RunGroups::UsesParams(tx, std::string(set)); });
  });
  if (!removed) return http::ErrorResponse(removed.error());
  return Json(R"({"message":)" +
              http::QuoteJson("Parameter set '" + id + "' deleted successfully") + "}");
}

}  // namespace

void AddDefinitionRoutes(Routes& routes, const Services& services) {
  const auto with = [&services](Response (*handler)(const Services&, Request&)) {
    return [&services, handler](Request& request) { return handler(services, request); };
  };
  const http::Parameter set{.name = "set_id", .in = In::kPath, .required = true};
  routes.push_back({.method = http::Method::kGet,
                    .path = "/api/v1/workflow/definitions",
                    .tag = "workflow",
                    .summary = "Workflow definitions",
                    .responses = {{200, "array of {id, name}"}},
                    .handler = with(ListDefinitions)});
  routes.push_back({.method = http::Method::kGet,
                    .path = "/api/v1/workflow/definitions/{workflow_id}",
                    .tag = "workflow",
                    .summary = "A workflow definition as YAML",
                    .parameters = {{.name = "workflow_id", .in = In::kPath, .required = true}},
                    .responses = {{200, "YAML"}, {404, "no such definition"}},
                    .handler = [&services](Request& r) {
                      return Yaml(services.definitions.Yaml(r.Require("workflow_id")));
                    }});
  routes.push_back({.method = http::Method::kGet,
                    .path = "/api/v1/workflow/param-sets",
                    .tag = "workflow",
                    .summary = "Parameter sets",
                    .responses = {{200, "array of {id, name, source}"}},
                    .handler = with(ListParamSets)});
  routes.push_back({.method = http::Method::kGet,
                    .path = "/api/v1/workflow/param-sets/{set_id}",
                    .tag = "workflow",
                    .summary = "A parameter set as YAML",
                    .parameters = {set},
                    .responses = {{200, "YAML"}, {404, "no such parameter set"}},
                    .handler = [&services](Request& r) {
                      return Yaml(services.params.Yaml(r.Require("set_id")));
                    }});
  routes.push_back(
      {.method = http::Method::kGet,
       .path = "/api/v1/workflow/param-sets/target/{target*}",
       .tag = "workflow",
       .summary = "Parameter sets that write to a database",
       .parameters =
           {{.name = "target", .in = In::kPath, .required = true, .description = "data_dir"}},
       .responses = {{200, "array of WorkflowParams"}},
       .handler = with(ParamSetsOfTarget)});
  routes.push_back(
      {.method = http::Method::kPost,
       .path = "/api/v1/workflow/param-sets",
       .tag = "workflow",
       .summary = "Upload a parameter set",
       .parameters = {{.name = "yaml_content", .in = In::kForm, .required = true}},
       .responses = {{201, "created"}, {400, "not a parameter set"}, {409, "exists already"}},
       .handler = with(UploadParamSet),
       .body = http::Body::kForm});
  routes.push_back(
      {.method = http::Method::kDelete,
       .path = "/api/v1/workflow/param-sets/{set_id}",
       .tag = "workflow",
       .summary = "Delete an uploaded parameter set",
       .parameters = {set},
       .responses = {{200, "deleted"}, {403, "shipped, or in use"}, {404, "no such parameter set"}},
       .handler = with(DeleteParamSet)});
}

}  // namespace api
