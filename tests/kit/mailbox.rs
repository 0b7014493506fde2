//! A mail server, as small as one can be: it takes every letter (RFC 5321) and shows it to the test.

use super::soon;
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    sync::mpsc::{self, Receiver, Sender},
};

/// A letter as it arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posted {
    /// Whom it was handed over for.
    pub to: Vec<String>,
    /// Its head and text.
    pub text: String,
}

/// A mail server that runs as long as this is held.
pub struct Mailbox {
    /// Its address, as the settings take it.
    pub url: String,
    letters: Receiver<Posted>,
}

impl Mailbox {
    /// Listens at a port of its own.
    pub async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("smtp://{}", listener.local_addr().expect("an address"));
        let (posted, letters) = mpsc::channel(100);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(take(stream, posted.clone()));
            }
        });
        Self { url, letters }
    }

    /// The next letter.
    pub async fn next(&mut self) -> Posted {
        soon("a letter", self.letters.recv()).await.expect("it is held")
    }
}

async fn take(stream: TcpStream, posted: Sender<Posted>) -> Option<()> {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    let (mut to, mut text) = (Vec::new(), String::new());
    write.write_all(b"220 mail.example ESMTP\r\n").await.ok()?;
    while let Some(line) = lines.next_line().await.ok()? {
        let answer = match line.to_uppercase().as_str() {
            ehlo if ehlo.starts_with("EHLO") => "250 mail.example",
            rcpt if rcpt.starts_with("RCPT TO:") => {
                let address = line.split_once('<')?.1.split_once('>')?.0;
                to.push(address.to_owned());
                "250 taken"
            }
            "DATA" => {
                write.write_all(b"354 go on\r\n").await.ok()?;
                while let Some(line) = lines.next_line().await.ok()?.filter(|line| line != ".") {
                    text.push_str(&line);
                    text.push('\n');
                }
                // Long lines are folded (RFC 2045, 6.7).
                let text = std::mem::take(&mut text).replace("=\n", "");
                let letter = Posted { to: std::mem::take(&mut to), text };
                posted.send(letter).await.ok()?;
                "250 taken"
            }
            "QUIT" => "221 bye",
            _ => "250 well",
        };
        write.write_all(format!("{answer}\r\n").as_bytes()).await.ok()?;
    }
    Some(())
}
