//! The log tells what the server does, and nothing that people said or are known by.

use crate::kit::TestServer;

#[tokio::test]
async fn the_log_holds_no_words_and_no_tokens() {
    let mut server = TestServer::with(&[("MARU_LOG", "debug")]).await;
    let ((ann, mut at_ann), (_, mut at_bo)) = server.pair().await;
    let canary = "canary-7c1e5b";
    at_ann.say(ann.room(), canary).await;
    at_bo.message(ann.room()).await;
    at_ann.say_in_vain(ann.room(), &format!("{canary}\u{0}")).await;
    at_ann.send_text(&format!(r#"{{"type":"send","op":"{canary}"}}"#)).await;
    at_ann.any_refusal().await;
    at_ann
        .send_text(&format!(r#"{{"type":"unsent","room":"{}","text":"{canary}","at":1}}"#, ann.room()))
        .await;
    at_ann
        .send_text(&format!(r#"{{"type":"unsent","room":"{}","text":"{canary}\u0000","at":1}}"#, ann.room()))
        .await;
    at_ann.any_refusal().await;
    at_ann.send_text(&format!("{canary} is no frame")).await;
    at_ann.any_refusal().await;
    let path = format!("{}/say", ann.path());
    ann.post_form(&path, &[("text", canary), ("nonce", &crate::kit::nonce().to_string())]).await;
    ann.post_form(&path, &[("text", &format!("{canary}\u{0}")), ("nonce", "broken")]).await;
    ann.get(ann.path()).await;
    server.stranger().post_form("/api/rename_room", &[("room", canary)]).await;
    let mut forged = server.stranger();
    forged.cookie = Some(format!("maru={canary}"));
    forged.get(ann.path()).await;

    server.ask_to_stop().await;
    server.ended().await;
    let log = server.log();
    assert!(log.lines().count() >= 3, "there is a log to look at:\n{log}");
    assert!(!log.contains(canary), "{log}");
    let token = ann.cookie.as_deref().and_then(|cookie| cookie.strip_prefix("maru=")).expect("came in");
    assert!(token.len() >= 32 && !log.contains(token));
}
