// /openapi.json, and the pages that show it: Swagger UI at /docs, ReDoc at /redoc. Everything they
// need is served here; the pages may load nothing from elsewhere.
#include <filesystem>
#include <memory>

#include "api/answers.h"
#include "api/groups.h"
#include "api/openapi.h"
#include "base/files.h"

namespace api {
namespace {

using http::Request;
using http::Response;

constexpr std::string_view kHead =
    "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
    "<title>Soliplex Ingester API</title>\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    "<link rel=\"icon\" href=\"/docs/favicon-32x32.png\">\n";

constexpr std::string_view kSwaggerUi =
    "<link rel=\"stylesheet\" href=\"/docs/swagger-ui.css\">\n</head>\n<body>\n"
    "<div id=\"swagger-ui\"></div>\n<script src=\"/docs/swagger-ui-bundle.js\"></script>\n"
    "<script src=\"/docs/start.js\"></script>\n</body>\n</html>\n";

// Without a validator: it would be another server's.
constexpr std::string_view kStart =
    "SwaggerUIBundle({ url: '/openapi.json', dom_id: '#swagger-ui', deepLinking: true, "
    "validatorUrl: null });\n";

// The bundle shows a picture from another server below its menu, which the policy refuses: hidden.
constexpr std::string_view kReDoc =
    "<style>body { margin: 0; } a[href^=\"https://redocly.com\"] { display: none; }</style>\n"
    "</head>\n<body>\n<redoc spec-url=\"/openapi.json\"></redoc>\n"
    "<script src=\"/redoc/redoc.standalone.js\"></script>\n</body>\n</html>\n";

// Both pages set styles from scripts; ReDoc searches in a worker that it makes from a blob.
constexpr std::string_view kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

struct Asset {
  std::string_view path;
  std::string_view file;  // in the folder of the npm packages
  std::string_view content_type;
};
constexpr Asset kAssets[] = {
    {"/docs/swagger-ui.css", "swagger-ui-dist/swagger-ui.css", "text/css"},
    {"/docs/swagger-ui-bundle.js", "swagger-ui-dist/swagger-ui-bundle.js", "text/javascript"},
    {"/docs/favicon-32x32.png", "swagger-ui-dist/favicon-32x32.png", "image/png"},
    {"/redoc/redoc.standalone.js", "redoc/bundles/redoc.standalone.js", "text/javascript"},
};

Response Text(std::string_view text, std::string_view content_type) {
  Response response;
  response.body = text;
  response.content_type = content_type;
  return response;
}

Response Page(std::string_view rest) {
  Response response = Text(std::string(kHead) + std::string(rest), "text/html; charset=utf-8");
  response.headers.Add("Content-Security-Policy", std::string(kPolicy));
  response.headers.Add("Referrer-Policy", "no-referrer");
  return response;
}

void AddOpen(Routes& routes, std::string path, std::string summary, std::string_view content_type,
             http::Handler handler) {
  http::Route route{.method = http::Method::kGet,
                    .path = std::move(path),
                    .tag = "documentation",
                    .summary = std::move(summary),
                    .handler = std::move(handler)};
  route.responses = {
      {.status = 200, .description = route.summary, .content_type = std::string(content_type)}};
  route.access = http::Access::kOpen;
  routes.push_back(std::move(route));
}

void AddAsset(Routes& routes, const Asset& asset, const std::filesystem::path& web) {
  AddOpen(routes, std::string(asset.path), "A part of the documentation pages", asset.content_type,
          [file = web / asset.file, type = asset.content_type](Request&) {
            const auto bytes = base::ReadFile(file);
            return bytes ? Text(*bytes, type)
                         : http::ErrorResponse(
                               base::Error(base::Code::kInternal, bytes.error().message()));
          });
}

}  // namespace

void AddDocumentationRoutes(Routes& routes, const Services& services) {
  const auto document = std::make_shared<std::string>();
  AddOpen(routes, "/openapi.json", "The OpenAPI 3.1 document of this API", "application/json",
          [document](Request&) { return Json(*document); });
  AddOpen(routes, "/docs", "The API as Swagger UI", "text/html",
          [](Request&) { return Page(kSwaggerUi); });
  AddOpen(routes, "/redoc", "The API as ReDoc", "text/html", [](Request&) { return Page(kReDoc); });
  AddOpen(routes, "/docs/start.js", "A part of the documentation pages", "text/javascript",
          [](Request&) { return Text(kStart, "text/javascript"); });
  for (const Asset& asset : kAssets) AddAsset(routes, asset, services.web);
  *document = OpenApiDocument(
      routes, {.version = services.version, .authenticates = services.authenticates});
}

}  // namespace api
