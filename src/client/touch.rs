//! Which pages of a timeline are to be shown anew.

use super::timeline::Timeline;
use crate::protocol::Seq;

impl Timeline {
    pub(super) fn touch(&mut self, place: usize) {
        self.revision = self.revision.wrapping_add(1);
        let revision = self.revision;
        if let Some(page) = self.pages.get_mut(place) {
            page.revision = revision;
            page.rows = None;
        }
    }

    /// The page that has this message, if it is held.
    pub(super) fn touch_message(&mut self, seq: Seq) {
        if let Some(place) = self.pages.partition_point(|page| page.after < seq).checked_sub(1) {
            self.touch(place);
        }
    }

    /// The page and its neighbours, whose borders may be grouped otherwise now.
    pub(super) fn touch_around(&mut self, place: usize) {
        self.touch(place);
        self.touch_above(place);
        for below in place + 1..self.pages.len() {
            self.touch(below);
            if !self.is_bare(below) {
                break;
            }
        }
    }

    /// The pages above, up to and with the first that shows something.
    pub(super) fn touch_above(&mut self, place: usize) {
        for above in (0..place).rev() {
            self.touch(above);
            if !self.is_bare(above) {
                break;
            }
        }
    }

    /// The last page changes at its end, so the one above is concerned only while nothing shows in the last.
    pub(super) fn touch_tail(&mut self) {
        if let Some(last) = self.pages.len().checked_sub(1) {
            self.touch(last);
            if self.is_bare(last) {
                self.touch_above(last);
            }
        }
    }

    fn is_bare(&self, place: usize) -> bool {
        let (after, upto) = self.span(place);
        self.visible(after, upto).next().is_none()
    }
}
