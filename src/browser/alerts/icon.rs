//! The icon of the tab: the page's own, or a number.

use crate::browser::dom;

/// Where the page's own icon is, while a number is shown.
const OWN: &str = "data-own";

/// Shows a number in place of the page's icon, and the icon again at 0.
pub fn show_count(count: usize) {
    let Ok(Some(link)) = dom::document().query_selector("link[rel=icon]") else { return };
    let own = dom::attribute(&link, OWN).or_else(|| dom::attribute(&link, "href"));
    let own = own.unwrap_or_default();
    dom::set_attribute(&link, OWN, Some(&own));
    dom::set_attribute(&link, "href", Some(&if count == 0 { own } else { drawn(count) }));
}

/// A disc with as much of the number as can be read in sixteen pixels.
fn drawn(count: usize) -> String {
    let (number, size) = match count {
        0..=9 => (count.to_string(), "14"),
        _ => ("9+".to_owned(), "11"),
    };
    [
        "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 20 20'%3E\
         %3Ccircle cx='10' cy='10' r='10' fill='%233f5fe0'/%3E\
         %3Ctext x='10' y='15' text-anchor='middle' font-family='sans-serif' font-weight='700' \
         fill='white' font-size='",
        size,
        "'%3E",
        &number,
        "%3C/text%3E%3C/svg%3E",
    ]
    .concat()
}
