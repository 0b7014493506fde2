//! Instants for machines.

use crate::{client::Zone, protocol::Millis};

/// An instant for the attribute `datetime` (RFC 3339), in UTC.
pub fn iso(at: Millis) -> String {
    let day = Zone::UTC.day(at);
    let (hour, minute) = Zone::UTC.time(at);
    let second = at / 1000 % 60;
    format!("{}T{hour:02}:{minute:02}:{second:02}Z", day.iso())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_written_for_machines() {
        assert_eq!(iso(0), "1970-01-01T00:00:00Z");
        assert_eq!(iso(951_782_400_000), "2000-02-29T00:00:00Z");
        assert_eq!(iso(1_783_469_285_999), "2026-07-08T00:08:05Z");
    }
}
