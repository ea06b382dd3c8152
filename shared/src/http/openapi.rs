//! The OpenAPI document: what the handlers say of themselves, and what is true of all of them.

mod postprocess;

use super::endpoints::Endpoints;
use super::problem::Problem;
use postprocess::postprocess;
use serde_json::Value;
use utoipa::openapi::path::{Operation, Parameter, ParameterIn, Paths};
use utoipa::openapi::schema::ComponentsBuilder;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::tag::TagBuilder;
use utoipa::openapi::{Content, InfoBuilder, License, OpenApiBuilder, Ref, RefOr, Response, ResponseBuilder};
use utoipa::{PartialSchema, ToSchema};

/// The media type of problems.
const PROBLEM: &str = "application/problem+json";

const TAGS: [(&str, &str); 7] = [
    ("auth", "Accounts: registering, logging in, one's own name and addresses"),
    ("products", "The catalogue: what everybody can look at, and how administrators keep it"),
    ("cart", "What a user is about to buy"),
    ("orders", "Buying: checkout, receipts, payment"),
    ("admin", "What only those who run the shop may see and do"),
    ("stripe", "What Stripe tells the shop"),
    ("docs", "What tells of the shop itself"),
];

/// Completes the document that the routers of all functions make together.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn complete(endpoints: &Endpoints) -> Result<Value, serde_json::Error> {
    let mut info = InfoBuilder::new()
        .title("Ferrocart")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some("A shop's backend: accounts, catalogue, carts, checkout, orders, payments by Stripe."))
        .build();
    let mut license = License::new("MIT OR Apache-2.0");
    license.identifier = Some("MIT OR Apache-2.0".to_owned());
    info.license = Some(license);
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
    let mut problem_schemas = Vec::new();
    Problem::schemas(&mut problem_schemas);
    let components = ComponentsBuilder::new()
        .security_scheme("bearer", SecurityScheme::Http(bearer))
        .schema(Problem::name(), Problem::schema())
        .schemas_from_iter(problem_schemas)
        .build();
    let tags = TAGS.map(|(name, about)| TagBuilder::new().name(name).description(Some(about)).build());
    let mut document = OpenApiBuilder::new().info(info).tags(Some(tags)).components(Some(components)).build();
    document.merge(endpoints.openapi());
    for operation in operations(&mut document.paths) {
        add_problems(operation);
    }
    let mut document = serde_json::to_value(document)?;
    postprocess(&mut document);
    Ok(document)
}

/// Every operation of the document.
pub(super) fn operations(paths: &mut Paths) -> impl Iterator<Item = &mut Operation> {
    paths.paths.values_mut().flat_map(|item| {
        [&mut item.get, &mut item.put, &mut item.post, &mut item.patch, &mut item.delete].into_iter().flatten()
    })
}

/// Adds the problems that follow from the shape of an operation; the others it names itself.
fn add_problems(operation: &mut Operation) {
    let parameters: Vec<&Parameter> = operation.parameters.iter().flatten().filter_map(inline).collect();
    let path = parameters.iter().any(|parameter| parameter.parameter_in == ParameterIn::Path);
    let cursor = parameters.iter().any(|parameter| parameter.name == "cursor");
    let security = serde_json::to_value(&operation.security).unwrap_or_default();
    let alternatives = security.as_array().map_or(&[][..], Vec::as_slice);
    let protected = !alternatives.is_empty() && !alternatives.contains(&serde_json::json!({}));
    let admin = protected && security.to_string().contains("admin");
    let body = operation.request_body.is_some();
    let typed = is_typed(operation);
    let rules = [
        (cursor, 400, "`malformed_request`, `invalid_cursor`: the query cannot be read"),
        (true, 400, "`malformed_request`: what was sent cannot be read"),
        (protected, 401, "`unauthenticated`, `token_expired`: a valid access token is needed"),
        (admin, 403, "`forbidden`: only an administrator may do this"),
        (path, 404, "`not_found`: there is no such resource, or it is not yours"),
        (body, 413, "`payload_too_large`: the body is larger than 256 KiB"),
        (typed, 415, "`unsupported_media_type`: the content type must be `application/json`"),
        (typed, 422, "`validation_failed`: some fields are not acceptable; `errors` names all of them"),
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

const fn inline(parameter: &RefOr<Parameter>) -> Option<&Parameter> {
    match parameter {
        RefOr::T(parameter) => Some(parameter),
        RefOr::Ref(_) => None,
    }
}

/// Whether the body is one of our requests, and not what somebody else has signed.
fn is_typed(operation: &Operation) -> bool {
    serde_json::to_value(&operation.request_body).is_ok_and(|body| body.to_string().contains("$ref"))
}

fn problem(description: &str) -> Response {
    ResponseBuilder::new().description(description).content(PROBLEM, problem_content()).build()
}

fn problem_content() -> Content {
    Content::new(Some(Ref::from_schema_name("Problem")))
}
