//! An element of a page. Every element is of this one type: the compiler would write all that renders,
//! hydrates and updates a view anew for every shape of it, which was most of the page's weight.

use super::{
    follower::Follower,
    node::{Live, Node, NodeState, call},
};
use leptos::{
    attr::AttributeValue,
    ev::{EventDescriptor, FocusEvent, on},
    html,
    prelude::*,
    tachys::{
        html::node_ref::NodeRefContainer,
        hydration::Cursor,
        renderer::{CastFrom, RemoveEventHandler, Rndr, types},
        view::{Mountable, Position, PositionState},
    },
};
use std::{
    borrow::Cow,
    sync::{Arc, Mutex},
};

/// The text of an attribute that is there.
type Text = Option<Cow<'static, str>>;

/// The value of an attribute.
pub(super) enum Value {
    /// It stays.
    Fixed(Text),
    /// It follows signals.
    Live(Live<Text>),
}

/// An attribute that follows signals.
pub(super) fn live<T: Into<Value>>(mut follow: impl FnMut() -> T + Send + 'static) -> Value {
    Value::Live(Arc::new(Mutex::new(move || follow().into().now())))
}

impl Value {
    fn now(self) -> Text {
        match self {
            Self::Fixed(text) => text,
            Self::Live(live) => call(&live),
        }
    }
}

impl From<&'static str> for Value {
    fn from(text: &'static str) -> Self {
        Self::Fixed(Some(text.into()))
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Fixed(Some(text.into()))
    }
}

impl From<bool> for Value {
    fn from(is: bool) -> Self {
        Self::Fixed(is.then_some(Cow::Borrowed("")))
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Fixed(None), Into::into)
    }
}

/// What is done with the element once it is there; undone when what it gives is dropped.
type Hook = Box<dyn FnOnce(&types::Element) -> Option<RemoveEventHandler<types::Element>> + Send>;

/// An element.
pub(super) struct El {
    tag: &'static str,
    attrs: Vec<(&'static str, Value)>,
    hooks: Vec<Hook>,
    html: Option<Cow<'static, str>>,
    pub(super) children: Vec<Node>,
}

/// An element by its tag.
pub(super) fn el(tag: &'static str) -> El {
    El { tag, attrs: Vec::new(), hooks: Vec::new(), html: None, children: Vec::new() }
}

impl El {
    /// With a class.
    pub(super) fn class(self, class: impl Into<Value>) -> Self {
        self.attr("class", class)
    }

    /// With an attribute.
    pub(super) fn attr(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.attrs.push((name, value.into()));
        self
    }

    /// With a child after those that it has.
    pub(super) fn with(mut self, child: impl Into<Node>) -> Self {
        self.children.push(child.into());
        self
    }

    /// With markup in place of children; it is not escaped.
    pub(super) fn html(mut self, html: impl Into<Cow<'static, str>>) -> Self {
        self.html = Some(html.into());
        self
    }

    /// Hears an event.
    pub(super) fn on<E>(mut self, event: E, hear: impl FnMut(E::EventType) + 'static) -> Self
    where
        E: EventDescriptor + Send + 'static,
        E::EventType: From<types::Event> + 'static,
    {
        let on = on(event, Box::new(hear) as Box<dyn FnMut(E::EventType)>);
        self.hooks.push(Box::new(|el| Some(on.attach(el))));
        self
    }

    /// To be found by who holds `node_ref`.
    pub(super) fn node_ref<E>(mut self, node_ref: NodeRef<E>) -> Self
    where
        E: html::ElementType,
        NodeRef<E>: NodeRefContainer<E>,
    {
        self.hooks.push(Box::new(move |el| {
            node_ref.load(el);
            None
        }));
        self
    }

    fn is_void(&self) -> bool {
        matches!(self.tag, "input" | "br" | "hr" | "img" | "meta" | "link")
    }

    fn namespace(&self) -> Option<&'static str> {
        matches!(self.tag, "svg" | "use").then_some("http://www.w3.org/2000/svg")
    }

    /// Writes all that stands before the children.
    pub(super) fn open(&mut self, buf: &mut String) {
        buf.push('<');
        buf.push_str(self.tag);
        for (name, value) in self.attrs.drain(..) {
            if let Some(text) = value.now() {
                AttributeValue::to_html(text.as_ref(), name, buf);
            }
        }
        buf.push('>');
        buf.push_str(self.html.as_deref().unwrap_or_default());
    }

    /// Writes what stands after the children.
    pub(super) fn shut(&self, buf: &mut String) {
        if !self.is_void() {
            buf.push_str("</");
            buf.push_str(self.tag);
            buf.push('>');
        }
    }

