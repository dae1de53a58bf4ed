//! Which constants go with the functions that go.
//!
//! The linker leaves each constant its own piece of data, so it is known where one ends. A number in a
//! function, or in a constant that is in use, may be the address of one: whoever could be meant is in
//! use. What only those that go could mean goes with them, and is put in its place as they are.

use std::collections::BTreeSet;

use wasm_encoder::{
    CodeSection, ConstExpr, DataSection,
    reencode::{self, Reencode},
};
use wasmparser::{Data, DataKind, FunctionBody, MemArg, Operator};

use crate::split::NotSplit;

/// Between constants that stay, so many bytes of nothing are cheaper than the head of another piece.
const GAP: u32 = 8;

/// A constant and where it is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Constant<'m> {
    start: u32,
    bytes: &'m [u8],
}

impl<'m> Constant<'m> {
    /// Reads a piece of data; nothing if its place is worked out later.
    pub(super) fn read(data: &Data<'m>) -> Result<Option<Self>, NotSplit> {
        let DataKind::Active { memory_index: 0, offset_expr } = &data.kind else { return Ok(None) };
        let mut offset = offset_expr.get_operators_reader();
        let (Operator::I32Const { value }, Operator::End) = (offset.read()?, offset.read()?) else {
            return Ok(None);
        };
        Ok(Some(Self { start: value.cast_unsigned(), bytes: data.data }))
    }

    fn end(&self) -> u32 {
        self.start.saturating_add(u32::try_from(self.bytes.len()).unwrap_or(u32::MAX))
    }

    /// The numbers in it that could be addresses.
    fn numbers(&self) -> impl Iterator<Item = u32> {
        let (words, _) = self
            .bytes
            .get(self.start.wrapping_neg() as usize % 4..)
            .unwrap_or_default()
            .as_chunks();
        words.iter().map(|word| u32::from_le_bytes(*word))
    }
}

/// The constants of a module by their places.
pub(super) struct Constants<'m>(Vec<Constant<'m>>);

impl<'m> Constants<'m> {
    pub(super) fn new(mut constants: Vec<Constant<'m>>) -> Self {
        constants.sort_by_key(|constant| constant.start);
        Self(constants)
    }

    /// Those that go, and those that stay, when these functions go and the others stay.
    pub(super) fn split(
        &self,
        go: &BTreeSet<u32>,
        stay: &BTreeSet<u32>,
    ) -> (Vec<Constant<'m>>, Vec<Constant<'m>>) {
        let (go, stay) = (self.used(go), self.used(stay));
        let goes = |at: &usize| go.contains(at) && !stay.contains(at);
        let (go, stay): (Vec<_>, Vec<_>) = (0..self.0.len()).partition(goes);
        let all =
            |places: Vec<usize>| places.iter().filter_map(|at| self.0.get(*at)).copied().collect();
        (all(go), all(stay))
    }

    /// The constants that could be meant by these numbers, and by the numbers in those.
    fn used(&self, numbers: &BTreeSet<u32>) -> BTreeSet<usize> {
        let mut used = BTreeSet::new();
        let mut rest: Vec<usize> = numbers.iter().filter_map(|number| self.at(*number)).collect();
        while let Some(at) = rest.pop() {
            if let Some(constant) = self.0.get(at)
                && used.insert(at)
            {
                rest.extend(constant.numbers().filter_map(|number| self.at(number)));
            }
        }
        used
    }

    fn at(&self, address: u32) -> Option<usize> {
        let at = self.0.partition_point(|constant| constant.start <= address).checked_sub(1)?;
        self.0.get(at).filter(|constant| address < constant.end()).map(|_| at)
    }
}

/// Constants as the data of a module, neighbours together; and how many pieces that makes. What is
/// between neighbours is written as nothing, unless one of the others is there.
pub(super) fn section(constants: &[Constant<'_>], others: &[Constant<'_>]) -> (DataSection, u32) {
    let is_taken = |from: u32, to: u32| {
        let before = others.partition_point(|other| other.start < to);
        before.checked_sub(1).and_then(|at| others.get(at)).is_some_and(|other| other.end() > from)
    };
    let mut pieces: Vec<(u32, Vec<u8>)> = Vec::new();
    for constant in constants {
        let end = |(start, bytes): &(u32, Vec<u8>)| {
            start.saturating_add(u32::try_from(bytes.len()).unwrap_or(u32::MAX))
        };
        let free = pieces.last().map(end).filter(|end| !is_taken(*end, constant.start));
        let gap = free.map(|end| constant.start.wrapping_sub(end));
        match (pieces.last_mut(), gap) {
            (Some((_, bytes)), Some(gap)) if gap <= GAP => {
                bytes.resize(bytes.len() + gap as usize, 0);
                bytes.extend(constant.bytes);
            }
            _ => pieces.push((constant.start, constant.bytes.to_vec())),
        }
    }
    let mut data = DataSection::new();
    for (start, bytes) in &pieces {
        data.active(0, &ConstExpr::i32_const(start.cast_signed()), bytes.iter().copied());
    }
    (data, u32::try_from(pieces.len()).unwrap_or(u32::MAX))
}

/// The numbers in a function that could be addresses.
pub(super) fn numbers(body: &FunctionBody<'_>) -> Result<BTreeSet<u32>, NotSplit> {
    let mut numbers = Numbers::default();
    numbers.parse_function_body(&mut CodeSection::new(), body.clone())?;
    Ok(numbers.0)
}

#[derive(Default)]
struct Numbers(BTreeSet<u32>);

impl Reencode for Numbers {
    type Error = NotSplit;

    fn instruction<'a>(
        &mut self,
        operator: Operator<'a>,
    ) -> Result<wasm_encoder::Instruction<'a>, reencode::Error<NotSplit>> {
        if let Operator::I32Const { value } = operator {
            self.0.insert(value.cast_unsigned());
        }
        reencode::utils::instruction(self, operator)
    }

    fn mem_arg(
        &mut self,
        argument: MemArg,
    ) -> Result<wasm_encoder::MemArg, reencode::Error<NotSplit>> {
        self.0.insert(u32::try_from(argument.offset).unwrap_or(u32::MAX));
        reencode::utils::mem_arg(self, argument)
    }
}
