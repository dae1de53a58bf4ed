//! What the functions of a module say, as far as it matters to splitting.
//!
//! This module owns which instructions may be there. An instruction that names a function in some
//! other way than by calling it would be missed, so only proposals that were looked at are let in.

use std::collections::BTreeSet;

use wasmparser::{FunctionBody, Operator};

use crate::split::NotSplit;

/// The proposals of which each instruction means the same in either half.
const KNOWN: [&str; 8] = [
    "mvp",
    "sign_extension",
    "saturating_float_to_int",
    "bulk_memory",
    "reference_types",
    "simd",
    "relaxed_simd",
    "wide_arithmetic",
];

/// The functions that a body calls. `table` is the table of functions.
pub(super) fn callees(body: &FunctionBody<'_>, table: u32) -> Result<BTreeSet<u32>, NotSplit> {
    let mut callees = BTreeSet::new();
    for operator in body.get_operators_reader()? {
        let operator = operator?;
        match &operator {
            Operator::Call { function_index } => {
                callees.insert(*function_index);
            }
            Operator::RefFunc { .. } => {
                return Err(NotSplit::Unknown("a reference to a function in the code"));
            }
            // It would see the places that splitting adds, or move what splitting relies on.
            operator if looks_into(operator, table) => {
                return Err(NotSplit::Unknown("a table of functions that the code looks into"));
            }
            operator => {
                let proposal = proposal(operator);
                if !KNOWN.contains(&proposal) {
                    return Err(NotSplit::Instructions(proposal));
                }
            }
        }
    }
    Ok(callees)
}

/// Whether an instruction does more with a table than to call what is there.
fn looks_into(operator: &Operator<'_>, function_table: u32) -> bool {
    match operator {
        Operator::TableGet { table }
        | Operator::TableSet { table }
        | Operator::TableGrow { table }
        | Operator::TableSize { table }
        | Operator::TableFill { table }
        | Operator::TableInit { table, .. } => *table == function_table,
        Operator::TableCopy { dst_table, src_table } => {
            [dst_table, src_table].contains(&&function_table)
        }
        _ => false,
    }
}

/// The proposal that an instruction came with.
fn proposal(operator: &Operator<'_>) -> &'static str {
    macro_rules! proposal {
        ($(@$proposal:ident $name:ident $({ $($field:ident: $kind:ty),* })? => $visit:ident ($($_:tt)*))*) => {
            match operator {
                $(Operator::$name { .. } => stringify!($proposal),)*
                _ => "a later version",
            }
        };
    }
    wasmparser::for_each_operator!(proposal)
}
