//! What stands on a page: nothing, a text, an element, several of them, or what follows signals.

use super::{
    element::{El, ElState},
    follower::{Follower, Met},
};
use leptos::{
    attr::{Attribute, any_attribute::AnyAttribute},
    prelude::*,
    tachys::{
        hydration::Cursor,
        renderer::types::{Element, Node as DomNode},
        view::{Mountable, Position, PositionState},
    },
};
use std::sync::{Arc, Mutex, PoisonError};

/// Something that follows signals.
pub(super) type Live<T> = Arc<Mutex<dyn FnMut() -> T + Send>>;

/// What it says now.
pub(super) fn call<T>(live: &Live<T>) -> T {
    live.lock().unwrap_or_else(PoisonError::into_inner)()
}

/// What stands on a page. All views are of this one type, for the reason that [`El`] gives.
pub(super) enum Node {
    /// Nothing, in its place.
    Nothing,
    /// A text.
    Text(String),
    /// An element.
    El(Box<El>),
    /// Several, never none.
    Many(Vec<Node>),
    /// What follows signals.
    Live(Live<Node>),
    /// A view of the framework's, with who follows signals in it.
    View(AnyView, Met),
}

/// A view that follows signals.
pub(super) fn part<V: Into<Node>>(mut follow: impl FnMut() -> V + Send + 'static) -> Node {
    Node::Live(Arc::new(Mutex::new(move || follow().into())))
}

impl From<()> for Node {
    fn from((): ()) -> Self {
        Self::Nothing
    }
}

impl From<&'static str> for Node {
    fn from(text: &'static str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Node {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<El> for Node {
    fn from(el: El) -> Self {
        Self::El(Box::new(el))
    }
}

impl<T: Into<Self>> From<Option<T>> for Node {
    fn from(node: Option<T>) -> Self {
        node.map_or(Self::Nothing, Into::into)
    }
}

impl<T: Into<Self>> From<Vec<T>> for Node {
    fn from(nodes: Vec<T>) -> Self {
        if nodes.is_empty() { Self::Nothing } else { Self::Many(nodes.into_iter().map(Into::into).collect()) }
    }
}

impl<const N: usize> From<[Self; N]> for Node {
    fn from(nodes: [Self; N]) -> Self {
        Vec::from(nodes).into()
    }
}

/// A node in the document, and what keeps it up to date.
pub(super) enum NodeState {
    Nothing(<() as Render>::State),
    Text(<String as Render>::State),
    El(Box<ElState>),
    Many(Vec<NodeState>),
    Live(Follower<NodeState>),
    View(ViewState),
}

/// A view of the framework's in the document.
pub(super) struct ViewState {
    state: <AnyView as Render>::State,
    met: Met,
}

impl Drop for ViewState {
    fn drop(&mut self) {
        self.met.leave();
    }
}

/// Shows what follows signals; `first` makes or finds what it shows at first.
fn follow(live: Live<Node>, first: impl Fn(Node) -> NodeState + 'static) -> NodeState {
    NodeState::Live(Follower(RenderEffect::new(move |shown: Option<NodeState>| {
        let node = call(&live);
        match shown {
            Some(mut state) => {
                node.rebuild(&mut state);
                state
            }
            None => first(node),
        }
    })))
}

impl Render for Node {
    type State = NodeState;

    fn build(self) -> NodeState {
        match self {
            Self::Nothing => NodeState::Nothing(Render::build(())),
            Self::Text(text) => NodeState::Text(text.build()),
            Self::El(el) => NodeState::El(Box::new(el.build())),
            Self::Many(nodes) => NodeState::Many(nodes.into_iter().map(Render::build).collect()),
            Self::Live(live) => follow(live, Render::build),
            Self::View(view, met) => NodeState::View(ViewState { state: view.build(), met }),
        }
    }

    fn rebuild(self, state: &mut NodeState) {
        match (self, state) {
            (Self::Nothing, NodeState::Nothing(_)) => {}
            (Self::Text(text), NodeState::Text(state)) => text.rebuild(state),
            (Self::El(el), NodeState::El(state)) if el.fits(state) => el.rebuild(state),
            (Self::Many(nodes), NodeState::Many(states)) if nodes.len() == states.len() => {
                nodes.into_iter().zip(states).for_each(|(node, state)| node.rebuild(state));
            }
            (node, state) => {
                let mut new = node.build();
                state.insert_before_this(&mut new);
                state.unmount();
                *state = new;
            }
        }
    }
}

