//! Forms that call a server function and bring a page back: a refusal stands beside the field that it
//! speaks of, and what was typed stays.

use super::page::Page;
use crate::{
    protocol::{Failure, Field},
    ui::{
        element::{El, Value, el},
        icon::icon,
        node::Node,
    },
};

/// A form on its way to the page.
pub(super) struct Form<'a> {
    page: &'a Page,
    /// Begins the id of everything on it.
    id: String,
    typed: &'a [(String, String)],
    failure: Option<&'a Failure>,
    is_said: bool,
    is_done: bool,
    /// What it says once it is done.
    done: &'static str,
    el: El,
}

/// One field of a form.
pub(super) struct Line {
    name: &'static str,
    label: &'static str,
    about: Option<Field>,
    hint: Option<String>,
    beside: Node,
    value: String,
    is_optional: bool,
    is_secret: bool,
    is_first: bool,
    input: El,
}

impl Page {
    /// A form that calls a server function by its path.
    pub(super) fn form(&self, to: &'static str) -> Form<'_> {
        self.form_if(to, to.trim_start_matches("/api/").to_owned(), |_| true)
    }

    /// What is said once one of these server functions has done its work, where the form itself may be gone.
    pub(super) fn done_by(&self, functions: &[&str], text: &'static str) -> Option<El> {
        self.done.as_deref().is_some_and(|done| functions.contains(&done)).then(|| done(text))
    }

    /// One of several forms that call the same function: the field `name`, which nobody sees, tells them apart.
    pub(super) fn form_for(&self, to: &'static str, name: &'static str, value: &str) -> Form<'_> {
        let id = format!("{}-{value}", to.trim_start_matches("/api/"));
        let is_ours =
            |typed: &[(String, String)]| typed.iter().any(|(field, typed)| field == name && typed == value);
        // What is done may have taken this very form away: the page says it elsewhere.
        Form { is_done: false, ..self.form_if(to, id, is_ours) }.hidden(name, value.to_owned())
    }

    fn form_if(
        &self,
        to: &'static str,
        id: String,
        is_ours: impl Fn(&[(String, String)]) -> bool,
    ) -> Form<'_> {
        let refused = self.refused.as_ref().filter(|refused| refused.by == to && is_ours(&refused.typed));
        Form {
            page: self,
            id,
            typed: refused.map(|refused| refused.typed.as_slice()).unwrap_or_default(),
            failure: refused.map(|refused| &refused.failure),
            is_said: false,
            is_done: self.done.as_deref() == Some(to),
            done: self.words().done,
            el: el("form").attr("method", "post").attr("action", to),
        }
    }
}

