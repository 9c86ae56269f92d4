//! What holds for every operation of the API, entered into its description once: the token, the idempotency key of changes,
//! and that everything that is not done is answered with a problem.

use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{
    Components, ContentBuilder, ObjectBuilder, OpenApi, Ref, RefOr, Required, ResponseBuilder, Type,
};

const PROBLEM: &str = "application/problem+json";
/// Operations that are POST because a question is long, and change nothing.
const QUESTIONS: [&str; 3] = ["/v1/quotes", "/v1/audit", "/v1/what-if"];
/// Changes that may name the version that they are made for.
const OF_A_VERSION: [&str; 2] = ["/v1/promises/{id}/", "/v1/books"];
/// Those that have to.
const OF_THE_NEWEST: [&str; 2] = ["/v1/books/{id}/edits", "/v1/books/{id}/take-back"];

/// Completes the description.
pub(crate) fn complete(mut description: OpenApi) -> OpenApi {
    let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
    let components = description.components.get_or_insert_with(Components::new);
    components.add_security_scheme("token", SecurityScheme::Http(scheme));
    description.security = Some(vec![SecurityRequirement::new("token", Vec::<String>::new())]);
    for (path, item) in &mut description.paths.paths {
        let is_question = QUESTIONS.contains(&path.as_str());
        item.get.iter_mut().for_each(answer_problems);
        for change in [&mut item.post, &mut item.put, &mut item.delete].into_iter().flatten() {
            answer_problems(change);
            if !is_question {
                let parameters = change.parameters.get_or_insert_with(Vec::new);
                parameters.push(RefOr::T(key()));
                parameters.extend(version(path).map(RefOr::T));
            }
        }
    }
    description
}

fn key() -> Parameter {
    let text = ObjectBuilder::new().schema_type(Type::String).min_length(Some(1));
    ParameterBuilder::new()
        .name("Idempotency-Key")
        .parameter_in(ParameterIn::Header)
        .required(Required::True)
        .description(Some("New for every change, and the same when one is repeated."))
        .schema(Some(text.max_length(Some(200)).pattern(Some("^[!-~]+$"))))
        .build()
}

/// Returns the header by which a change names the version that it is made for, if it may.
fn version(path: &str) -> Option<Parameter> {
    let needed = match path {
        path if OF_THE_NEWEST.contains(&path) => Required::True,
        path if OF_A_VERSION.iter().any(|start| path.starts_with(start)) => Required::False,
        _ => return None,
    };
    let text = ObjectBuilder::new().schema_type(Type::String);
    let about =
        "The ETag of what is changed, as it was seen; answered 412 when it has changed since.";
    let header = ParameterBuilder::new().name("If-Match").parameter_in(ParameterIn::Header);
    Some(header.required(needed).description(Some(about)).schema(Some(text)).build())
}

/// Gives problems their content type, and says that they may be the answer to anything.
fn answer_problems(operation: &mut Operation) {
    let responses = &mut operation.responses.responses;
    for (status, response) in responses.iter_mut() {
        if let (true, RefOr::T(response)) = (status.starts_with('4'), response) {
            let content = response.content.swap_remove("application/json");
            response.content.extend(content.map(|content| (PROBLEM.to_owned(), content)));
        }
    }
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    let any = ResponseBuilder::new().description("why it was not done").content(PROBLEM, content);
    responses.insert("default".to_owned(), any.build().into());
}
