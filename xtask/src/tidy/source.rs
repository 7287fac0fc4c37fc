//! Just enough reading of Rust and TypeScript to tell code from strings and comments.

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Language {
    Rust,
    TypeScript,
}

/// A source text whose strings and comments are blanked in `code`, byte for byte, line for line.
pub struct Source {
    pub code: String,
    pub literals: Vec<Literal>,
}

pub struct Literal {
    pub line: usize,
    pub text: String,
}

impl Source {
    pub fn read(text: &str, language: Language) -> Self {
        let mut reader =
            Reader { text, at: 0, code: String::with_capacity(text.len()), literals: Vec::new() };
        while reader.at < text.len() {
            match language {
                Language::Rust => reader.step_rust(),
                Language::TypeScript => reader.step_typescript(),
            }
        }
        Self { code: reader.code, literals: reader.literals }
    }

    pub fn line_of(&self, at: usize) -> usize {
        line_of(&self.code, at)
    }

    /// The byte after the brace that closes the one at `open`, or the end of the text.
    pub fn closing(&self, open: usize) -> usize {
        let mut depth = 0_usize;
        for (offset, byte) in self.code.bytes().enumerate().skip(open) {
            match byte {
                b'{' => depth += 1,
                b'}' if depth == 1 => return offset + 1,
                b'}' => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
        self.code.len()
    }

    /// The places of `word` in the code, not as a part of a longer name.
    pub fn words(&self, word: &str) -> Vec<usize> {
        let is_name = |c: char| c.is_alphanumeric() || c == '_';
        let (opens, closes) = (word.starts_with(is_name), word.ends_with(is_name));
        let starts = self.code.match_indices(word).map(|(at, _)| at);
        starts
            .filter(|&at| {
                let before = self.code[..at].chars().next_back().is_some_and(is_name);
                let after = self.code[at + word.len()..].chars().next().is_some_and(is_name);
                !(opens && before || closes && after)
            })
            .collect()
    }
}

fn line_of(text: &str, at: usize) -> usize {
    text.as_bytes()[..at].iter().filter(|&&byte| byte == b'\n').count() + 1
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    code: String,
    literals: Vec<Literal>,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn step_rust(&mut self) {
        let rest = self.rest();
        if rest.starts_with("//") {
            self.blank(until(rest, '\n'));
        } else if rest.starts_with("/*") {
            self.blank(nested_comment(rest));
        } else if let Some(hashes) = raw_string(rest, self.code.chars().next_back()) {
            let open = rest.find('"').map_or(rest.len(), |quote| quote + 1);
            let close = format!("\"{}", "#".repeat(hashes));
            let end = rest[open..].find(&close).map_or(rest.len(), |found| open + found + close.len());
            self.literal(end);
        } else if rest.starts_with('"') {
            self.literal(quoted(rest, '"'));
        } else if rest.starts_with('\'') && is_char(rest) {
            self.literal(quoted(rest, '\''));
        } else {
            self.keep();
        }
    }

    fn step_typescript(&mut self) {
        let rest = self.rest();
        if rest.starts_with("//") {
            self.blank(until(rest, '\n'));
        } else if rest.starts_with("/*") {
            self.blank(rest.find("*/").map_or(rest.len(), |end| end + 2));
        } else if rest.starts_with('"') {
            self.literal(quoted(rest, '"'));
        } else if rest.starts_with('\'') {
            self.literal(quoted(rest, '\''));
        } else if rest.starts_with('`') {
            self.literal(template(rest));
        } else if rest.starts_with('/') && self.regex_may_start() {
            self.literal(regex(rest));
        } else {
            self.keep();
        }
    }

    /// After a value `/` divides; after an operator or an opening bracket it opens a pattern.
    fn regex_may_start(&self) -> bool {
        let before = self.code.trim_end();
        before.ends_with("return") || before.chars().next_back().is_none_or(|c| "(,=:[!&|?{};+->".contains(c))
    }

    fn keep(&mut self) {
        let Some(c) = self.rest().chars().next() else { return };
        self.code.push(c);
        self.at += c.len_utf8();
    }

    fn literal(&mut self, length: usize) {
        let text = self.rest()[..length].to_owned();
        self.literals.push(Literal { line: line_of(self.text, self.at), text });
        self.blank(length);
    }

    fn blank(&mut self, length: usize) {
        let blanked = self.rest()[..length].bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' });
        let blanked: String = blanked.collect();
        self.code.push_str(&blanked);
        self.at += length;
    }
}

fn until(rest: &str, stop: char) -> usize {
    rest.find(stop).unwrap_or(rest.len())
}

fn nested_comment(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let (mut depth, mut at) = (0_usize, 0);
    while at + 1 < bytes.len() {
        match &bytes[at..at + 2] {
            b"/*" => (depth, at) = (depth + 1, at + 2),
            b"*/" if depth == 1 => return at + 2,
            b"*/" => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
    }
    bytes.len()
}

/// The number of `#` when a raw string (`r"`, `br#"`, `cr"`) starts here.
fn raw_string(rest: &str, before: Option<char>) -> Option<usize> {
    if before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
        return None;
    }
    let after = ["r", "br", "cr"].iter().find_map(|start| rest.strip_prefix(start))?;
    let hashes = after.bytes().take_while(|&byte| byte == b'#').count();
    after[hashes..].starts_with('"').then_some(hashes)
}

/// `'x'` and `'\n'` are characters, `'a` in a type is a lifetime.
fn is_char(rest: &str) -> bool {
    let mut chars = rest.chars().skip(1);
    match chars.next() {
        Some('\\') => true,
        Some(_) => chars.next() == Some('\''),
        None => false,
    }
}

fn quoted(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return at + c.len_utf8(),
            _ => {}
        }
    }
    rest.len()
}