impl Form<'_> {
    /// With a class of its own.
    pub(super) fn class(mut self, class: &'static str) -> Self {
        self.el = self.el.class(class);
        self
    }

    /// Says this once it is done.
    pub(super) fn tells(mut self, done: &'static str) -> Self {
        self.done = done;
        self
    }

    /// With what is no field.
    pub(super) fn with(mut self, node: impl Into<Node>) -> Self {
        self.el = self.el.with(node);
        self
    }

    /// Carries what is not typed.
    pub(super) fn hidden(self, name: &'static str, value: impl Into<Value>) -> Self {
        self.with(el("input").attr("type", "hidden").attr("name", name).attr("value", value))
    }

    /// With a field to type in.
    pub(super) fn field(self, line: Line) -> Self {
        let value = (!line.is_secret).then(|| self.value(line.name, &line.value));
        let input = line.input;
        self.line(Line { input: input.attr("value", value), ..line })
    }

    /// With a file to choose.
    pub(super) fn file(mut self, line: Line) -> Self {
        self.el = self.el.attr("enctype", "multipart/form-data");
        self.line(line)
    }

    /// With a choice of a few: the value of each, and what it is called.
    pub(super) fn select(self, mut line: Line, choices: Vec<(String, String)>) -> Self {
        let chosen = self.value(line.name, &line.value);
        let option = |(value, text): (String, String)| {
            el("option").attr("selected", value == chosen).attr("value", value).with(text)
        };
        line.input = el("select").with(choices.into_iter().map(option).collect::<Vec<_>>());
        self.line(line)
    }

    /// What was typed when this form was refused, else `otherwise`.
    pub(super) fn value(&self, name: &str, otherwise: &str) -> String {
        let typed = self.typed.iter().find(|(field, _)| field == name);
        typed.map_or_else(|| otherwise.to_owned(), |(_, typed)| typed.clone())
    }

    /// Was this form refused?
    pub(super) fn is_refused(&self) -> bool {
        self.failure.is_some()
    }

    /// With what the form was refused, where no field has said it; and a button that sends it.
    pub(super) fn submit(mut self, class: &'static str, text: impl Into<Node>) -> Self {
        self = self.verdict();
        self.with(el("button").class(class).attr("type", "submit").with(text))
    }

    /// With what became of it: a refusal that no field has said, or that it is done.
    pub(super) fn verdict(mut self) -> Self {
        if let Some(failure) = self.failure.filter(|_| !std::mem::replace(&mut self.is_said, true)) {
            let why = refusal((self.page.common().failure)(failure)).attr("role", "alert");
            return self.with(why.attr("tabindex", "-1").attr("autofocus", true));
        }
        if std::mem::take(&mut self.is_done) {
            let done = done(self.done);
            return self.with(done);
        }
        self
    }

    fn line(mut self, line: Line) -> Self {
        let id = format!("{}-{}", self.id, line.name);
        let why = self.failure.filter(|failure| field_of(failure).is_some_and(|it| line.about == Some(it)));
        let why = why.filter(|_| !std::mem::replace(&mut self.is_said, true));
        let hint =
            line.hint.map(|hint| el("span").class("field__hint").attr("id", format!("{id}-hint")).with(hint));
        let why = why.map(|failure| {
            let id = format!("{id}-why");
            refusal((self.page.common().failure)(failure)).attr("id", id).attr("role", "alert")
        });
        let described: Vec<String> = [hint.as_ref().map(|_| "hint"), why.as_ref().map(|_| "why")]
            .into_iter()
            .flatten()
            .map(|tail| format!("{id}-{tail}"))
            .collect();
        let is_fresh = self.page.refused.is_none() && self.page.done.is_none();
        let optional = line.is_optional.then(|| {
            let optional = el("small").with(self.page.common().optional);
            Node::from([Node::from(" "), optional.into()])
        });
        let label = el("label").attr("for", id.clone()).with(line.label).with(optional);
        let input = line
            .input
            .class("input")
            .attr("id", id)
            .attr("name", line.name)
            .attr("aria-describedby", (!described.is_empty()).then(|| described.join(" ")))
            .attr("aria-invalid", why.as_ref().map(|_| "true"))
            .attr("autofocus", why.is_some() || (line.is_first && is_fresh));
        let head = el("span").class("field__label").with(label).with(line.beside);
        self.with(el("div").class("field").with(head).with(input).with(hint).with(why))
    }

    /// The form as it stands on the page.
    pub(super) fn end(self) -> El {
        self.verdict().el
    }
}

impl From<Form<'_>> for Node {
    fn from(form: Form<'_>) -> Self {
        form.end().into()
    }
}

/// A line to type in: the name of its argument, and what it is called.
pub(super) fn line(name: &'static str, label: &'static str) -> Line {
    let input = el("input").attr("type", "text");
    Line {
        name,
        label,
        about: None,
        hint: None,
        beside: Node::Nothing,
        value: String::new(),
        is_optional: false,
        is_secret: false,
        is_first: false,
        input,
    }
}

/// A line for a file.
pub(super) fn file(name: &'static str, label: &'static str) -> Line {
    Line { input: el("input").attr("type", "file"), ..line(name, label) }
}

/// A line for a password; `autocomplete` is `current-password` or `new-password`.
pub(super) fn password(name: &'static str, label: &'static str, autocomplete: &'static str) -> Line {
    let input = el("input").attr("type", "password").attr("autocomplete", autocomplete);
    Line { input, is_secret: true, about: Some(Field::Password), ..line(name, label) }
}

impl Line {
    /// Refusals about `field` stand here.
    pub(super) fn about(mut self, field: Field) -> Self {
        self.about = Some(field);
        self
    }

    /// With a word of help.
    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// With something at the other end of the line of its label.
    pub(super) fn beside(mut self, node: impl Into<Node>) -> Self {
        self.beside = node.into();
        self
    }

    /// Holding this until something else is typed.
    pub(super) fn value(mut self, value: impl Into<String>) -> Self {
        self.value = value.into();
        self
    }

    /// It may be left empty.
    pub(super) fn optional(mut self) -> Self {
        self.is_optional = true;
        self
    }

    /// It has the focus when the page opens.
    pub(super) fn first(mut self) -> Self {
        self.is_first = true;
        self
    }

    /// With another attribute of the input.
    pub(super) fn attr(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.input = self.input.attr(name, value);
        self
    }
}

/// A sentence that says why not.
pub(super) fn refusal(why: String) -> El {
    el("span").class("field__error").with(icon("alert")).with(why)
}

/// A sentence that says that it is done.
fn done(text: &'static str) -> El {
    let done = el("p").class("done").attr("role", "status").attr("tabindex", "-1").attr("autofocus", true);
    done.with(icon("check")).with(text)
}

/// The field that a refusal speaks of.
fn field_of(failure: &Failure) -> Option<Field> {
    match failure {
        Failure::Invalid { field, .. } | Failure::Taken { field } => Some(*field),
        _ => None,
    }
}
