//! Compressed siblings for the files of the page.
//!
//! This module owns which files are worth compressing and how hard. A server that knows `.br` and
//! `.gz` siblings (ours does) then never compresses anything itself. It knows nothing of HTTP.

use std::{
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
    thread,
};

use brotli::enc::BrotliEncoderParams;
use flate2::{Compression, write::GzEncoder};

use crate::{error::Failure, stamp::files};

/// Text, and wasm, which compresses like it. Pictures are compressed already.
const COMPRESSIBLE: [&str; 9] =
    ["css", "html", "js", "json", "mjs", "svg", "txt", "wasm", "webmanifest"];

/// Writes a `.br` and a `.gz` beside every file below the folder that gains by it, and says for how
/// many it did.
pub(crate) fn siblings(folder: &Path) -> Result<usize, Failure> {
    let mut files: Vec<_> =
        files(folder)?.into_iter().filter(|file| is_compressible(file)).collect();
    // Large ones first, dealt in turn: the wasm takes longer than all the others together.
    files.sort_by_key(|file| std::cmp::Reverse(file.metadata().map_or(0, |data| data.len())));
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let hands = (0..workers).map(|hand| files.iter().skip(hand).step_by(workers));
    thread::scope(|scope| {
        let threads: Vec<_> =
            hands.map(|mut hand| scope.spawn(move || hand.try_for_each(compress))).collect();
        let done = threads
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        done.collect::<Result<Vec<()>, _>>()
    })?;
    Ok(files.len())
}

/// The sibling of a file with one more extension.
pub(crate) fn sibling(file: &Path, extension: &str) -> PathBuf {
    file.with_added_extension(extension)
}

fn is_compressible(file: &Path) -> bool {
    // The one file that whoever hosts the page edits: a sibling would go stale and be served.
    let is_edited = file.file_name().is_some_and(|name| name == "config.json");
    let suits = |extension| COMPRESSIBLE.iter().any(|name| *name == extension);
    !is_edited && file.extension().is_some_and(suits)
}

fn compress(file: &PathBuf) -> Result<(), Failure> {
    let raw = fs::read(file).map_err(Failure::file("read", file))?;
    for (extension, packed) in [("br", brotli(&raw)), ("gz", gzip(&raw))] {
        let packed = packed.map_err(Failure::file("compress", file))?;
        let path = sibling(file, extension);
        fs::write(&path, packed).map_err(Failure::file("write", path))?;
    }
    Ok(())
}

fn brotli(raw: &[u8]) -> io::Result<Vec<u8>> {
    // 24 is the largest window every browser accepts.
    let how =
        BrotliEncoderParams { quality: 11, lgwin: 24, size_hint: raw.len(), ..Default::default() };
    let mut packed = Vec::new();
    brotli::BrotliCompress(&mut &*raw, &mut packed, &how)?;
    Ok(packed)
}

/// No name and no time goes in, so the same page gives the same bytes.
fn gzip(raw: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(raw)?;
    encoder.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read as _;

    #[test]
    fn both_forms_unpack_to_the_same() {
        let raw = b"a page, a page, a page, and nothing but a page".repeat(20);
        let mut unpacked = Vec::new();
        brotli::BrotliDecompress(&mut &*brotli(&raw).unwrap(), &mut unpacked).unwrap();
        assert_eq!(unpacked, raw);
        let mut unpacked = Vec::new();
        flate2::read::GzDecoder::new(&*gzip(&raw).unwrap()).read_to_end(&mut unpacked).unwrap();
        assert_eq!(unpacked, raw);
    }

    #[test]
    fn every_text_gets_both_siblings_and_nothing_else_does() {
        let folder =
            std::env::temp_dir().join(format!("flux-studio-compress-{}", std::process::id()));
        fs::create_dir_all(folder.join("models")).unwrap();
        for name in ["index.html", "models/a.json", "icon.png"] {
            fs::write(folder.join(name), "text").unwrap();
        }
        assert_eq!(siblings(&folder).unwrap(), 2);
        // A second time: the siblings themselves are not compressed again.
        assert_eq!(siblings(&folder).unwrap(), 2);
        let names: Vec<_> = files(&folder)
            .unwrap()
            .iter()
            .map(|file| file.file_name().unwrap().to_string_lossy().into_owned())
            .collect();
        fs::remove_dir_all(&folder).unwrap();
        assert_eq!(
            names,
            [
                "icon.png",
                "index.html",
                "index.html.br",
                "index.html.gz",
                "a.json",
                "a.json.br",
                "a.json.gz"
            ]
        );
    }
}
