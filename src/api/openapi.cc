#include "api/openapi.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/describe/class.hpp>
#include <map>

#include "reflect/schema.h"

namespace api {
namespace {

using http::Body;
using http::In;
using http::Kind;
using http::Parameter;
using http::ResponseDoc;
using http::Route;
using http::Schemas;
using reflect::JsonWriter;

constexpr std::string_view kPrefix = "/api/v1";
constexpr std::string_view kDescription =
    "Documents in, a searchable vector database out.\n\n"
    "Every error is `{\"error\": text, \"status_code\": n}`; the text names the parameter and says "
    "what is allowed. Times are UTC in ISO form without a zone. Paths work with and without the "
    "closing slash, and `_` and `-` are the same in them. Every answer carries `X-Request-ID`, "
    "under which the server's log says more. Besides the answers listed with each operation, a "
    "path that is not served answers 404, another method 405, a request that comes too slowly 408, "
    "too large headers 431.";

constexpr std::pair<std::string_view, std::string_view> kTags[] = {
    {"document", "Documents and the URIs under which sources know them"},
    {"batch", "Documents of one source that are processed together"},
    {"workflow", "Definitions, parameter sets, run groups, runs and their steps"},
    {"source", "What a source has against what is stored"},
    {"stats", "Numbers about run groups"},
    {"lancedb", "The vector databases: what is in them, and search"},
    {"openai", "The local embedding model in OpenAI's shape"},
    {"operations", "Health, metrics, events"},
    {"documentation", "This document, and two pages that show it"},
};

// The form of every error answer.
struct Error {
  std::string error;
  int status_code = 0;
};
BOOST_DESCRIBE_STRUCT(Error, (), (error, status_code))

// "/x/{source*}" is written "/x/{source}".
std::string PathOf(const Route& route) {
  std::string path = route.path;
  if (const size_t star = path.find("*}"); star != std::string::npos) path.erase(star, 1);
  return path;
}

bool InForm(const Parameter& parameter) {
  return parameter.in == In::kForm || parameter.in == In::kEither;
}

std::string_view FormType(const Route& route) {
  const bool files = std::ranges::any_of(route.parameters,
                                         [](const Parameter& p) { return p.kind == Kind::kFile; });
  return files ? "multipart/form-data" : "application/x-www-form-urlencoded";
}

// The value in the parameter's own type.
void WriteValue(JsonWriter& w, const Parameter& parameter, const std::string& value) {
  if (parameter.kind == Kind::kInteger || parameter.kind == Kind::kBoolean) {
    w.Raw(value);
  } else {
    w.String(value);
  }
}

void WriteTextLimits(JsonWriter& w, const Parameter& parameter) {
  if (!parameter.allowed.empty()) {
    w.Key("enum");
    reflect::WriteJson(w, parameter.allowed);
    return;
  }
  if (parameter.required) {
    w.Key("minLength");
    w.Int(1);
  }
  if (parameter.max_length > 0) {
    w.Key("maxLength");
    w.Int(parameter.max_length);
  }
  if (!parameter.format.empty()) {
    w.Key("format");
    w.String(parameter.format);
  }
}

// The members of a parameter's schema, without the braces.
void WriteSchemaMembers(JsonWriter& w, const Parameter& parameter) {
  w.Key("type");
  switch (parameter.kind) {
    case Kind::kInteger:
      w.String("integer");
      w.Key("minimum");
      w.Int(parameter.min);
      w.Key("maximum");
      w.Int(parameter.max);
      break;
    case Kind::kBoolean:
      w.String("boolean");
      break;
    case Kind::kFile:
      w.String("string");
      w.Key("format");
      w.String("binary");
      break;
    case Kind::kString:
      w.String("string");
      WriteTextLimits(w, parameter);
      break;
  }
  if (!parameter.otherwise.empty()) {
    w.Key("default");
    WriteValue(w, parameter, parameter.otherwise);
  }
}

void WriteDescription(JsonWriter& w, const std::string& description) {
  if (description.empty()) return;
  w.Key("description");
  w.String(description);
}

void WriteParameter(JsonWriter& w, const Parameter& parameter) {
  w.BeginObject();
  w.Key("name");
  w.String(parameter.name);
  w.Key("in");
  w.String(parameter.in == In::kPath ? "path" : parameter.in == In::kHeader ? "header" : "query");
  w.Key("required");
  w.Bool(parameter.required);
  WriteDescription(w, parameter.description);
  w.Key("schema");
  w.BeginObject();
  WriteSchemaMembers(w, parameter);
  w.EndObject();
  if (!parameter.example.empty()) {
    w.Key("example");
    WriteValue(w, parameter, parameter.example);
  }
  w.EndObject();
}

void WriteFormSchema(JsonWriter& w, const Route& route) {
  std::vector<std::string> required;
  w.BeginObject();
  w.Key("type");
  w.String("object");
  w.Key("properties");
  w.BeginObject();
  for (const Parameter& parameter : route.parameters) {
    if (!InForm(parameter)) continue;
    if (parameter.required) required.push_back(parameter.name);
    w.Key(parameter.name);
    w.BeginObject();
    WriteSchemaMembers(w, parameter);
    WriteDescription(w, parameter.description);
    if (!parameter.example.empty()) {
      w.Key("examples");
      w.BeginArray();
      WriteValue(w, parameter, parameter.example);
      w.EndArray();
    }
    w.EndObject();
  }
  w.EndObject();
  if (!required.empty()) {
    w.Key("required");
    reflect::WriteJson(w, required);
  }
  w.EndObject();
}

void WriteRequestBody(JsonWriter& w, const Route& route, Schemas& schemas) {
  if (route.body == Body::kNone) return;
  w.Key("requestBody");
  w.BeginObject();
  w.Key("required");
  w.Bool(route.body == Body::kWhole ||
         std::ranges::any_of(route.parameters,
                             [](const Parameter& p) { return InForm(p) && p.required; }));
  w.Key("content");
  w.BeginObject();
  w.Key(route.body == Body::kWhole ? "application/json" : FormType(route));
  w.BeginObject();
  w.Key("schema");
  if (route.body == Body::kForm) {
    WriteFormSchema(w, route);
  } else {
    w.Raw(route.body_schema ? route.body_schema(schemas) : R"({"type":"object"})");
    if (!route.body_example.empty()) {
      w.Key("example");
      w.Raw(route.body_example);
    }
  }
  w.EndObject();
  w.EndObject();
  w.EndObject();
}

std::string ErrorExample(const ResponseDoc& answer) {
  return reflect::ToJson(Error{answer.description, answer.status});
}

std::string BodySchema(const ResponseDoc& answer, Schemas& schemas) {
  if (!answer.schema && answer.status < 400) return R"({"type":"string"})";
  const std::string error = answer.status < 400 ? "" : reflect::AddSchema<Error>(schemas);
  if (!answer.schema) return error;
  // Before a request comes to its handler it can be told that the server is busy.
  if (answer.status == 503) return reflect::AnyOf({error, answer.schema(schemas)});
  return answer.schema(schemas);
}

// One content type of an answer.
void WriteContent(JsonWriter& w, const ResponseDoc& answer, Schemas& schemas) {
  const bool json = answer.content_type == "application/json";
  const bool error = answer.status >= 400 && !answer.schema;
  w.Key(answer.content_type);
  w.BeginObject();
  // A reader parses YAML, and events one by one: neither is one text to it.
  const bool text =
      !json && answer.content_type != "text/yaml" && answer.content_type != "text/event-stream";
  if (error || answer.schema || text) {
    w.Key("schema");
    w.Raw(BodySchema(answer, schemas));
  }
  const std::string example =
      error && answer.example.empty() ? ErrorExample(answer) : answer.example;
  if (!example.empty()) {
    w.Key("example");
    json ? w.Raw(example) : w.String(example);
  }
  w.EndObject();
}

void WriteResponses(JsonWriter& w, const std::vector<ResponseDoc>& answers, Schemas& schemas) {
  w.Key("responses");
  w.BeginObject();
  for (size_t i = 0; i < answers.size();) {
    const ResponseDoc& first = answers[i];
    w.Key(std::to_string(first.status));
    w.BeginObject();
    w.Key("description");
    w.String(first.description);
    if (first.content_type.empty()) {
      ++i;
    } else {
      w.Key("content");
      w.BeginObject();
      for (; i < answers.size() && answers[i].status == first.status; ++i)
        WriteContent(w, answers[i], schemas);
      w.EndObject();
    }
    w.EndObject();
  }
  w.EndObject();
}

void WriteOperation(JsonWriter& w, const Route& route, const OpenApiOptions& options,
                    Schemas& schemas) {
  w.BeginObject();
  w.Key("operationId");
  w.String(OperationId(route));
  w.Key("tags");
  reflect::WriteJson(w, std::vector<std::string>{route.tag});
  w.Key("summary");
  w.String(route.summary);
  WriteDescription(w, route.description);
  w.Key("parameters");
  w.BeginArray();
  for (const Parameter& parameter : route.parameters) {
    if (!InForm(parameter)) WriteParameter(w, parameter);
  }
  w.EndArray();
  WriteRequestBody(w, route, schemas);
  WriteResponses(w, AnswersOf(route, options), schemas);
  w.Key("security");
  w.Raw(options.authenticates && route.access == http::Access::kAuthenticated
            ? R"([{"api_key":[]}])"
            : "[]");
  w.EndObject();
}

// Operations of one path stand together, paths in the order of the table.
std::vector<std::pair<std::string, std::vector<const Route*>>> ByPath(
    const std::vector<Route>& routes) {
  std::vector<std::pair<std::string, std::vector<const Route*>>> paths;
  for (const Route& route : routes) {
    const std::string path = PathOf(route);
    auto found = std::ranges::find(paths, path, [](const auto& entry) { return entry.first; });
    if (found == paths.end()) found = paths.insert(paths.end(), {path, {}});
    found->second.push_back(&route);
  }
  return paths;
}

void WriteInfo(JsonWriter& w, const OpenApiOptions& options) {
  w.Key("info");
  w.BeginObject();
  w.Key("title");
  w.String("Soliplex Ingester");
  w.Key("version");
  w.String(options.version);
  w.Key("description");
  w.String(kDescription);
  w.Key("license");
  w.Raw(R"({"name":"Apache-2.0","identifier":"Apache-2.0"})");
  w.EndObject();
  w.Key("servers");
  w.Raw(R"([{"url":"/"}])");
  w.Key("tags");
  w.BeginArray();
  for (const auto& [name, description] : kTags) {
    w.Raw(fmt::format(R"({{"name":{},"description":{}}})", reflect::ToJson(name),
                      reflect::ToJson(description)));
  }
  w.EndArray();
}

void WriteComponents(JsonWriter& w, const OpenApiOptions& options, const Schemas& schemas) {
  w.Key("components");
  w.BeginObject();
  w.Key("schemas");
  w.BeginObject();
  for (const auto& [name, schema] : schemas) {
    w.Key(name);
    w.Raw(schema);
  }
  w.EndObject();
  if (options.authenticates) {
    w.Key("securitySchemes");
    w.Raw(R"({"api_key":{"type":"http","scheme":"bearer","description":"Authorization: Bearer )"
          R"(API_KEY. Behind a trusted proxy its headers name the user instead."}})");
  }
  w.EndObject();
}

}  // namespace

