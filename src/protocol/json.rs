//! Reads JSON (RFC 8259), for the page: a reader that says no more of a text than that it cannot be read.
//!
//! The general one explains what was wrong, numbers with fractions included, and that explanation is code
//! that every visitor of the site would fetch. The server, whose input comes from strangers, explains.

use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Error, IntoDeserializer, MapAccess,
    SeqAccess, VariantAccess, Visitor,
};
use std::fmt;

/// Nesting beyond this is nothing that anybody says here.
const DEPTH: u8 = 64;

/// The text is no JSON, or not of the type that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unreadable;

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not readable")
    }
}

impl std::error::Error for Unreadable {}

impl Error for Unreadable {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

/// Reads a text whole.
///
/// # Errors
/// [`Unreadable`], whatever was wrong with it.
pub fn read<T: DeserializeOwned>(text: &str) -> Result<T, Unreadable> {
    let mut reader = Reader { text, at: 0, depth: 0 };
    let value = T::deserialize(&mut reader)?;
    if reader.peek().is_some() { Err(Unreadable) } else { Ok(value) }
}

struct Reader<'de> {
    text: &'de str,
    at: usize,
    depth: u8,
}

/// What begins here.
enum Token<'de> {
    Null,
    Flag(bool),
    Natural(u64),
    Negative(i64),
    /// A number that is no integer, of which nobody here can make anything.
    Fraction,
    Plain(&'de str),
    Text(String),
    List,
    Object,
}

impl<'de> Reader<'de> {
    /// The next byte that is no space.
    fn peek(&mut self) -> Option<u8> {
        loop {
            let byte = *self.text.as_bytes().get(self.at)?;
            if !matches!(byte, b' ' | b'\t' | b'\n' | b'\r') {
                return Some(byte);
            }
            self.at += 1;
        }
    }

    fn expect(&mut self, byte: u8) -> Result<(), Unreadable> {
        if self.peek() != Some(byte) {
            return Err(Unreadable);
        }
        self.at += 1;
        Ok(())
    }

    fn token(&mut self) -> Result<Token<'de>, Unreadable> {
        match self.peek().ok_or(Unreadable)? {
            b'"' => self.string(),
            b'{' => self.enter(Token::Object),
            b'[' => self.enter(Token::List),
            b'n' => self.word("null", Token::Null),
            b't' => self.word("true", Token::Flag(true)),
            b'f' => self.word("false", Token::Flag(false)),
            _ => self.number(),
        }
    }

    fn enter(&mut self, token: Token<'de>) -> Result<Token<'de>, Unreadable> {
        self.at += 1;
        self.depth += 1;
        if self.depth > DEPTH { Err(Unreadable) } else { Ok(token) }
    }

    fn word(&mut self, word: &str, token: Token<'de>) -> Result<Token<'de>, Unreadable> {
        if !self.text[self.at..].starts_with(word) {
            return Err(Unreadable);
        }
        self.at += word.len();
        Ok(token)
    }

    fn number(&mut self) -> Result<Token<'de>, Unreadable> {
        let rest = &self.text.as_bytes()[self.at..];
        let length = rest.iter().take_while(|b| matches!(b, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E'));
        let number = &self.text[self.at..self.at + length.count()];
        self.at += number.len();
        let digits = number.strip_prefix('-').unwrap_or(number);
        let whole = digits.bytes().take_while(u8::is_ascii_digit).count();
        if whole == 0 || whole > 1 && digits.starts_with('0') {
            return Err(Unreadable);
        }
        if whole == digits.len() {
            let natural = number.parse().map(Token::Natural);
            return Ok(natural.or(number.parse().map(Token::Negative)).unwrap_or(Token::Fraction));
        }
        if is_tail(&digits.as_bytes()[whole..]) { Ok(Token::Fraction) } else { Err(Unreadable) }
    }

    fn string(&mut self) -> Result<Token<'de>, Unreadable> {
        self.expect(b'"')?;
        let start = self.at;
        let mut text: Option<String> = None;
        loop {
            let run = self.at;
            let rest = &self.text.as_bytes()[run..];
            let length = rest.iter().position(|b| matches!(b, b'"' | b'\\' | 0..0x20)).ok_or(Unreadable)?;
            self.at += length;
            let run = &self.text[run..self.at];
            match (self.text.as_bytes()[self.at], &mut text) {
                (b'"', None) => {
                    self.at += 1;
                    return Ok(Token::Plain(&self.text[start..self.at - 1]));
                }
                (b'"', Some(_)) => {
                    self.at += 1;
                    let mut whole = text.unwrap_or_default();
                    whole.push_str(run);
                    return Ok(Token::Text(whole));
                }
                (b'\\', _) => {
                    self.at += 1;
                    let escaped = self.escape()?;
                    let text = text.get_or_insert_default();
                    text.push_str(run);
                    text.push(escaped);
                }
                _ => return Err(Unreadable),
            }
        }
    }

    fn escape(&mut self) -> Result<char, Unreadable> {
        let byte = *self.text.as_bytes().get(self.at).ok_or(Unreadable)?;
        self.at += 1;
        Ok(match byte {
            b'"' | b'\\' | b'/' => char::from(byte),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let first = self.unit()?;
                if !(0xd800..0xdc00).contains(&first) {
                    return char::from_u32(first).ok_or(Unreadable);
                }
                if !self.text[self.at..].starts_with("\\u") {
                    return Err(Unreadable);
                }
                self.at += 2;
                let second = self.unit()?;
                if !(0xdc00..0xe000).contains(&second) {
                    return Err(Unreadable);
                }
                char::from_u32(0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00)).ok_or(Unreadable)?
            }
            _ => return Err(Unreadable),
        })
    }

    /// Four hexadecimal digits.
    fn unit(&mut self) -> Result<u32, Unreadable> {
        let digits = self.text.get(self.at..self.at + 4).ok_or(Unreadable)?;
        self.at += 4;
        if digits.starts_with('+') {
            Err(Unreadable)
        } else {
            u32::from_str_radix(digits, 16).or(Err(Unreadable))
        }
    }

    /// Goes on to the next item, after a comma unless it is the first; `false` at the end.
    fn next(&mut self, is_first: &mut bool, end: u8) -> Result<bool, Unreadable> {
        if self.peek() == Some(end) {
            self.at += 1;
            self.depth -= 1;
            return Ok(false);
        }
        if !std::mem::take(is_first) {
            self.expect(b',')?;
        }
        Ok(true)
    }
}

