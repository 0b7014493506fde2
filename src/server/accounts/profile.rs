//! What one is known by, and how one likes to read.

use super::{check_email, is_own_path, presence};
use crate::protocol::{Account, Failure, Field, check_display, check_status};
use crate::server::{
    Result, limits::retry_ms, names::check_looks, respond::Call, session::choice_cookie, store::ProfileEdit,
};

/// The longest name of a time zone that is kept.
const ZONE_LIMIT: usize = 64;

/// One's own account.
///
/// # Errors
/// [`Failure::SignedOut`].
pub async fn profile(call: Call) -> Result<Account> {
    let user = call.user()?;
    Ok(call.app.store.find_account(user.id).await?.ok_or(Failure::SignedOut)?)
}

/// What somebody says of the own account; what is left out stays.
pub struct Edited {
    /// What to be shown as; empty for the name.
    pub display: Option<String>,
    /// What one is up to.
    pub status: Option<String>,
    /// The e-mail address; empty for none.
    pub email: Option<String>,
    /// The language, or empty.
    pub lang: Option<String>,
    /// The time zone, as `Asia/Seoul`, or empty.
    pub zone: Option<String>,
}

/// Edits one's own account.
///
/// # Errors
/// What is wrong with a field, [`Failure::Taken`], [`Failure::RateLimited`].
pub async fn edit_profile(call: Call, edited: Edited) -> Result<()> {
    let (app, account) = (&call.app, profile_of(&call).await?);
    let shown_before = account.user.display.clone();
    let display = edited.display.as_deref().map_or(Ok(account.user.display), check_display)?;
    check_looks(Field::Display, &display)?;
    let status = edited.status.as_deref().map_or(Ok(account.status.clone()), check_status)?;
    let email = match &edited.email {
        Some(email) => check_email(email)?,
        None => account.email.clone(),
    };
    let lang = edited.lang.unwrap_or(account.lang);
    let zone = edited.zone.unwrap_or(account.zone);
    if !matches!(lang.as_str(), "" | "ko" | "en") || !is_zone(&zone) {
        return Err(Failure::Unknown.into());
    }
    if email != account.email {
        // The answer says whether an address is somebody's: that is not to be asked often.
        let taken = app.addresses.take(account.user.id, tokio::time::Instant::now());
        taken.map_err(|wait| Failure::RateLimited { retry_ms: retry_ms(wait) })?;
    }
    let is_new_status = status != account.status;
    let edit = ProfileEdit { display, status, email, lang: lang.clone(), zone };
    app.store.edit_profile(account.user.id, &edit).await?;
    if is_new_status {
        presence::keep_status(app, account.user.id, edit.status, 0).await?;
    }
    if edit.display != shown_before {
        app.hub.begin_anew(account.user.id);
    }
    if !lang.is_empty() {
        call.set_cookie(choice_cookie(app, "maru_lang", &lang));
    }
    Ok(())
}

async fn profile_of(call: &Call) -> Result<Account> {
    let user = call.user()?;
    Ok(call.app.store.find_account(user.id).await?.ok_or(Failure::SignedOut)?)
}

/// Reads as the name of a time zone. Whether there is such a zone, browsers know.
fn is_zone(zone: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'_' | b'-' | b'+');
    zone.len() <= ZONE_LIMIT && zone.bytes().all(is_plain)
}

/// How one likes to read; what is left out stays.
pub struct Choices {
    /// The language.
    pub lang: Option<String>,
    /// Light or dark.
    pub theme: Option<String>,
    /// How much the words and the lines stand out.
    pub contrast: Option<String>,
    /// How the timeline is set.
    pub density: Option<String>,
    /// Where a room opens.
    pub open: Option<String>,
}

/// Keeps how one likes to read, in cookies of one's own.
///
/// # Errors
/// [`Failure::Unknown`] for a choice that there is not.
pub async fn prefer(call: Call, choices: Choices, back: Option<String>) -> Result<()> {
    let Choices { lang, theme, contrast, density, open } = choices;
    let choices = [
        ("maru_lang", lang, ["ko", "en", "en"]),
        ("maru_theme", theme, ["light", "dark", "auto"]),
        ("maru_contrast", contrast, ["more", "standard", "auto"]),
        ("maru_density", density, ["bubbles", "compact", "compact"]),
        ("maru_open", open, ["new", "end", "end"]),
    ];
    let asked =
        choices.into_iter().filter_map(|(name, value, known)| value.map(|value| (name, value, known)));
    let asked: Vec<_> = asked.filter(|(_, value, _)| !value.is_empty()).collect();
    if asked.iter().any(|(_, value, known)| !known.contains(&value.as_str())) {
        return Err(Failure::Unknown.into());
    }
    for (name, value, _) in asked {
        call.set_cookie(choice_cookie(&call.app, name, &value));
    }
    if let Some(back) = back.filter(|back| is_own_path(back)) {
        leptos_axum::redirect(&back);
    }
    Ok(())
}
