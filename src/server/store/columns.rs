//! How the protocol's types are kept: each as one column that both engines have.

use crate::protocol::{AuditId, InviteId, Nonce, ReportId, Role, RoomId, RoomKind, SpaceId, UserId};
use serde::Deserialize;
use sqlx::{Database, Decode, Encode, Type, encode::IsNull, error::BoxDynError};

/// Lets a type of the protocol be bound and read as the column that keeps it.
macro_rules! column {
    ($type:ty, $stored:ty, $to:expr, $from:expr) => {
        impl<DB: Database> Type<DB> for $type
        where
            $stored: Type<DB>,
        {
            fn type_info() -> DB::TypeInfo {
                <$stored as Type<DB>>::type_info()
            }
            fn compatible(info: &DB::TypeInfo) -> bool {
                <$stored as Type<DB>>::compatible(info)
            }
        }
        impl<'q, DB: Database> Encode<'q, DB> for $type
        where
            $stored: Encode<'q, DB>,
        {
            fn encode_by_ref(&self, buffer: &mut DB::ArgumentBuffer) -> Result<IsNull, BoxDynError> {
                let to: fn($type) -> $stored = $to;
                <$stored as Encode<'q, DB>>::encode(to(*self), buffer)
            }
        }
        impl<'r, DB: Database> Decode<'r, DB> for $type
        where
            $stored: Decode<'r, DB>,
        {
            fn decode(value: DB::ValueRef<'r>) -> Result<Self, BoxDynError> {
                let from: fn($stored) -> Result<$type, BoxDynError> = $from;
                from(<$stored as Decode<'r, DB>>::decode(value)?)
            }
        }
    };
}

column!(RoomId, i64, RoomId::raw, |raw| Ok(RoomId::from_raw(raw)));
column!(SpaceId, i64, SpaceId::raw, |raw| Ok(SpaceId::from_raw(raw)));
column!(UserId, i64, UserId::raw, |raw| Ok(UserId::from_raw(raw)));
column!(InviteId, i64, InviteId::raw, |raw| Ok(InviteId::from_raw(raw)));
column!(ReportId, i64, ReportId::raw, |raw| Ok(ReportId::from_raw(raw)));
column!(AuditId, i64, AuditId::raw, |raw| Ok(AuditId::from_raw(raw)));
column!(Nonce, Vec<u8>, |nonce| nonce.bytes().to_vec(), |bytes| {
    Ok(Nonce::from_bytes(bytes.try_into().map_err(|_| "a nonce has 16 bytes")?))
});
// Steps of ten, so that a role between two others needs no rewrite.
column!(
    Role,
    i16,
    |role| match role {
        Role::Guest => 10,
        Role::Member => 20,
        Role::Moderator => 30,
        Role::Owner => 40,
    },
    |rank| Ok(Rank::try_from(rank)?.0)
);
column!(RoomKind, String, |kind| kind.word().to_owned(), |kind| Ok(RoomKind::of(&kind)));

/// A role, in a list as [`listed`](super::engine::listed) reads it.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "i16")]
pub struct Rank(pub Role);

impl TryFrom<i16> for Rank {
    type Error = String;

    fn try_from(rank: i16) -> Result<Self, String> {
        match rank {
            10 => Ok(Self(Role::Guest)),
            20 => Ok(Self(Role::Member)),
            30 => Ok(Self(Role::Moderator)),
            40 => Ok(Self(Role::Owner)),
            _ => Err(format!("no role has rank {rank}")),
        }
    }
}
