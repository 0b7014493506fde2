//! The page's JSON reader against the general one: what either takes, the other takes for the same.

use super::{
    Batch, Event, Failure, Op, ServerFrame,
    json::{Unreadable, read},
};
use proptest::prelude::*;
use serde::{Deserialize, de::IgnoredAny};
use serde_json::Value;

/// Any JSON without fractions, of which the reader keeps nothing.
fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "[\\x00-\\x7f]{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 64, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(any::<String>(), inner, 0..6)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn what_was_written_is_read_as_it_was(value in value(), is_pretty in any::<bool>()) {
        let text = if is_pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) };
        prop_assert_eq!(read::<Value>(&text.expect("serialises")), Ok(value));
    }

    #[test]
    fn both_readers_take_and_refuse_the_same_texts(text in r#"[\[\]{},:"\\u/ \t\nntfalsebre0-9+.eEd8c-]{0,24}"#) {
        let general = serde_json::from_str::<IgnoredAny>(&text).is_ok();
        prop_assert_eq!(read::<IgnoredAny>(&text).is_ok(), general, "{}", text);
    }

    #[test]
    fn a_broken_text_is_never_more_than_unreadable(value in value(), at in any::<prop::sample::Index>(), with in any::<char>()) {
        let text = value.to_string();
        let mut chars: Vec<char> = text.chars().collect();
        let place = at.index(chars.len());
        chars[place] = with;
        let text: String = chars.into_iter().collect();
        let general = serde_json::from_str::<IgnoredAny>(&text).is_ok();
        prop_assert_eq!(read::<IgnoredAny>(&text).is_ok(), general, "{}", text);
    }
}

#[test]
fn frames_and_refusals_are_read_like_by_the_general_reader() {
    let event = r#"{"seq":2,"at":9,"by":"u_0000000000000004","name":"a\"\u00e9\ud83d\ude42","op":{"kind":"message","text":"가\n"},"x":[1.5,-2e9,{"y":null}]}"#;
    let general: Event = serde_json::from_str(event).expect("an event");
    assert_eq!(read::<Event>(event), Ok(general));
    for text in [
        r#"{"code":"invalid","field":"text","reason":{"too_long":8}}"#,
        r#"{"code":"rate_limited","retry_ms":5}"#,
        r#"{"code":"brand_new","limit":1.5}"#,
    ] {
        assert_eq!(read::<Failure>(text).ok(), serde_json::from_str(text).ok(), "{text}");
    }
    assert_eq!(read::<Op>(r#"{"kind":"poll","text":1e300,"of":-1.5}"#), Ok(Op::Unknown));
    type Answer = Result<Option<Vec<u32>>, Failure>;
    for text in [r#"{"Ok":[1,2]}"#, r#"{"Ok":null}"#, r#"{"Err":{"code":"not_found"}}"#] {
        let general: Answer = serde_json::from_str(text).expect("an answer");
        assert_eq!(read::<Answer>(text), Ok(general), "{text}");
    }
    assert!(
        ServerFrame::decode(r#"{"type":"events","room":"r_0000000000000001","after":0,"events":[]}"#).is_ok()
    );
}

#[test]
fn what_is_no_json_or_not_of_the_type_is_refused() {
    for text in [
        "",
        " ",
        "{",
        "[1,]",
        "{\"a\":1,}",
        "01",
        "1.",
        ".5",
        "1e",
        "+1",
        "-",
        "nul",
        "\"\\ud800\"",
        "\"\u{1}\"",
        "1 2",
        "[1 2]",
        "{1:2}",
    ] {
        assert_eq!(read::<IgnoredAny>(text).err(), Some(Unreadable), "{text}");
    }
    assert!(read::<IgnoredAny>(&"[".repeat(100_000)).is_err());
    #[derive(Debug, Deserialize)]
    struct Pair {
        #[expect(dead_code, reason = "only whether it can be read")]
        a: u32,
    }
    for text in [
        r#"{"a":-1}"#,
        r#"{"a":4294967296}"#,
        r#"{"a":1.0}"#,
        r#"{"a":"1"}"#,
        "{}",
        r#"{"a":1,"a":2}"#,
        "[1]",
    ] {
        assert!(read::<Pair>(text).is_err(), "{text}");
    }
    assert!(read::<Batch>("[]").is_err());
}
