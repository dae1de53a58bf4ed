//! Pictures of a result, and the places where they will be.

use leptos::prelude::*;

use super::card::Card;
use super::on;
use crate::browser::{dom, files};
use crate::queue::{Expected, ImageUrl, Output, Phase, Picture, Steps};

/// Longest file name made of a prompt, in characters.
const NAME: usize = 60;

/// Places for the pictures to come, with as much as is known of how far the work is.
pub(super) fn placeholders(card: Card, expects: Expected) -> AnyView {
    let steps = Memo::new(move |_| {
        card.with(|job| match job.phase {
            Phase::Running(_, _, steps) => steps,
            _ => None,
        })
    });
    let (width, height) = expects.size.unwrap_or((4, 3));
    let place = |_| {
        let ratio = format!("{width} / {height}");
        view! {
            <div class="picture picture--waiting" style:aspect-ratio=ratio>
                {move || progress(steps.get())}
            </div>
        }
        .into_any()
    };
    let places: Vec<AnyView> = (0..expects.count).map(place).collect();
    view! { <div class="pictures">{places}</div> }.into_any()
}

fn progress(steps: Option<Steps>) -> AnyView {
    let Some(Steps { done, of }) = steps else {
        return view! { <span class="picture__steps">"At work"</span> }.into_any();
    };
    view! {
        <span class="picture__steps">{format!("Step {done} of {of}")}</span>
        <progress max=Some(of.to_string()) value=done.to_string() aria-label="Steps"></progress>
    }
    .into_any()
}

/// The pictures of a result and the facts about them.
pub(super) fn pictures(title: &str, output: Output) -> AnyView {
    let size = output.pictures.first().and_then(|picture| picture.size);
    let size = size.map(|(width, height)| format!("{width} × {height}"));
    let seed = output.seed.as_ref().map(|seed| format!("seed {seed}"));
    let time = output.inference_seconds.map(|seconds| {
        let hundredths = (seconds * 100.0) as u64;
        format!("{}.{:02} s of inference", hundredths / 100, hundredths % 100)
    });
    let chip = |fact: String| view! { <li class="chip">{fact}</li> }.into_any();
    let facts: Vec<AnyView> = [size, seed, time].into_iter().flatten().map(chip).collect();
    let stem = stem(title, output.seed.as_deref());
    let count = output.pictures.len();
    let pictures = output.pictures.into_iter().enumerate().map(|(index, picture)| {
        let number = if count > 1 { format!("-{}", index + 1) } else { String::new() };
        let file = format!("{stem}{number}.{}", picture.extension());
        figure(title, picture, file)
    });
    let pictures: Vec<AnyView> = pictures.collect();
    view! {
        <ul class="chips">{facts}</ul>
        <div class="pictures">{pictures}</div>
        <p class="job__note" hidden=count != 0>
            "The model answered without a picture."
        </p>
    }
    .into_any()
}

fn figure(title: &str, picture: Picture, file: String) -> AnyView {
    let refused =
        |sentence: String| view! { <p class="picture picture--refused">{sentence}</p> }.into_any();
    let url = match &picture.url {
        Ok(url) => url.clone(),
        Err(address) => {
            return refused(format!(
                "This picture is not shown: its address is neither https nor on this computer \
                 ({}…).",
                address.0
            ));
        }
    };
    let covered = RwSignal::new(picture.flagged);
    let lost = RwSignal::new(false);
    let (width, height) = picture.size.unzip();
    let image = {
        let (url, title) = (url.clone(), title.to_owned());
        move || {
            if lost.get() {
                return refused(
                    "This picture can no longer be loaded: its link has expired.".into(),
                );
            }
            view! {
                <img
                    src=url.as_str().to_owned()
                    alt=title.clone()
                    width=width.map(|n| n.to_string())
                    height=height.map(|n| n.to_string())
                    decoding="async"
                    on:error=move |_| lost.set(true)
                />
            }
            .into_any()
        }
    };
    let caption = move || if covered.get() { cover(covered) } else { actions(&url, &file) };
    view! {
        <figure class=move || if covered.get() { "picture picture--covered" } else { "picture" }>
            {move || image()}
            {move || caption()}
        </figure>
    }
    .into_any()
}

fn cover(covered: RwSignal<bool>) -> AnyView {
    view! {
        <figcaption class="picture__cover">
            <span>"Flagged by the safety checker"</span>
            <button type="button" on:click=on::click(move || covered.set(false))>
                "Show"
            </button>
        </figcaption>
    }
    .into_any()
}

fn actions(url: &ImageUrl, file: &str) -> AnyView {
    let (address, file) = (url.as_str().to_owned(), file.to_owned());
    let here = address.starts_with("blob:") || address.starts_with(&dom::page_origin());
    let hint = if here { "Save the file" } else { "Opens the file, to be saved from there" };
    let open = address.clone();
    view! {
        <figcaption class="picture__actions">
            <button type="button" title=hint on:click=on::click(move || files::download(&address, &file))>
                "Download"
            </button>
            <a class="button" href=open target="_blank" rel="noopener noreferrer">
                "Open full size"
            </a>
        </figcaption>
    }
    .into_any()
}

/// A file name that says what the picture is and can be found again by its seed.
fn stem(title: &str, seed: Option<&str>) -> String {
    let plain = |c: char| if c.is_alphanumeric() { c } else { ' ' };
    let words: String = title.chars().take(NAME).map(plain).collect();
    let words: Vec<&str> = words.split_whitespace().chain(seed).collect();
    words.join("-")
}
