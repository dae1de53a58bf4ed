//! Small programs, split and run.

use wasmi::{Engine, ExternRef, Instance, Linker, Module, Nullable, Store, TrapCode, Val};

use super::{Halves, NotSplit, split};

/// A program that is written as text. `LARGE` stands for more than a small function holds.
fn program(text: &str) -> Vec<u8> {
    wat::parse_str(text.replace("LARGE", &"(drop (i32.const 1))".repeat(100))).unwrap()
}

fn is_later(name: &str) -> bool {
    name.contains("later")
}

fn halves(whole: &[u8]) -> Halves {
    split(whole, &is_later).unwrap()
}

/// A program that runs, and what it said to its host.
struct Running {
    store: Store<Vec<i32>>,
    linker: Linker<Vec<i32>>,
    program: Instance,
}

impl Running {
    fn start(module: &[u8]) -> Self {
        let engine = Engine::default();
        let mut store = Store::new(&engine, Vec::new());
        let mut linker = Linker::new(&engine);
        let log = |mut caller: wasmi::Caller<'_, Vec<i32>>, what: i32| caller.data_mut().push(what);
        linker.func_wrap("host", "log", log).unwrap();
        let base = wasmi::Global::new(&mut store, Val::I32(100), wasmi::Mutability::Const);
        linker.define("host", "base", base).unwrap();
        let module = Module::new(&engine, module).unwrap();
        let program = linker.instantiate_and_start(&mut store, &module).unwrap();
        Self { store, linker, program }
    }

    /// Does what the loader does.
    fn load(&mut self, rest: &[u8]) {
        let module = Module::new(self.store.engine(), rest).unwrap();
        self.linker.instance(&mut self.store, super::FIRST, self.program).unwrap();
        self.linker.instantiate_and_start(&mut self.store, &module).unwrap();
    }

    fn call(&mut self, name: &str, arguments: &[i32]) -> Result<i32, wasmi::Error> {
        let arguments: Vec<_> = arguments.iter().map(|argument| Val::I32(*argument)).collect();
        let mut answer = [Val::I32(0)];
        let function = self.program.get_func(&self.store, name).unwrap();
        function.call(&mut self.store, &arguments, &mut answer)?;
        Ok(answer[0].i32().unwrap())
    }

    /// All that a program did: what it answers, what it said, and what it left behind.
    fn history(&mut self) -> String {
        let mut history = String::new();
        for number in [0, 1, 7, -3] {
            history += &format!("run {:?} ", self.call("run", &[number]).unwrap());
            for place in 1..=5 {
                let number = number.abs();
                history += &format!("{place} {:?} ", self.call("apply", &[place, number]).unwrap());
            }
        }
        let thing = ExternRef::new(&mut self.store, "a thing");
        let arguments = [Val::ExternRef(Nullable::Val(thing)), Val::I64(-5), Val::F64(2.5.into())];
        let mut answers = [Val::F64(0.0.into()), Val::I64(0)];
        let outside = self.program.get_func(&self.store, "outside").unwrap();
        outside.call(&mut self.store, &arguments, &mut answers).unwrap();
        history += &format!("{:?} {:?} ", answers[0].f64(), answers[1].i64());
        let things = self.program.get_table(&self.store, "things").unwrap();
        let thing = things.get(&self.store, 1).unwrap();
        let is_there = matches!(thing, wasmi::Ref::Extern(Nullable::Val(_)));
        let count = self.program.get_global(&self.store, "count").unwrap().get(&self.store).i32();
        let memory = self.program.get_memory(&self.store, "memory").unwrap();
        let said = self.store.data();
        history + &format!("{is_there} {count:?} {said:?} {:?}", &memory.data(&self.store)[..64])
    }
}

fn traps(answer: Result<i32, wasmi::Error>, code: TrapCode) -> bool {
    answer.is_err_and(|error| error.as_trap_code() == Some(code))
}

#[test]
fn both_halves_do_together_what_the_whole_did() {
    let whole = program(include_str!("whole.wat"));
    let halves = halves(&whole);
    let mut split = Running::start(&halves.first);
    split.load(&halves.rest);
    let history = split.history();
    assert!(history.contains("run"), "{history}");
    assert_eq!(history, Running::start(&whole).history());
}

#[test]
fn the_first_half_runs_alone_and_fails_at_once_where_it_has_to_wait() {
    let halves = halves(&program(include_str!("whole.wat")));
    let mut first = Running::start(&halves.first);
    assert_eq!(first.call("apply", &[1, 21]).unwrap(), 42);
    // Whatever place it is called by, and not by calling itself for ever.
    assert!(traps(first.call("run", &[1]), TrapCode::IndirectCallToNull));
    assert!(traps(first.call("apply", &[3, 1]), TrapCode::IndirectCallToNull));
    assert!(traps(first.call("apply", &[2, 1]), TrapCode::UnreachableCodeReached));
    first.load(&halves.rest);
    // Three times: one page of memory, and 4, doubled; and 4 and 100.
    assert_eq!(first.call("run", &[4]).unwrap(), 114);
}

