//! A validated input as the painter needs it: every field present, from the request or from the
//! document's defaults. What JSON Schema cannot say is checked here.

use serde_json::{Number, Value};
use uuid::Uuid;

use super::catalog::Endpoint;
use super::validate::detail;

/// The largest picture the demo draws, in pixels (4096 × 4096).
pub(crate) const LARGEST: u64 = 4096 * 4096;

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
    pub(crate) strength: f64,
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
        let flag = |name: &str| field(name).and_then(Value::as_bool).unwrap_or(false);
        let whole = |name: &str, or: u32| {
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
        let size = match field("image_size") {
            Some(size) => Some(pixels(size)?),
            None => None,
        };
        Ok(Self {
            prompt: text("prompt").unwrap_or_default().to_owned(),
            seed,
            seed_bits,
            size,
            image_url: text("image_url").map(str::to_owned),
            strength: field("strength").and_then(Value::as_f64).unwrap_or(1.0),
            steps: whole("num_inference_steps", 28),
            count: whole("num_images", 1),
            png: text("output_format") == Some("png"),
            inline: flag("sync_mode"),
            safety_checker: flag("enable_safety_checker"),
            step_factor: match text("acceleration") {
                Some("regular") => 0.7,
                Some("high") => 0.5,
                _ => 1.0,
            },
        })
    }

    /// How many steps the sampler really walks: it enters later the more of the source is kept.
    pub(crate) fn walked_steps(&self) -> u32 {
        if self.image_url.is_none() {
            return self.steps.max(1);
        }
        ((f64::from(self.steps) * self.strength) as u32).max(1)
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

/// A JSON number without a fractional part; `7.0` is 7, as it is for the real model.
fn whole(value: &Value) -> Option<u64> {
    let float =
        || value.as_f64().filter(|n| n.fract() == 0.0 && (0.0..9e15).contains(n)).map(|n| n as u64);
    value.as_u64().or_else(float)
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
        Some(("le", u64::MAX.into())),
        Some(value),
    ))
}

/// The preset sizes are those of fal's toolkit (`projects/fal/src/fal/toolkit/image/image.py`).
fn pixels(size: &Value) -> Result<(u32, u32), Value> {
    let named = |name: &str| match name {
        "square_hd" => Some((1024, 1024)),
        "square" => Some((512, 512)),
        "portrait_4_3" => Some((768, 1024)),
        "portrait_16_9" => Some((576, 1024)),
        "landscape_4_3" => Some((1024, 768)),
        "landscape_16_9" => Some((1024, 576)),
        _ => None,
    };
    if let Some(size) = size.as_str().and_then(named) {
        return Ok(size);
    }
    let side = |name: &str| {
        size.get(name).and_then(whole).and_then(|n| u32::try_from(n).ok()).unwrap_or(512)
    };
    let (width, height) = (side("width"), side("height"));
    if u64::from(width) * u64::from(height) <= LARGEST {
        return Ok((width, height));
    }
    let path = [Value::from("body"), Value::from("image_size")];
    let sentence = "The demo engine draws pictures of up to 4096 × 4096 pixels (16.8 megapixels)";
    Err(detail(&path, "image_too_large", sentence, Some(("max_width", 4096.into())), Some(size)))
}
