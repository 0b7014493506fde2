//! The site's files, with how long browsers may keep them.

use super::carried::Carried;
use axum::{
    Router,
    extract::Request,
    middleware::{Next, from_fn},
};
use http::{HeaderValue, Response, header::CACHE_CONTROL};
use leptos::config::LeptosOptions;
use std::path::Path;
use tower::ServiceBuilder;
use tower_http::{services::ServeDir, set_header::SetResponseHeaderLayer};

/// How long to keep a file whose name is its content's: it never changes.
pub(super) const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// And any other: it is asked for again, and mostly unchanged.
pub(super) const ASK_AGAIN: HeaderValue = HeaderValue::from_static("no-cache");

/// The names of all emoji. Their version stands in the address that the page asks.
const EMOJI: &str = "/emoji.json";

/// What the build made, at `/pkg`; and the other files of the site wherever nothing else answers,
/// before `otherwise`.
pub fn routes(carried: Option<Carried>, options: &LeptosOptions, otherwise: Router) -> Router {
    match carried {
        Some(site) => from_memory(site, options, otherwise),
        None => from_folder(options, otherwise),
    }
}

fn from_memory(site: Carried, options: &LeptosOptions, otherwise: Router) -> Router {
    let pkg = format!("{}/", options.site_pkg_dir);
    let is_kept = move |path: &str| path.starts_with(&pkg) || EMOJI.strip_prefix('/') == Some(path);
    let answer = move |request: Request, next: Next| {
        let answer = site.answer(&request, &is_kept);
        async move {
            match answer {
                Some(answer) => answer,
                None => next.run(request).await,
            }
        }
    };
    Router::new().fallback_service(otherwise.layer(from_fn(answer)))
}

fn from_folder(options: &LeptosOptions, otherwise: Router) -> Router {
    let site = Path::new(options.site_root.as_ref());
    let pkg = options.site_pkg_dir.as_ref();
    let keep = if options.hash_files { FOR_EVER } else { ASK_AGAIN };
    let keep = SetResponseHeaderLayer::overriding(CACHE_CONTROL, move |response: &Response<_>| {
        response.status().is_success().then(|| keep.clone())
    });
    let always = SetResponseHeaderLayer::overriding(CACHE_CONTROL, |response: &Response<_>| {
        response.status().is_success().then_some(FOR_EVER)
    });
    let ask = SetResponseHeaderLayer::if_not_present(CACHE_CONTROL, ASK_AGAIN);
    let made = files(&site.join(pkg));
    let others = files(site).append_index_html_on_directories(false).fallback(otherwise);
    Router::new()
        .route_service(EMOJI, ServiceBuilder::new().layer(always).service(files(site)))
        .nest_service(&format!("/{pkg}"), ServiceBuilder::new().layer(keep).service(made))
        .fallback_service(ServiceBuilder::new().layer(ask).service(others))
}

fn files(folder: &Path) -> ServeDir {
    ServeDir::new(folder).precompressed_br().precompressed_gzip().call_fallback_on_method_not_allowed(true)
}