#[test]
fn names_decide_and_helpers_go_along() {
    let halves = halves(&program(include_str!("whole.wat")));
    let gone: Vec<_> = halves.later.iter().map(String::as_str).collect();
    let expected = ["alone", "alone_too", "later::both", "later::closure", "later::neighbour"];
    assert_eq!(gone, [&expected[..], &["later::outside", "small_later"]].concat());
}

#[test]
fn calls_across_the_gap_are_told_of() {
    let halves = halves(&program(include_str!("whole.wat")));
    let gates: Vec<_> = halves.gates.iter().map(|(who, whom)| [who.as_str(), whom]).collect();
    assert_eq!(gates, [["run", "later::both"]]);
}

#[test]
fn where_nothing_is_later_the_first_half_is_the_whole() {
    let whole = program(include_str!("whole.wat"));
    let halves = split(&whole, &|_| false).unwrap();
    assert!(halves.later.is_empty() && halves.gates.is_empty());
    let mut first = Running::start(&halves.first);
    assert_eq!(first.history(), Running::start(&whole).history());
    first.load(&halves.rest);
}

#[test]
fn a_table_may_grow_no_further_than_before() {
    let table = |kind: &str| {
        let text = format!(
            "(module (table {kind} funcref) (func $later::a LARGE) (func $b (export \"b\") call 0))"
        );
        let first = halves(&program(&text)).first;
        let mut payloads = wasmparser::Parser::new(0).parse_all(&first);
        let tables = payloads.find_map(|payload| match payload.unwrap() {
            wasmparser::Payload::TableSection(tables) => Some(tables),
            _ => None,
        });
        let table = tables.unwrap().into_iter().next().unwrap().unwrap().ty;
        (table.initial, table.maximum)
    };
    assert_eq!(table("3 3"), (4, Some(4)));
    assert_eq!(table("3 9"), (4, Some(10)));
    assert_eq!(table("3"), (4, None));
}

#[test]
fn what_is_not_known_is_refused() {
    let start = "(table 1 funcref) (memory 1) (func $a (export \"a\")) ";
    for (more, why) in [
        ("(func $b (return_call $a))", "tail_call"),
        ("(func $b (drop (i32.atomic.load (i32.const 0))))", "threads"),
        ("(func $b (block $l (try_table (catch_all $l))))", "exceptions"),
        ("(tag $t) (func $b (throw $t))", "exceptions"),
        ("(import \"m\" \"t\" (tag))", "an import of another kind"),
        ("(elem declare func $a) (func $b (drop (ref.func $a)))", "without a place"),
        ("(elem (i32.const 0) $a) (func $b (drop (ref.func $a)))", "a reference to a function"),
        ("(global funcref (ref.func $a))", "a reference to a function"),
        ("(elem func $a)", "without a place"),
        ("(global $g i32 (i32.const 0)) (elem (offset (global.get $g)) $a)", "worked out"),
        ("(elem (offset (i32.add (i32.const 0) (i32.const 0))) $a)", "worked out"),
        ("(elem (i32.const 0) funcref (ref.func $a))", "a list of expressions"),
        ("(table 1 funcref)", "without one table"),
        ("(table 1 i31ref)", "without one table"),
        ("(table 1 funcref (ref.null func))", "a table of another kind"),
        ("(func $b (drop (table.size 0)))", "looks into"),
        ("(func $b (table.set 0 (i32.const 0) (ref.null func)))", "looks into"),
        ("(type (struct))", "types of objects"),
        ("(func $b (export \"f0\"))", "whose name is needed"),
        (
            "(data $d \"x\") (func $later (export \"l\") LARGE
                (memory.init $d (i32.const 0) (i32.const 0) (i32.const 0)))",
            "data that is copied",
        ),
    ] {
        // Imports come first.
        let (before, after) = if more.contains("import") { (more, "") } else { ("", more) };
        let module = program(&format!("(module {before} {start} {after})"));
        let refusal = split(&module, &is_later).err().map(|error| error.to_string());
        assert!(refusal.as_ref().is_some_and(|words| words.contains(why)), "{more}: {refusal:?}");
    }
}

