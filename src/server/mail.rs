//! Letters: what the server sends by e-mail, when it was told how. They wait in a queue of their own, so
//! that whoever asked for one learns nothing from how long it takes.

use super::settings::Smtp;
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor, message::Mailbox, message::header::ContentType,
};
use std::time::Duration;
use tokio::{
    sync::mpsc::{self, Receiver, Sender},
    time::{sleep, timeout},
};

/// How many letters may wait.
const QUEUE: usize = 256;
/// How long sending one may take.
const WITHIN: Duration = Duration::from_secs(30);
/// How long to wait before each further try.
const PAUSES: [Duration; 3] = [Duration::from_secs(1), Duration::from_secs(10), Duration::from_secs(60)];

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

/// Where letters are posted; clones share it.
#[derive(Debug, Clone)]
pub struct Post(Option<Sender<Letter>>);

impl Post {
    /// One that sends by this server, or none at all. To be called inside tokio's runtime.
    pub fn open(smtp: Option<&Smtp>) -> Self {
        let Some(smtp) = smtp else { return Self(None) };
        let (queue, letters) = mpsc::channel(QUEUE);
        tokio::spawn(carry(smtp.clone(), letters));
        Self(Some(queue))
    }

    /// Will letters be sent?
    pub fn is_open(&self) -> bool {
        self.0.is_some()
    }

    /// Puts a letter into the queue, or drops it when that is full: who waits for one asks again.
    pub fn send(&self, letter: Letter) {
        if self.0.as_ref().is_some_and(|queue| queue.try_send(letter).is_err()) {
            tracing::warn!("too many letters wait, one was dropped");
        }
    }
}

/// Is this an address that letters can be sent to?
pub fn is_address(text: &str) -> bool {
    text.len() <= 254 && text.parse::<lettre::Address>().is_ok()
}

/// Sends letters one after the other, until nobody is left who posts any.
async fn carry(smtp: Smtp, mut letters: Receiver<Letter>) {
    let server = match AsyncSmtpTransport::<Tokio1Executor>::from_url(&smtp.url) {
        Ok(builder) => builder.timeout(Some(WITHIN)).build(),
        Err(_) => return tracing::error!("letters cannot be sent: MARU_SMTP is no address of a mail server"),
    };
    while let Some(letter) = letters.recv().await {
        match compose(&smtp.from, letter) {
            Some(message) => deliver(&server, &message).await,
            None => tracing::warn!("a letter could not be written"),
        }
    }
}

fn compose(from: &str, letter: Letter) -> Option<Message> {
    let from: Mailbox = from.parse().ok()?;
    let to = Mailbox::new(None, letter.to.parse().ok()?);
    let message = Message::builder().from(from).to(to).subject(letter.subject);
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
    fn a_letter_cannot_carry_headers_of_its_own() {
        let letter = recovery("ann@example.org".to_owned(), "ko", "하은\r\nBcc: x@y.z", "https://a/b");
        let message = compose("Maru <maru@example.org>", letter).expect("a message");
        let text = String::from_utf8(message.formatted()).expect("text");
        let (head, _) = text.split_once("\r\n\r\n").expect("a head");
        assert!(!head.contains("Bcc"), "{head}");
        assert!(compose("nobody", recovery("a@b.c".to_owned(), "en", "a", "b")).is_none());
    }
}
