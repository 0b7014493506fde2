//! F15: RFC 6455 by hand, after the cases of the known conformance suites, which ask for an interpreter
//! that is not to be had any more. Each case has a connection of its own.

use crate::{
    raw::{Raw, frame},
    world::{Plan, World},
};

const TEXT: u8 = 0x81;
const TEXT_BEGINS: u8 = 0x01;
const GOES_ON: u8 = 0x00;
const ENDS: u8 = 0x80;
const CLOSE: u8 = 0x88;
const PING: u8 = 0x89;
const PONG: u8 = 0x8a;
const ASKED: &[u8] = r#"{"type":"ping","n":7,"x":"물결"}"#.as_bytes();

/// What a case ends with.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Ending {
    /// The question was answered.
    Answered,
    /// A pong came first that carries this, then the answer.
    Echoed(Vec<u8>),
    /// It is closed, with this code; 1005 stands for none.
    Closed(u16),
}

fn parts(parts: &[(u8, &[u8])]) -> Vec<u8> {
    parts.iter().flat_map(|(first, carried)| frame(*first, carried)).collect()
}

/// A close frame.
fn close(code: u16, why: &[u8]) -> Vec<u8> {
    frame(CLOSE, &[&code.to_be_bytes(), why].concat())
}

fn asked_after(bytes: &[u8]) -> Vec<u8> {
    [bytes, &frame(TEXT, ASKED)].concat()
}

