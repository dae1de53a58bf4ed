//! Files for tests: real pictures to pick, and the one encoding they are sent in.

use std::fs;
use std::path::{Path, PathBuf};

use image::{Rgb, RgbImage};

/// Draws a small picture and saves it as PNG.
pub fn picture(folder: &Path, name: &str, width: u32, height: u32) -> PathBuf {
    let shade = |at: u32, of: u32| u8::try_from(at * 255 / of).unwrap_or(u8::MAX);
    let pixel = |x, y| Rgb([shade(x, width), shade(y, height), 96]);
    let path = folder.join(name);
    RgbImage::from_fn(width, height, pixel).save(&path).expect("a picture that can be saved");
    path
}

/// Draws a square picture that cannot be compressed and saves it as PNG: three bytes for each pixel.
pub fn noise(folder: &Path, name: &str, side: u32) -> PathBuf {
    let mut dice = 1_u32;
    let mut roll = || {
        dice = dice.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        dice.to_be_bytes()[0]
    };
    let path = folder.join(name);
    let picture = RgbImage::from_fn(side, side, |_, _| Rgb([roll(), roll(), roll()]));
    picture.save(&path).expect("a picture that can be saved");
    path
}

/// Writes a file that is no picture, whatever its name says.
pub fn junk(folder: &Path, name: &str, size: usize) -> PathBuf {
    let path = folder.join(name);
    fs::write(&path, vec![b'j'; size]).expect("a file that can be saved");
    path
}

/// A PNG file as a data URI.
pub fn data_uri(path: &Path) -> String {
    format!("data:image/png;base64,{}", base64(&fs::read(path).expect("a file")))
}

/// Base64 with padding (RFC 4648, section 4).
pub fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let byte = |index: usize| u32::from(group.get(index).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for digit in 0..4 {
            let value = bits >> (18 - 6 * digit) & 63;
            text.push(if digit > group.len() { '=' } else { DIGITS[value as usize].into() });
        }
    }
    text
}

#[test]
fn base64_is_what_the_standard_says() {
    for (bytes, text) in
        [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg==")]
    {
        assert_eq!(base64(bytes.as_bytes()), text);
    }
}