    /// Makes the element.
    pub(super) fn build(self) -> ElState {
        let element = Rndr::create_element(self.tag, self.namespace());
        if let Some(html) = &self.html {
            Rndr::set_inner_html(&element, html);
        }
        self.settle(element, false, |element, children| {
            let states = children.into_iter().map(|child| {
                let mut state = child.build();
                state.mount(element, None);
                state
            });
            states.collect()
        })
    }

    /// Finds the element that the server has written.
    pub(super) fn hydrate(self, cursor: &Cursor, position: &PositionState) -> ElState {
        match position.get() {
            Position::FirstChild => cursor.child(),
            Position::Current => {}
            _ => cursor.sibling(),
        }
        let element = types::Element::cast_from(cursor.current())
            .expect("the server writes an element where the page has one");
        let state = self.settle(element, true, |_, children| {
            position.set(Position::FirstChild);
            children.into_iter().map(|child| child.hydrate::<true>(cursor, position)).collect()
        });
        cursor.set(AsRef::<types::Node>::as_ref(&state.el).clone());
        position.set(Position::NextChild);
        state
    }

    fn settle(
        self,
        element: types::Element,
        is_written: bool,
        fill: impl FnOnce(&types::Element, Vec<Node>) -> Vec<NodeState>,
    ) -> ElState {
        let attrs = self
            .attrs
            .into_iter()
            .map(|(name, value)| (name, show(&element, name, value, is_written)))
            .collect();
        let hooks = self.hooks.into_iter().filter_map(|hook| hook(&element)).collect();
        let children = fill(&element, self.children);
        ElState { tag: self.tag, el: element, attrs, hooks, children }
    }

    /// Is the element in the document of this shape?
    pub(super) fn fits(&self, state: &ElState) -> bool {
        self.tag == state.tag
            && self.children.len() == state.children.len()
            && self.attrs.iter().map(|(name, _)| name).eq(state.attrs.iter().map(|(name, _)| name))
    }

    /// Brings an element of this shape up to date.
    pub(super) fn rebuild(self, state: &mut ElState) {
        state.hooks.clear();
        state.hooks.extend(self.hooks.into_iter().filter_map(|hook| hook(&state.el)));
        for ((name, value), (_, shown)) in self.attrs.into_iter().zip(&mut state.attrs) {
            match (value, shown) {
                (Value::Fixed(new), Shown::Fixed(old)) if new == *old => {}
                (value, shown) => *shown = show(&state.el, name, value, false),
            }
        }
        self.children.into_iter().zip(&mut state.children).for_each(|(child, state)| child.rebuild(state));
    }
}

/// Does the focus that leaves a place in an element go to another place in it?
pub(super) fn stays(event: &FocusEvent) -> bool {
    // The framework calls any value of the browser's an event.
    let to = event.related_target().and_then(|to| types::Node::cast_from(types::Event::from(to)));
    let element = event.current_target().and_then(|it| types::Node::cast_from(types::Event::from(it)));
    to.is_some() && element.is_some_and(|element| element.contains(to.as_ref()))
}

/// Gives the focus to the element of this id, if it is there.
pub(super) fn focus(id: &str) {
    type HtmlElement = <html::Article as html::ElementType>::Output;
    if let Some(element) = document().get_element_by_id(id).and_then(HtmlElement::cast_from) {
        // It fails for an element that is gone already.
        drop(element.focus());
    }
}

/// An element in the document, and what keeps it up to date.
pub(super) struct ElState {
    tag: &'static str,
    pub(super) el: types::Element,
    attrs: Vec<(&'static str, Shown)>,
    hooks: Vec<RemoveEventHandler<types::Element>>,
    children: Vec<NodeState>,
}

/// An attribute in the document.
enum Shown {
    Fixed(Text),
    Live(#[expect(dead_code, reason = "it runs for as long as it is held")] Follower<Text>),
}

fn show(element: &types::Element, name: &'static str, value: Value, is_written: bool) -> Shown {
    match value {
        Value::Fixed(text) => {
            if !is_written {
                set(element, name, text.as_deref());
            }
            Shown::Fixed(text)
        }
        Value::Live(live) => {
            let element = element.clone();
            Shown::Live(Follower(RenderEffect::new(move |last: Option<Text>| {
                let text = call(&live);
                let is_shown = last.map_or(is_written, |last| last == text);
                if !is_shown {
                    set(&element, name, text.as_deref());
                }
                text
            })))
        }
    }
}

fn set(element: &types::Element, name: &str, text: Option<&str>) {
    match text {
        Some(text) => Rndr::set_attribute(element, name, text),
        None => Rndr::remove_attribute(element, name),
    }
}
