//! Who goes, and what each half needs of the other.
//!
//! This module owns the decision. A name decides for a function, and being reachable only from those
//! that go for the others; constants follow those who use them. It writes nothing.

use std::collections::{BTreeMap, BTreeSet};

use crate::split::{
    NotSplit,
    data::{self, Constant},
    parts::Parts,
};

/// Functions of fewer bytes stay unless they call others that go, or only such call them. The compiler
/// keeps one of several functions that are alike, under the name of any: if it is small it may be
/// everybody's.
pub(super) const SMALL: usize = 240;

/// What goes where.
pub(super) struct Plan<'m> {
    /// The functions that go. In the first half nothing is left of them but the number.
    pub(super) later: BTreeSet<u32>,
    /// Those of them that somebody who stays, or somebody outside, calls. They leave a stand-in that
    /// calls whoever is at this place of the table. No other place would do: a function that is in
    /// the table already would leave its stand-in there, to call itself.
    pub(super) stand_ins: BTreeMap<u32, u32>,
    /// How many places the table needs now.
    pub(super) size: u32,
    /// Those that stay and are called by some that go.
    pub(super) lent: BTreeSet<u32>,
    /// The constants that go and those that stay, unless the data is better left as it is.
    pub(super) constants: Option<(Vec<Constant<'m>>, Vec<Constant<'m>>)>,
}

impl<'m> Plan<'m> {
    pub(super) fn of(parts: &Parts<'m>, is_later: &dyn Fn(&str) -> bool) -> Result<Self, NotSplit> {
        let stay = stay(parts, is_later);
        let all = parts.bodies().map(|(function, _)| function);
        let later: BTreeSet<u32> = all.filter(|function| !stay.contains(function)).collect();

        let from_outside = parts.exports.iter().filter(|export| is_function(export));
        let called: BTreeSet<u32> = stay
            .iter()
            .flat_map(|function| parts.callees(*function))
            .chain(from_outside.map(|export| export.index))
            .filter(|function| later.contains(function))
            .collect();
        let too_large = NotSplit::Unknown("a table that is too large");
        let table = parts.tables.get(parts.table as usize).map_or(0, |table| table.initial);
        let (Ok(table), Ok(added)) = (u32::try_from(table), u32::try_from(called.len())) else {
            return Err(too_large);
        };
        let size = table.checked_add(added).ok_or(too_large)?;
        let stand_ins = called.into_iter().zip(table..).collect();

        let lent = later
            .iter()
            .flat_map(|function| parts.callees(*function))
            .filter(|function| !later.contains(function))
            .collect();
        let numbers = |goes: bool| {
            let bodies = parts.bodies().filter(|(function, _)| later.contains(function) == goes);
            let mut numbers = BTreeSet::new();
            for (_, body) in bodies {
                numbers.append(&mut data::numbers(body)?);
            }
            Ok::<_, NotSplit>(numbers)
        };
        let constants = match &parts.constants {
            Some(constants) => Some(constants.split(&numbers(true)?, &numbers(false)?)),
            None => None,
        };
        Ok(Self { later, stand_ins, size, lent, constants })
    }

    /// The table as the second half leaves it, as far as that takes places there.
    pub(super) fn taken(&self, parts: &Parts<'_>) -> BTreeMap<u32, u32> {
        let own = parts.places.iter().filter(|(_, function)| self.later.contains(function));
        let own = own.map(|(place, function)| (*place, *function));
        own.chain(self.stand_ins.iter().map(|(function, place)| (*place, *function))).collect()
    }

    /// Who stays and calls somebody who goes, by name.
    pub(super) fn gates(&self, parts: &Parts<'_>) -> BTreeSet<(String, String)> {
        let name = |function| match parts.name_of(function) {
            Some(name) => name.to_owned(),
            None => format!("function {function}"),
        };
        let mut gates = BTreeSet::new();
        for (caller, _) in parts.bodies() {
            if self.later.contains(&caller) {
                continue;
            }
            let later = parts.callees(caller).filter(|callee| self.later.contains(callee));
            gates.extend(later.map(|callee| (name(caller), name(callee))));
        }
        gates
    }
}

/// The functions that stay: all that can be reached without passing one that is named.
fn stay(parts: &Parts<'_>, is_later: &dyn Fn(&str) -> bool) -> BTreeSet<u32> {
    let go = named(parts, is_later);
    let exports = parts.exports.iter().filter(|export| is_function(export));
    let mut rest: Vec<u32> = exports.map(|export| export.index).collect();
    rest.extend(parts.places.values().chain(&parts.start));
    let mut stay = BTreeSet::new();
    while let Some(function) = rest.pop() {
        if !go.contains(&function) && stay.insert(function) {
            rest.extend(parts.callees(function));
        }
    }
    stay
}

/// Those that go by their name: large ones, and small ones that call one of those. What such a one is
/// alike needs the second half as much.
fn named(parts: &Parts<'_>, is_later: &dyn Fn(&str) -> bool) -> BTreeSet<u32> {
    // The first half calls its start as it begins, whatever its name.
    let is_named = |function: &u32| {
        parts.start != Some(*function) && parts.name_of(*function).is_some_and(is_later)
    };
    let is_large =
        |function: &u32| parts.body(*function).is_some_and(|body| body.as_bytes().len() >= SMALL);
    let all = parts.bodies().map(|(function, _)| function).filter(is_named);
    let (mut go, mut small): (BTreeSet<u32>, BTreeSet<u32>) = all.partition(is_large);
    loop {
        let calls = |function: &u32| parts.callees(*function).any(|callee| go.contains(&callee));
        let more: BTreeSet<u32> = small.iter().copied().filter(calls).collect();
        if more.is_empty() {
            return go;
        }
        small.retain(|function| !more.contains(function));
        go.extend(more);
    }
}

fn is_function(export: &wasmparser::Export<'_>) -> bool {
    export.kind == wasmparser::ExternalKind::Func
}