fn cases() -> Vec<(String, Vec<u8>, Ending)> {
    use Ending::{Answered, Closed, Echoed};
    let (head, tail) = ASKED.split_at(25);
    let inside_a_character = ASKED.len() - 4;
    let full = [ASKED, &b" ".repeat(65_536 - ASKED.len())].concat();
    let mut cases = vec![
        ("a text", frame(TEXT, ASKED), Answered),
        ("a text in two parts", parts(&[(TEXT_BEGINS, head), (ENDS, tail)]), Answered),
        (
            "a text split within a character",
            parts(&[(TEXT_BEGINS, &ASKED[..inside_a_character]), (ENDS, &ASKED[inside_a_character..])]),
            Answered,
        ),
        (
            "empty parts",
            parts(&[(TEXT_BEGINS, b""), (GOES_ON, ASKED), (GOES_ON, b""), (ENDS, b"")]),
            Answered,
        ),
        ("as much as a frame may hold", frame(TEXT, &full), Answered),
        ("more than a frame may hold", frame(TEXT, &[&full[..], b" "].concat()), Closed(1009)),
        ("more in parts than a frame may hold", parts(&[(TEXT_BEGINS, &full), (ENDS, b" ")]), Closed(1009)),
        ("a ping", asked_after(&frame(PING, b"")), Echoed(Vec::new())),
        ("a ping of 125 bytes", asked_after(&frame(PING, &[0xfe; 125])), Echoed(vec![0xfe; 125])),
        (
            "a ping within a text",
            parts(&[(TEXT_BEGINS, head), (PING, b"now"), (ENDS, tail)]),
            Echoed(b"now".to_vec()),
        ),
        ("a pong that nobody asked for", asked_after(&frame(PONG, b"here")), Answered),
        ("a pong within a text", parts(&[(TEXT_BEGINS, head), (PONG, b""), (ENDS, tail)]), Answered),
        ("a ping of 126 bytes", frame(PING, &[0; 126]), Closed(1002)),
        ("a ping in parts", parts(&[(0x09, b"a"), (ENDS, b"b")]), Closed(1002)),
        ("a part that continues nothing", frame(ENDS, ASKED), Closed(1002)),
        ("a part that continues nothing, and goes on", frame(GOES_ON, ASKED), Closed(1002)),
        ("a text within a text", parts(&[(TEXT_BEGINS, head), (TEXT, ASKED)]), Closed(1002)),
        ("binary", frame(0x82, ASKED), Closed(1002)),
        ("no mask", [&[TEXT, ASKED.len() as u8], ASKED].concat(), Closed(1002)),
        ("a length of 2⁴⁰", [&[TEXT, 0xff][..], &(1u64 << 40).to_be_bytes(), &[0; 4]].concat(), Closed(1009)),
        ("a close of one byte", frame(CLOSE, b"x"), Closed(1002)),
        ("a close without a code", frame(CLOSE, b""), Closed(1005)),
        ("a close with a reason", close(1000, "안녕".as_bytes()), Closed(1000)),
        ("a close of 126 bytes", frame(CLOSE, &[0x03; 126]), Closed(1002)),
        ("a close in parts", frame(0x08, &1000u16.to_be_bytes()), Closed(1002)),
    ]
    .into_iter()
    .map(|(name, bytes, ending)| (name.to_owned(), bytes, ending))
    .collect::<Vec<_>>();
    for first in [0xc1u8, 0xa1, 0x91, 0xf1, 0xc9] {
        cases.push((format!("a reserved bit: {first:#x}"), frame(first, b""), Closed(1002)));
    }
    for kind in (0x3..=0x7).chain(0xb..=0xf) {
        cases.push((format!("a reserved kind: {kind:#x}"), frame(0x80 | kind, b""), Closed(1002)));
    }
    for code in [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999] {
        cases.push((format!("a close with {code}"), close(code, b""), Closed(code)));
    }
    for code in [0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535] {
        cases.push((format!("a close with {code}, which means nothing"), close(code, b""), Closed(1002)));
    }
    for bad in [
        &b"\x80"[..],
        b"\xce",
        b"\xc0\xaf",
        b"\xed\xa0\x80",
        b"\xf4\x90\x80\x80",
        b"\xfe",
        b"\xff",
        b"\xf8\x88\x80\x80\x80",
    ] {
        let text = [br#"{"type":""#, bad, br#""}"#].concat();
        cases.push((format!("no UTF-8: {bad:x?}"), frame(TEXT, &text), Closed(1007)));
        let (head, tail) = text.split_at(10);
        cases.push((
            format!("no UTF-8, in parts: {bad:x?}"),
            parts(&[(TEXT_BEGINS, head), (ENDS, tail)]),
            Closed(1007),
        ));
    }
    cases
}

/// Reads until the case has come to an end.
async fn ending(raw: &mut Raw) -> Ending {
    let mut echoed = None;
    while let Some((first, carried)) = raw.read().await {
        match first {
            PONG => echoed = Some(carried),
            TEXT if carried.starts_with(br#"{"type":"pong","n":7"#) => {
                return echoed.map_or(Ending::Answered, Ending::Echoed);
            }
            CLOSE if carried.len() >= 2 => {
                return Ending::Closed(u16::from_be_bytes([carried[0], carried[1]]));
            }
            CLOSE => return Ending::Closed(1005),
            _ => {}
        }
    }
    Ending::Closed(1006)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn frames_are_read_as_rfc_6455_has_them_and_others_do_not_notice() {
    let mut world = World::new(Plan { users: 2, devices: 1, rooms: 3, ..Plan::new(81) }).await;
    let key = world.people[0].key.clone();
    let mut wrong = Vec::new();
    for (name, bytes, expected) in cases() {
        for is_chopped in [false, true] {
            if is_chopped && bytes.len() > 300 {
                continue;
            }
            let mut raw = Raw::silent(world.server.here(), &key).await;
            if is_chopped {
                // One byte at a time; the server may close before the last of them.
                for byte in &bytes {
                    raw.write(std::slice::from_ref(byte)).await;
                }
            } else {
                raw.write(&bytes).await;
            }
            let found = ending(&mut raw).await;
            if found != expected {
                wrong.push(format!("{name} (chopped: {is_chopped}): {found:?} instead of {expected:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    world.until_acked(10).await;
    world.expect_whole().await;
}
