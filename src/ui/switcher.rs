//! The quick switcher: rooms of all one's spaces, people, and pages, by what is typed of them.

use super::{
    address::Address,
    app::expect_words,
    dialog::{close, open},
    element::{El, el, live},
    form::{Answer, Asker, Caller},
    icon::{face_of, icon, room_mark},
    keys::kbd,
    node::{Node, part},
    room_list::{badge, page},
};
use crate::{
    client::{Chat, Target, marked, matches, news},
    protocol::{Members, RoomState, SpaceAct, User, encode_segment, json::read},
};
use leptos::{
    ev::{self, Event, KeyboardEvent, MouseEvent},
    html,
    prelude::*,
    tachys::renderer::CastFrom,
};

/// What opens it, and what it holds.
#[derive(Clone, Copy)]
pub(super) struct Switcher {
    chat: Chat,
    address: Address,
    asker: Option<Asker>,
    caller: Option<Caller>,
    dialog: NodeRef<html::Dialog>,
    field: NodeRef<html::Input>,
    /// Counts what may bring other results; nothing is looked for before the first.
    asked: RwSignal<u32>,
    /// Which of the results is chosen.
    at: RwSignal<u32>,
    /// How many there are.
    count: StoredValue<u32>,
    /// Whom the server told of, and whether there are more.
    people: StoredValue<(Vec<User>, bool)>,
}

impl Switcher {
    /// For the space that is on screen.
    pub(super) fn new() -> Self {
        Self {
            chat: Chat::expect(),
            address: Address::expect(),
            asker: use_context(),
            caller: use_context(),
            dialog: NodeRef::new(),
            field: NodeRef::new(),
            asked: RwSignal::new(0),
            at: RwSignal::new(0),
            count: StoredValue::new(0),
            people: StoredValue::new((Vec::new(), false)),
        }
    }

    /// Makes a link to the rooms open the switcher instead, once the page is awake.
    pub(super) fn opens(self, link: El) -> El {
        link.attr("href", page("rooms")).attr("rel", "external").attr("aria-haspopup", "dialog").on(
            ev::click,
            move |event: MouseEvent| {
                open(&event, self.dialog);
                if let Some(field) = self.field.get_untracked() {
                    field.set_value("");
                }
                self.look();
                self.ask("");
            },
        )
    }

    fn typed(self) -> String {
        self.field.get_untracked().map(|field| field.value().trim().to_owned()).unwrap_or_default()
    }

    fn look(self) {
        self.at.set(0);
        self.asked.update(|asked| *asked += 1);
    }

    /// Asks the server whom there is beside those that are known.
    fn ask(self, typed: &str) {
        let chat = self.chat;
        let (Some(Asker(ask)), Some(space)) = (self.asker, untrack(|| chat.space())) else { return };
        if !untrack(|| chat.may_in_space(SpaceAct::ListPeople)) {
            return;
        }
        let address =
            format!("/api/people?space={}&q={}", encode_segment(&space.slug), encode_segment(typed));
        ask(
            &address,
            Box::new(move |answer| {
                let Some(found) = answer.ok().and_then(|json| read::<Members>(&json).ok()) else { return };
                let is_news = self.people.try_update_value(|(people, has_more)| {
                    *has_more |= found.next.is_some();
                    let held = people.len();
                    for member in found.members {
                        if people.iter().all(|held| held.id != member.user.id) {
                            people.push(member.user);
                        }
                    }
                    people.len() > held
                });
                if is_news == Some(true) {
                    self.asked.try_update(|asked| *asked += 1);
                }
            }),
        );
    }

