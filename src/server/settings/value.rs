//! What a setting may hold. Each reader's error completes the sentence "expected …".

use crate::protocol::{check_name, check_room_name};
use std::{net::IpAddr, path::PathBuf};
use tracing_subscriber::EnvFilter;

type Read<T> = Result<T, &'static str>;

/// `HOST:PORT`.
pub(super) struct Listen(pub String);

impl Listen {
    pub fn read(text: &str) -> Read<Self> {
        let is_host = |host: &str| !host.is_empty() && (host.starts_with('[') || !host.contains(':'));
        match text.rsplit_once(':') {
            Some((host, port)) if is_host(host) && port.parse::<u16>().is_ok() => Ok(Self(text.to_owned())),
            _ => Err("HOST:PORT"),
        }
    }
}

/// An origin: scheme, host and port, as browsers write it.
pub(super) struct BaseUrl(pub String);

impl BaseUrl {
    pub fn read(text: &str) -> Read<Self> {
        let expected = "http://HOST or https://HOST, with a port when it is not the usual one, and no path";
        let text = text.strip_suffix('/').unwrap_or(text).to_ascii_lowercase();
        let host = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://")).ok_or(expected)?;
        let is_usual = (text.starts_with("http://") && host.ends_with(":80"))
            || (text.starts_with("https://") && host.ends_with(":443"));
        let is_host = host.parse::<http::uri::Authority>().is_ok() && !host.contains('@');
        if is_host && !is_usual { Ok(Self(text)) } else { Err(expected) }
    }
}

pub(super) fn origins(text: &str) -> Read<Vec<String>> {
    let origins = text.split(',').map(str::trim).filter(|origin| !origin.is_empty());
    let origins: Option<Vec<_>> = origins.map(|origin| BaseUrl::read(origin).ok().map(|url| url.0)).collect();
    origins.ok_or("origins such as https://chat.example.org, separated by commas")
}

pub(super) fn addresses(text: &str) -> Read<Vec<IpAddr>> {
    let addresses = text.split(',').map(str::trim).filter(|address| !address.is_empty());
    let addresses: Result<Vec<_>, _> = addresses.map(str::parse).collect();
    addresses.map_err(|_| "IP addresses, separated by commas")
}

pub(super) fn folder(text: &str) -> Read<PathBuf> {
    self::text(text).map(PathBuf::from).map_err(|_| "a folder")
}

pub(super) fn text(text: &str) -> Read<String> {
    if text.trim().is_empty() { Err("a text that is not empty") } else { Ok(text.to_owned()) }
}

pub(super) fn log(text: &str) -> Read<String> {
    let expected = "error, warn, info, debug, trace or a filter such as \"info,maru::server=debug\"";
    EnvFilter::try_new(text).map(|_| text.to_owned()).map_err(|_| expected)
}

pub(super) fn name(text: &str) -> Read<String> {
    check_name(text).map_err(|_| "a name of 1 to 32 characters")
}

pub(super) fn room_name(text: &str) -> Read<String> {
    check_room_name(text).map_err(|_| "a name of 1 to 40 characters")
}

pub(super) fn switch(text: &str) -> Read<bool> {
    match text {
        "on" | "true" => Ok(true),
        "off" | "false" => Ok(false),
        _ => Err("on or off"),
    }
}

pub(super) fn count(text: &str) -> Read<u32> {
    text.parse().ok().filter(|number| *number > 0).ok_or("a whole number from 1 on")
}
