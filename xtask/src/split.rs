//! A program in two files: what a first visit needs, and the rest.
//!
//! Neither Trunk nor wasm-bindgen splits a program, so it is done to the finished wasm. Functions
//! whose names say that they are not needed at once, and those that only they call, move to a second
//! module. It borrows memory, tables and globals from the first and takes its places in the first
//! one's table. Calls into it go through the table, which is empty there until it is loaded: the
//! program waits for it before it makes such a call. This module works on bytes; it knows no files.

use std::collections::{BTreeMap, BTreeSet};

use wasm_encoder::{
    CodeSection, ConstExpr, ElementSection, Elements, Encode as _, ExportKind, ExportSection,
    Function, FunctionSection, ImportSection, Instruction, Module, RawSection, RefType,
    TableSection,
};
use wasmparser::{
    BinaryReaderError, ElementItems, ElementKind, FunctionBody, KnownCustom, Name, Operator,
    Parser, Payload, TypeRef,
};

/// Functions of fewer bytes stay unless only others that go call them. The compiler keeps one of
/// several small functions that are alike, under the name of any: it may be everybody's.
const SMALL: usize = 240;

/// The name by which the second module knows the first.
const FIRST: &str = "m";

/// The two modules.
pub(crate) struct Halves {
    pub(crate) first: Vec<u8>,
    pub(crate) rest: Vec<u8>,
}