#[test]
fn what_is_missing_is_refused() {
    for (text, why) in [
        ("(module (table 1 funcref) (func (export \"a\")))", "without names"),
        ("(module (table 1 funcref) (func $a))", "nobody can call"),
        ("(module (func $a (export \"a\")))", "without one table"),
        ("(module (table 1 externref) (func $a (export \"a\")))", "without one table"),
        ("(module (import \"a\" \"t\" (table 1 funcref)))", "an import of another kind"),
        ("(module (memory 1 1 shared))", "several threads"),
    ] {
        let refusal = split(&program(text), &is_later).err().map(|error| error.to_string());
        assert!(refusal.as_ref().is_some_and(|words| words.contains(why)), "{text}: {refusal:?}");
    }
    // Nothing, and an empty component.
    for bytes in [&b"\0asm"[..], b"\0asm\x0d\0\x01\0"] {
        let refusal = split(bytes, &is_later).err();
        let refused = matches!(refusal, Some(NotSplit::Unreadable(_) | NotSplit::Unknown(_)));
        assert!(refused, "{refusal:?}");
    }
}

#[test]
fn data_that_is_copied_by_who_stays_is_no_matter() {
    let whole = program(
        "(module (table 1 funcref) (memory 1) (data $d \"x\") (func $later LARGE)
            (func $a (export \"a\") (call $later)
                (memory.init $d (i32.const 0) (i32.const 0) (i32.const 1)) (data.drop $d)))",
    );
    assert_eq!(halves(&whole).later.len(), 1);
}

/// The pieces of data of a module.
fn data(module: &[u8]) -> Vec<(i32, String)> {
    let payloads = wasmparser::Parser::new(0).parse_all(module);
    let sections = payloads.filter_map(|payload| match payload.unwrap() {
        wasmparser::Payload::DataSection(data) => Some(data),
        _ => None,
    });
    let piece = |piece: wasmparser::Data<'_>| {
        let wasmparser::DataKind::Active { offset_expr, .. } = piece.kind else {
            panic!("passive")
        };
        let wasmparser::Operator::I32Const { value } =
            offset_expr.get_operators_reader().read().unwrap()
        else {
            panic!("worked out")
        };
        (value, String::from_utf8_lossy(piece.data).into_owned())
    };
    sections.flatten().map(|data| piece(data.unwrap())).collect()
}

#[test]
fn constants_follow_those_who_use_them() {
    let whole = program(
        "(module (memory 1) (table 1 funcref)
            (data (i32.const 16) \"\\40\\00\\00\\00\") (data (i32.const 64) \"later\")
            (data (i32.const 80) \"both\") (data (i32.const 96) \"first\")
            (data (i32.const 104) \"near\") (data (i32.const 128) \"nobody\")
            (func $later (export \"later\") (result i32) LARGE
                (i32.add (i32.load8_u (i32.load (i32.const 16)))
                    (i32.load8_u offset=80 (i32.const 0))))
            (func $stays (export \"stays\") (result i32)
                (i32.add (i32.load8_u (i32.const 82))
                    (i32.add (i32.load8_u (i32.const 97)) (i32.load8_u (i32.const 104))))))",
    );
    let halves = halves(&whole);
    let of = |pieces: &[(i32, &str)]| -> Vec<(i32, String)> {
        pieces.iter().map(|(at, text)| (*at, (*text).to_owned())).collect()
    };
    assert_eq!(data(&halves.rest), of(&[(16, "@\0\0\0"), (64, "later")]));
    let stay = [(80, "both"), (96, "first\0\0\0near"), (128, "nobody")];
    assert_eq!(data(&halves.first), of(&stay));
    let (mut split, mut one) = (Running::start(&halves.first), Running::start(&whole));
    assert_eq!(split.call("stays", &[]).unwrap(), one.call("stays", &[]).unwrap());
    split.load(&halves.rest);
    assert_eq!(split.call("later", &[]).unwrap(), one.call("later", &[]).unwrap());
}

#[test]
fn what_stays_between_two_that_go_is_not_overwritten() {
    let whole = program(
        "(module (memory 1) (table 1 funcref)
            (data (i32.const 64) \"later\") (data (i32.const 70) \"pre\")
            (data (i32.const 76) \"last\") (data (i32.const 82) \"one\")
            (func $later (export \"later\") (result i32) LARGE
                (i32.add (i32.load8_u (i32.const 64))
                    (i32.add (i32.load8_u (i32.const 76)) (i32.load8_u (i32.const 82)))))
            (func $stays (export \"stays\") (result i32) (i32.load8_u (i32.const 71))))",
    );
    let halves = halves(&whole);
    let mut split = Running::start(&halves.first);
    let before = split.call("stays", &[]).unwrap();
    split.load(&halves.rest);
    assert_eq!(split.call("stays", &[]).unwrap(), before);
    let pieces: Vec<i32> = data(&halves.rest).into_iter().map(|(at, _)| at).collect();
    assert_eq!(pieces, [64, 76], "who has nobody between them are written together");
}
