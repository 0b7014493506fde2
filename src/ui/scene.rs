//! Pictures: the view from the hall, and what stands on a page with nothing on it.

use super::{
    element::{El, el},
    node::Node,
};

/// The view from the hall, drawn once and coloured by `style/scene.css`. No word of a person is in it.
const SCENE: &str = include_str!("scene.svg");

const HOUSE: &str = concat!(
    r#"<ellipse class="a1" cx="100" cy="112" rx="96" ry="16"></ellipse>"#,
    r#"<path class="a2" d="M0 60c30-22 60-20 90-6s70 2 110-22v70H0z"></path>"#,
    r#"<path class="a3" d="M56 58l44-26 44 26-6 8c-26-5-50-5-76 0z"></path>"#,
    r#"<path class="a3" d="M64 64h8v46h-8zM128 64h8v46h-8z"></path>"#,
    r#"<path class="a4" d="M82 112c4-18 22-20 18-34 6 10 16 16 20 34z"></path>"#,
    r#"<circle class="a5" cx="162" cy="28" r="11"></circle>"#,
);

const CUSHIONS: &str = concat!(
    r#"<ellipse class="a1" cx="100" cy="96" rx="96" ry="20"></ellipse>"#,
    r#"<ellipse class="a5" cx="42" cy="84" rx="34" ry="10"></ellipse>"#,
    r#"<ellipse class="a4" cx="158" cy="84" rx="34" ry="10"></ellipse>"#,
    r#"<path class="a3" d="M78 66h6l-5 30h-5zM116 66h6l4 30h-5z"></path>"#,
    r#"<ellipse class="a3" cx="100" cy="64" rx="38" ry="9"></ellipse>"#,
    r#"<ellipse class="a2" cx="100" cy="61" rx="38" ry="8"></ellipse>"#,
    r#"<path class="a4" d="M84 46h18l-2 13a7 4 0 0 1-14 0z"></path>"#,
    r#"<path class="l" d="M90 40c-3-5 4-7 1-13M98 40c-3-5 4-7 1-13"></path>"#,
);

/// The view from the hall.
pub(super) fn scene() -> El {
    el("div").class("door__scene").html(SCENE)
}

/// A house with nobody in it.
pub(super) fn house() -> Node {
    art("0 0 200 130", HOUSE)
}

/// Two cushions and a table.
pub(super) fn cushions() -> Node {
    art("0 0 200 120", CUSHIONS)
}

fn art(frame: &'static str, html: &'static str) -> Node {
    el("svg").class("art").attr("viewBox", frame).attr("aria-hidden", "true").html(html).into()
}
