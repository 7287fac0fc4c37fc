//! Words that mean "not finished" or "not tested".

use super::finding::Finding;
use super::source::{Language, Source};
use super::tree::File;

struct Ban {
    word: &'static str,
    why: &'static str,
}

const IN_RUST: &[Ban] = &[
    Ban { word: "todo!", why: "unfinished code is not committed" },
    Ban { word: "unimplemented!", why: "unfinished code is not committed" },
    Ban { word: "#[ignore", why: "a test that does not run proves nothing: mend it or remove it" },
];

const IN_TESTS_OF_PAGES: &[Ban] = &[
    Ban { word: ".only(", why: "the other tests would not run" },
    Ban { word: ".skip(", why: "a test that does not run proves nothing: mend it or remove it" },
    Ban { word: ".todo(", why: "a test that does not run proves nothing: write it or remove it" },
];

pub fn check(file: &File) -> Vec<Finding> {
    let (bans, language) = if file.path.ends_with(".rs") {
        (IN_RUST, Language::Rust)
    } else if [".test.ts", ".spec.ts"].iter().any(|ending| file.path.ends_with(ending)) {
        (IN_TESTS_OF_PAGES, Language::TypeScript)
    } else {
        return Vec::new();
    };
    let source = Source::read(&file.text, language);
    let mut findings = Vec::new();
    for ban in bans {
        let places = source.words(ban.word);
        findings.extend(
            places.into_iter().map(|at| {
                Finding::at(&file.path, source.line_of(at), format!("`{}`: {}", ban.word, ban.why))
            }),
        );
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::{File, check};

    fn found(path: &str, text: &str) -> Vec<usize> {
        check(&File { path: path.into(), text: text.into() }).iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn unfinished_rust_is_found_and_talking_about_it_is_not() {
        assert_eq!(
            found("a.rs", "fn a() {\n    todo!()\n}\n#[ignore]\nfn b() { unimplemented!(\"c\") }"),
            [2, 5, 4]
        );
        assert_eq!(
            found("a.rs", "// todo!\nconst A: &str = \"unimplemented!\";\niter.skip(1)"),
            [0_usize; 0]
        );
    }

    #[test]
    fn a_test_of_a_page_that_is_left_out_is_found() {
        assert_eq!(found("a.test.ts", "it.only(\"a\", b);\ndescribe.skip(\"c\", d);"), [1, 2]);
        assert_eq!(found("a.ts", "list.skip(1)"), [0_usize; 0]);
    }
}
