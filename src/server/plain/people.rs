//! The pages of people: all of a space, one of them, and whom to write to.

use super::Asked;
use crate::{
    protocol::{Ban, Failure, LIST_PAGE, SpaceAct},
    server::{App, Result, store::fold},
    ui::plain::{self, Direct, People, Person, Standing, Visit},
};
use axum::{Router, extract::Path, response::Response, routing::get};

/// The pages of people.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/s/{space}/-/people", get(people))
        .route("/s/{space}/-/person/{name}", get(person))
        .route("/s/{space}/-/direct", get(direct))
}

async fn people(Path(space): Path<String>, asked: Asked) -> Response {
    let html = list(&asked, &space).await;
    asked.answer(html)
}

async fn list(asked: &Asked, space: &str) -> Result<String> {
    let visit = asked.visit_to(space, SpaceAct::ListPeople).await?;
    let (q, after, store) = (asked.q(), asked.after(), &asked.app.store);
    let members = store.find_members(visit.space.id, &q, &after, LIST_PAGE).await?;
    let is_later = !after.is_empty();
    let bans = match is_later || !q.is_empty() {
        true => Vec::new(),
        false => bans(asked, &visit).await?,
    };
    Ok(plain::people(&asked.page, &People { visit, q, members, is_later, bans }))
}

/// Who may not come back, for those who may know.
async fn bans(asked: &Asked, visit: &Visit) -> Result<Vec<Ban>> {
    match visit.may(SpaceAct::Ban) {
        true => asked.app.store.bans(visit.space.id, visit.me.id).await,
        false => Ok(Vec::new()),
    }
}

async fn person(Path((space, name)): Path<(String, String)>, asked: Asked) -> Response {
    let html = look(&asked, &space, &name).await;
    asked.answer(html)
}

async fn look(asked: &Asked, space: &str, named: &str) -> Result<String> {
    let visit = asked.visit(space).await?;
    let store = &asked.app.store;
    let found = store.find_member(visit.space.id, named).await?;
    // Who may not see who belongs to the space sees oneself alone.
    let is_seen = |id| visit.may(SpaceAct::ListPeople) || id == visit.me.id;
    let person = match found.filter(|member| is_seen(member.user.id)) {
        Some(member) => {
            let status = store.manner_of(member.user.id).await?;
            let status = status.status(asked.app.clock.now()).to_owned();
            Person { user: member.user.clone(), status, standing: Standing::In(member), visit }
        }
        None => {
            let is_meant =
                |ban: &Ban| ban.user.id.to_string() == named || fold(&ban.user.name) == fold(named);
            let ban = bans(asked, &visit).await?.into_iter().find(is_meant).ok_or(Failure::NotFound)?;
            Person { user: ban.user.clone(), status: String::new(), standing: Standing::Banned(ban), visit }
        }
    };
    Ok(plain::person(&asked.page, &person))
}

async fn direct(Path(space): Path<String>, asked: Asked) -> Response {
    let html = choose(&asked, &space).await;
    asked.answer(html)
}

async fn choose(asked: &Asked, space: &str) -> Result<String> {
    let visit = asked.visit_to(space, SpaceAct::StartDirect).await?;
    let q = asked.q();
    let members = asked.app.store.find_members(visit.space.id, &q, "", LIST_PAGE).await?;
    let (with, chosen) = (asked.params("with"), asked.param("chosen").unwrap_or_default());
    // Those of an earlier search stay chosen; of those shown now the boxes decide.
    let is_shown = |name: &str| members.members.iter().any(|member| member.user.name == name);
    let kept = chosen.split(',').map(str::trim).filter(|name| !name.is_empty() && !is_shown(name));
    let chosen = kept.chain(with).collect::<Vec<_>>().join(", ");
    Ok(plain::direct(&asked.page, &Direct { visit, chosen, q, members }))
}
