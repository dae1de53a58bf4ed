//! Picture sizes by name.
//!
//! fal names sizes with six words that all its picture models share, and some models add names
//! that carry a ratio or the pixels themselves. Source: fal `toolkit/image/image.py`.

/// Width and height in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PixelSize {
    /// Pixels from left to right.
    pub width: u32,
    /// Pixels from top to bottom.
    pub height: u32,
}

/// The pixels a size name stands for, when that is known: `square_hd`, `1024x1536`.
pub fn pixel_size(name: &str) -> Option<PixelSize> {
    let (width, height) = match name {
        "square_hd" => (1024, 1024),
        "square" => (512, 512),
        "portrait_4_3" => (768, 1024),
        "portrait_16_9" => (576, 1024),
        "landscape_4_3" => (1024, 768),
        "landscape_16_9" => (1024, 576),
        other => {
            let (width, height) = other.split_once(['x', '*'])?;
            (width.parse().ok()?, height.parse().ok()?)
        }
    };
    Some(PixelSize { width, height })
}

/// The ratio a name speaks of, as width and height in small numbers: `portrait_4_3` is (3, 4),
/// `16:9` is (16, 9).
pub fn ratio(name: &str) -> Option<(u32, u32)> {
    if name.starts_with("square") {
        return Some((1, 1));
    }
    let (upright, numbers) = match name.split_once('_') {
        Some(("portrait", rest)) => (true, rest),
        Some(("landscape", rest)) => (false, rest),
        _ => (false, name),
    };
    let (first, second) = numbers.split_once(['_', ':', 'x', '*'])?;
    let (first, second): (u32, u32) = (first.parse().ok()?, second.parse().ok()?);
    if first == 0 || second == 0 {
        return None;
    }
    let divisor = greatest_common_divisor(first, second);
    let (long, short) = (first / divisor, second / divisor);
    Some(if upright { (short, long) } else { (long, short) })
}

fn greatest_common_divisor(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { greatest_common_divisor(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shared_name_has_pixels_and_the_same_ratio() {
        for name in [
            "square_hd",
            "square",
            "portrait_4_3",
            "portrait_16_9",
            "landscape_4_3",
            "landscape_16_9",
            "1024x1536",
        ] {
            let size = pixel_size(name).expect(name);
            let (wide, high) = ratio(name).expect(name);
            assert_eq!(size.width * high, size.height * wide, "{name}");
        }
    }

    #[test]
    fn names_without_a_size_have_none() {
        for name in ["auto", "auto_2K", "x", "0x0", ""] {
            assert_eq!(ratio(name), None, "{name}");
        }
        assert_eq!(pixel_size("auto"), None);
    }
}
