//! Elements, one type for all of them.
//!
//! `view!` makes a type of every element, attribute and handler, and the renderer is compiled anew
//! for each: for this page that was more than half of the program. [`El`] is a Leptos view like any
//! other (it implements [`Render`] and becomes an [`AnyView`]), but its tag, attributes and
//! handlers are data. What is dynamic is a closure in a box, run in an effect that lives as long
//! as the element does.

use std::borrow::Cow;

use leptos::ev::Event;
use leptos::prelude::*;
use leptos::reactive::effect::RenderEffect;
use leptos::tachys::html::attribute::Attribute;
use leptos::tachys::html::attribute::any_attribute::AnyAttribute;
use leptos::tachys::hydration::Cursor;
use leptos::tachys::renderer::types::{Element, Node};
use leptos::tachys::renderer::{RemoveEventHandler, Rndr};
use leptos::tachys::view::{Mountable, Position, PositionState, Render, RenderHtml};
use leptos::wasm_bindgen::{JsCast as _, JsValue};

/// A new element.
#[inline(never)]
pub(super) fn el(tag: &'static str) -> El {
    El(Box::new(Made { tag, parts: Vec::new(), children: Vec::new() }))
}

/// Does something now, and again whenever what it looked at changes.
pub(super) fn follow(act: impl Fn() + 'static) {
    let act: Box<dyn Fn()> = Box::new(act);
    StoredValue::new_local(RenderEffect::new(move |_| act()));
}

/// Text for an attribute or a child. Literals and made texts take their own ways, neither of which
/// is written out again where it is used.
pub(super) trait Words {
    fn set(self, el: El, name: &'static str) -> El;
    fn append(self, el: El) -> El;
}

impl Words for &'static str {
    #[inline(never)]
    fn set(self, el: El, name: &'static str) -> El {
        el.with(Part::Attribute(name, self.into()))
    }

    #[inline(never)]
    fn append(self, el: El) -> El {
        self.to_owned().append(el)
    }
}

impl Words for String {
    #[inline(never)]
    fn set(self, el: El, name: &'static str) -> El {
        el.with(Part::Attribute(name, self.into()))
    }

    #[inline(never)]
    fn append(self, el: El) -> El {
        el.with_child(self.into_any())
    }
}

#[inline(never)]
fn boxed_live_text(text: Box<dyn Fn() -> String + Send>) -> AnyView {
    (move || text()).into_any()
}

#[inline(never)]
fn boxed_view(view: Box<dyn Fn() -> Option<El> + Send>) -> AnyView {
    (move || view()).into_any()
}

/// An element on its way into the page. In a box: it is handed on with every call below.
pub(super) struct El(Box<Made>);

struct Made {
    tag: &'static str,
    parts: Vec<Part>,
    children: Vec<AnyView>,
}

