//! A module, read.
//!
//! This module owns what a program may consist of to be split. Every kind of section, and every kind
//! of thing in it that matters to who goes where, is named here, or is refused. The module is valid.

use std::collections::{BTreeMap, BTreeSet};

use wasmparser::{
    ConstExpr, Element, ElementItems, ElementKind, Encoding, Export, ExternalKind, FunctionBody,
    GlobalType, KnownCustom, MemoryType, Operator, Parser, Payload, Table, TableInit, TableType,
    TypeRef,
};

use crate::split::{
    NotSplit, code,
    data::{Constant, Constants},
    is_lent_name, names,
};

/// Everything of a module that matters here.
#[derive(Default)]
pub(super) struct Parts<'m> {
    /// Kind and contents of each section, as they stand.
    pub(super) sections: Vec<(u8, &'m [u8])>,
    /// How many parameters the functions of each type have.
    parameters: Vec<u32>,
    /// The type of each function, imported ones first.
    types: Vec<u32>,
    /// How many functions are imported.
    pub(super) imported: u32,
    pub(super) tables: Vec<TableType>,
    pub(super) memories: Vec<MemoryType>,
    pub(super) globals: Vec<GlobalType>,
    pub(super) exports: Vec<Export<'m>>,
    /// The function that runs as soon as the module is there.
    pub(super) start: Option<u32>,
    /// The number of the one table of functions.
    pub(super) table: u32,
    /// The function at each place of that table.
    pub(super) places: BTreeMap<u32, u32>,
    /// What each function that is not imported says.
    bodies: Vec<FunctionBody<'m>>,
    /// Whom each of these calls.
    callees: Vec<BTreeSet<u32>>,
    names: BTreeMap<u32, String>,
    /// Its constants, if all of them have their places from the start.
    pub(super) constants: Option<Constants<'m>>,
}

impl<'m> Parts<'m> {
    /// Reads a valid module.
    pub(super) fn read(module: &'m [u8]) -> Result<Self, NotSplit> {
        let mut parts = Self::default();
        let mut data = Vec::new();
        for payload in Parser::new(0).parse_all(module) {
            let payload = payload?;
            if let Some((id, range)) = payload.as_section() {
                let place = |at| usize::try_from(at).unwrap_or(usize::MAX);
                let contents = module.get(place(range.start)..place(range.end));
                parts.sections.push((id, contents.unwrap_or_default()));
            }
            if let Payload::DataSection(pieces) = &payload {
                for piece in pieces.clone() {
                    data.push(Constant::read(&piece?)?);
                }
            }
            parts.take(payload)?;
        }
        let data: Option<Vec<Constant<'_>>> = data.into_iter().collect();
        parts.constants = data.map(Constants::new);
        parts.find_table()?;
        parts.callees = parts
            .bodies
            .iter()
            .map(|body| code::callees(body, parts.table))
            .collect::<Result<_, _>>()?;
        if parts.names.is_empty() {
            return Err(NotSplit::Unknown("a program without names"));
        }
        if parts.exports.is_empty() {
            return Err(NotSplit::Unknown("a program that nobody can call"));
        }
        Ok(parts)
    }

    fn take(&mut self, payload: Payload<'m>) -> Result<(), NotSplit> {
        match payload {
            Payload::TypeSection(types) => {
                for kind in types.into_iter_err_on_gc_types() {
                    let kind = kind.map_err(|_| NotSplit::Unknown("types of objects"))?;
                    self.parameters.push(u32::try_from(kind.params().len()).unwrap_or(u32::MAX));
                }
            }
            Payload::ImportSection(imports) => {
                imports.into_imports().try_for_each(|import| self.import(import?.ty))?;
            }
            Payload::FunctionSection(types) => {
                for kind in types {
                    self.types.push(kind?);
                }
            }
            Payload::TableSection(tables) => {
                tables.into_iter().try_for_each(|table| self.table(&table?))?;
            }
            Payload::MemorySection(memories) => {
                memories.into_iter().try_for_each(|memory| self.memory(memory?))?;
            }
            Payload::GlobalSection(globals) => {
                for global in globals {
                    let global = global?;
                    self.globals.push(global.ty);
                    refuse_references(&global.init_expr)?;
                }
            }
            Payload::ExportSection(exports) => {
                exports.into_iter().try_for_each(|export| self.export(export?))?;
            }
            Payload::StartSection { func, .. } => self.start = Some(func),
            Payload::ElementSection(elements) => {
                elements.into_iter().try_for_each(|element| self.element(element?))?;
            }
            Payload::CodeSectionEntry(body) => self.bodies.push(body),
            Payload::CustomSection(custom) => {
                if let KnownCustom::Name(names) = custom.as_known() {
                    self.names = names::of_functions(names)?;
                }
            }
            // Data is read by whoever reads the sections.
            Payload::DataCountSection { .. }
            | Payload::DataSection(_)
            | Payload::Version { encoding: Encoding::Module, .. }
            | Payload::CodeSectionStart { .. }
            | Payload::End(_) => {}
            Payload::TagSection(_) => return Err(NotSplit::Unknown("exceptions")),
            _ => return Err(NotSplit::Unknown("a section of another kind")),
        }
        Ok(())
    }

