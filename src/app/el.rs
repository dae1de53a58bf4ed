//! Elements, one type for all of them.
//!
//! `view!` makes a type of every element, attribute and handler, and the renderer is compiled anew
//! for each: for this page that was more than half of the program. [`El`] is a Leptos view like any
//! other (it implements [`Render`] and becomes an [`AnyView`]), but one type for all: the element is
//! made at once and handed through the calls that say what it is like. What is dynamic is a closure
//! in a box, run in an effect that lives as long as the element does.

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
use send_wrapper::SendWrapper;

/// A new element.
#[inline(never)]
pub(super) fn el(tag: &'static str) -> El {
    let element = Rndr::create_element(tag, None);
    let state = ElState { element, views: Vec::new(), effects: Vec::new(), handlers: Vec::new() };
    El(SendWrapper::new(Box::new(state)))
}

/// Does something now, and again whenever what it looked at changes.
pub(super) fn follow(act: impl Fn() + 'static) {
    let act: Box<dyn Fn()> = Box::new(act);
    StoredValue::new_local(RenderEffect::new(move |_| act()));
}

#[inline(never)]
fn boxed_live_text(text: Box<dyn Fn() -> String + Send>) -> AnyView {
    (move || text()).into_any()
}

#[inline(never)]
fn boxed_view(view: Box<dyn Fn() -> Option<El> + Send>) -> AnyView {
    (move || view()).into_any()
}

/// An element that is not in the page yet. In a box: it is handed on with every call below.
///
/// What is said of it is done to it at once, so the order matters where it does in the page: a list
/// can only hold a value that it has an option for.
pub(super) struct El(SendWrapper<Box<ElState>>);

impl El {
    /// An attribute.
    pub(super) fn attr(self, name: &'static str, value: impl AsRef<str>) -> Self {
        self.set(name, value.as_ref())
    }

    /// An attribute that may be missing.
    pub(super) fn maybe(self, name: &'static str, value: Option<impl AsRef<str>>) -> Self {
        match value {
            Some(value) => self.set(name, value.as_ref()),
            None => self,
        }
    }

    /// The class.
    pub(super) fn class(self, class: &'static str) -> Self {
        self.set("class", class)
    }

    /// An attribute that changes, or is missing.
    pub(super) fn live_attr(
        self,
        name: &'static str,
        value: impl Fn() -> Option<String> + 'static,
    ) -> Self {
        self.live_part(name, Box::new(value))
    }

    /// An attribute that is there or not.
    pub(super) fn flag(self, name: &'static str, is: impl Fn() -> bool + 'static) -> Self {
        self.live_attr(name, move || is().then(String::new))
    }

    /// What a control holds.
    pub(super) fn value(self, value: impl Fn() -> String + 'static) -> Self {
        self.property("value", Box::new(move || JsValue::from_str(&value())))
    }

    /// Whether a box is ticked.
    pub(super) fn checked(self, is: impl Fn() -> bool + 'static) -> Self {
        self.property("checked", Box::new(move || JsValue::from_bool(is())))
    }

    /// A style, set in a way that the policy allows.
    pub(super) fn style(self, name: &'static str, value: impl AsRef<str>) -> Self {
        Rndr::set_css_property(&Rndr::style(self.element()), name, value.as_ref());
        self
    }

    /// What happens on an event.
    pub(super) fn on(self, event: &'static str, act: impl Fn(Event) + 'static) -> Self {
        self.handler(event, Box::new(act))
    }

    /// What happens on a click.
    pub(super) fn click(self, act: impl Fn() + 'static) -> Self {
        self.on("click", move |_| act())
    }

    /// What happens with the text of a control as it is typed (`input`) or chosen (`change`).
    pub(super) fn on_text(self, event: &'static str, act: impl Fn(String) + 'static) -> Self {
        self.on(event, move |event| act(event_target_value(&event)))
    }

    /// What keeps the element in step where an attribute or property cannot.
    pub(super) fn mirror(self, act: impl Fn(&Element) + 'static) -> Self {
        self.mirrored(Box::new(act))
    }

    /// A child element.
    #[inline(never)]
    pub(super) fn child(mut self, child: Self) -> Self {
        let mut child = *child.0.take();
        child.mount(self.element(), None);
        // What keeps the child in step lives as long as what is around it.
        self.0.views.append(&mut child.views);
        self.0.effects.append(&mut child.effects);
        self.0.handlers.append(&mut child.handlers);
        self
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
        self.view(boxed_view(Box::new(view)))
    }

    /// Text inside.
    pub(super) fn text(self, text: impl AsRef<str>) -> Self {
        self.append(text.as_ref())
    }

    /// Text inside that changes.
    pub(super) fn live_text(self, text: impl Fn() -> String + Send + 'static) -> Self {
        self.view(boxed_live_text(Box::new(text)))
    }

    /// The element itself.
    pub(super) fn element(&self) -> &Element {
        &self.0.element
    }

    #[inline(never)]
    fn set(self, name: &'static str, value: &str) -> Self {
        Rndr::set_attribute(self.element(), name, value);
        self
    }

    #[inline(never)]
    fn append(self, text: &str) -> Self {
        Rndr::insert_node(self.element(), &Rndr::create_text_node(text), None);
        self
    }

    #[inline(never)]
    fn view(mut self, view: AnyView) -> Self {
        let mut view = view.build();
        view.mount(self.element(), None);
        self.0.views.push(view);
        self
    }

    #[inline(never)]
    fn live_part(self, name: &'static str, value: Box<dyn Fn() -> Option<String>>) -> Self {
        self.mirrored(Box::new(move |element| match value() {
            Some(value) => Rndr::set_attribute(element, name, &value),
            None => Rndr::remove_attribute(element, name),
        }))
    }

    #[inline(never)]
    fn property(self, name: &'static str, value: Box<dyn Fn() -> JsValue>) -> Self {
        self.mirrored(Box::new(move |element| Rndr::set_property(element, name, &value())))
    }

    #[inline(never)]
    fn mirrored(mut self, act: Box<dyn Fn(&Element)>) -> Self {
        let element = self.element().clone();
        self.0.effects.push(RenderEffect::new(move |_| act(&element)));
        self
    }

    #[inline(never)]
    fn handler(mut self, event: &'static str, act: Box<dyn Fn(Event)>) -> Self {
        let act = move |event: JsValue| act(event.unchecked_into());
        let handler = Rndr::add_event_listener(self.element(), event, Box::new(act));
        self.0.handlers.push(handler);
        self
    }
}

/// An element, and what keeps it and everything in it up to date.
pub(super) struct ElState {
    element: Element,
    views: Vec<<AnyView as Render>::State>,
    effects: Vec<RenderEffect<()>>,
    handlers: Vec<RemoveEventHandler<Element>>,
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
        *self.0.take()
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
