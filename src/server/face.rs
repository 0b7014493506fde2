//! Pictures of people: what is taken, how it is made harmless, and who may see it.
//!
//! Nothing of an uploaded file is kept. It is decoded within limits and written anew, a small square
//! without anything but its pixels.

use super::{
    App, Error, Result, forms,
    limits::{Buckets, Rate, retry_ms},
    respond::Call,
    session::Visitor,
};
use crate::protocol::{Failure, Field, Reason, UserId};
use axum::{
    Extension,
    extract::{
        Multipart, Path, Query, State,
        multipart::{MultipartError, MultipartRejection},
        rejection::QueryRejection,
    },
    response::{IntoResponse, Response},
};
use http::{
    HeaderMap, HeaderValue, StatusCode,
    header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE},
};
use image::{
    DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, imageops::FilterType, metadata::Orientation,
};
use std::{io::Cursor, sync::Arc};
use tokio::{sync::Semaphore, time::Instant};

/// The most bytes of a picture.
pub const FACE_BYTES: usize = 5 * 1024 * 1024;
/// The most bytes of the form around it.
pub const FORM_BYTES: usize = FACE_BYTES + 64 * 1024;
/// The most pixels of a side.
const SIDE_LIMIT: u32 = 8_192;
/// The most pixels of a picture: decoded, it takes four bytes for each.
const PIXEL_LIMIT: u64 = 25_000_000;
/// The most bytes that decoding may take.
const MEMORY_LIMIT: u64 = 256 * 1024 * 1024;
/// Pixels of a side as it is kept.
const SIDE: u32 = 256;
/// Those that wait for the one that is being decoded.
const WAITING: usize = 8;
/// Pictures of one person.
const UPLOADS: Rate = Rate { per_second: 1, burst: 10 };

/// Decodes one picture at a time; clones share it.
#[derive(Debug, Clone)]
pub struct Darkroom {
    turn: Arc<Semaphore>,
    places: Arc<Semaphore>,
    uploads: Arc<Buckets<UserId>>,
}

impl Default for Darkroom {
    fn default() -> Self {
        Self {
            turn: Arc::new(Semaphore::new(1)),
            places: Arc::new(Semaphore::new(1 + WAITING)),
            uploads: Arc::new(Buckets::new(UPLOADS)),
        }
    }
}

impl Darkroom {
    /// May this person bring a picture now?
    ///
    /// # Errors
    /// [`Failure::RateLimited`].
    fn count(&self, user: UserId) -> Result<(), Failure> {
        let taken = self.uploads.take(user, Instant::now());
        taken.map_err(|wait| Failure::RateLimited { retry_ms: retry_ms(wait) })
    }

    /// A picture as it is kept.
    ///
    /// # Errors
    /// [`Failure::Invalid`] of [`Field::Face`], [`Failure::Unavailable`] when too many wait.
    pub async fn develop(&self, file: Vec<u8>) -> Result<Vec<u8>> {
        let Ok(_place) = self.places.clone().try_acquire_owned() else {
            return Err(Failure::Unavailable { retry_ms: 3_000 }.into());
        };
        let turn = self.turn.clone().acquire_owned().await;
        let turn = turn.map_err(|error| Error::Broken(error.to_string()))?;
        let done = tokio::task::spawn_blocking(move || (develop(&file), turn).0);
        Ok(done.await.map_err(|error| Error::Broken(format!("a picture could not be read: {error}")))??)
    }
}

fn invalid(reason: Reason) -> Failure {
    Failure::Invalid { field: Field::Face, reason }
}

/// What it is, its first bytes say; never its name or the type that came with it.
fn develop(file: &[u8]) -> Result<Vec<u8>, Failure> {
    let not_one = |_| invalid(Reason::NotAnImage);
    let format = image::guess_format(file).map_err(not_one)?;
    if !matches!(format, ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::WebP | ImageFormat::Gif) {
        return Err(invalid(Reason::NotAnImage));
    }
    let mut limits = Limits::default();
    (limits.max_image_width, limits.max_image_height) = (Some(SIDE_LIMIT), Some(SIDE_LIMIT));
    limits.max_alloc = Some(MEMORY_LIMIT);
    let mut reader = ImageReader::with_format(Cursor::new(file), format);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(refused)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > PIXEL_LIMIT {
        return Err(invalid(Reason::TooBig));
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder).map_err(refused)?;
    let small = picture.resize_to_fill(SIDE, SIDE, FilterType::Triangle);
    picture = DynamicImage::ImageRgba8(small.to_rgba8());
    picture.apply_orientation(orientation);
    let mut kept = Cursor::new(Vec::new());
    picture.write_to(&mut kept, ImageFormat::WebP).map_err(not_one)?;
    Ok(kept.into_inner())
}

fn refused(error: image::ImageError) -> Failure {
    match error {
        image::ImageError::Limits(_) => invalid(Reason::TooBig),
        _ => invalid(Reason::NotAnImage),
    }
}

/// `POST /api/face`: takes the picture in the form's field `face`.
///
/// # Errors
/// [`Failure::SignedOut`], [`Failure::Invalid`] of [`Field::Face`].
pub async fn upload(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    headers: HeaderMap,
    form: std::result::Result<Multipart, MultipartRejection>,
) -> Response {
    let done = match form {
        Ok(form) => take(&app, &visitor, form).await,
        // Who is nobody is told that first.
        Err(_) => visitor
            .user()
            .and_then(|_| Err(Failure::BadFrame { msg: "expected multipart/form-data".to_owned() }.into())),
    };
    forms::answer_upload(&headers, "/api/face", done.map(|_| ()))
}

