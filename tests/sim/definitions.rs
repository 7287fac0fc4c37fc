//! Two versions of the catalogue: the program's own, and one with a field more.

use std::sync::Arc;

use sohoi_domain::Catalogue;
use sohoi_domain::catalogue::Pack;

/// The kind that has the new field, and the field.
const GROWN: &str = "kinds/mediation.toml";
pub const NEW_FIELD: &str = "n_hours";
const FIELD: &str = "[[field]]\nid = \"n_hours\"\nnum = 90\ntype = \"integer\"\n\
                     label = { vi = \"Hours\", en = \"Hours\" }\n\n[[field]]\n";

pub struct Definitions {
    pub old: Arc<Catalogue>,
    pub new: Arc<Catalogue>,
    pub new_pack: Pack,
}

impl Definitions {
    pub fn new() -> Self {
        let old = Arc::new(Catalogue::embedded());
        let (is, was) = (format!("version = {}", old.version + 1), format!("version = {}", old.version));
        let grown = |path: &str, text: &str| match path {
            "catalogue.toml" => text.replacen(&was, &is, 1),
            GROWN => text.replacen("[[field]]\n", FIELD, 1),
            _ => text.to_owned(),
        };
        let embedded = Pack::embedded();
        let files = embedded.files().map(|(path, text)| (path.to_owned(), grown(path, text))).collect();
        let new_pack = Pack::new(files);
        let new = Arc::new(Catalogue::load(&new_pack).expect("it is as good as ours"));
        assert_eq!(new.version, old.version + 1);
        Self { old, new, new_pack }
    }
}
