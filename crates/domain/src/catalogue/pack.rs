//! A catalogue as it travels: its files, in the order of their names, and a digest over them.

use sha2::{Digest, Sha256};

/// Files of a catalogue by path below `schema/catalogue/`, with `/` between folders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pack {
    files: Vec<(String, String)>,
}

include!(concat!(env!("OUT_DIR"), "/catalogue_files.rs"));

impl Pack {
    pub fn new(mut files: Vec<(String, String)>) -> Pack {
        files.sort();
        Pack { files }
    }

    pub fn embedded() -> Pack {
        Pack::new(
            EMBEDDED.iter().map(|(path, text)| (path.to_string(), text.replace("\r\n", "\n"))).collect(),
        )
    }

    pub fn files(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files.iter().map(|(path, text)| (path.as_str(), text.as_str()))
    }

    pub fn text(&self, path: &str) -> Option<&str> {
        self.files().find(|(p, _)| *p == path).map(|(_, text)| text)
    }

    /// SHA-256 over every path and text with their lengths.
    pub fn sha256(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        for (path, text) in self.files() {
            for part in [path, text] {
                hash.update((part.len() as u64).to_be_bytes());
                hash.update(part.as_bytes());
            }
        }
        hash.finalize().into()
    }

    /// The same in hexadecimal.
    pub fn digest(&self) -> String {
        self.sha256().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}
