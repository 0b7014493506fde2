//! The way to the doorway, which is a page of its own.

/// The doorway's address for somebody who wanted to go to `path`.
pub(super) fn door(path: &str) -> String {
    format!("/enter?next={}", encode(path, |byte| byte.is_ascii_alphanumeric()))
}

/// Percent-encodes every byte that may not stay.
pub(super) fn encode(text: &str, may_stay: impl Fn(u8) -> bool) -> String {
    text.bytes().fold(String::with_capacity(text.len()), |out, byte| {
        if may_stay(byte) {
            out + char::from(byte).encode_utf8(&mut [0])
        } else {
            out + &format!("%{byte:02X}")
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_on_survives_the_doorway() {
        assert_eq!(door("/s/maru/%EB%A7%88"), "/enter?next=%2Fs%2Fmaru%2F%25EB%25A7%2588");
    }
}
