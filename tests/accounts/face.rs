//! Pictures of people.

use super::*;
use image::{DynamicImage, ImageFormat, RgbaImage};
use maru::protocol::{Failure, Field, Reason, User};
use std::io::Cursor;

fn picture(format: ImageFormat, side: u32) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    let picture = DynamicImage::ImageRgba8(RgbaImage::from_pixel(side, side, image::Rgba([9, 99, 199, 255])));
    picture.write_to(&mut file, format).expect("written");
    file.into_inner()
}

/// Posts a file as the form of the page does, under a name and a type that may lie.
async fn upload(person: &Person, file: &[u8], name: &str, kind: &str) -> Reply {
    let mut body = format!(
        "--edge\r\ncontent-disposition: form-data; name=\"face\"; filename=\"{name}\"\r\ncontent-type: {kind}\r\n\r\n"
    )
    .into_bytes();
    body.extend_from_slice(file);
    body.extend_from_slice(b"\r\n--edge--\r\n");
    person.post_raw("/api/face", "multipart/form-data; boundary=edge", body).await
}

async fn me(person: &Person) -> User {
    person.ask("me", &[]).await.value()
}

#[tokio::test]
async fn a_picture_is_made_small_and_seen_by_those_who_share_a_space() {
    let (server, owner) = set_up_server(&[]).await;
    let password = make_account(&server, "ann", &[]).await;
    let ann = sign_in(&server, "ann", &password).await;
    assert_eq!(upload(&owner, &picture(ImageFormat::Png, 600), "me.png", "image/png").await.status, 200);
    let User { id, face, .. } = me(&owner).await;
    assert!(face > 0);
    let shown = ann.get(&format!("/face/{id}?v={face}")).await;
    assert_eq!((shown.status, shown.header("content-type")), (200, "image/webp"));
    assert_eq!(shown.header("x-content-type-options"), "nosniff");
    assert_eq!(shown.header("cache-control"), "private, max-age=31536000, immutable");
    assert!(shown.header("content-disposition").starts_with("inline"));
    assert!(shown.header("content-security-policy").contains("default-src 'none'"));
    assert_eq!(ann.get(&format!("/face/{id}?v=1")).await.header("cache-control"), "private, no-store");
    assert_eq!(server.stranger().get(&format!("/face/{id}")).await.failure(), (401, Failure::SignedOut));
    assert_eq!(upload(&owner, &picture(ImageFormat::WebP, 30), "me.webp", "text/html").await.status, 200);
    assert!(me(&owner).await.face > face);
    assert_eq!(owner.call("remove_face", &[]).await.status, 200);
    assert_eq!(me(&owner).await.face, 0);
    let gone = ann.get(&format!("/face/{id}")).await;
    assert_eq!(gone.failure(), (404, Failure::NotFound));
}

#[tokio::test]
async fn who_shares_no_space_sees_no_more_than_where_there_is_none() {
    let mut server = TestServer::stopped(&[("MARU_OPEN", "off")]);
    let (one, other) = (make_account(&server, "ann", &[]).await, make_account(&server, "bo", &[]).await);
    server.start_again().await;
    let (ann, bo) = (sign_in(&server, "ann", &one).await, sign_in(&server, "bo", &other).await);
    assert_eq!(upload(&ann, &picture(ImageFormat::Png, 20), "a", "image/png").await.status, 200);
    let id = me(&ann).await.id;
    assert_eq!(ann.get(&format!("/face/{id}")).await.status, 200, "one's own");
    let (hidden, absent) = (bo.get(&format!("/face/{id}")).await, bo.get("/face/12345").await);
    assert_eq!((hidden.status, &hidden.body), (404, &absent.body));
    assert_eq!((absent.status, bo.get("/face/x").await.status), (404, 404));
}

#[tokio::test]
async fn what_is_no_picture_is_refused_and_nothing_changes() {
    let (server, owner) = set_up_server(&[]).await;
    let svg = br#"<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>"#;
    let mut bomb = picture(ImageFormat::Png, 1);
    bomb[16..24].copy_from_slice(&[0, 0, 200, 0, 0, 0, 200, 0]);
    let large = vec![b'x'; 5 * 1024 * 1024 + 1];
    for (file, kind, reason) in [
        (svg.as_slice(), "image/png", Reason::NotAnImage),
        (b"<!doctype html><script>alert(1)</script>", "image/png", Reason::NotAnImage),
        (b"", "image/png", Reason::Empty),
        (&large, "image/png", Reason::TooBig),
    ] {
        let refused = Failure::Invalid { field: Field::Face, reason };
        assert_eq!(upload(&owner, file, "a.png", kind).await.failure(), (422, refused), "{kind}");
    }
    assert!(matches!(
        upload(&owner, &bomb, "../../a\r\n.png", "image/png").await.failure().1,
        Failure::Invalid { field: Field::Face, .. } | Failure::BadFrame { .. }
    ));
    assert_eq!(me(&owner).await.face, 0);
    assert_eq!(upload(&server.stranger(), svg, "a", "image/png").await.failure().0, 401);
    assert_eq!(owner.call("face", &[("face", "x")]).await.failure().0, 422, "a form without a file");
    let mut foreign = owner.clone();
    foreign.token = Some("maru_forged".to_owned());
    assert_eq!(upload(&foreign, svg, "a", "image/png").await.failure().0, 401);
}

#[tokio::test]
async fn no_other_site_changes_a_picture() {
    let (server, owner) = set_up_server(&[]).await;
    for origin in [Some("http://evil.example"), Some("null"), None] {
        let request = reqwest::Client::new().post(format!("http://{}/api/face", server.address()));
        let request = request.header("cookie", owner.cookie.clone().expect("signed in"));
        let request = origin.into_iter().fold(request, |request, origin| request.header("origin", origin));
        let reply =
            Reply::of(request.header("content-type", "multipart/form-data; boundary=x").body("--x--")).await;
        assert_eq!(reply.failure(), (403, Failure::ForeignOrigin), "{origin:?}");
    }
}