/// Why a module is left whole.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotSplit {
    #[error("the program is no module this can read: {0}")]
    Unreadable(#[from] BinaryReaderError),
    #[error("the program uses something that splitting does not know: {0}")]
    Unknown(&'static str),
}

/// Everything of a module that matters here.
#[derive(Default)]
struct Parts<'m> {
    /// Kind and contents of each section, as they stand.
    sections: Vec<(u8, &'m [u8])>,
    /// The type of every function, imported ones first.
    types: Vec<u32>,
    /// The parameters of every type.
    parameters: Vec<u32>,
    imported: u32,
    tables: Vec<wasmparser::TableType>,
    memories: Vec<wasmparser::MemoryType>,
    globals: Vec<wasmparser::GlobalType>,
    exports: Vec<(String, ExportKind, u32)>,
    roots: BTreeSet<u32>,
    /// The place of a function in the table of functions.
    places: BTreeMap<u32, u32>,
    bodies: Vec<FunctionBody<'m>>,
    names: BTreeMap<u32, String>,
}

/// Splits a module. `is_later` judges a function by its name.
pub(crate) fn split(module: &[u8], is_later: &dyn Fn(&str) -> bool) -> Result<Halves, NotSplit> {
    let parts = Parts::read(module)?;
    let calls = parts.calls()?;
    let later: BTreeSet<u32> = parts.later(&calls, is_later);
    // Whoever stays calls those who go through the table, and so they all need a place there.
    let called: BTreeSet<u32> = (0..)
        .zip(&calls)
        .filter(|(caller, _)| !later.contains(&(parts.imported + caller)))
        .flat_map(|(_, callees)| callees.iter().map(|(_, callee)| *callee))
        .filter(|callee| later.contains(callee))
        .collect();
    let table = parts.function_table()?;
    let size = parts.tables.get(table as usize).map_or(0, |table| table.initial);
    let mut places = parts.places.clone();
    let mut next = u32::try_from(size).map_err(|_| NotSplit::Unknown("a table of 64 bits"))?;
    for function in &called {
        places.entry(*function).or_insert_with(|| {
            next += 1;
            next - 1
        });
    }
    let borrowed: BTreeSet<u32> = later
        .iter()
        .filter_map(|function| calls.get((function - parts.imported) as usize))
        .flat_map(|callees| callees.iter().map(|(_, callee)| *callee))
        .filter(|callee| !later.contains(callee))
        .collect();
    Ok(Halves {
        first: parts.first(&later, &called, &borrowed, &places, table, next),
        rest: parts.rest(&later, &borrowed, &places, table, &calls)?,
    })
}

/// What a function calls: where the instruction begins, and whom.
type Calls = Vec<(usize, u32)>;

impl<'m> Parts<'m> {
    fn read(module: &'m [u8]) -> Result<Self, NotSplit> {
        let mut parts = Self::default();
        for payload in Parser::new(0).parse_all(module) {
            let payload = payload?;
            if let Some((id, range)) = payload.as_section() {
                let range = whole(range.start)..whole(range.end);
                parts.sections.push((id, module.get(range).unwrap_or_default()));
            }
            parts.take(payload)?;
        }
        Ok(parts)
    }

    fn take(&mut self, payload: Payload<'m>) -> Result<(), NotSplit> {
        match payload {
            Payload::TypeSection(types) => {
                for kind in types.into_iter_err_on_gc_types() {
                    self.parameters.push(u32::try_from(kind?.params().len()).unwrap_or(u32::MAX));
                }
            }
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    match import?.ty {
                        TypeRef::Func(kind) => {
                            self.types.push(kind);
                            self.imported += 1;
                        }
                        TypeRef::Table(table) => self.tables.push(table),
                        TypeRef::Memory(memory) => self.memories.push(memory),
                        TypeRef::Global(global) => self.globals.push(global),
                        _ => return Err(NotSplit::Unknown("an import of another kind")),
                    }
                }
            }
            Payload::FunctionSection(types) => {
                for kind in types {
                    self.types.push(kind?);
                }
            }
            Payload::TableSection(tables) => {
                for table in tables {
                    self.tables.push(table?.ty);
                }
            }
            Payload::MemorySection(memories) => {
                for memory in memories {
                    self.memories.push(memory?);
                }
            }
            Payload::GlobalSection(globals) => {
                for global in globals {
                    self.globals.push(global?.ty);
                }
            }
            Payload::ExportSection(exports) => {
                for export in exports {
                    let export = export?;
                    if export.kind == wasmparser::ExternalKind::Func {
                        self.roots.insert(export.index);
                    }
                    let kind = match export.kind {
                        wasmparser::ExternalKind::Memory => ExportKind::Memory,
                        wasmparser::ExternalKind::Table => ExportKind::Table,
                        wasmparser::ExternalKind::Global => ExportKind::Global,
                        _ => ExportKind::Func,
                    };
                    self.exports.push((export.name.to_owned(), kind, export.index));
                }
            }
            Payload::StartSection { func, .. } => {
                self.roots.insert(func);
            }
            Payload::ElementSection(elements) => {
                for element in elements {
                    self.element(element?)?;
                }
            }
            Payload::CodeSectionEntry(body) => self.bodies.push(body),
            Payload::CustomSection(custom) => {
                if let KnownCustom::Name(names) = custom.as_known() {
                    for group in names {
                        if let Name::Function(names) = group? {
                            for name in names {
                                let name = name?;
                                self.names.insert(name.index, without_hashes(name.name));
                            }
                        }
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn element(&mut self, element: wasmparser::Element<'m>) -> Result<(), NotSplit> {
        let ElementKind::Active { offset_expr, .. } = element.kind else {
            return Err(NotSplit::Unknown("a list of functions without a place"));
        };
        let Operator::I32Const { value } = offset_expr.get_operators_reader().read()? else {
            return Err(NotSplit::Unknown("a place that is worked out"));
        };
        let ElementItems::Functions(functions) = element.items else {
            return Err(NotSplit::Unknown("a list of expressions"));
        };
        for (place, function) in (value.cast_unsigned()..).zip(functions) {
            let function = function?;
            self.roots.insert(function);
            self.places.insert(function, place);
        }
        Ok(())
    }

    fn calls(&self) -> Result<Vec<Calls>, NotSplit> {
        let calls = |body: &FunctionBody<'m>| {
            let mut calls = Calls::new();
            for operator in body.get_operators_reader()?.into_iter_with_offsets() {
                match operator? {
                    (Operator::Call { function_index }, at) => {
                        calls.push((whole(at), function_index))
                    }
                    (Operator::ReturnCall { .. } | Operator::RefFunc { .. }, _) => {
                        return Err(NotSplit::Unknown("a reference to a function in the code"));
                    }
                    _ => {}
                }
            }
            Ok(calls)
        };
        self.bodies.iter().map(calls).collect()
    }

    /// The functions that go: those so named, and those that nobody else can reach.
    fn later(&self, calls: &[Calls], is_later: &dyn Fn(&str) -> bool) -> BTreeSet<u32> {
        let is_large = |function: &u32| {
            let body =
                function.checked_sub(self.imported).and_then(|at| self.bodies.get(at as usize));
            body.is_some_and(|body| body.as_bytes().len() >= SMALL)
        };
        let named = |function: &u32| {
            is_large(function) && self.names.get(function).is_some_and(|name| is_later(name))
        };
        let mut stays: BTreeSet<u32> = BTreeSet::new();
        let mut rest: Vec<u32> = self.roots.iter().copied().collect();
        while let Some(function) = rest.pop() {
            if !named(&function) && stays.insert(function) && function >= self.imported {
                let callees = calls.get((function - self.imported) as usize);
                rest.extend(callees.into_iter().flatten().map(|(_, callee)| *callee));
            }
        }
        let defined = self.imported..u32::try_from(self.types.len()).unwrap_or(u32::MAX);
        defined.filter(|function| !stays.contains(function)).collect()
    }

    fn function_table(&self) -> Result<u32, NotSplit> {
        let place = self.tables.iter().position(|table| table.element_type.is_func_ref());
        place
            .and_then(|place| u32::try_from(place).ok())
            .ok_or(NotSplit::Unknown("a program without a table of functions"))
    }

    /// The module without the bodies of what goes, which keep their numbers.
    fn first(
        &self,
        later: &BTreeSet<u32>,
        called: &BTreeSet<u32>,
        borrowed: &BTreeSet<u32>,
        places: &BTreeMap<u32, u32>,
        table: u32,
        size: u32,
    ) -> Vec<u8> {
        let mut module = Module::new();
        for (id, contents) in &self.sections {
            match id {
                // Names and notes of the tools: nobody reads them in a browser.
                0 => {}
                4 => {
                    let mut tables = TableSection::new();
                    for (index, kind) in (0..).zip(&self.tables) {
                        let mut kind = table_type(kind);
                        if index == table {
                            kind.minimum = size.into();
                            kind.maximum = kind.maximum.map(|_| size.into());
                        }
                        tables.table(kind);
                    }
                    module.section(&tables);
                }
                7 => {
                    module.section(&self.lent(borrowed));
                }
                10 => {
                    let mut code = CodeSection::new();
                    for (function, body) in (self.imported..).zip(&self.bodies) {
                        if !later.contains(&function) {
                            code.raw(body.as_bytes());
                        } else if called.contains(&function) {
                            code.function(&self.stand_in(function, places, table));
                        } else {
                            let mut nobody = Function::new([]);
                            nobody.instruction(&Instruction::Unreachable);
                            nobody.instruction(&Instruction::End);
                            code.function(&nobody);
                        }
                    }
                    module.section(&code);
                }
                id => {
                    module.section(&RawSection { id: *id, data: contents });
                }
            }
        }
        module.finish()
    }

    /// What there was to export, and what the second module borrows.
    fn lent(&self, borrowed: &BTreeSet<u32>) -> ExportSection {
        let mut exports = ExportSection::new();
        for (name, kind, index) in &self.exports {
            exports.export(name, *kind, *index);
        }
        for (index, _) in (0..).zip(&self.memories) {
            exports.export(&lent_name('m', index), ExportKind::Memory, index);
        }
        for (index, _) in (0..).zip(&self.tables) {
            exports.export(&lent_name('t', index), ExportKind::Table, index);
        }
        for (index, _) in (0..).zip(&self.globals) {
            exports.export(&lent_name('g', index), ExportKind::Global, index);
        }
        for index in borrowed {
            exports.export(&lent_name('f', *index), ExportKind::Func, *index);
        }
        exports
    }

    /// A function that hands its arguments to the one at its place in the table.
    fn stand_in(&self, function: u32, places: &BTreeMap<u32, u32>, table: u32) -> Function {
        let kind = self.types.get(function as usize).copied().unwrap_or_default();
        let place = places.get(&function).copied().unwrap_or_default();
        let mut stand_in = Function::new([]);
        for parameter in 0..self.parameters.get(kind as usize).copied().unwrap_or_default() {
            stand_in.instruction(&Instruction::LocalGet(parameter));
        }
        stand_in.instruction(&Instruction::I32Const(place.cast_signed()));
        stand_in.instruction(&Instruction::CallIndirect { type_index: kind, table_index: table });
        stand_in.instruction(&Instruction::End);
        stand_in
    }

    /// The module of what goes.
    fn rest(
        &self,
        later: &BTreeSet<u32>,
        borrowed: &BTreeSet<u32>,
        places: &BTreeMap<u32, u32>,
        table: u32,
        calls: &[Calls],
    ) -> Result<Vec<u8>, NotSplit> {
        let mut module = Module::new();
        if let Some((id, contents)) = self.sections.iter().find(|(id, _)| *id == 1) {
            module.section(&RawSection { id: *id, data: contents });
        }
        module.section(&self.borrowed(borrowed));
        let mut functions = FunctionSection::new();
        let numbers: BTreeMap<u32, u32> = borrowed.iter().chain(later).copied().zip(0..).collect();
        for function in later {
            functions.function(self.types.get(*function as usize).copied().unwrap_or_default());
        }
        module.section(&functions);
        let mut elements = ElementSection::new();
        for function in later {
            if let (Some(place), Some(number)) = (places.get(function), numbers.get(function)) {
                let at = ConstExpr::i32_const(place.cast_signed());
                elements.active(Some(table), &at, Elements::Functions([*number].as_slice().into()));
            }
        }
        module.section(&elements);
        let mut code = CodeSection::new();
        for function in later {
            let index = (function - self.imported) as usize;
            if let (Some(body), Some(calls)) = (self.bodies.get(index), calls.get(index)) {
                code.raw(&renumbered(body, calls, &numbers)?);
            }
        }
        module.section(&code);
        Ok(module.finish())
    }

    fn borrowed(&self, borrowed: &BTreeSet<u32>) -> ImportSection {
        let mut imports = ImportSection::new();
        for function in borrowed {
            let kind = self.types.get(*function as usize).copied().unwrap_or_default();
            imports.import(
                FIRST,
                &lent_name('f', *function),
                wasm_encoder::EntityType::Function(kind),
            );
        }
        for (index, memory) in (0..).zip(&self.memories) {
            let kind = wasm_encoder::MemoryType {
                minimum: memory.initial,
                maximum: memory.maximum,
                memory64: memory.memory64,
                shared: memory.shared,
                page_size_log2: memory.page_size_log2,
            };
            imports.import(FIRST, &lent_name('m', index), kind);
        }
        for (index, table) in (0..).zip(&self.tables) {
            let kind = wasm_encoder::TableType { minimum: 0, maximum: None, ..table_type(table) };
            imports.import(FIRST, &lent_name('t', index), kind);
        }
        for (index, global) in (0..).zip(&self.globals) {
            let kind = wasm_encoder::GlobalType {
                val_type: value_type(global.content_type),
                mutable: global.mutable,
                shared: global.shared,
            };
            imports.import(FIRST, &lent_name('g', index), kind);
        }
        imports
    }
}

/// A name as wasm-bindgen writes it, without the hashes of crates: `app[0123456789abcdef]::main`.
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

/// A place in a file that is in memory.
fn whole(place: u64) -> usize {
    usize::try_from(place).unwrap_or(usize::MAX)
}

fn lent_name(kind: char, index: u32) -> String {
    format!("{kind}{index}")
}

fn table_type(table: &wasmparser::TableType) -> wasm_encoder::TableType {
    let is_function = table.element_type.is_func_ref();
    wasm_encoder::TableType {
        element_type: if is_function { RefType::FUNCREF } else { RefType::EXTERNREF },
        table64: table.table64,
        minimum: table.initial,
        maximum: table.maximum,
        shared: table.shared,
    }
}

fn value_type(kind: wasmparser::ValType) -> wasm_encoder::ValType {
    match kind {
        wasmparser::ValType::I64 => wasm_encoder::ValType::I64,
        wasmparser::ValType::F32 => wasm_encoder::ValType::F32,
        wasmparser::ValType::F64 => wasm_encoder::ValType::F64,
        wasmparser::ValType::V128 => wasm_encoder::ValType::V128,
        wasmparser::ValType::I32 => wasm_encoder::ValType::I32,
        wasmparser::ValType::Ref(_) => wasm_encoder::ValType::EXTERNREF,
    }
}

/// A body in which every call names its function by the new number; all else is as it was.
fn renumbered(
    body: &FunctionBody<'_>,
    calls: &Calls,
    numbers: &BTreeMap<u32, u32>,
) -> Result<Vec<u8>, NotSplit> {
    let bytes = body.as_bytes();
    let start = whole(body.range().start);
    let mut written = Vec::with_capacity(bytes.len());
    let mut done = 0;
    for (at, callee) in calls {
        let number = numbers.get(callee).ok_or(NotSplit::Unknown("a call to nowhere"))?;
        let at = at - start;
        written.extend_from_slice(bytes.get(done..at).unwrap_or_default());
        Instruction::Call(*number).encode(&mut written);
        // The instruction is one byte and a number of as many bytes as have their top bit set, and one.
        let number = bytes.get(at + 1..).unwrap_or_default();
        done = at + 2 + number.iter().take_while(|byte| **byte & 0x80 != 0).count();
    }
    written.extend_from_slice(bytes.get(done..).unwrap_or_default());
    Ok(written)
}