impl RenderHtml for Node {
    type AsyncOutput = Self;
    type Owned = Self;

    const MIN_LENGTH: usize = 0;

    /// All that is shown is known beforehand.
    fn dry_resolve(&mut self) {}

    async fn resolve(self) -> Self {
        self
    }

    fn to_html_with_buf(
        self,
        buf: &mut String,
        position: &mut Position,
        escape: bool,
        mark: bool,
        extra: Vec<AnyAttribute>,
    ) {
        match self {
            Self::Nothing => ().to_html_with_buf(buf, position, escape, mark, extra),
            Self::Text(text) => text.to_html_with_buf(buf, position, escape, mark, extra),
            Self::El(mut el) => {
                el.open(buf);
                *position = Position::FirstChild;
                for node in std::mem::take(&mut el.children) {
                    node.to_html_with_buf(buf, position, true, mark, Vec::new());
                }
                el.shut(buf);
                *position = Position::NextChild;
            }
            Self::Many(nodes) => {
                for node in nodes {
                    node.to_html_with_buf(buf, position, escape, mark, Vec::new());
                }
            }
            Self::Live(live) => call(&live).to_html_with_buf(buf, position, escape, mark, extra),
            Self::View(view, _) => view.to_html_with_buf(buf, position, escape, mark, extra),
        }
    }

    fn hydrate<const FROM_SERVER: bool>(self, cursor: &Cursor, position: &PositionState) -> NodeState {
        match self {
            Self::Nothing => NodeState::Nothing(RenderHtml::hydrate::<true>((), cursor, position)),
            Self::Text(text) => NodeState::Text(text.hydrate::<true>(cursor, position)),
            Self::El(el) => NodeState::El(Box::new(el.hydrate(cursor, position))),
            Self::Many(nodes) => NodeState::Many(
                nodes.into_iter().map(|node| node.hydrate::<true>(cursor, position)).collect(),
            ),
            Self::Live(live) => {
                let (cursor, position) = (cursor.clone(), position.clone());
                follow(live, move |node| node.hydrate::<true>(&cursor, &position))
            }
            Self::View(view, met) => {
                NodeState::View(ViewState { state: view.hydrate::<true>(cursor, position), met })
            }
        }
    }

    fn into_owned(self) -> Self {
        self
    }
}

impl leptos::tachys::view::add_attr::AddAnyAttr for Node {
    type Output<SomeNewAttr: Attribute> = Self;

    /// Nobody spreads attributes over what is not written as an element.
    fn add_any_attr<NewAttr: Attribute>(self, _: NewAttr) -> Self {
        self
    }
}

impl Mountable for NodeState {
    fn unmount(&mut self) {
        match self {
            Self::Nothing(state) => state.unmount(),
            Self::Text(state) => state.unmount(),
            Self::El(state) => state.el.unmount(),
            Self::Many(states) => states.iter_mut().for_each(Self::unmount),
            Self::Live(state) => state.0.unmount(),
            Self::View(state) => state.state.unmount(),
        }
    }

    fn mount(&mut self, parent: &Element, marker: Option<&DomNode>) {
        match self {
            Self::Nothing(state) => state.mount(parent, marker),
            Self::Text(state) => state.mount(parent, marker),
            Self::El(state) => state.el.mount(parent, marker),
            Self::Many(states) => states.iter_mut().for_each(|state| state.mount(parent, marker)),
            Self::Live(state) => state.0.mount(parent, marker),
            Self::View(state) => state.state.mount(parent, marker),
        }
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        match self {
            Self::Nothing(state) => state.insert_before_this(child),
            Self::Text(state) => state.insert_before_this(child),
            Self::El(state) => state.el.insert_before_this(child),
            Self::Many(states) => states.iter().any(|state| state.insert_before_this(child)),
            Self::Live(state) => state.0.insert_before_this(child),
            Self::View(state) => state.state.insert_before_this(child),
        }
    }

    fn elements(&self) -> Vec<Element> {
        match self {
            Self::El(state) => vec![state.el.clone()],
            Self::Many(states) => states.iter().flat_map(Self::elements).collect(),
            Self::Live(state) => state.0.elements(),
            Self::View(state) => state.state.elements(),
            Self::Nothing(_) | Self::Text(_) => Vec::new(),
        }
    }
}
