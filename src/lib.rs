//! Maru (마루): a self-hosted real-time chat. Rooms in spaces, history and people in one program,
//! rendered by the server, woken by WASM, live over WebSockets.
//!
//! # The path of a message
//!
//! ```text
//! ui/composer               Enter                       → chat.send(room, text)
//! client/chat.rs            makes a Draft with a Nonce  → outbox.push
//! client/outbox.rs          keeps it until settled; the timeline shows it as pending
//! browser/keeper.rs         writes it down: it outlives the tab, and is sent by whichever tab comes next
//! browser/connection.rs     takes it in order           → ClientFrame::Send          ──── wire ───►
//! server/connection         decodes, checks limits      → hub.begin_send(who, draft)
//! server/hub/writer.rs      the only writer: what queued while the last commit ran is the next batch
//! server/store/messages.rs  known nonce? member? next seq, insert: one transaction, on disk
//! server/hub/writer.rs      answers the ack, then       → room.publish(event)
//! server/hub/room.rs        encodes once, into the ring → wakes every connection
//! server/connection         pulls from the ring at its own speed ◄──── wire ──── ServerFrame::Events
//! browser/connection.rs                                 → chat.receive(frames), all that wait
//! client/receive.rs                                     → timeline.apply(batch); own nonce → outbox.settle
//! ui/message_list.rs        shows it
//! ```
//!
//! Of a long room a part is held, around the reader: `browser/sight.rs` says which pages are seen, `client/stand.rs`
//! lets go of what is far from them, `client/jumps.rs` goes to any other place in the log; where a day begins in it,
//! `server/days.rs` finds (`ui/day_dialog.rs` asks).
//!
//! An edit, a deletion and a reaction go the same way: `ui/message_actions.rs` and `ui/message_editor.rs` call
//! `client/acts.rs`, and `client/amended.rs` folds the events about a message into its row. What is answered comes from
//! `client/quotes.rs`; a deletion of one's own waits in the outbox for second thoughts (`client/undo.rs`).
//!
//! What is still being written is kept by `client/texts.rs`: in the browser at once, and after a pause by the server
//! (`server/hub/unsent.rs`, `server/store/unsent.rs`), which tells the person's other devices. The newest counts.
//! Hints go beside that path: `server/hub/{presence,manners,typing,seen}.rs` hold the latest of each,
//! `server/connection/present.rs` tells it after everything else, and `client/company.rs` forgets it.
//!
//! What a text means is read in `protocol/markup/`, into a tree that `ui/prose.rs` shows as nodes; `server/colour/` says
//! how code in it is coloured.
//!
//! Who may do what is decided in `protocol/permit.rs` alone; the store asks it in the transaction of each change.
//!
//! What is not the conversation is a plain page: `server/plain` asks the store, `ui/plain` renders, and links and
//! forms do the rest, without WASM. The page's program knows none of it.
//!
//! The keys of the page press what stands there for everybody, buttons and links (`browser/keys.rs`); what the quick
//! switcher finds is decided in `client/switch.rs`.
//!
//! Each line calls the next; nothing calls back up. The sender learns of its own message by the same
//! event as everyone, so there is one code path for display. The plain form of a page without WASM
//! enters at the hub too (`server/forms.rs`). Which way the frames take, a socket or plain requests, is decided in
//! `client/ladder.rs`, and nothing else of the page depends on it.
//!
//! Where the address leads is read in `ui/address.rs`, by both sides; `browser/address.rs` follows links within
//! the page. `ui/document.rs` is the document around every page. What the server says of the place, with the page
//! and whenever it leads elsewhere, comes by `ui/told.rs`. The files that a page asks for lie in the program
//! (`build.rs` takes them in, `server/carried.rs` hands them out), or in a folder (`server/assets.rs`).
//!
//! # Zones
//!
//! ```text
//!         ui ──► client ──► protocol ◄── server        api is the one bridge: signatures for both,
//!          └───► api ─────► protocol                   bodies are one line into server
//!  browser ──► ui, client, protocol                    server ──► ui (to render), api, protocol
//! ```
//!
//! `protocol`, `api`, `client` and `ui` compile for the page and the server; `browser` for the page
//! alone, `server` for the server alone. `tests/architecture.rs` holds these lines.
//!
//! # Words
//!
//! | word | means |
//! |---|---|
//! | **space** | a community: has rooms and members |
//! | **room** | where messages are said; the unit of order, access and fan-out |
//! | **user / member** | an account / that account in a space or room, with a **role** |
//! | **guest** | who came in with a name alone |
//! | **door / entry** | the role of who comes in by a name alone / whether a space takes in everybody, the invited or nobody |
//! | **invite** | a link that brings people into a space or one of its rooms |
//! | **direct** | a room of two, or a few; one for each set of people |
//! | **face** | somebody's picture, by its number |
//! | **audit** | what was done to keep order, and by whom |
//! | **draft** | text on its way; carries a **nonce**, made by the page, so that sending twice is harmless |
//! | **message** | what was said; born when its event got a seq |
//! | **event** | a change in a room that all members must see: durable, numbered by **seq** without gaps |
//! | **hint** | a change that may be lost: who is here, who writes |
//! | **presence** | how somebody can be reached: on, away, not to be disturbed, off |
//! | **manner** | what somebody says of how they are, and what of it they hide |
//! | **company** | what the page knows of the people around |
//! | **looker** | a connection that is told how the people in a room are |
//! | **frame / call** | one unit on the socket / one request over HTTP (a server function) |
//! | **failure / error** | a refusal in shared words / the server's own account of what broke |
//! | **session / connection / link** | a sign-in / the server's end of a socket / the page's view of it |
//! | **hub** | the live rooms of this process: order and fan-out |
//! | **store / engine** | what is kept / SQLite or PostgreSQL |
//! | **outbox** | drafts not yet confirmed. **settle** = confirmed, **refuse** = failed |
//! | **timeline** | a room's messages by seq, then the pending. **hole** = seqs known to be missing |
//! | **amend** | to edit, delete or react: an event about an earlier message |
//! | **answer / quote** | a message that says which one it answers / what is shown of that one above it |
//! | **prose / block / inline** | a text as it is shown: a tree of blocks, which hold inlines |
//! | **marker** | how far (seq) a person has read a room; what others said after it is **unread** |
//! | **unsent** | a text that is still being written in a room, on whichever device |
//! | **suggestion / choice** | what may be meant by the word that is being typed / one of them |
//! | **command** | a line that begins with `/` and does something |
//! | **stand** | where the reader is in a timeline: what is far from it is let go, and brought again |
//! | **sight** | what the reader sees of the room on screen; its **goal** is where the reader wants to be |
//! | **cursor** | how far a client holds a room's log |

#![recursion_limit = "256"]

/// Built for the fault checker (`tests/faults`), with a server that can be asked to break. No release is.
pub const FAULTS: bool = cfg!(feature = "faults");

/// Built for the page: what only the server does there is left out.
const IS_PAGE: bool = cfg!(target_arch = "wasm32");

pub mod api;
pub mod client;
pub mod protocol;
pub mod ui;

#[cfg(feature = "hydrate")]
mod browser;
#[cfg(feature = "ssr")]
pub mod server;