async fn take(app: &App, visitor: &Visitor, mut form: Multipart) -> Result<u64> {
    // Who may not upload is not read from.
    let user = visitor.user()?;
    app.darkroom.count(user.id)?;
    while let Some(field) = form.next_field().await.map_err(unreadable)? {
        if field.name() != Some("face") {
            continue;
        }
        let file = field.bytes().await.map_err(unreadable)?;
        if file.len() > FACE_BYTES {
            return Err(invalid(Reason::TooBig).into());
        }
        if file.is_empty() {
            return Err(invalid(Reason::Empty).into());
        }
        let picture = app.darkroom.develop(file.to_vec()).await?;
        let number = app.store.set_face(user.id, picture, app.clock.now()).await?;
        app.hub.begin_anew(user.id);
        return Ok(number);
    }
    Err(invalid(Reason::Empty).into())
}

fn unreadable(error: MultipartError) -> Error {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => invalid(Reason::TooBig).into(),
        _ => Failure::BadFrame { msg: "the form ended early".to_owned() }.into(),
    }
}

/// Takes one's picture away.
///
/// # Errors
/// [`Failure::SignedOut`].
pub async fn remove(call: Call) -> Result<()> {
    let user = call.user()?;
    call.app.store.remove_face(user.id).await?;
    call.app.hub.begin_anew(user.id);
    Ok(())
}

/// Which picture is asked for.
#[derive(Debug, serde::Deserialize)]
pub struct Asked {
    v: Option<u64>,
}

/// `GET /face/{user}?v=N`: a picture, for those who share a space with the person.
///
/// # Errors
/// [`Failure::SignedOut`]; [`Failure::NotFound`], for strangers too.
pub async fn show(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path(user): Path<String>,
    asked: std::result::Result<Query<Asked>, QueryRejection>,
) -> Result<Response> {
    let by = visitor.user()?;
    let user: UserId = user.parse().map_err(|_| Failure::NotFound)?;
    let (number, picture) = app.store.find_face(user, by.id).await?.ok_or(Failure::NotFound)?;
    let is_newest = asked.is_ok_and(|Query(asked)| asked.v == Some(number));
    let mut response = picture.into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("image/webp"));
    headers.insert(CONTENT_DISPOSITION, HeaderValue::from_static("inline; filename=\"face.webp\""));
    // A number never stands for another picture; the browser alone keeps it, no shelf on the way.
    let keep = if is_newest { "private, max-age=31536000, immutable" } else { "private, no-store" };
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(keep));
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{Rgba, RgbaImage};

    fn file(format: ImageFormat, width: u32, height: u32) -> Vec<u8> {
        let red = RgbaImage::from_pixel(width, height, Rgba([200, 30, 30, 255]));
        let mut file = Cursor::new(Vec::new());
        let picture = DynamicImage::ImageRgba8(red);
        let picture = if format == ImageFormat::Jpeg { picture.to_rgb8().into() } else { picture };
        picture.write_to(&mut file, format).expect("written");
        file.into_inner()
    }

    #[test]
    fn every_kind_becomes_a_small_square_of_its_pixels_alone() {
        for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Gif, ImageFormat::WebP] {
            let mut given = file(format, 300, 40);
            given.extend(b"<script>alert(1)</script>");
            let kept = develop(&given).unwrap_or_else(|failure| panic!("{format:?}: {failure:?}"));
            assert!(kept.starts_with(b"RIFF") && &kept[8..12] == b"WEBP");
            assert!(!kept.windows(7).any(|part| part == b"<script"), "{format:?}");
            let seen = image::load_from_memory(&kept).expect("a picture").to_rgba8();
            assert_eq!(seen.dimensions(), (256, 256));
            let Rgba([red, green, _, alpha]) = *seen.get_pixel(128, 128);
            assert!(red > 150 && green < 90 && alpha == 255, "{format:?}: {red} {green}");
        }
    }

    #[test]
    fn what_is_no_picture_is_refused_whatever_it_says_it_is() {
        let svg = r#"<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>"#;
        let cut = &file(ImageFormat::Png, 100, 100)[..60];
        let bmp = b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0";
        for other in [b"".as_slice(), svg.as_bytes(), b"<!doctype html><p>", b"GIF89a", b"%PDF-1.7", cut, bmp]
        {
            assert_eq!(
                develop(other),
                Err(invalid(Reason::NotAnImage)),
                "{:?}",
                &other[..other.len().min(9)]
            );
        }
    }

    /// A picture whose head says that it is this large, and that holds nothing.
    fn bomb(width: u32, height: u32) -> Vec<u8> {
        let mut file = file(ImageFormat::Png, 1, 1);
        file[16..20].copy_from_slice(&width.to_be_bytes());
        file[20..24].copy_from_slice(&height.to_be_bytes());
        let sum = crc(&file[12..29]);
        file[29..33].copy_from_slice(&sum.to_be_bytes());
        file
    }

    fn crc(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(!0_u32, |sum, byte| {
            (0..8)
                .fold(sum ^ u32::from(*byte), |sum, _| (sum >> 1) ^ (0xedb8_8320 & (sum & 1).wrapping_neg()))
        })
    }

    #[test]
    fn bombs_are_refused_by_their_head() {
        for (width, height) in [(50_000, 50_000), (8_193, 1), (8_000, 8_000), (u32::MAX >> 1, 1)] {
            assert_eq!(develop(&bomb(width, height)), Err(invalid(Reason::TooBig)), "{width} × {height}");
        }
        assert_eq!(develop(&bomb(600, 600)), Err(invalid(Reason::NotAnImage)), "it only lies about its size");
    }
}
