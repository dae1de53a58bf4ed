//! The icon of the tab: the page's own, or a number.

use crate::browser::dom;

/// The page's own icon. Asking the server for its file once more would fail when that is away.
const OWN: &str = include_str!("../../../public/favicon.svg");

/// Shows a number in place of the page's icon, and the icon again at 0.
pub fn show_count(count: usize) {
    let Ok(Some(link)) = dom::document().query_selector("link[rel=icon]") else { return };
    let icon = if count == 0 { OWN.to_owned() } else { drawn(count) };
    let address = ["data:image/svg+xml,", &icon.trim().replace('#', "%23")].concat();
    dom::set_attribute(&link, "href", Some(&address));
}

/// A disc with as much of the number as can be read in sixteen pixels.
fn drawn(count: usize) -> String {
    let (number, size) = match count {
        0..=9 => (count.to_string(), "14"),
        _ => ("9+".to_owned(), "11"),
    };
    [
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 20 20'>\
         <circle cx='10' cy='10' r='10' fill='#3f5fe0'/>\
         <text x='10' y='15' text-anchor='middle' font-family='sans-serif' font-weight='700' \
         fill='white' font-size='",
        size,
        "'>",
        &number,
        "</text></svg>",
    ]
    .concat()
}
