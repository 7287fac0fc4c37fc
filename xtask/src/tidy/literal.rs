//! No word that a person reads stands in Rust: codes and values go out, words are in the dictionaries.

use std::ops::Range;

use super::finding::Finding;
use super::source::{Language, Source};
use super::tree::File;

struct Exception {
    path: &'static str,
    /// Kept beside the path so that nobody adds one without saying why.
    _why: &'static str,
}

const EXCEPTIONS: &[Exception] = &[
    Exception {
        path: "crates/domain/src/money.rs",
        _why: "amounts in words, as a receipt needs them, are arithmetic",
    },
    Exception { path: "crates/domain/src/text.rs", _why: "folding needs the letters that it folds" },
    Exception {
        path: "crates/hub-db/src/story/",
        _why: "the story that engines must pass is a test, in the library so that each can run it",
    },
    Exception { path: "crates/testkit/", _why: "fixtures are what an officer would type" },
];

pub fn check(file: &File) -> Vec<Finding> {
    let product = file.path.starts_with("crates/") || file.path.starts_with("src-tauri/");
    let excepted = EXCEPTIONS.iter().any(|exception| file.path.starts_with(exception.path));
    if !product || excepted || !file.path.ends_with(".rs") || is_test_file(&file.path) {
        return Vec::new();
    }
    let source = Source::read(&file.text, Language::Rust);
    let tests = test_lines(&source);
    let spoken = source.literals.iter().filter(|literal| {
        literal.text.chars().any(|c| c.is_alphabetic() && !c.is_ascii())
            && !tests.iter().any(|lines| lines.contains(&literal.line))
    });
    let sentence = "a word that a person reads: put it into a dictionary, a catalogue label or a words file";
    spoken.map(|literal| Finding::at(&file.path, literal.line, sentence)).collect()
}

fn is_test_file(path: &str) -> bool {
    ["/tests/", "/benches/", "/tests.rs", "_tests.rs"].iter().any(|part| path.contains(part))
}

/// The lines of what stands behind `#[cfg(test)]`.
fn test_lines(source: &Source) -> Vec<Range<usize>> {
    let marks = source.words("#[cfg(test)]");
    let bodies = marks.into_iter().filter_map(|mark| {
        let rest = &source.code[mark..];
        let open = rest.find('{')?;
        // `#[cfg(test)] mod tests;` names another file, and what follows here is the product.
        let elsewhere = rest.find(';').is_some_and(|semicolon| semicolon < open);
        let end = source.closing(mark + open);
        (!elsewhere).then(|| source.line_of(mark)..source.line_of(end - 1) + 1)
    });
    bodies.collect()
}

#[cfg(test)]
mod tests {
    use super::{File, check};

    fn found(path: &str, text: &str) -> Vec<usize> {
        check(&File { path: path.into(), text: text.into() }).iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn a_vietnamese_literal_in_the_product_is_found() {
        assert_eq!(found("crates/app/src/lib.rs", "fn a() {\n    say(\"Đã lưu\");\n}"), [2]);
        assert_eq!(found("src-tauri/main.rs", "const C: char = 'ệ';"), [1]);
    }

    #[test]
    fn comments_tests_signs_and_excepted_files_may_speak() {
        let test = "#[cfg(test)]\nmod tests {\n    const A: &str = \"Kăn\";\n}\n";
        assert_eq!(found("crates/app/src/lib.rs", test), [0_usize; 0]);
        assert_eq!(found("crates/app/src/lib.rs", "// Đã lưu\nconst A: &str = \"1 – 2 …\";"), [0_usize; 0]);
        assert_eq!(found("crates/domain/src/money.rs", "const A: &str = \"đồng\";"), [0_usize; 0]);
        assert_eq!(found("crates/app/tests/a.rs", "const A: &str = \"đồng\";"), [0_usize; 0]);
    }

    #[test]
    fn the_product_behind_a_test_module_in_another_file_is_read() {
        assert_eq!(found("crates/app/src/lib.rs", "#[cfg(test)]\nmod tests;\nfn a() {\n say(\"Đã\") }"), [4]);
    }
}
