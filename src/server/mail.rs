//! Letters: what the server sends by e-mail, when it was told how.

use super::settings::Smtp;
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor, message::Mailbox,
    message::header::ContentType,
};
use std::time::Duration;
use tokio::time::{sleep, timeout};

/// How long sending one may take.
const WITHIN: Duration = Duration::from_secs(30);
/// How long to wait before each further try.
const PAUSES: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(10)];

/// A letter to one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// The address.
    pub to: String,
    /// What it is about.
    pub subject: String,
    /// What it says.
    pub text: String,
}

/// The way to a mail server.
pub struct Mailer {
    server: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl Mailer {
    /// The way that the settings tell.
    pub fn new(smtp: &Smtp) -> Self {
        let server =
            AsyncSmtpTransport::<Tokio1Executor>::from_url(&smtp.url).map(|way| way.timeout(Some(WITHIN)));
        Self {
            server: server.expect("the settings were read").build(),
            from: smtp.from.parse().expect("the settings were read"),
        }
    }

    /// Sends a letter, or gives it up after some tries.
    pub async fn send(&self, letter: Letter) {
        match compose(&self.from, letter) {
            Some(message) => deliver(&self.server, &message).await,
            None => tracing::warn!("a letter could not be written"),
        }
    }
}

/// Is this the address of a mail server? Without encryption no password may travel, but within the machine.
pub fn is_server(url: &str) -> bool {
    let Some((scheme, rest)) = url.split_once("://") else { return false };
    let host = rest.rsplit('@').next().unwrap_or_default();
    let is_near = ["localhost", "127.0.0.1", "[::1]"].iter().any(|near| host.starts_with(near));
    let is_open = scheme == "smtp" && !rest.contains("tls=required") && rest.contains('@') && !is_near;
    !is_open && AsyncSmtpTransport::<Tokio1Executor>::from_url(url).is_ok()
}

/// Is this what a letter can come from: an address, with a name before it or not?
pub fn is_sender(text: &str) -> bool {
    text.parse::<Mailbox>().is_ok()
}

/// Is this an address that letters can be sent to?
pub fn is_address(text: &str) -> bool {
    text.len() <= 254 && text.parse::<lettre::Address>().is_ok()
}

fn compose(from: &Mailbox, letter: Letter) -> Option<Message> {
    let to = Mailbox::new(None, letter.to.parse().ok()?);
    let message = Message::builder().from(from.clone()).to(to).subject(letter.subject);
    message.header(ContentType::TEXT_PLAIN).body(letter.text).ok()
}

async fn deliver(server: &AsyncSmtpTransport<Tokio1Executor>, message: &Message) {
    for pause in PAUSES.into_iter().map(Some).chain([None]) {
        // The answer of a mail server may name whom the letter is for, so the log says only how it went.
        let lasting = match timeout(WITHIN, server.send(message.clone())).await {
            Ok(Ok(_)) => return tracing::info!("a letter was sent"),
            Ok(Err(error)) => error.is_permanent(),
            Err(_) => false,
        };
        match pause.filter(|_| !lasting) {
            Some(pause) => {
                tracing::warn!("the mail server did not take a letter, it is tried again");
                sleep(pause).await;
            }
            None => return tracing::error!("a letter was not sent"),
        }
    }
}

/// The letter that leads to a new password.
pub fn recovery(to: String, lang: &str, name: &str, link: &str) -> Letter {
    let (subject, text) = if lang == "ko" {
        (
            "비밀번호를 다시 정하는 링크",
            format!(
                "{name} 님, 아래 링크를 열면 새 비밀번호를 정할 수 있어요.\n\n{link}\n\n\
                 링크는 한 시간 동안 한 번만 쓸 수 있어요. 부탁한 적이 없다면 그냥 두세요. 아무것도 바뀌지 않아요.\n"
            ),
        )
    } else {
        (
            "A link to choose a new password",
            format!(
                "{name}, open this link to choose a new password.\n\n{link}\n\n\
                 It works once, within an hour. If you did not ask for it, leave it: nothing changes.\n"
            ),
        )
    };
    Letter { to, subject: subject.to_owned(), text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_one_and_nothing_more() {
        for good in ["ann@example.org", "a.b+c@x-y.kr", "하은@example.org"] {
            assert!(is_address(good), "{good}");
        }
        for bad in ["", "ann", "@x", "a@", "a@b c", "a@b\r\nBcc: c@d", "a@b, c@d", "Ann <a@b>"] {
            assert!(!is_address(bad), "{bad}");
        }
    }

    #[test]
    fn a_password_travels_only_encrypted() {
        for good in [
            "smtps://a:b@mail.example.org",
            "smtp://a:b@mail.example.org:587?tls=required",
            "smtp://127.0.0.1:25",
            "smtp://a:b@localhost",
            "smtp://mail.example.org",
        ] {
            assert!(is_server(good), "{good}");
        }
        for bad in ["", "mail.example.org", "http://mail.example.org", "smtp://a:b@mail.example.org"] {
            assert!(!is_server(bad), "{bad}");
        }
        assert!(is_sender("maru@example.org") && is_sender("마루 <maru@example.org>") && !is_sender("maru"));
    }

    #[test]
    fn a_letter_cannot_carry_headers_of_its_own() {
        let letter = recovery("ann@example.org".to_owned(), "ko", "하은\r\nBcc: x@y.z", "https://a/b");
        let from = "Maru <maru@example.org>".parse().expect("a sender");
        let message = compose(&from, letter).expect("a message");
        let text = String::from_utf8(message.formatted()).expect("text");
        let (head, _) = text.split_once("\r\n\r\n").expect("a head");
        assert!(!head.contains("Bcc"), "{head}");
    }
}
