//! The second half.
//!
//! It has nothing of its own but functions and constants. As it is instantiated they take their places
//! in the table and the memory of the first half, and nothing else happens.

use std::{borrow::Cow, collections::BTreeMap};

use wasm_encoder::{
    CodeSection, ConstExpr, ElementSection, Elements, EntityType, FunctionSection, ImportSection,
    Module, RawSection, SectionId, TableType, reencode::Reencode as _,
};

use crate::split::{FIRST, NotSplit, Writer, data, lent_name, parts::Parts, plan::Plan};

/// Writes the second half.
pub(super) fn write(parts: &Parts<'_>, plan: &Plan<'_>) -> Result<Vec<u8>, NotSplit> {
    // Imported functions come first.
    let numbers: BTreeMap<u32, u32> =
        plan.lent.iter().chain(&plan.later).copied().zip(0..).collect();
    let mut module = Module::new();
    // With all types as they were, their numbers are right wherever they stand.
    for (id, data) in parts.sections.iter().filter(|(id, _)| *id == SectionId::Type as u8) {
        module.section(&RawSection { id: *id, data });
    }
    module.section(&imports(parts, plan)?);
    let mut functions = FunctionSection::new();
    for function in &plan.later {
        functions.function(parts.kind(*function));
    }
    module.section(&functions);
    module.section(&places(parts, plan, &numbers));
    let mut code = CodeSection::new();
    for body in plan.later.iter().filter_map(|function| parts.body(*function)) {
        Writer { functions: Some(&numbers) }.parse_function_body(&mut code, body.clone())?;
    }
    module.section(&code);
    if let Some((go, stay)) = &plan.constants {
        // The first half is at work by then: what is its own stays as it is.
        module.section(&data::section(go, stay).0);
    }
    Ok(module.finish())
}

/// What is borrowed: all but functions whole, so that it keeps its numbers.
fn imports(parts: &Parts<'_>, plan: &Plan<'_>) -> Result<ImportSection, NotSplit> {
    let mut imports = ImportSection::new();
    for function in &plan.lent {
        let kind = EntityType::Function(parts.kind(*function));
        imports.import(FIRST, &lent_name('f', *function), kind);
    }
    for (number, memory) in (0..).zip(&parts.memories) {
        imports.import(FIRST, &lent_name('m', number), Writer::default().memory_type(*memory)?);
    }
    for (number, table) in (0..).zip(&parts.tables) {
        // Any size will do: the first half sees to it.
        let kind = TableType { minimum: 0, maximum: None, ..Writer::default().table_type(*table)? };
        imports.import(FIRST, &lent_name('t', number), kind);
    }
    for (number, global) in (0..).zip(&parts.globals) {
        imports.import(FIRST, &lent_name('g', number), Writer::default().global_type(*global)?);
    }
    Ok(imports)
}

/// The places that are taken in the table, one list for each row of neighbours.
fn places(parts: &Parts<'_>, plan: &Plan<'_>, numbers: &BTreeMap<u32, u32>) -> ElementSection {
    let mut rows: Vec<(u32, Vec<u32>)> = Vec::new();
    for (place, function) in plan.taken(parts) {
        let Some(number) = numbers.get(&function) else { continue };
        match rows.last_mut() {
            Some((start, row)) if place as usize == *start as usize + row.len() => {
                row.push(*number)
            }
            _ => rows.push((place, vec![*number])),
        }
    }
    let mut elements = ElementSection::new();
    for (start, row) in rows {
        let start = ConstExpr::i32_const(start.cast_signed());
        elements.active(Some(parts.table), &start, Elements::Functions(Cow::Owned(row)));
    }
    elements
}