/// A template with its `${…}`, whatever stands in there.
fn template(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let (mut at, mut depth) = (1, 0_usize);
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 1,
            b'`' if depth == 0 => return at + 1,
            b'`' => at += template(&rest[at..]) - 1,
            b'$' if bytes.get(at + 1) == Some(&b'{') => (depth, at) = (depth + 1, at + 1),
            b'{' if depth > 0 => depth += 1,
            b'}' if depth > 0 => depth -= 1,
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}

fn regex(rest: &str) -> usize {
    let (mut escaped, mut in_class) = (false, false);
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            // A pattern ends on its line: this was a division after all.
            '\n' => return 1,
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '[' => in_class = true,
            ']' => in_class = false,
            '/' if !in_class => return at + 1,
            _ => {}
        }
    }
    1
}

#[cfg(test)]
mod tests {
    use super::{Language, Source};

    fn rust(text: &str) -> Source {
        Source::read(text, Language::Rust)
    }

    #[test]
    fn strings_and_comments_of_rust_are_blanked() {
        let source = rust(
            "let a = \"{\"; // {\nlet b = r#\"}\"#; /* { /* } */ */ let c = '{'; fn f<'a>(x: &'a u8) {}",
        );
        assert_eq!(source.code.matches('{').count(), 1);
        assert_eq!(source.code.matches('}').count(), 1);
        assert_eq!(
            source.literals.iter().map(|l| (l.line, l.text.as_str())).collect::<Vec<_>>(),
            [(1, "\"{\""), (2, "r#\"}\"#"), (2, "'{'")]
        );
    }

    #[test]
    fn templates_and_patterns_of_typescript_are_blanked() {
        let text = "const a = `x ${b ? `}` : {c: 1}.c} y`; const d = /[/}]{2}/.test(e) ? f / 2 : g; // {";
        let source = Source::read(text, Language::TypeScript);
        assert_eq!(source.code.matches(['{', '}']).count(), 0);
        assert!(source.code.contains("f / 2 : g"));
    }

    #[test]
    fn a_word_is_not_found_inside_a_longer_one() {
        let source = rust("fn fnord() { let f = fn_name; }");
        assert_eq!(source.words("fn"), [0]);
    }
}
