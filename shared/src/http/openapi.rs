//! The OpenAPI document: the descriptions of all handlers, and what applies to every operation.

mod postprocess;

use super::access::Access;
use super::endpoints::Endpoints;
use super::problem::Problem;
use postprocess::postprocess;
use serde_json::Value;
use std::mem;
use utoipa::openapi::path::{Operation, Parameter, ParameterIn, Paths};
use utoipa::openapi::schema::ComponentsBuilder;
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::server::ServerBuilder;
use utoipa::openapi::tag::TagBuilder;
use utoipa::openapi::{Content, InfoBuilder, License, OpenApiBuilder, Ref, RefOr, Response, ResponseBuilder};
use utoipa::{PartialSchema, ToSchema};

/// The beginning of every path.
const BASE_PATH: &str = "/api/v1";

/// The media type of problems.
const PROBLEM: &str = "application/problem+json";

const TAGS: [(&str, &str); 7] = [
    ("auth", "Accounts: registration, login, sessions, profile and addresses"),
    ("products", "The catalogue: public reading, administration of products, stock and images"),
    ("cart", "The cart of a user"),
    ("orders", "Checkout, orders and their payment"),
    ("admin", "Administration of orders and users, imports of products, and sales figures"),
    ("stripe", "The webhook that receives Stripe's events"),
    ("docs", "The API's documentation and health"),
];

/// Builds the OpenAPI document of these endpoints. Its paths are relative to the base URL.
///
/// # Errors
/// When it cannot be serialized as JSON.
pub fn build_document(endpoints: &Endpoints) -> Result<Value, serde_json::Error> {
    let mut info = InfoBuilder::new()
        .title("Ferrocart")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(
            "The backend of a shop: accounts, catalogue, carts, checkout, orders, and payments through Stripe.",
        ))
        .build();
    let mut license = License::new("MIT OR Apache-2.0");
    license.identifier = Some("MIT OR Apache-2.0".to_owned());
    info.license = Some(license);
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
    let mut problem_schemas = Vec::new();
    Problem::schemas(&mut problem_schemas);
    let components = ComponentsBuilder::new()
        .security_scheme("bearer", SecurityScheme::Http(bearer))
        .security_scheme(
            "session_cookie",
            SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::with_description(
                "__Secure-ferrocart-refresh",
                "The refresh token of a session that was opened with `?session=cookie`. Requests with it need the header \
                `X-Ferrocart-Session: cookie` and an `Origin` that the shop lists.",
            ))),
        )
        .schema(Problem::name(), Problem::schema())
        .schemas_from_iter(problem_schemas)
        .build();
    let tags = TAGS.map(|(name, about)| TagBuilder::new().name(name).description(Some(about)).build());
    // Relative to the URL of the document, so it is the base URL of the shop that serves it.
    let server = ServerBuilder::new().url(BASE_PATH).description(Some("This shop")).build();
    let builder = OpenApiBuilder::new().info(info).servers(Some([server])).tags(Some(tags));
    let mut document = builder.components(Some(components)).build();
    for endpoint in endpoints.iter() {
        let (mut described, access) = endpoint.document();
        for operation in operations(&mut described.paths) {
            // A public operation may declare the cookie that it reads.
            let (required, declared) = (security(access), operation.security.take().unwrap_or_default());
            operation.security = Some(if required.is_empty() { declared } else { required });
            add_problems(operation, access);
        }
        document.merge(described);
    }
    let mut document = serde_json::to_value(document)?;
    make_paths_relative(&mut document);
    postprocess(&mut document);
    Ok(document)
}

/// Removes the base path from every path.
fn make_paths_relative(document: &mut Value) {
    let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) else { return };
    let relative = |(path, item): (String, Value)| (path.strip_prefix(BASE_PATH).unwrap_or(&path).to_owned(), item);
    *paths = mem::take(paths).into_iter().map(relative).collect();
}

fn operations(paths: &mut Paths) -> impl Iterator<Item = &mut Operation> {
    paths.paths.values_mut().flat_map(|item| {
        [&mut item.get, &mut item.put, &mut item.post, &mut item.patch, &mut item.delete].into_iter().flatten()
    })
}

fn security(access: Access) -> Vec<SecurityRequirement> {
    let bearer = |scopes: &[&str]| SecurityRequirement::new("bearer", scopes.iter().copied());
    match access {
        Access::Public => Vec::new(),
        // The empty requirement stands for a request without a token.
        Access::Optional => vec![SecurityRequirement::default(), bearer(&[])],
        Access::Customer => vec![bearer(&[])],
        Access::Admin => vec![bearer(&["admin"])],
    }
}

/// Adds the problems that follow from the shape of an operation; its description lists all others.
fn add_problems(operation: &mut Operation, access: Access) {
    let parameters: Vec<&Parameter> = operation.parameters.iter().flatten().filter_map(inline).collect();
    let path = parameters.iter().any(|parameter| parameter.parameter_in == ParameterIn::Path);
    let cursor = parameters.iter().any(|parameter| parameter.name == "cursor");
    let protected = matches!(access, Access::Customer | Access::Admin);
    let body = operation.request_body.is_some();
    let typed = has_typed_body(operation);
    let problems = [
        (
            cursor,
            400,
            "`malformed_request`: a query parameter is unknown or invalid; `errors` names all of them.\n\
            `invalid_cursor`: the cursor is invalid for this list",
        ),
        (true, 400, "`malformed_request`: the query, a header or the body is malformed"),
        (protected, 401, "`unauthenticated`, `token_expired`: a valid access token is required"),
        (access == Access::Admin, 403, "`forbidden`: the role `admin` is required"),
        (path, 404, "`not_found`: the resource does not exist, or belongs to another user"),
        (body, 413, "`payload_too_large`: the body exceeds 256 KiB"),
        (typed, 415, "`unsupported_media_type`: the content type must be `application/json`"),
        (typed, 422, "`validation_failed`: some fields are invalid; `errors` names all of them"),
        (true, 500, "`internal`: an internal error has occurred"),
        (
            true,
            503,
            "`unavailable` or `not_ready`: the shop, its migration or a system that it depends on is not responding; see `Retry-After`",
        ),
    ];
    for (applies, status, description) in problems {
        if applies {
            let responses = &mut operation.responses.responses;
            responses.entry(status.to_string()).or_insert_with(|| RefOr::T(problem(description)));
        }
    }
    for response in operation.responses.responses.values_mut() {
        if let RefOr::T(response) = response
            && response.content.is_empty()
            && response.description.starts_with('`')
        {
            response.content.insert(PROBLEM.to_owned(), RefOr::T(problem_content()));
        }
    }
}

const fn inline(parameter: &RefOr<Parameter>) -> Option<&Parameter> {
    match parameter {
        RefOr::T(parameter) => Some(parameter),
        RefOr::Ref(_) => None,
    }
}

/// Returns whether the body is parsed into a type of the shop; Stripe's events are not.
fn has_typed_body(operation: &Operation) -> bool {
    serde_json::to_value(&operation.request_body).is_ok_and(|body| body.to_string().contains("$ref"))
}

fn problem(description: &str) -> Response {
    ResponseBuilder::new().description(description).content(PROBLEM, problem_content()).build()
}

fn problem_content() -> Content {
    Content::new(Some(Ref::from_schema_name("Problem")))
}