    fn walk(self, event: &KeyboardEvent) {
        // A key that ends a syllable chooses nothing.
        if event.is_composing() || event.key_code() == 229 {
            return;
        }
        let (at, count) = (self.at.get_untracked(), self.count.get_value().max(1));
        let to = match event.key().as_str() {
            "ArrowDown" => (at + 1) % count,
            "ArrowUp" => (at + count - 1) % count,
            "Enter" => at,
            _ => return,
        };
        event.prevent_default();
        self.at.set(to);
        type HtmlElement = <html::Article as html::ElementType>::Output;
        let found = document().get_element_by_id(&option_id(to)).and_then(HtmlElement::cast_from);
        let Some(option) = found else { return };
        match event.key().as_str() {
            "Enter" => option.click(),
            _ => option.scroll_into_view_with_bool(to == 0),
        }
    }

    /// Opens the room of this person and oneself. Where that is refused, the page about the person says why.
    fn write_to(self, user: &User) {
        let (address, space) = (self.address, untrack(|| self.chat.space()));
        let (Some(Caller(call)), Some(space)) = (self.caller, space) else { return };
        let person = space.page(&format!("person/{}", user.id));
        let (slug, whom) = (space.slug.clone(), user.id.to_string());
        let done = move |answer: Answer| {
            let room = answer.ok().and_then(|json| read::<RoomState>(&json).ok());
            address.go(&room.map_or(person, |room| room.path(&space)));
        };
        call("/api/direct", &[("space", &slug), ("people", &whom)], Box::new(done));
    }
}

fn option_id(at: u32) -> String {
    format!("sw-{at}")
}

/// The button that opens the switcher.
pub(super) fn jump(switcher: Switcher) -> El {
    let keys = el("span").class("jump__keys").attr("aria-hidden", "true").with(kbd("Ctrl")).with(kbd("K"));
    let link = el("a").class("jump").attr("id", "jump").attr("aria-keyshortcuts", "Control+K Meta+K");
    switcher.opens(link).with(icon("search")).with(el("span").with(expect_words().way.find)).with(keys)
}

/// The switcher itself.
pub(super) fn switcher(switcher: Switcher) -> El {
    let words = expect_words().way;
    let active = live(move || (switcher.asked.get() > 0).then(|| option_id(switcher.at.get())));
    let typed = move |_: Event| {
        switcher.look();
        if switcher.people.with_value(|(_, has_more)| *has_more) {
            switcher.ask(&switcher.typed());
        }
    };
    let field = el("input")
        .attr("type", "text")
        .attr("role", "combobox")
        .attr("aria-expanded", "true")
        .attr("aria-autocomplete", "list")
        .attr("aria-controls", "sw-list")
        .attr("aria-activedescendant", active)
        .attr("aria-label", words.goal)
        .attr("placeholder", words.placeholder)
        .attr("autocomplete", "off")
        .attr("spellcheck", "false")
        .attr("enterkeyhint", "go")
        .attr("autofocus", true)
        .node_ref(switcher.field)
        .on(ev::input, typed)
        .on(ev::keydown, move |event: KeyboardEvent| switcher.walk(&event));
    let list = el("div")
        .attr("role", "listbox")
        .attr("id", "sw-list")
        .attr("aria-label", words.results)
        .on(ev::click, move |_| close(switcher.dialog))
        .with(part(move || (switcher.asked.get() > 0).then(|| results(switcher))));
    let key = |keys: Vec<El>, does: &'static str| el("span").with(keys).with(" ").with(does);
    let foot = el("div")
        .class("switcher__foot")
        .attr("aria-hidden", "true")
        .with(key(vec![kbd("↑"), kbd("↓")], words.choose))
        .with(key(vec![kbd("Enter")], words.open))
        .with(key(vec![kbd("Esc")], expect_words().close));
    el("dialog")
        .class("dialog switcher")
        .attr("id", "dlg-switcher")
        .attr("aria-label", words.switcher)
        .attr("closedby", "any")
        .node_ref(switcher.dialog)
        .on(ev::close, move |_| switcher.asked.set(0))
        .with(el("div").class("switcher__input").with(icon("search")).with(field))
        .with(el("div").class("switcher__list").with(list))
        .with(foot)
}

