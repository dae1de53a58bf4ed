//! The names of functions.
//!
//! This module knows how the tools write them down. What they mean is for others to say.

use std::collections::BTreeMap;

use wasmparser::{Name, NameSectionReader};

use crate::split::NotSplit;

/// The names of the functions that have one, without the hashes of crates.
pub(super) fn of_functions(
    section: NameSectionReader<'_>,
) -> Result<BTreeMap<u32, String>, NotSplit> {
    let mut functions = BTreeMap::new();
    for names in section {
        if let Name::Function(names) = names? {
            for name in names {
                let name = name?;
                functions.insert(name.index, without_hashes(name.name));
            }
        }
    }
    Ok(functions)
}

/// A name as the compiler writes it, without the hashes of crates: `app[0123456789abcdef]::main`.
fn without_hashes(name: &str) -> String {
    let mut words = String::with_capacity(name.len());
    let mut rest = name;
    while let Some((before, after)) = rest.split_once('[') {
        words.push_str(before);
        let is_hash =
            |hash: &str| hash.len() >= 8 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
        match after.split_once(']').filter(|(hash, _)| is_hash(hash)) {
            Some((_, after)) => rest = after,
            None => {
                words.push('[');
                rest = after;
            }
        }
    }
    words + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_loses_the_hashes_of_crates_and_nothing_else() {
        let name = "<[u8]>::f::<app[0123456789abcdef]::A, [u8; 3], alloc[00ff00ff00ff00ff]::B>";
        assert_eq!(without_hashes(name), "<[u8]>::f::<app::A, [u8; 3], alloc::B>");
    }
}
