//! Names of things. On the wire they are opaque strings, so that clients cannot lean on their shape.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use std::{fmt, str::FromStr};

/// An event's number in its room: 1, 2, 3, without gaps; the only order that is trusted. Below 2⁵³.
pub type Seq = u64;

/// An instant in milliseconds since 1970-01-01 UTC. Told to people, never used to order anything.
pub type Millis = u64;

/// A text that is no id of the kind that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotAnId;

impl fmt::Display for NotAnId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not an id of this kind")
    }
}

impl std::error::Error for NotAnId {}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
        pub struct $name(i64);

        impl $name {
            /// From 64 random bits, 63 of which are kept: both engines store a positive `bigint`.
            pub fn from_random(bits: u64) -> Self {
                Self((bits >> 1) as i64)
            }
            /// From the number that the store keeps.
            pub const fn from_raw(raw: i64) -> Self {
                Self(raw)
            }
            /// The number that the store keeps.
            pub const fn raw(self) -> i64 {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "{:016x}"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;
            fn from_str(text: &str) -> Result<Self, NotAnId> {
                let hex = text.strip_prefix($prefix).ok_or(NotAnId)?;
                if hex.len() != 16 || !hex.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
                    return Err(NotAnId);
                }
                i64::from_str_radix(hex, 16).map(Self).map_err(|_| NotAnId)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
                text.parse().map_err(D::Error::custom)
            }
        }
    };
}

id!(
    /// A room.
    RoomId,
    "r_"
);
id!(
    /// A space: a community with rooms and members.
    SpaceId,
    "s_"
);
id!(
    /// An account.
    UserId,
    "u_"
);
id!(
    /// The server's end of one open socket.
    ConnId,
    "c_"
);
id!(
    /// An invitation: not the code in its link.
    InviteId,
    "i_"
);
id!(
    /// A message that somebody told the moderators of.
    ReportId,
    "x_"
);
id!(
    /// An entry in the record of what was done to keep order.
    AuditId,
    "a_"
);

/// A UUID made by the client before the first attempt to send, so that sending twice is harmless.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Nonce(u128);

impl Nonce {
    /// A version 7 UUID (RFC 9562, 5.7) from the time and 80 random bits; sorts by the time.
    pub fn new(now: Millis, random: [u8; 10]) -> Self {
        let mut bytes = [0u8; 16];
        bytes[..6].copy_from_slice(&now.to_be_bytes()[2..]);
        bytes[6..].copy_from_slice(&random);
        bytes[6] = (bytes[6] & 0x0f) | 0x70;
        bytes[8] = (bytes[8] & 0x3f) | 0x80;
        Self(u128::from_be_bytes(bytes))
    }
    /// From the 16 bytes that the store keeps.
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(u128::from_be_bytes(bytes))
    }
    /// The 16 bytes that the store keeps.
    pub fn bytes(self) -> [u8; 16] {
        self.0.to_be_bytes()
    }
}

impl fmt::Display for Nonce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hex = format!("{:032x}", self.0);
        let (a, b, c) = (&hex[..8], &hex[8..12], &hex[12..16]);
        write!(f, "{a}-{b}-{c}-{}-{}", &hex[16..20], &hex[20..])
    }
}

impl FromStr for Nonce {
    type Err = NotAnId;
    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let bytes = text.as_bytes();
        if bytes.len() != 36 || [8, 13, 18, 23].iter().any(|&at| bytes[at] != b'-') {
            return Err(NotAnId);
        }
        let hex: String = text.chars().filter(|c| *c != '-').collect();
        if hex.len() != 32 || !hex.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(NotAnId);
        }
        u128::from_str_radix(&hex, 16).map(Self).map_err(|_| NotAnId)
    }
}

impl Serialize for Nonce {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Nonce {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_survives_the_wire() {
        let id = RoomId::from_random(u64::MAX);
        let text = serde_json::to_string(&id).expect("an id is text");
        assert_eq!(text, "\"r_7fffffffffffffff\"");
        assert_eq!(serde_json::from_str::<RoomId>(&text).expect("its own text"), id);
    }

    #[test]
    fn an_id_of_another_kind_or_shape_is_refused() {
        for text in
            ["u_0000000000000001", "r_1", "r_000000000000000G", "r_ffffffffffffffff", "", "r_+00000000000001"]
        {
            assert_eq!(text.parse::<RoomId>(), Err(NotAnId), "{text}");
        }
    }

    #[test]
    fn a_nonce_is_a_version_7_uuid_and_survives_the_wire() {
        let nonce = Nonce::new(0x0197_f3a2_6c1e, [0xff; 10]);
        assert_eq!(nonce.to_string(), "0197f3a2-6c1e-7fff-bfff-ffffffffffff");
        assert_eq!(nonce.to_string().parse(), Ok(nonce));
        assert_eq!(Nonce::from_bytes(nonce.bytes()), nonce);
    }

    #[test]
    fn a_malformed_nonce_is_refused() {
        for text in [
            "",
            "0197f3a26c1e7fffbfffffffffffffff",
            "0197f3a2-6c1e-7fff-bfff-fffffffffff-",
            "한197f3a2-6c1e-7fff-bfff-fffffffff",
        ] {
            assert_eq!(text.parse::<Nonce>(), Err(NotAnId), "{text}");
        }
    }
}
