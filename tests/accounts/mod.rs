//! Accounts, over the wire: the real program, without its open door.

mod face;
mod guests;
mod names;
mod office;
mod passwords;
mod profile;
mod recovery;
mod sessions;
mod setup;
mod sign_in;

use crate::kit::{Person, Reply, TestServer};
use maru::protocol::{Account, OpenSession, SignedIn};

/// A password that nobody would guess.
const SECRET: &str = "마루 위의 고양이 7";

/// A server that nobody may enter by a name alone.
async fn closed_server(settings: &[(&str, &str)]) -> TestServer {
    TestServer::with(&[&[("MARU_OPEN", "off")], settings].concat()).await
}

/// The code with which the server is set up.
async fn setup_code(server: &TestServer) -> String {
    let (done, printed, complaint) = server.run(&["setup-link"]).await;
    assert!(done, "{complaint}");
    let code = printed.trim().split_once("/setup?token=").unwrap_or_else(|| panic!("a link: {printed}")).1;
    code.to_owned()
}

async fn try_set_up(person: &Person, token: &str, name: &str) -> Reply {
    let fields =
        [("token", token), ("name", name), ("password", SECRET), ("space", "우리 반"), ("room", "교실")];
    person.call("set_up", &fields).await
}

/// A server that was set up, and its owner.
async fn set_up_server(settings: &[(&str, &str)]) -> (TestServer, Person) {
    let server = closed_server(settings).await;
    let code = setup_code(&server).await;
    let mut owner = server.stranger();
    let reply = try_set_up(&owner, &code, "haneul").await;
    keep(&mut owner, &reply);
    (server, owner)
}

/// An account made on the command line, in the oldest space.
async fn make_account(server: &TestServer, name: &str, more: &[&str]) -> String {
    let (done, printed, complaint) = server.run(&[&["user", "create", name], more].concat()).await;
    assert!(done, "{complaint}");
    printed.trim_end().to_owned()
}

async fn try_sign_in(person: &Person, name: &str, password: &str) -> Reply {
    person.call("sign_in", &[("name", name), ("password", password)]).await
}

/// Somebody who signed in with a new browser.
async fn sign_in(server: &TestServer, name: &str, password: &str) -> Person {
    let mut person = server.stranger();
    sign_in_again(&mut person, name, password).await;
    person
}

/// Signs in with the browser that the person has.
async fn sign_in_again(person: &mut Person, name: &str, password: &str) -> SignedIn {
    let reply = try_sign_in(person, name, password).await;
    keep(person, &reply)
}

/// Takes the cookies of an answer, as a browser does.
fn keep(person: &mut Person, reply: &Reply) -> SignedIn {
    let signed_in = reply.value();
    let cookie = |name: &str| reply.cookie(name).unwrap_or_else(|| panic!("no {name}: {reply:?}"));
    person.cookie = Some(format!("maru={}; maru_device={}", cookie("maru"), cookie("maru_device")));
    signed_in
}

async fn profile(person: &Person) -> Account {
    person.ask("profile", &[]).await.value()
}

async fn sessions(person: &Person) -> Vec<OpenSession> {
    person.ask("sessions", &[]).await.value()
}

async fn is_signed_in(person: &Person) -> bool {
    person.ask("me", &[]).await.status == 200
}
