//! Keys that are not letters, as the standard numbers them.

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Key {
    Tab,
    Enter,
    Escape,
    Space,
    Up,
    Down,
    Left,
    Right,
    Home,
    End,
    Backspace,
    Delete,
    Shift,
    Control,
    F2,
    F6,
    F8,
    F9,
}

impl Key {
    pub fn code(self) -> char {
        match self {
            Self::Tab => '\u{E004}',
            Self::Enter => '\u{E007}',
            Self::Escape => '\u{E00C}',
            Self::Space => ' ',
            Self::Up => '\u{E013}',
            Self::Down => '\u{E015}',
            Self::Left => '\u{E012}',
            Self::Right => '\u{E014}',
            Self::Home => '\u{E011}',
            Self::End => '\u{E010}',
            Self::Backspace => '\u{E003}',
            Self::Delete => '\u{E017}',
            Self::Shift => '\u{E008}',
            Self::Control => '\u{E009}',
            Self::F2 => '\u{E032}',
            Self::F6 => '\u{E036}',
            Self::F8 => '\u{E038}',
            Self::F9 => '\u{E039}',
        }
    }
}
