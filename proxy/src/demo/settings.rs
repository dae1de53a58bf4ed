//! A validated input as the painter needs it: every field present, from the request or from the
//! document's defaults. What JSON Schema cannot say is checked here.

use serde_json::{Number, Value};
use uuid::Uuid;

use super::catalog::Endpoint;
use super::paint;
use super::size::{self, whole};
use super::validate::detail;

/// One request, ready to be drawn.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub(crate) prompt: String,
    /// The seed as it goes back, digit for digit.
    pub(crate) seed: Number,
    /// The same as the painter's randomness.
    pub(crate) seed_bits: u64,
    /// Width and height; none when the source picture decides.
    pub(crate) size: Option<(u32, u32)>,
    pub(crate) image_url: Option<String>,
    /// What of the source is to be painted; all of it when there is none.
    pub(crate) mask_url: Option<String>,
    /// How far the picture leaves its source.
    pub(crate) strength: f64,
    /// What the add-ons do to the colours, in degrees.
    pub(crate) turn: f32,
    /// How many steps the sampler walks; at least one.
    pub(crate) steps: u32,
    pub(crate) count: u32,
    pub(crate) png: bool,
    pub(crate) inline: bool,
    pub(crate) safety_checker: bool,
    /// How long a step takes compared to one without acceleration.
    pub(crate) step_factor: f64,
}

impl Settings {
    /// Reads an input the schema has accepted.
    ///
    /// The error is one entry of a `detail` list.
    pub(crate) fn read(endpoint: &Endpoint, input: &Value) -> Result<Self, Value> {
        let given = |name: &str| input.get(name).filter(|value| !value.is_null());
        let field = |name: &str| given(name).or_else(|| endpoint.field(name)?.get("default"));
        let text = |name: &str| field(name).and_then(Value::as_str);
        let flag = |name: &str| field(name).and_then(Value::as_bool);
        let number = |name: &str| field(name).and_then(Value::as_f64);
        let count = |name: &str, or: u32| {
            field(name).and_then(whole).and_then(|n| u32::try_from(n).ok()).unwrap_or(or)
        };
        let (seed, seed_bits) = match given("seed") {
            Some(seed) => exact_seed(seed)?,
            None => {
                // As many bits as every client can count to.
                let bits = Uuid::new_v4().as_u128() as u32;
                (Number::from(bits), u64::from(bits))
            }
        };
        let size = match (field("image_size"), text("aspect_ratio")) {
            (Some(size), _) => Some(size::of_image_size(size)?),
            (None, Some(ratio)) => size::of_aspect_ratio(endpoint, ratio),
            (None, None) => None,
        };
        let likeness = number("image_prompt_strength");
        let image_url = text("image_url").filter(|_| likeness != Some(0.0)).map(str::to_owned);
        let steps = f64::from(count("num_inference_steps", 28));
        let walked = match number("strength") {
            // The sampler enters later the more of the source is kept.
            Some(strength) if image_url.is_some() => steps * strength,
            _ => steps,
        };
        Ok(Self {
            prompt: text("prompt").unwrap_or_default().to_owned(),
            seed,
            seed_bits,
            size,
            image_url,
            mask_url: text("mask_url").map(str::to_owned),
            strength: number("strength").or(likeness.map(|likeness| 1.0 - likeness)).unwrap_or(
                // An instruction changes less of a picture than a variation of it does.
                if endpoint.field("prompt").is_some() { 0.5 } else { 0.6 },
            ),
            turn: turn(field("loras")),
            steps: (walked as u32).max(1),
            count: count("num_images", 1),
            png: text("output_format") == Some("png"),
            inline: flag("sync_mode").unwrap_or(false),
            // Where there is no switch there is a scale, whose last mark lets everything through.
            safety_checker: flag("enable_safety_checker")
                .unwrap_or(text("safety_tolerance").is_some_and(|mark| mark != "6")),
            step_factor: match text("acceleration") {
                Some("regular") => 0.7,
                Some("high") => 0.5,
                _ => 1.0,
            },
        })
    }

    /// Whether the safety checker would black this picture out.
    pub(crate) fn flagged(&self) -> bool {
        const WORDS: [&str; 7] =
            ["nsfw", "nude", "nudes", "nudity", "naked", "porn", "pornographic"];
        let prompt = self.prompt.to_lowercase();
        self.safety_checker
            && prompt
                .split(|letter: char| !letter.is_alphanumeric())
                .any(|word| WORDS.contains(&word))
    }
}

/// What a list of `loras` does to the colours: each turns them its own way, as far as its scale says.
fn turn(loras: Option<&Value>) -> f32 {
    let loras = loras.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let turns = loras.iter().map(|lora| {
        let path = lora.get("path").and_then(Value::as_str).unwrap_or_default();
        let scale = lora.get("scale").and_then(Value::as_f64).unwrap_or(1.0);
        paint::turn_of(path.trim()) * scale as f32
    });
    turns.sum::<f32>() % 360.0
}

fn exact_seed(value: &Value) -> Result<(Number, u64), Value> {
    if let Some(seed) = whole(value) {
        return Ok((Number::from(seed), seed));
    }
    if let Some(seed) = value.as_i64() {
        return Ok((Number::from(seed), seed.cast_unsigned()));
    }
    let path = [Value::from("body"), Value::from("seed")];
    Err(detail(
        &path,
        "less_than_equal",
        "Input should be less than or equal to 18446744073709551615",
        &[("le", u64::MAX.into())],
        Some(value),
    ))
}
