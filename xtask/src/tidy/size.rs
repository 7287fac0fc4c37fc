//! No file over 600 lines, no function over 60: what is longer has two subjects.

use super::finding::Finding;
use super::source::{Language, Source};
use super::tree::File;

const FILE_LIMIT: usize = 600;
const FUNCTION_LIMIT: usize = 60;

pub fn check(file: &File) -> Vec<Finding> {
    let endings = [".rs", ".ts", ".svelte", ".mjs"];
    if !endings.iter().any(|ending| file.path.ends_with(ending)) {
        return Vec::new();
    }
    let mut findings = Vec::new();
    let lines = file.text.lines().count();
    if lines > FILE_LIMIT {
        findings.push(Finding::of(&file.path, format!("{lines} lines, and {FILE_LIMIT} is the limit")));
    }
    let functions =
        if file.path.ends_with(".rs") { rust(&file.text) } else { typescript(&file.path, &file.text) };
    let long = functions.into_iter().filter(|function| function.lines > FUNCTION_LIMIT);
    findings.extend(long.map(|function| {
        let sentence =
            format!("`{}` has {} lines, and {FUNCTION_LIMIT} is the limit", function.name, function.lines);
        Finding::at(&file.path, function.line, sentence)
    }));
    findings
}

struct Function {
    name: String,
    line: usize,
    lines: usize,
}

fn rust(text: &str) -> Vec<Function> {
    let source = Source::read(text, Language::Rust);
    let starts = source.words("fn");
    starts.into_iter().filter_map(|start| function(&source, start, 0)).collect()
}

fn typescript(path: &str, text: &str) -> Vec<Function> {
    let scripts = if path.ends_with(".svelte") { scripts(text) } else { vec![(0, text)] };
    let mut functions = Vec::new();
    for (line, script) in scripts {
        let source = Source::read(script, Language::TypeScript);
        let declared = source.words("function");
        functions.extend(declared.into_iter().filter_map(|start| function(&source, start, line)));
        functions.extend(arrows(&source).into_iter().filter_map(|start| function(&source, start, line)));
    }
    functions
}

/// Arrow functions that a constant names; the callbacks of a test's `describe` are lists, not functions.
fn arrows(source: &Source) -> Vec<usize> {
    let starts = source.words("const");
    let is_arrow = |&start: &usize| {
        let rest = &source.code[start..];
        let head = &rest[..rest.find(['{', ';']).unwrap_or(rest.len())];
        head.trim_end().ends_with("=>") && head.contains('=')
    };
    starts.into_iter().filter(is_arrow).collect()
}

/// The scripts of a component, each with the number of lines before it.
fn scripts(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(tag) = text[from..].find("<script") {
        let Some(open) = text[from + tag..].find('>') else { break };
        let start = from + tag + open + 1;
        let end = text[start..].find("</script>").map_or(text.len(), |end| start + end);
        found.push((text[..start].matches('\n').count(), &text[start..end]));
        from = end;
    }
    found
}

/// The function whose keyword is at `start`; a declaration without a body has no length.
fn function(source: &Source, start: usize, lines_before: usize) -> Option<Function> {
    let open = body(&source.code, start)?;
    let line = source.line_of(start);
    let lines = source.line_of(source.closing(open) - 1) - line + 1;
    let words = source.code[start..open].split(|c: char| !(c.is_alphanumeric() || c == '_'));
    let name = words.filter(|word| !word.is_empty()).nth(1).unwrap_or("a function").to_owned();
    Some(Function { name, line: line + lines_before, lines })
}

/// Where the body opens: the first brace outside all brackets, before any semicolon outside them.
fn body(code: &str, start: usize) -> Option<usize> {
    let mut depth = 0_i32;
    for (at, byte) in code.bytes().enumerate().skip(start) {
        match byte {
            b'(' | b'[' => depth += 1,
            b')' | b']' => depth -= 1,
            _ if depth < 0 => return None,
            b'{' if depth == 0 => return Some(at),
            b';' if depth == 0 => return None,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{File, check};

    fn sentences(path: &str, text: String) -> Vec<String> {
        check(&File { path: path.into(), text }).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_function_of_sixty_one_lines_is_found() {
        let body = "    let _ = [0; { 1 }];\n".repeat(59);
        let fine = format!("fn fine() {{\n{}}}\n", &body[24..]);
        let long = format!("{fine}\nfn long(a: [u8; 2]) -> u8\nwhere\n{{\n{body}}}\n");
        assert_eq!(sentences("crates/a/src/lib.rs", fine), [""; 0]);
        assert_eq!(
            sentences("crates/a/src/lib.rs", long),
            ["crates/a/src/lib.rs:62: `long` has 63 lines, and 60 is the limit"]
        );
    }

    #[test]
    fn a_file_of_six_hundred_and_one_lines_is_found() {
        let found = sentences("ui/src/a.ts", "\n".repeat(601));
        assert_eq!(found, ["ui/src/a.ts: 601 lines, and 600 is the limit"]);
    }

    #[test]
    fn a_long_function_in_a_component_is_found() {
        let body = "    a();\n".repeat(60);
        let text = format!(
            "<script lang=\"ts\">\n  const run = async () => {{\n{body}  }};\n</script>\n<p>don't</p>\n"
        );
        assert_eq!(
            sentences("ui/src/A.svelte", text),
            ["ui/src/A.svelte:2: `run` has 62 lines, and 60 is the limit"]
        );
        let text = format!("function run(): void {{\n{body}}}\n");
        assert_eq!(
            sentences("ui/src/a.ts", text),
            ["ui/src/a.ts:1: `run` has 62 lines, and 60 is the limit"]
        );
    }

    #[test]
    fn a_method_without_a_body_has_no_length() {
        let text = format!("trait A {{\n    fn a(&self);\n{}}}\n", "    const B: u8 = 1;\n".repeat(70));
        assert_eq!(sentences("crates/a/src/lib.rs", text), [""; 0]);
    }
}
