//! The first half.
//!
//! It is the whole module, section by section, with four changes: the bodies of those who went, their
//! constants, more places in the table of functions, and more exports. Those who went keep their numbers, so nobody
//! else's change.

use wasm_encoder::{
    CodeSection, DataCountSection, ExportKind, ExportSection, Function, Instruction, Module,
    RawSection, SectionId, TableSection, reencode::Reencode as _,
};

use crate::split::{NotSplit, Writer, data, lent_name, parts::Parts, plan::Plan};

/// Writes the first half.
pub(super) fn write(parts: &Parts<'_>, plan: &Plan<'_>) -> Result<Vec<u8>, NotSplit> {
    let mut module = Module::new();
    for (id, contents) in &parts.sections {
        if *id == SectionId::Custom as u8 {
            // Names and notes of the tools: nobody reads them in a browser.
        } else if *id == SectionId::Table as u8 {
            module.section(&tables(parts, plan)?);
        } else if *id == SectionId::Export as u8 {
            module.section(&exports(parts, plan)?);
        } else if *id == SectionId::Code as u8 {
            module.section(&code(parts, plan));
        } else if let (Some((_, stay)), true) = (&plan.constants, *id == SectionId::Data as u8) {
            module.section(&data::section(stay, &[]).0);
        } else if let (Some((_, stay)), true) = (&plan.constants, *id == SectionId::DataCount as u8)
        {
            module.section(&DataCountSection { count: data::section(stay, &[]).1 });
        } else {
            module.section(&RawSection { id: *id, data: contents });
        }
    }
    Ok(module.finish())
}

/// The tables, with room for the places that are taken from now on.
fn tables(parts: &Parts<'_>, plan: &Plan<'_>) -> Result<TableSection, NotSplit> {
    let mut tables = TableSection::new();
    for (number, table) in (0..).zip(&parts.tables) {
        let mut kind = Writer::default().table_type(*table)?;
        if number == parts.table {
            // Others may make it grow no further than before.
            let added = u64::from(plan.size) - kind.minimum.min(plan.size.into());
            kind.minimum = plan.size.into();
            kind.maximum = kind.maximum.map(|most| most.saturating_add(added));
        }
        tables.table(kind);
    }
    Ok(tables)
}

/// What there was to export, and what the second half borrows.
fn exports(parts: &Parts<'_>, plan: &Plan<'_>) -> Result<ExportSection, NotSplit> {
    let mut exports = ExportSection::new();
    for export in &parts.exports {
        exports.export(export.name, Writer::default().export_kind(export.kind)?, export.index);
    }
    for (number, _) in (0..).zip(&parts.memories) {
        exports.export(&lent_name('m', number), ExportKind::Memory, number);
    }
    for (number, _) in (0..).zip(&parts.tables) {
        exports.export(&lent_name('t', number), ExportKind::Table, number);
    }
    for (number, _) in (0..).zip(&parts.globals) {
        exports.export(&lent_name('g', number), ExportKind::Global, number);
    }
    for function in &plan.lent {
        exports.export(&lent_name('f', *function), ExportKind::Func, *function);
    }
    Ok(exports)
}

fn code(parts: &Parts<'_>, plan: &Plan<'_>) -> CodeSection {
    let mut code = CodeSection::new();
    for (function, body) in parts.bodies() {
        if !plan.later.contains(&function) {
            code.raw(body.as_bytes());
        } else if let Some(place) = plan.stand_ins.get(&function) {
            code.function(&stand_in(parts, function, *place));
        } else {
            code.function(&nobody());
        }
    }
    code
}

/// A function that hands its arguments to whoever is at a place of the table.
fn stand_in(parts: &Parts<'_>, function: u32, place: u32) -> Function {
    let mut stand_in = Function::new([]);
    for parameter in 0..parts.parameters(function) {
        stand_in.instruction(&Instruction::LocalGet(parameter));
    }
    let (type_index, table_index) = (parts.kind(function), parts.table);
    stand_in.instruction(&Instruction::I32Const(place.cast_signed()));
    stand_in.instruction(&Instruction::CallIndirect { type_index, table_index });
    stand_in.instruction(&Instruction::End);
    stand_in
}

/// What is left of a function that nobody calls by its number any more.
fn nobody() -> Function {
    let mut nobody = Function::new([]);
    nobody.instruction(&Instruction::Unreachable);
    nobody.instruction(&Instruction::End);
    nobody
}
