//! The finished program in two files, and a page that knows both.
//!
//! This module owns the names of the files, and the check that the lists of `later` are kept to. How
//! a module is taken apart is `split`'s to know; when the second half is fetched, the program's.

use std::{fs, path::Path};

use sha2::{Digest as _, Sha384};

use crate::{
    error::Failure,
    later::{GATES, LATER, LATER_BY_NAME},
    scripts::integrity,
    split::{Halves, split},
};

/// How the page's reference to the second half begins: nothing a browser would fetch by itself. The
/// loader asks for it by this.
const LINK: &str = "<link rel=later";

/// Splits the program in dist/, unless that has been done.
pub(crate) fn halve(dist: &Path) -> Result<(), Failure> {
    let page = dist.join("index.html");
    let html = fs::read_to_string(&page).map_err(Failure::file("read", &page))?;
    if html.contains(LINK) {
        return Ok(());
    }
    let name = program(dist, &html)?.ok_or(Failure::NoProgram)?;
    let whole_path = dist.join(&name);
    let whole = fs::read(&whole_path).map_err(Failure::file("read", &whole_path))?;
    let halves = split(&whole, &is_later).map_err(Failure::NotSplit)?;
    check(&halves)?;

    // The names say what is in the files, so that browsers may keep them for good.
    let stem = name.rsplit_once('-').map_or("program", |(stem, _)| stem);
    let named = |bytes: &[u8], kind: &str| {
        let hash: String =
            Sha384::digest(bytes).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        format!("{stem}-{hash}_{kind}.wasm")
    };
    let (first, rest) = (named(&halves.first, "bg"), named(&halves.rest, "later"));
    let link = format!("{LINK} href=./{rest} integrity={}>", integrity(&halves.rest));
    let html = html
        .replace(&name, &first)
        .replace(&integrity(&whole), &integrity(&halves.first))
        .replacen("<script", &format!("{link}<script"), 1);
    if !html.contains(&link) {
        return Err(Failure::NoProgram);
    }
    for (file, bytes) in [(&first, &halves.first), (&rest, &halves.rest)] {
        let path = dist.join(file);
        fs::write(&path, bytes).map_err(Failure::file("write", &path))?;
    }
    if first != name {
        fs::remove_file(&whole_path).map_err(Failure::file("remove", &whole_path))?;
    }
    fs::write(&page, html).map_err(Failure::file("write", &page))
}

/// The wasm file that a built page names.
pub(crate) fn program(dist: &Path, html: &str) -> Result<Option<String>, Failure> {
    let entries = fs::read_dir(dist).map_err(Failure::file("list", dist))?;
    let mut names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    Ok(names.find(|name| name.ends_with("_bg.wasm") && html.contains(name.as_str())))
}

/// A first visit can do without a function of this name.
fn is_later(function: &str) -> bool {
    LATER.iter().any(|later| function.contains(later))
        || LATER_BY_NAME.iter().any(|later| own_name(function).starts_with(later))
}

/// What a name begins with, if it is one of a type's functions too, `<a::B>::c`, or what the compiler
/// makes to let go of what they hold.
fn own_name(function: &str) -> &str {
    let function = function.strip_prefix("core::ptr::drop_in_place::").unwrap_or(function);
    function.trim_start_matches(['<', '&'])
}

/// Whether the halves are what the lists above say.
fn check(halves: &Halves) -> Result<(), Failure> {
    // A single function may have become part of its caller. A whole module has not.
    let modules = LATER.iter().chain(LATER_BY_NAME).filter(|name| name.ends_with("::"));
    let empty: Vec<_> = modules
        .filter(|module| !halves.later.iter().any(|function| function.contains(**module)))
        .copied()
        .collect();
    if !empty.is_empty() {
        return Err(Failure::NoneLater(empty.join(", ")));
    }
    let open: Vec<_> = halves
        .gates
        .iter()
        .filter(|(caller, callee)| !is_gate(caller, callee))
        .map(|(caller, callee)| format!("  {caller}\n    calls {callee}\n"))
        .collect();
    if open.is_empty() { Ok(()) } else { Err(Failure::OpenGates(open.concat())) }
}

