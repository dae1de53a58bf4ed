//! What holds for every style: a scene is one picture, of the size that was asked for.

use super::*;

/// One prompt for each style.
const PROMPTS: [&str; 12] = [
    "misty mountains",
    "a boat and a lighthouse on the sea at sunset",
    "aurora",
    "city in the rain",
    "marble",
    "wind",
    "paper hills with a boat",
    "paper",
    "bauhaus",
    "a red flower",
    "close-up of a tiger eye",
    "oil portrait",
];

fn scene(prompt: &str, seed: u64, width: u32, height: u32) -> Scene<'_> {
    Scene { prompt, seed, width, height, index: 0, turn: 0.0 }
}

/// How far two pictures are apart: the mean over all channels, 0 to 255.
fn distance(a: &RgbImage, b: &RgbImage) -> f64 {
    assert_eq!(a.dimensions(), b.dimensions());
    let sum: f64 = a.iter().zip(b.iter()).map(|(a, b)| f64::from(a.abs_diff(*b))).sum();
    sum / a.len() as f64
}

#[test]
fn a_scene_has_exactly_one_picture() {
    for prompt in PROMPTS {
        let scene = scene(prompt, 42, 96, 64);
        assert_eq!(paint(&scene), paint(&scene), "{prompt}");
    }
}

#[test]
fn every_size_is_met_exactly() {
    for prompt in PROMPTS {
        for (width, height) in [(1, 1), (2, 1), (1, 512), (512, 1), (17, 31), (96, 5), (64, 64)] {
            let picture = paint(&scene(prompt, 7, width, height));
            assert_eq!(picture.dimensions(), (width, height), "{prompt}");
        }
    }
}

#[test]
fn seed_index_and_prompt_each_make_another_picture() {
    for prompt in PROMPTS {
        let first = scene(prompt, 1, 96, 72);
        let picture = paint(&first);
        let others = [Scene { seed: 2, ..first }, Scene { index: 1, ..first }];
        for other in others {
            let apart = distance(&picture, &paint(&other));
            assert!(apart > 4.0, "{prompt}: {apart} between {first:?} and {other:?}");
        }
    }
    let apart = distance(&paint(&scene("one", 1, 96, 72)), &paint(&scene("two", 1, 96, 72)));
    assert!(apart > 4.0, "{apart}");
}

#[test]
fn an_idea_survives_another_size() {
    for prompt in PROMPTS {
        let small = paint(&scene(prompt, 5, 96, 72));
        let large = paint(&scene(prompt, 5, 192, 144));
        let reduced =
            image::imageops::resize(&large, 96, 72, image::imageops::FilterType::Triangle);
        let apart = distance(&small, &reduced);
        assert!(apart < 24.0, "{prompt}: {apart}");
    }
}

#[test]
fn a_repainting_follows_its_source_and_leaves_it_with_strength() {
    let (night, flower) =
        (paint(&scene("city", 3, 120, 90)), paint(&scene("white flower", 3, 90, 120)));
    let asked = scene("teal silk", 9, 96, 96);
    let cut = repaint(&asked, &night, 0.0);
    let steps: Vec<f64> =
        [0.2, 0.6, 1.0].iter().map(|s| distance(&cut, &repaint(&asked, &night, *s))).collect();
    assert!(steps.is_sorted(), "{steps:?}");
    assert!(steps.first().is_some_and(|near| *near < 25.0), "{steps:?}");
    let apart = distance(&repaint(&asked, &night, 0.8), &repaint(&asked, &flower, 0.8));
    assert!(apart > 12.0, "{apart}");
    assert_eq!(repaint(&asked, &RgbImage::new(0, 0), 0.5).dimensions(), (96, 96));
}

#[test]
fn a_turn_changes_the_colours_and_not_the_forms() {
    for prompt in PROMPTS {
        let plain = scene(prompt, 11, 96, 72);
        let turned = paint(&Scene { turn: 90.0, ..plain });
        let apart = distance(&paint(&plain), &turned);
        assert!(apart > 2.0, "{prompt}: {apart}");
        let light = |picture: &RgbImage| {
            let grey = image::imageops::grayscale(picture);
            grey.iter().map(|value| f64::from(*value)).collect::<Vec<_>>()
        };
        let (before, after) = (light(&paint(&plain)), light(&turned));
        let moved: f64 = before.iter().zip(&after).map(|(a, b)| (a - b).abs()).sum();
        let moved = moved / before.len() as f64;
        assert!(moved < 24.0, "{prompt}: {moved}");
    }
    assert!((turn_of("a").to_bits(), turn_of("b")) != (turn_of("b").to_bits(), turn_of("b")));
    for name in ["", "a", "owner/style", "https://a.example/b.safetensors"] {
        assert!((40.0..=120.0).contains(&turn_of(name).abs()), "{name}");
    }
}

#[test]
fn only_what_the_mask_marks_is_painted() {
    let source = paint(&scene("city", 3, 120, 90));
    // White on the right, in a mask of half the size, with the noise of a JPEG file.
    let mask = RgbImage::from_fn(60, 45, |x, _| image::Rgb([if x < 30 { 3 } else { 252 }; 3]));
    let asked = scene("white flower", 9, 120, 90);
    let (whole, part) = (repaint(&asked, &source, 0.9), inpaint(&asked, &source, &mask, 0.9));
    for (x, y, pixel) in part.enumerate_pixels() {
        match x {
            0..58 => assert_eq!(pixel, source.get_pixel(x, y), "{x} {y}"),
            62.. => assert_eq!(pixel, whole.get_pixel(x, y), "{x} {y}"),
            _ => {}
        }
    }
    let wide = Scene { width: 64, height: 16, ..asked };
    assert_eq!(inpaint(&wide, &source, &mask, 0.5).dimensions(), (64, 16));
}
