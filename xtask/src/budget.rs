//! How much a first visit may weigh.
//!
//! This module owns the limit and what counts towards it. It reads a finished dist/; it does not
//! build one.

use std::{fs, path::Path};

use crate::{compress::sibling, error::Failure, page, say, stamp::files as files_below};

/// What a person downloads before the first letter can be typed, compressed: about one second on a
/// slow mobile line. A plain Leptos page of this kind takes 60; the rest is for the form and for
/// growth that somebody has thought about.
const BUDGET_KIB: u64 = 150;

/// Loaded by the program itself as it starts, so no reference in index.html tells of them.
const FETCHED_AT_START: [&str; 1] = ["config.json"];

/// How much one file weighs.
#[derive(Debug)]
struct Weight {
    file: String,
    raw: u64,
    compressed: u64,
}

/// Prints what a first visit loads, and refuses a visit that is too heavy.
pub(crate) fn check(dist: &Path) -> Result<(), Failure> {
    let weights = first_visit(dist)?;
    say::line(table(&weights));
    judge(&weights)
}

fn sum(weights: &[Weight], part: fn(&Weight) -> u64) -> u64 {
    weights.iter().map(part).sum()
}

fn table(weights: &[Weight]) -> String {
    let row = |raw, compressed, text: &str| {
        format!("    {:>9} {:>9}  {text}\n", say::kib(raw), say::kib(compressed))
    };
    let mut table = format!("    {:>9} {:>9}  first visit\n", "raw KiB", "brotli");
    for Weight { file, raw, compressed } in weights {
        table += &row(*raw, *compressed, file);
    }
    let (raw, compressed) = (sum(weights, |one| one.raw), sum(weights, |one| one.compressed));
    table += &row(raw, compressed, &format!("in all, of {BUDGET_KIB}"));
    table.trim_end().to_owned()
}

fn judge(weights: &[Weight]) -> Result<(), Failure> {
    let total = sum(weights, |one| one.compressed);
    let over = total.saturating_sub(BUDGET_KIB * 1024);
    if over == 0 {
        return Ok(());
    }
    let name = |one: &Weight| format!("{} {}", one.file, say::kib(one.compressed));
    let largest: Vec<_> = weights.iter().take(3).map(name).collect();
    let (total, over, largest) = (say::kib(total), say::kib(over), largest.join(", "));
    Err(Failure::OverBudget { total, over, budget: BUDGET_KIB, largest })
}

/// The page and everything it needs until the form can be typed into, the heaviest first.
fn first_visit(dist: &Path) -> Result<Vec<Weight>, Failure> {
    let index = dist.join("index.html");
    let html = fs::read_to_string(&index).map_err(Failure::file("read", &index))?;
    let mut files = page::loaded_files(&html);
    for file in FETCHED_AT_START {
        if dist.join(file).is_file() && !files.iter().any(|known| known == file) {
            files.push(file.to_owned());
        }
    }
    // What wasm-bindgen's script imports in turn.
    for snippet in files_below(&dist.join("snippets"))? {
        let name =
            snippet.strip_prefix(dist).unwrap_or(&snippet).to_string_lossy().replace('\\', "/");
        if name.ends_with(".js") && !files.contains(&name) {
            files.push(name);
        }
    }
    files.insert(0, "index.html".into());
    let mut weights: Vec<_> =
        files.into_iter().map(|file| weigh(dist, file)).collect::<Result<_, _>>()?;
    weights.sort_by_key(|weight| std::cmp::Reverse(weight.compressed));
    Ok(weights)
}

/// A file without a compressed sibling travels as it is.
fn weigh(dist: &Path, file: String) -> Result<Weight, Failure> {
    let path = dist.join(&file);
    let length =
        |path: &Path| path.metadata().ok().filter(|data| data.is_file()).map(|data| data.len());
    let Some(raw) = length(&path) else { return Err(Failure::DeadReference(file)) };
    let compressed = length(&sibling(&path, "br")).unwrap_or(raw);
    Ok(Weight { file, raw, compressed })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    /// A dist/ with these files, taken away again when dropped.
    struct Dist(PathBuf);

    impl Dist {
        fn with(name: &str, files: &[(&str, usize)]) -> Self {
            let folder = std::env::temp_dir()
                .join(format!("flux-studio-budget-{name}-{}", std::process::id()));
            fs::create_dir_all(folder.join("snippets/a")).unwrap();
            fs::write(
                folder.join("index.html"),
                r#"<script src="./boot.js?js=./app.js&wasm=./app.wasm"></script>"#,
            )
            .unwrap();
            for (file, length) in files {
                fs::write(folder.join(file), vec![b'x'; *length]).unwrap();
            }
            Self(folder)
        }
    }

    impl Drop for Dist {
        fn drop(&mut self) {
            fs::remove_dir_all(&self.0).ok();
        }
    }

    const PAGE: [(&str, usize); 4] =
        [("boot.js", 10), ("app.js", 10), ("app.wasm", 900_000), ("app.wasm.br", 100_000)];

    #[test]
    fn the_compressed_sibling_is_what_counts() {
        let dist = Dist::with("fits", &PAGE);
        judge(&first_visit(&dist.0).unwrap()).unwrap();
    }

    #[test]
    fn what_the_program_loads_by_itself_counts_too() {
        let dist = Dist::with("own", &PAGE);
        fs::write(dist.0.join("config.json"), vec![b'x'; 28_000]).unwrap();
        fs::write(dist.0.join("snippets/a/b.js"), vec![b'x'; 30_000]).unwrap();
        let sentence = judge(&first_visit(&dist.0).unwrap()).unwrap_err().to_string();
        assert!(
            sentence.contains("app.wasm 97.7, snippets/a/b.js 29.3, config.json 27.4"),
            "{sentence}"
        );
    }

    #[test]
    fn a_dead_reference_is_named() {
        let dist = Dist::with("dead", &PAGE[..2]);
        assert!(first_visit(&dist.0).unwrap_err().to_string().contains("app.wasm"));
    }
}