/// Whether the first half may make this call. What the compiler makes of a function, closures and the
/// like, has its name somewhere within its own.
fn is_gate(caller: &str, callee: &str) -> bool {
    let is_of = |gate: &str| {
        let ends_here = |after: &str| !after.starts_with(|c: char| c.is_alphanumeric() || c == '_');
        caller
            .match_indices(gate)
            .any(|(at, _)| caller.get(at + gate.len()..).is_some_and(ends_here))
    };
    GATES.iter().any(|(gate, later)| is_of(gate) && own_name(callee).starts_with(later))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{collections::BTreeMap, path::PathBuf};

    const WHOLE: &str = "flux-studio-0123456789abcdef_bg.wasm";

    /// A dist/ with one program, taken away again when dropped.
    struct Dist(PathBuf);

    impl Dist {
        fn with(name: &str, program: &[u8]) -> Self {
            let folder = std::env::temp_dir()
                .join(format!("flux-studio-halves-{name}-{}", std::process::id()));
            fs::create_dir_all(&folder).unwrap();
            let page = format!(
                "<link rel=preload href=./{WHOLE} integrity={}><script src=\"./boot.js?js=./a.js\
                 &wasm=./{WHOLE}\"></script><script src=b.js></script>",
                integrity(program)
            );
            fs::write(folder.join("index.html"), page).unwrap();
            fs::write(folder.join(WHOLE), program).unwrap();
            // One that an earlier build may have left.
            fs::write(folder.join("flux-studio-0000_bg.wasm"), "old").unwrap();
            Self(folder)
        }

        fn files(&self) -> BTreeMap<String, Vec<u8>> {
            let entries = fs::read_dir(&self.0).unwrap().map(Result::unwrap);
            let name = |entry: &fs::DirEntry| entry.file_name().into_string().unwrap();
            entries.map(|entry| (name(&entry), fs::read(entry.path()).unwrap())).collect()
        }
    }

    impl Drop for Dist {
        fn drop(&mut self) {
            fs::remove_dir_all(&self.0).ok();
        }
    }

    /// A program with a function in each module of the second half, and `more`.
    fn program(more: &str) -> Vec<u8> {
        let large = "(drop (i32.const 1))".repeat(100);
        let names = LATER.iter().chain(LATER_BY_NAME).filter(|name| name.ends_with("::"));
        let functions: String = (0..)
            .zip(names)
            .map(|(number, name)| format!("(func $\"{name}x\" (export \"e{number}\") {large})"))
            .collect();
        wat::parse_str(format!("(module (table 1 funcref) {functions} {more})")).unwrap()
    }

    #[test]
    fn the_page_names_both_halves_and_states_their_integrity() {
        let whole = program("");
        let dist = Dist::with("both", &whole);
        halve(&dist.0).unwrap();
        let files = dist.files();
        assert!(!files.contains_key(WHOLE));
        let page = String::from_utf8(files["index.html"].clone()).unwrap();
        let new = |end: &str| {
            let mut names = files.keys().filter(|name| page.contains(name.as_str()));
            names.find(|name| name.starts_with("flux-studio-") && name.ends_with(end)).unwrap()
        };
        let (first, rest) = (new("_bg.wasm"), new("_later.wasm"));
        let halves = split(&whole, &is_later).unwrap();
        assert_eq!((&files[first], &files[rest]), (&halves.first, &halves.rest));
        let link = format!("{LINK} href=./{rest} integrity={}>", integrity(&halves.rest));
        let expected = format!(
            "<link rel=preload href=./{first} integrity={}>{link}<script src=\"./boot.js?js=./a.js\
             &wasm=./{first}\"></script><script src=b.js></script>",
            integrity(&halves.first)
        );
        assert_eq!(page, expected);
    }

    #[test]
    fn a_second_time_changes_nothing() {
        let dist = Dist::with("twice", &program(""));
        halve(&dist.0).unwrap();
        let files = dist.files();
        halve(&dist.0).unwrap();
        assert_eq!(dist.files(), files);
    }

    #[test]
    fn the_same_program_has_the_same_names_and_another_others() {
        let names = |program: &[u8]| {
            let dist = Dist::with("names", program);
            halve(&dist.0).unwrap();
            dist.files().into_keys().collect::<Vec<_>>()
        };
        let one = names(&program(""));
        assert_eq!(one, names(&program("")));
        assert_ne!(one, names(&program("(func $more (export \"more\"))")));
    }

    #[test]
    fn a_call_that_nobody_has_thought_about_is_refused() {
        let call = |caller: &str| {
            format!("(func $\"{caller}\" (export \"c\") (call $\"flux_studio::app::file::x\"))")
        };
        let dist = Dist::with("open", &program(&call("flux_studio::app::bar::bar")));
        let files = dist.files();
        let sentence = halve(&dist.0).unwrap_err().to_string();
        let expected = "flux_studio::app::bar::bar\n    calls flux_studio::app::file::x\n";
        assert!(sentence.contains(expected), "{sentence}");
        assert_eq!(dist.files(), files);
        drop(dist);
        let dist = Dist::with("gate", &program(&call("<k[0123456789ab]::A>::f::<G>")));
        assert!(halve(&dist.0).unwrap_err().to_string().contains("  <k::A>::f::<G>\n"));
    }

    #[test]
    fn closures_and_kinds_of_a_gate_are_gates() {
        let show = "flux_studio::app::field::field_view";
        let later = "flux_studio::app::items::items";
        for name in ["", "::{closure#0}", "::<A>::{closure#2}::{shim:vtable#0}"] {
            assert!(is_gate(&format!("{show}{name}"), later), "{name}");
            assert!(is_gate(&format!("<lib::F<{show}{name}> as FnOnce<()>>::call_once"), later));
        }
        assert!(!is_gate(&format!("{show}s"), later));
        assert!(!is_gate(show, "flux_studio::app::catalog::list"));
        assert!(!is_gate("flux_studio::app::bar::bar", later));
    }

    #[test]
    fn a_list_that_names_what_is_gone_is_refused() {
        let all = program("");
        let text = String::from_utf8_lossy(&all).into_owned();
        assert!(text.contains("flux_studio::app::catalog::x"));
        let (from, to) = (b"::app::catalog::x", b"::app::katalog::x");
        let at = all.windows(from.len()).rposition(|window| window == from).unwrap();
        let mut renamed = all.clone();
        renamed[at..at + to.len()].copy_from_slice(to);
        let dist = Dist::with("gone", &renamed);
        let sentence = halve(&dist.0).unwrap_err().to_string();
        assert!(sentence.contains("no function of flux_studio::app::catalog:: went"), "{sentence}");
    }

    #[test]
    fn a_page_without_its_program_is_refused() {
        let dist = Dist::with("none", b"");
        fs::remove_file(dist.0.join(WHOLE)).unwrap();
        assert!(matches!(halve(&dist.0), Err(Failure::NoProgram)));
        let dist = Dist::with("broken", b"no program");
        assert!(matches!(halve(&dist.0), Err(Failure::NotSplit(_))));
    }
}