fn results(switcher: Switcher) -> Node {
    let chat = switcher.chat;
    let words = expect_words();
    let typed = switcher.typed();
    let goals = switcher.people.with_value(|(people, _)| chat.goals(&typed, people));
    let (mut rooms, mut people) = (Vec::new(), Vec::new());
    let mut at = 0;
    for goal in goals {
        let group = if goal.user.is_some() { &mut people } else { &mut rooms };
        group.push(way_to(switcher, at, &typed, goal));
        at += 1;
    }
    let is_lost = at == 0 && !typed.is_empty();
    let mut acts = Vec::new();
    for (text, picture, path) in pages(chat) {
        if matches(&typed, text).is_some() {
            let link = option(switcher, at).attr("href", path).attr("rel", "external");
            acts.push(link.with(icon(picture)).with(name(&typed, text)));
            at += 1;
        }
    }
    switcher.count.set_value(at);
    let none = is_lost.then(|| el("p").class("switcher__none").with((words.way.none)(&typed)));
    [none.into(), group(words.rooms, rooms), group(words.way.people, people), group(words.way.acts, acts)]
        .into()
}

fn group(title: &'static str, options: Vec<El>) -> Node {
    if options.is_empty() {
        return Node::Nothing;
    }
    let head = el("div").class("switcher__group").attr("aria-hidden", "true").with(title);
    el("div").attr("role", "group").attr("aria-label", title).with(head).with(options).into()
}

fn option(switcher: Switcher, at: u32) -> El {
    el("a")
        .class("switcher__item")
        .attr("id", option_id(at))
        .attr("role", "option")
        .attr("tabindex", "-1")
        .attr("aria-selected", live(move || if switcher.at.get() == at { "true" } else { "false" }))
}

/// A room or a person.
fn way_to(switcher: Switcher, at: u32, typed: &str, goal: Target) -> El {
    let words = expect_words();
    let mark = match (&goal.user, &goal.room) {
        (Some(user), _) => face_of(user, "avatar--sm").into(),
        (_, room) => Node::from(room.as_ref().map(room_mark)),
    };
    let is_elsewhere = !goal.elsewhere.is_empty();
    let is_made = !goal.path.is_empty();
    let news = goal.room.as_ref().and_then(|room| badge(words, news(room)));
    let way = option(switcher, at)
        .attr("href", is_made.then_some(goal.path.clone()))
        .with(mark)
        .with(name(typed, &goal.name()))
        .with(is_elsewhere.then(|| el("small").with(goal.elsewhere.clone())))
        .with(news);
    match goal.user {
        Some(user) if !is_made => way.on(ev::click, move |_| switcher.write_to(&user)),
        _ => way,
    }
}

/// A name, and in it what was typed.
fn name(typed: &str, name: &str) -> El {
    let [before, met, after] = marked(typed, name);
    let met = (!met.is_empty()).then(|| el("mark").with(met));
    el("span").class("switcher__name").with(before).with(met).with(after)
}

/// Pages that one may want to go to, too.
fn pages(chat: Chat) -> Vec<(&'static str, &'static str, String)> {
    let words = expect_words();
    let Some(space) = chat.space() else { return Vec::new() };
    let all = [
        (words.browse, "compass", "rooms", None),
        (words.create_room, "plus", "rooms#create", Some(SpaceAct::CreateRoom)),
        (words.start_direct, "user", "direct", Some(SpaceAct::StartDirect)),
        (words.space_people, "users", "people", Some(SpaceAct::ListPeople)),
        (words.invites, "link", "invites", Some(SpaceAct::Invite)),
    ];
    let may = |act: &Option<SpaceAct>| act.is_none_or(|act| chat.may_in_space(act));
    let pages = all.into_iter().filter(|(_, _, _, act)| may(act));
    let mut pages: Vec<_> = pages.map(|(text, picture, name, _)| (text, picture, space.page(name))).collect();
    pages.push((words.settings, "sliders", "/settings".to_owned()));
    pages
}