    fn import(&mut self, import: TypeRef) -> Result<(), NotSplit> {
        match import {
            TypeRef::Func(kind) => {
                self.types.push(kind);
                self.imported += 1;
            }
            TypeRef::Memory(memory) => self.memory(memory)?,
            TypeRef::Global(global) => self.globals.push(global),
            _ => return Err(NotSplit::Unknown("an import of another kind")),
        }
        Ok(())
    }

    fn memory(&mut self, memory: MemoryType) -> Result<(), NotSplit> {
        if memory.shared {
            return Err(NotSplit::Unknown("a memory of several threads"));
        }
        self.memories.push(memory);
        Ok(())
    }

    fn table(&mut self, table: &Table<'m>) -> Result<(), NotSplit> {
        if !matches!(table.init, TableInit::RefNull) || table.ty.table64 || table.ty.shared {
            return Err(NotSplit::Unknown("a table of another kind"));
        }
        self.tables.push(table.ty);
        Ok(())
    }

    /// Finds the table of functions, of which there may be one: it says who can be called from
    /// anywhere.
    fn find_table(&mut self) -> Result<(), NotSplit> {
        let holds_functions = |table: &TableType| !table.element_type.is_extern_ref();
        let mut tables = (0..).zip(&self.tables).filter(|(_, table)| holds_functions(table));
        match (tables.next(), tables.next()) {
            (Some((number, table)), None) if table.element_type.is_func_ref() => {
                self.table = number;
                Ok(())
            }
            _ => Err(NotSplit::Unknown("a program without one table of functions")),
        }
    }

    fn export(&mut self, export: Export<'m>) -> Result<(), NotSplit> {
        match export.kind {
            ExternalKind::Func
            | ExternalKind::Table
            | ExternalKind::Memory
            | ExternalKind::Global => {}
            _ => return Err(NotSplit::Unknown("an export of another kind")),
        }
        if is_lent_name(export.name) {
            return Err(NotSplit::Unknown("an export whose name is needed, like f1 or m0"));
        }
        self.exports.push(export);
        Ok(())
    }

    /// Takes down who is where in the table.
    fn element(&mut self, element: Element<'m>) -> Result<(), NotSplit> {
        let ElementKind::Active { offset_expr, .. } = element.kind else {
            return Err(NotSplit::Unknown("a list of functions without a place"));
        };
        let mut offset = offset_expr.get_operators_reader();
        let (Operator::I32Const { value }, Operator::End) = (offset.read()?, offset.read()?) else {
            return Err(NotSplit::Unknown("a place that is worked out"));
        };
        // A table of other things can be listed by expressions only.
        let ElementItems::Functions(functions) = element.items else {
            return Err(NotSplit::Unknown("a list of expressions"));
        };
        for (place, function) in (value.cast_unsigned()..).zip(functions) {
            // A later list overwrites an earlier one.
            self.places.insert(place, function?);
        }
        Ok(())
    }

    /// The functions that are not imported, and what they say.
    pub(super) fn bodies(&self) -> impl Iterator<Item = (u32, &FunctionBody<'m>)> {
        (self.imported..).zip(&self.bodies)
    }

    /// What a function says, unless it is imported.
    pub(super) fn body(&self, function: u32) -> Option<&FunctionBody<'m>> {
        self.bodies.get(function.checked_sub(self.imported)? as usize)
    }

    /// Whom a function calls.
    pub(super) fn callees(&self, function: u32) -> impl Iterator<Item = u32> {
        let at = function.checked_sub(self.imported);
        let callees = at.and_then(|at| self.callees.get(at as usize));
        callees.into_iter().flatten().copied()
    }

    /// The number of a function's type.
    pub(super) fn kind(&self, function: u32) -> u32 {
        self.types.get(function as usize).copied().unwrap_or_default()
    }

    /// How many parameters a function has.
    pub(super) fn parameters(&self, function: u32) -> u32 {
        self.parameters.get(self.kind(function) as usize).copied().unwrap_or_default()
    }

    /// The name of a function, if it has one.
    pub(super) fn name_of(&self, function: u32) -> Option<&str> {
        self.names.get(&function).map(String::as_str)
    }
}

/// Refuses an expression that names a function: the function would have to be known to stay.
fn refuse_references(expression: &ConstExpr<'_>) -> Result<(), NotSplit> {
    for operator in expression.get_operators_reader() {
        if let Operator::RefFunc { .. } = operator? {
            return Err(NotSplit::Unknown("a reference to a function in a global"));
        }
    }
    Ok(())
}
