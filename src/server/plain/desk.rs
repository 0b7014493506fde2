//! What the pages of a space share: who asks of which space, and what one may not see is not there.

use super::Asked;
use crate::{
    protocol::{Failure, RoomId, RoomState, Space, SpaceAct, User, may_in_space},
    server::{
        Result,
        invites::{is_code, link_from, qr_svg},
        moderation::readable,
    },
    ui::plain::{Made, Visit},
};
use http::header::HOST;

/// The most characters that are looked for.
const QUERY_LIMIT: usize = 64;

impl Asked {
    /// Who asks, of the space with this slug.
    ///
    /// # Errors
    /// [`Failure::SignedOut`]; [`Failure::NotFound`] for who does not belong to it.
    pub(super) async fn visit(&self, slug: &str) -> Result<Visit> {
        let me: User = self.user()?;
        let space: Space = self.app.space(slug, &me).await?;
        Ok(Visit { me, space, now: self.app.clock.now() })
    }

    /// The same for who may do this there; for others there is no such page.
    ///
    /// # Errors
    /// [`Failure::SignedOut`], [`Failure::NotFound`].
    pub(super) async fn visit_to(&self, slug: &str, act: SpaceAct) -> Result<Visit> {
        let visit = self.visit(slug).await?;
        let may = visit.space.role.is_some_and(|role| may_in_space(act, role));
        if may { Ok(visit) } else { Err(Failure::NotFound.into()) }
    }

    /// A room of the space by its id.
    ///
    /// # Errors
    /// [`Failure::NotFound`] for one that is not there, or not for one's eyes.
    pub(super) async fn room(&self, visit: &Visit, room: &str) -> Result<RoomState> {
        let id: RoomId = room.parse().map_err(|_| Failure::NotFound)?;
        let room = readable(&self.app, id, &visit.me).await?;
        if room.space == visit.space.id { Ok(room) } else { Err(Failure::NotFound.into()) }
    }

    /// What is looked for; empty for everything.
    pub(super) fn q(&self) -> String {
        let q = self.param("q").unwrap_or_default().trim();
        q.chars().filter(|c| *c != '\0').take(QUERY_LIMIT).collect()
    }

    /// After what the list goes on; empty for its start.
    pub(super) fn after(&self) -> String {
        self.param("after").unwrap_or_default().replace('\0', "")
    }

    /// The link that was just made: its code stands in the address.
    pub(super) fn made(&self) -> Option<Made> {
        let code = self.param("made").filter(|code| is_code(code))?;
        let host = self.headers.get(HOST).and_then(|host| host.to_str().ok());
        let link = link_from(self.app.settings.base_url.as_deref(), host, code);
        let qr = qr_svg(&link);
        Some(Made { link, qr })
    }
}