enum Part {
    Attribute(&'static str, Cow<'static, str>),
    LiveAttribute(&'static str, Box<dyn Fn() -> Option<String> + Send>),
    Property(&'static str, Box<dyn Fn() -> JsValue + Send>),
    Style(&'static str, String),
    Handler(&'static str, Box<dyn Fn(Event) + Send>),
    Mirror(Box<dyn Fn(&Element) + Send>),
    Once(Box<dyn FnOnce(&Element) + Send>),
}

impl El {
    /// An attribute.
    pub(super) fn attr(self, name: &'static str, value: impl Words) -> Self {
        value.set(self, name)
    }

    /// An attribute that may be missing.
    pub(super) fn maybe(self, name: &'static str, value: Option<String>) -> Self {
        match value {
            Some(value) => self.attr(name, value),
            None => self,
        }
    }

    /// The class.
    #[inline(never)]
    pub(super) fn class(self, class: &'static str) -> Self {
        self.attr("class", class)
    }

    /// An attribute that changes, or is missing.
    pub(super) fn live_attr(
        self,
        name: &'static str,
        value: impl Fn() -> Option<String> + Send + 'static,
    ) -> Self {
        self.live_part(name, Box::new(value))
    }

    /// An attribute that is there or not.
    pub(super) fn flag(self, name: &'static str, is: impl Fn() -> bool + Send + 'static) -> Self {
        self.live_attr(name, move || is().then(String::new))
    }

    /// What a control holds.
    pub(super) fn value(self, value: impl Fn() -> String + Send + 'static) -> Self {
        self.with(Part::Property("value", Box::new(move || JsValue::from_str(&value()))))
    }

    /// Whether a box is ticked.
    pub(super) fn checked(self, is: impl Fn() -> bool + Send + 'static) -> Self {
        self.with(Part::Property("checked", Box::new(move || JsValue::from_bool(is()))))
    }

    /// A style, set in a way that the policy allows.
    pub(super) fn style(self, name: &'static str, value: String) -> Self {
        self.with(Part::Style(name, value))
    }

    /// What happens on an event.
    pub(super) fn on(self, event: &'static str, act: impl Fn(Event) + Send + 'static) -> Self {
        self.handler(event, Box::new(act))
    }

    /// What happens on a click.
    pub(super) fn click(self, act: impl Fn() + Send + 'static) -> Self {
        self.on("click", move |_| act())
    }

    /// What happens with the text of a control as it is typed (`input`) or chosen (`change`).
    pub(super) fn on_text(
        self,
        event: &'static str,
        act: impl Fn(String) + Send + 'static,
    ) -> Self {
        self.on(event, move |event| act(event_target_value(&event)))
    }

    /// What keeps the element in step where an attribute or property cannot.
    pub(super) fn mirror(self, act: impl Fn(&Element) + Send + 'static) -> Self {
        self.with(Part::Mirror(Box::new(act)))
    }

    /// What is done with the element when it is made.
    pub(super) fn once(self, act: Box<dyn FnOnce(&Element) + Send>) -> Self {
        self.with(Part::Once(act))
    }

    /// A child element.
    #[inline(never)]
    pub(super) fn child(self, child: Self) -> Self {
        self.with_child(child.view())
    }

    /// A child element that may be missing.
    pub(super) fn child_if(self, child: Option<Self>) -> Self {
        match child {
            Some(child) => self.child(child),
            None => self,
        }
    }

    /// Child elements.
    pub(super) fn children(self, children: impl IntoIterator<Item = Self>) -> Self {
        children.into_iter().fold(self, Self::child)
    }

    /// A part that changes as a whole, or is not there.
    pub(super) fn live(self, view: impl Fn() -> Option<Self> + Send + 'static) -> Self {
        self.with_child(boxed_view(Box::new(view)))
    }

    /// Text inside.
    pub(super) fn text(self, text: impl Words) -> Self {
        text.append(self)
    }

    /// Text inside that changes.
    pub(super) fn live_text(self, text: impl Fn() -> String + Send + 'static) -> Self {
        self.with_child(boxed_live_text(Box::new(text)))
    }

    /// The view.
    #[inline(never)]
    pub(super) fn view(self) -> AnyView {
        self.into_any()
    }

    #[inline(never)]
    fn live_part(self, name: &'static str, value: Box<dyn Fn() -> Option<String> + Send>) -> Self {
        self.with(Part::LiveAttribute(name, value))
    }

    #[inline(never)]
    fn handler(self, event: &'static str, act: Box<dyn Fn(Event) + Send>) -> Self {
        self.with(Part::Handler(event, act))
    }

    fn with(mut self, part: Part) -> Self {
        self.0.parts.push(part);
        self
    }

    #[inline(never)]
    fn with_child(mut self, child: AnyView) -> Self {
        self.0.children.push(child);
        self
    }
}

/// An element in the page, and what keeps it up to date.
pub(super) struct ElState {
    element: Element,
    _children: Vec<<AnyView as Render>::State>,
    _effects: Vec<RenderEffect<()>>,
    _handlers: Vec<RemoveEventHandler<Element>>,
}

impl ElState {
    /// The element itself.
    pub(super) fn element(&self) -> &Element {
        &self.element
    }
}

impl Render for El {
    type State = ElState;

    fn build(self) -> ElState {
        let made = *self.0;
        let element = Rndr::create_element(made.tag, None);
        let build = |child: AnyView| {
            let mut child = child.build();
            child.mount(&element, None);
            child
        };
        // Before the parts: a list can only hold a value that it has an option for.
        let children = made.children.into_iter().map(build).collect();
        let (mut effects, mut handlers) = (Vec::new(), Vec::new());
        for part in made.parts {
            let target = element.clone();
            match part {
                Part::Attribute(name, value) => Rndr::set_attribute(&target, name, &value),
                Part::LiveAttribute(name, value) => {
                    effects.push(RenderEffect::new(move |_| match value() {
                        Some(value) => Rndr::set_attribute(&target, name, &value),
                        None => Rndr::remove_attribute(&target, name),
                    }));
                }
                Part::Property(name, value) => {
                    effects.push(RenderEffect::new(move |_| {
                        Rndr::set_property(&target, name, &value());
                    }));
                }
                Part::Style(name, value) => {
                    Rndr::set_css_property(&Rndr::style(&target), name, &value);
                }
                Part::Handler(event, act) => {
                    let act = move |event: JsValue| act(event.unchecked_into());
                    handlers.push(Rndr::add_event_listener(&target, event, Box::new(act)));
                }
                Part::Once(act) => act(&target),
                Part::Mirror(act) => effects.push(RenderEffect::new(move |_| act(&target))),
            }
        }
        ElState { element, _children: children, _effects: effects, _handlers: handlers }
    }

    fn rebuild(self, state: &mut ElState) {
        let mut new = self.build();
        state.insert_before_this(&mut new);
        state.unmount();
        *state = new;
    }
}

impl Mountable for ElState {
    fn unmount(&mut self) {
        Rndr::remove(&self.element);
    }

    fn mount(&mut self, parent: &Element, marker: Option<&Node>) {
        Rndr::insert_node(parent, &self.element, marker);
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        let parent = Rndr::get_parent(&self.element).and_then(|parent| {
            use leptos::tachys::renderer::CastFrom as _;
            Element::cast_from(parent)
        });
        if let Some(parent) = parent {
            child.mount(&parent, Some(&self.element));
            return true;
        }
        false
    }

    fn elements(&self) -> Vec<Element> {
        vec![self.element.clone()]
    }
}

/// Attributes spread from outside have no place in this program.
impl AddAnyAttr for El {
    type Output<A: Attribute> = Self;

    fn add_any_attr<A: Attribute>(self, _: A) -> Self {
        self
    }
}

/// There is no server that renders this page: the parts of the trait that serve one do nothing.
impl RenderHtml for El {
    type AsyncOutput = Self;
    type Owned = Self;

    const MIN_LENGTH: usize = 0;

    fn dry_resolve(&mut self) {}

    async fn resolve(self) -> Self {
        self
    }

    fn to_html_with_buf(
        self,
        _: &mut String,
        _: &mut Position,
        _: bool,
        _: bool,
        _: Vec<AnyAttribute>,
    ) {
    }

    fn hydrate<const FROM_SERVER: bool>(self, _: &Cursor, _: &PositionState) -> ElState {
        self.build()
    }

    fn into_owned(self) -> Self {
        self
    }
}
