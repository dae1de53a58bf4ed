//! The interpreters of this computer. One that is missing is named, and its tests are left out.

use std::io::{ErrorKind, Write};
use std::process::{Command, Stdio};
use std::thread;

use flux_studio::code::Language;

/// What a program did.
pub(crate) struct Ran {
    pub(crate) success: bool,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Something that runs programs of a language from its standard input.
pub(crate) struct Interpreter {
    pub(crate) name: &'static str,
    pub(crate) language: Language,
    /// To run a program.
    run: &'static [&'static str],
    /// To look at its syntax only.
    check: &'static [&'static str],
}

const CHECK_PYTHON: &str = "import ast, sys; ast.parse(sys.stdin.buffer.read())";

/// All of them; a shell more than once, as `sh` is not everywhere the same.
pub(crate) const INTERPRETERS: &[Interpreter] = &[
    Interpreter { name: "sh", language: Language::Curl, run: &["-s"], check: &["-n"] },
    Interpreter { name: "dash", language: Language::Curl, run: &["-s"], check: &["-n"] },
    Interpreter { name: "bash", language: Language::Curl, run: &["-s"], check: &["-n"] },
    Interpreter {
        name: "node",
        language: Language::JavaScript,
        run: &["--input-type=module", "-"],
        check: &["--input-type=module", "--check", "-"],
    },
    Interpreter {
        name: "python3",
        language: Language::Python,
        run: &["-"],
        check: &["-c", CHECK_PYTHON],
    },
];

impl Interpreter {
    /// Runs a program, unless the interpreter is missing.
    pub(crate) fn run(&self, program: &str) -> Option<Ran> {
        run(self.name, self.run, program)
    }

    /// Looks at a program's syntax, unless the interpreter is missing.
    pub(crate) fn check(&self, program: &str) -> Option<Ran> {
        run(self.name, self.check, program)
    }
}

/// Runs a program with a key in its environment, unless the interpreter is missing.
pub(crate) fn run_with_key(interpreter: &Interpreter, program: &str, key: &str) -> Option<Ran> {
    finish(command(interpreter.name, interpreter.run).env("FAL_KEY", key), program)
}

/// Runs a command with a text as its standard input, unless it is missing.
pub(crate) fn run(name: &str, arguments: &[&str], input: &str) -> Option<Ran> {
    finish(&mut command(name, arguments), input)
}

/// A command away from any proxy and any key.
fn command(name: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(name);
    command.args(arguments).env("no_proxy", "*").env("NO_PROXY", "*").env_remove("FAL_KEY");
    command.env("PYTHONIOENCODING", "utf-8");
    command
}

fn finish(command: &mut Command, input: &str) -> Option<Ran> {
    let pipes = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = match pipes.spawn() {
        Ok(child) => child,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            // Not `eprintln!`, which is kept back for tests that pass.
            let name = command.get_program().display();
            writeln!(std::io::stderr(), "skipped: {name} is not installed").ok();
            return None;
        }
        Err(error) => panic!("{command:?}: {error}"),
    };
    let mut stdin = child.stdin.take().expect("a pipe");
    let output = thread::scope(|scope| {
        scope.spawn(move || stdin.write_all(input.as_bytes()).ok());
        child.wait_with_output().expect("what it wrote")
    });
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    Some(Ran {
        success: output.status.success(),
        stdout: text(output.stdout),
        stderr: text(output.stderr),
    })
}