std::string OperationId(const Route& route) {
  if (!route.operation_id.empty()) return route.operation_id;
  std::string id;
  for (const char c : std::string(http::Name(route.method))) id += static_cast<char>(c + 32);
  const std::string path = PathOf(route);
  for (const char c :
       std::string_view(path).substr(path.starts_with(kPrefix) ? kPrefix.size() : 0)) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) {
      id += c;
    } else if (id.back() != '_') {
      id += '_';
    }
  }
  while (id.back() == '_') id.pop_back();
  return id;
}

std::vector<ResponseDoc> AnswersOf(const Route& route, const OpenApiOptions& options) {
  std::vector<ResponseDoc> answers;
  for (const ResponseDoc& listed : route.responses) {
    answers.insert(std::ranges::upper_bound(answers, listed.status, {}, &ResponseDoc::status),
                   listed);
  }
  const auto add = [&](int status, std::string description) {
    const auto place = std::ranges::lower_bound(answers, status, {}, &ResponseDoc::status);
    if (place != answers.end() && place->status == status) return;
    answers.insert(place, {.status = status, .description = std::move(description)});
  };
  const auto ok = std::ranges::find(answers, 200, &ResponseDoc::status);
  // What changes with every answer has no use for an ETag.
  const bool live = ok != answers.end() &&
                    (ok->content_type == "text/event-stream" || ok->content_type == "text/plain");
  if (route.method == http::Method::kGet && !live) {
    add(304, "the answer is still the one with the ETag that If-None-Match names");
    std::ranges::find(answers, 304, &ResponseDoc::status)->content_type = "";
  }
  add(400, "the request is malformed, or a parameter is missing or wrong");
  if (options.authenticates && route.access == http::Access::kAuthenticated)
    add(401, "a valid API key is required");
  if (route.body != Body::kNone) add(413, "the request's body is too large");
  if (route.body == Body::kForm) add(415, "the body's Content-Type is not that of a form");
  const bool long_line = std::ranges::any_of(route.parameters, [](const Parameter& p) {
    return p.in == In::kQuery && p.kind == Kind::kString && p.allowed.empty();
  });
  if (long_line) add(431, "the request's line and headers are too large");
  add(500, "internal error; the server's log says more under the request's id");
  add(503, "not possible just now: try again after Retry-After seconds");
  return answers;
}

std::string OpenApiDocument(const std::vector<Route>& routes, const OpenApiOptions& options) {
  Schemas schemas;
  reflect::AddSchema<Error>(schemas);
  JsonWriter w;
  w.BeginObject();
  w.Key("openapi");
  w.String("3.1.0");
  WriteInfo(w, options);
  w.Key("paths");
  w.BeginObject();
  for (const auto& [path, operations] : ByPath(routes)) {
    w.Key(path);
    w.BeginObject();
    for (const Route* route : operations) {
      std::string method(http::Name(route->method));
      for (char& c : method) c = static_cast<char>(c + 32);
      w.Key(method);
      WriteOperation(w, *route, options, schemas);
    }
    w.EndObject();
  }
  w.EndObject();
  WriteComponents(w, options, schemas);
  w.EndObject();
  return w.Take();
}

}  // namespace api
