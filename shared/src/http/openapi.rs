//! The OpenAPI document: what the handlers say of themselves, and what is true of all of them.

use super::problem::Problem;
use utoipa::openapi::path::{Operation, Parameter, ParameterIn, Paths};
use utoipa::openapi::schema::ComponentsBuilder;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{Content, InfoBuilder, License, OpenApi, OpenApiBuilder, Ref, RefOr, Response, ResponseBuilder};
use utoipa::{PartialSchema, ToSchema};

/// The media type of problems.
const PROBLEM: &str = "application/problem+json";

/// Completes the document that the routers of all functions make together.
#[must_use]
pub fn complete(paths: OpenApi) -> OpenApi {
    let mut info = InfoBuilder::new()
        .title("Ferrocart")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some("A shop's backend: accounts, catalogue, carts, checkout, orders, payments by Stripe."))
        .build();
    info.license = Some(License::new("MIT OR Apache-2.0"));
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
    let mut problem_schemas = Vec::new();
    Problem::schemas(&mut problem_schemas);
    let components = ComponentsBuilder::new()
        .security_scheme("bearer", SecurityScheme::Http(bearer))
        .schema(Problem::name(), Problem::schema())
        .schemas_from_iter(problem_schemas)
        .build();
    let mut document = OpenApiBuilder::new().info(info).components(Some(components)).build();
    document.merge(paths);
    for operation in operations(&mut document.paths) {
        add_problems(operation);
    }
    document
}

/// Every operation of the document.
fn operations(paths: &mut Paths) -> impl Iterator<Item = &mut Operation> {
    paths.paths.values_mut().flat_map(|item| {
        [&mut item.get, &mut item.put, &mut item.post, &mut item.patch, &mut item.delete].into_iter().flatten()
    })
}

/// Adds the problems that follow from the shape of an operation; the others it names itself.
fn add_problems(operation: &mut Operation) {
    let has = |place: ParameterIn| {
        let is_there =
            |parameter: &RefOr<Parameter>| matches!(parameter, RefOr::T(found) if found.parameter_in == place);
        operation.parameters.iter().flatten().any(is_there)
    };
    let (query, header, path) = (has(ParameterIn::Query), has(ParameterIn::Header), has(ParameterIn::Path));
    let protected = operation.security.as_ref().is_some_and(|security| !security.is_empty());
    let admin = operation.tags.iter().flatten().any(|tag| tag == "admin") || is_for_admins(operation);
    let body = operation.request_body.is_some();
    let rules = [
        (body || query || header, 400, "`malformed_request`: what was sent cannot be read"),
        (query, 400, "`malformed_request` or `invalid_cursor`: the query cannot be read"),
        (protected, 401, "`unauthenticated` or `token_expired`: a valid access token is needed"),
        (admin, 403, "`forbidden`: only an administrator may do this"),
        (path, 404, "`not_found`: there is no such resource, or it is not yours"),
        (body, 413, "`payload_too_large`: the body is larger than 256 KiB"),
        (body, 415, "`unsupported_media_type`: the content type must be `application/json`"),
        (body, 422, "`validation_failed`: some fields are not acceptable; `errors` names all of them"),
        (true, 500, "`internal`: a defect of ours"),
        (true, 503, "`unavailable`: a system that the shop depends on does not answer; see `Retry-After`"),
    ];
    for (applies, status, description) in rules {
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

/// Whether an operation says of itself that it needs the role: `security(("bearer" = ["admin"]))`.
fn is_for_admins(operation: &Operation) -> bool {
    serde_json::to_value(&operation.security).is_ok_and(|security| security.to_string().contains("admin"))
}

fn problem(description: &str) -> Response {
    ResponseBuilder::new().description(description).content(PROBLEM, problem_content()).build()
}

fn problem_content() -> Content {
    Content::new(Some(Ref::from_schema_name("Problem")))
}