/// A fraction, an exponent, or both.
fn is_tail(mut rest: &[u8]) -> bool {
    let digits = |rest: &[u8]| rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if let [b'.', after @ ..] = rest {
        let count = digits(after);
        rest = &after[count..];
        if count == 0 {
            return false;
        }
    }
    if let [b'e' | b'E', after @ ..] = rest {
        let after = if let [b'+' | b'-', after @ ..] = after { after } else { after };
        return digits(after) == after.len() && !after.is_empty();
    }
    rest.is_empty()
}

impl<'de> Deserializer<'de> for &mut Reader<'de> {
    type Error = Unreadable;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        match self.token()? {
            Token::Null => visitor.visit_unit(),
            Token::Flag(flag) => visitor.visit_bool(flag),
            Token::Natural(number) => visitor.visit_u64(number),
            Token::Negative(number) => visitor.visit_i64(number),
            Token::Fraction => visitor.visit_f64(f64::NAN),
            Token::Plain(text) => visitor.visit_borrowed_str(text),
            Token::Text(text) => visitor.visit_string(text),
            Token::List => visitor.visit_seq(Items(self, true)),
            Token::Object => visitor.visit_map(Items(self, true)),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        if self.peek() == Some(b'n') {
            self.token()?;
            return visitor.visit_none();
        }
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        visitor.visit_newtype_struct(self)
    }

    /// A structure is an object: lists of its fields are nobody's JSON here.
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        self.deserialize_map(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        match self.token()? {
            Token::Object => visitor.visit_map(Items(self, true)),
            _ => Err(Unreadable),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        if self.peek() == Some(b'"') {
            return match self.token()? {
                Token::Plain(variant) => visitor.visit_enum(variant.into_deserializer()),
                _ => Err(Unreadable),
            };
        }
        self.expect(b'{')?;
        let value = visitor.visit_enum(&mut *self)?;
        self.expect(b'}')?;
        Ok(value)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        seq tuple tuple_struct identifier ignored_any
    }
}

/// The items of a list or an object; whether the next is the first.
struct Items<'r, 'de>(&'r mut Reader<'de>, bool);

impl<'de> SeqAccess<'de> for Items<'_, 'de> {
    type Error = Unreadable;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Unreadable> {
        if self.0.next(&mut self.1, b']')? { seed.deserialize(&mut *self.0).map(Some) } else { Ok(None) }
    }
}

impl<'de> MapAccess<'de> for Items<'_, 'de> {
    type Error = Unreadable;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Unreadable> {
        if !self.0.next(&mut self.1, b'}')? {
            return Ok(None);
        }
        if self.0.peek() != Some(b'"') {
            return Err(Unreadable);
        }
        seed.deserialize(&mut *self.0).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Unreadable> {
        self.0.expect(b':')?;
        seed.deserialize(&mut *self.0)
    }
}

/// An object of one member: its name is the variant.
impl<'de> EnumAccess<'de> for &mut Reader<'de> {
    type Error = Unreadable;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Unreadable> {
        let variant = seed.deserialize(&mut *self)?;
        self.expect(b':')?;
        Ok((variant, self))
    }
}

impl<'de> VariantAccess<'de> for &mut Reader<'de> {
    type Error = Unreadable;

    fn unit_variant(self) -> Result<(), Unreadable> {
        Err(Unreadable)
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Unreadable> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Unreadable> {
        self.deserialize_any(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        self.deserialize_map(visitor)
    }
}
