//! The names by which the program and its glue know each other, made short.
//!
//! wasm-bindgen ends each of them in a hash, and a first visit would carry hundreds of those, twice,
//! which no compression makes smaller. Only names that the glue gives once, as a key of what the
//! program may import, are touched; what they stand for is not this module's to know.

use std::{fs, path::Path};

use wasm_encoder::{
    ImportSection, Module, RawSection,
    reencode::{Reencode as _, RoundtripReencoder},
};
use wasmparser::{Parser, Payload};

use crate::{error::Failure, halves, scripts::integrity, split::NotSplit};

/// Shortens the names in dist/, and states the integrity of both files anew.
pub(crate) fn names(dist: &Path) -> Result<(), Failure> {
    let page = dist.join("index.html");
    let html = fs::read_to_string(&page).map_err(Failure::file("read", &page))?;
    let program = halves::program(dist, &html)?.ok_or(Failure::NoProgram)?;
    let glue = dist.join(program.replace("_bg.wasm", ".js"));
    let program = dist.join(program);
    let module = fs::read(&program).map_err(Failure::file("read", &program))?;
    let script = fs::read_to_string(&glue).map_err(Failure::file("read", &glue))?;
    let (short_script, short_module) = shortened(&script, &module).map_err(Failure::NotSplit)?;
    let html = html
        .replace(&integrity(&script), &integrity(&short_script))
        .replace(&integrity(&module), &integrity(&short_module));
    for (path, bytes) in
        [(&glue, short_script.as_bytes()), (&program, &short_module), (&page, html.as_bytes())]
    {
        fs::write(path, bytes).map_err(Failure::file("write", path))?;
    }
    Ok(())
}

/// Glue and program with the names that both know made short.
fn shortened(script: &str, module: &[u8]) -> Result<(String, Vec<u8>), NotSplit> {
    let mut script = script.to_owned();
    let mut short = Module::new();
    let mut count = 0;
    for payload in Parser::new(0).parse_all(module) {
        let payload = payload?;
        if let Payload::ImportSection(imports) = &payload {
            let mut section = ImportSection::new();
            for import in imports.clone().into_imports() {
                let import = import?;
                let kind = RoundtripReencoder.entity_type(import.ty);
                let kind = kind.map_err(|_| NotSplit::Unknown("an import of another kind"))?;
                let name = format!("_{count:x}");
                let key = format!("\n{}: function", import.name);
                let is_free = !script.contains(&format!("\n{name}:"));
                if is_free && script.matches(import.name).count() == 1 && script.contains(&key) {
                    script = script.replacen(import.name, &name, 1);
                    section.import(import.module, &name, kind);
                    count += 1;
                } else {
                    section.import(import.module, import.name, kind);
                }
            }
            short.section(&section);
        } else if let Some((id, range)) = payload.as_section() {
            let at = |end: u64| usize::try_from(end).unwrap_or(usize::MAX);
            let data = module.get(at(range.start)..at(range.end)).unwrap_or_default();
            short.section(&RawSection { id, data });
        }
    }
    Ok((script, short.finish()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(module: &[u8]) -> Vec<String> {
        let payloads = Parser::new(0).parse_all(module).map(Result::unwrap);
        let imports = payloads.filter_map(|payload| match payload {
            Payload::ImportSection(imports) => Some(imports),
            _ => None,
        });
        imports.flat_map(|i| i.into_imports()).map(|i| i.unwrap().name.to_owned()).collect()
    }

    #[test]
    fn what_both_know_by_one_name_has_a_short_one_in_both() {
        let module = wat::parse_str(
            r#"(module (import "g" "__wbg_call_0123" (func)) (import "g" "twice" (func))
                (import "g" "gone" (func)) (func (export "f") call 1) (memory (export "m") 1))"#,
        )
        .unwrap();
        let script =
            "return {\n__wbg_call_0123: function(a) {\n},\ntwice: function() {\ntwice();\n},\n};";
        let (script, short) = shortened(script, &module).unwrap();
        assert_eq!(
            script,
            "return {\n_0: function(a) {\n},\ntwice: function() {\ntwice();\n},\n};"
        );
        assert_eq!(names(&short), ["_0", "twice", "gone"]);
        wasmparser::Validator::new().validate_all(&short).unwrap();
        // All else is as it was.
        let (_, again) = shortened("", &module).unwrap();
        assert_eq!(again, module);
    }

    #[test]
    fn a_name_that_is_taken_is_not_given() {
        let module = wat::parse_str(r#"(module (import "g" "__wbg_call_0123" (func)))"#).unwrap();
        let script = "{\n_0: function() {\n},\n__wbg_call_0123: function() {\n},\n}";
        let (same, short) = shortened(script, &module).unwrap();
        assert_eq!((same.as_str(), names(&short)), (script, vec!["__wbg_call_0123".to_owned()]));
    }
}
