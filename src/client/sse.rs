//! Server-sent events: cuts an endless answer into the texts in it. Fetched, not `EventSource`, which can neither
//! carry a cursor nor tell a status.

/// More than the server ever says at once; a line that is longer is none of ours.
const LINE_LIMIT: usize = 1 << 20;

/// Reads a stream of events, of which the pieces may be cut anywhere.
#[derive(Debug, Default)]
pub struct Sse {
    /// The line that has not ended yet.
    line: Vec<u8>,
    /// The data of the event that has not ended yet.
    data: Option<String>,
}

impl Sse {
    /// Takes the next piece; gives the data of the events that it completes. `None` for what cannot be a stream of
    /// events.
    pub fn feed(&mut self, piece: &[u8]) -> Option<Vec<String>> {
        let mut texts = Vec::new();
        for byte in piece {
            if *byte == b'\n' {
                let line = std::mem::take(&mut self.line);
                texts.extend(self.end_line(&line));
            } else if self.line.len() >= LINE_LIMIT {
                return None;
            } else {
                self.line.push(*byte);
            }
        }
        Some(texts)
    }

    /// An empty line ends an event. Comments, ids and names of events say nothing to us.
    fn end_line(&mut self, line: &[u8]) -> Option<String> {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() {
            return self.data.take();
        }
        let value = line.strip_prefix(b"data:")?;
        let value = std::str::from_utf8(value.strip_prefix(b" ").unwrap_or(value)).ok()?;
        match &mut self.data {
            Some(data) => {
                data.push('\n');
                data.push_str(value);
            }
            None => self.data = Some(value.to_owned()),
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const STREAM: &str = ": hello\n\nid: r_1:2:3\ndata: {\"글\":1}\n\n:\n\ndata:a\r\ndata: b\r\n\r\nevent: x\n\ndata: c\n\ndata: cut";

    #[test]
    fn events_are_their_data_and_everything_else_is_passed_over() {
        let texts = Sse::default().feed(STREAM.as_bytes());
        assert_eq!(texts, Some(vec!["{\"글\":1}".to_owned(), "a\nb".to_owned(), "c".to_owned()]));
    }

    #[test]
    fn a_line_without_an_end_is_given_up() {
        let mut sse = Sse::default();
        assert_eq!(sse.feed(&vec![b'x'; LINE_LIMIT]), Some(Vec::new()));
        assert_eq!(sse.feed(b"x"), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn it_does_not_matter_where_the_pieces_are_cut(mut cuts in prop::collection::vec(0..=STREAM.len(), 0..12)) {
            cuts.extend([0, STREAM.len()]);
            cuts.sort_unstable();
            let mut sse = Sse::default();
            let pieces = cuts.windows(2).map(|cut| &STREAM.as_bytes()[cut[0]..cut[1]]);
            let texts: Vec<String> = pieces.flat_map(|piece| sse.feed(piece).expect("short lines")).collect();
            prop_assert_eq!(Some(texts), Sse::default().feed(STREAM.as_bytes()));
        }
    }
}
