//! Who may depend on whom: the table of ARCHITECTURE.md, so that a wrong arrow does not get in.

use serde_json::Value;

use super::finding::Finding;

pub struct Package {
    pub name: String,
    /// The files that open a library or a program.
    pub roots: Vec<String>,
    dependencies: Vec<Dependency>,
}

struct Dependency {
    name: String,
    for_tests: bool,
}

/// A package and those of ours that it may use.
const ARROWS: &[(&str, &[&str])] = &[
    ("sohoi-domain", &[]),
    ("sohoi-photo", &["sohoi-domain"]),
    ("sohoi-protocol", &["sohoi-domain"]),
    ("sohoi-store", &["sohoi-domain"]),
    ("sohoi-sync", &["sohoi-domain", "sohoi-protocol", "sohoi-store"]),
    ("sohoi-reports", &["sohoi-domain"]),
    ("sohoi-app", &["sohoi-domain", "sohoi-photo", "sohoi-store", "sohoi-sync", "sohoi-reports"]),
    ("sohoi-api", &["sohoi-domain", "sohoi-app"]),
    ("sohoi-desktop", &["sohoi-api"]),
    ("sohoi-cli", &["sohoi-api", "sohoi-app"]),
    ("sohoi-dev-host", &["sohoi-api"]),
    (
        "sohoi-hub",
        &[
            "sohoi-hub-db",
            "sohoi-protocol",
            "sohoi-domain",
            "sohoi-reports",
            "sohoi-hub-db-sqlite",
            "sohoi-hub-db-postgres",
        ],
    ),
    ("sohoi-hub-db", &["sohoi-domain", "sohoi-protocol"]),
    ("sohoi-hub-db-sqlite", &["sohoi-hub-db", "sohoi-domain", "sohoi-protocol"]),
    ("sohoi-hub-db-postgres", &["sohoi-hub-db", "sohoi-domain", "sohoi-protocol"]),
    (
        "sohoi-testkit",
        &["sohoi-domain", "sohoi-protocol", "sohoi-store", "sohoi-sync", "sohoi-app", "sohoi-api"],
    ),
    (
        "sohoi-tests",
        &[
            "sohoi-testkit",
            "sohoi-domain",
            "sohoi-protocol",
            "sohoi-store",
            "sohoi-sync",
            "sohoi-app",
            "sohoi-api",
            "sohoi-hub",
            "sohoi-hub-db",
            "sohoi-hub-db-sqlite",
        ],
    ),
    ("xtask", &[]),
];

/// Packages of ours that only tests may use.
const FOR_TESTS: &[&str] = &["sohoi-testkit"];

struct Reserved {
    name: &'static str,
    for_packages: &'static [&'static str],
}

/// Libraries of others that only some of our packages may name.
const RESERVED: &[Reserved] = &[
    Reserved { name: "tauri", for_packages: &["sohoi-desktop"] },
    Reserved { name: "rfd", for_packages: &["sohoi-desktop"] },
    Reserved { name: "gtk", for_packages: &["sohoi-desktop"] },
    Reserved { name: "webkit2gtk", for_packages: &["sohoi-desktop"] },
    Reserved { name: "tao", for_packages: &["sohoi-desktop"] },
    Reserved { name: "softbuffer", for_packages: &["sohoi-desktop"] },
    Reserved { name: "x11rb", for_packages: &["sohoi-testkit"] },
    Reserved { name: "image", for_packages: &["sohoi-photo"] },
    Reserved { name: "kamadak-exif", for_packages: &["sohoi-photo"] },
    Reserved { name: "sysinfo", for_packages: &["sohoi-app"] },
    Reserved { name: "rusqlite", for_packages: &["sohoi-store", "sohoi-hub-db-sqlite"] },
    Reserved { name: "libsqlite3-sys", for_packages: &["sohoi-store", "sohoi-hub-db-sqlite"] },
    Reserved { name: "tokio-postgres", for_packages: &["sohoi-hub-db-postgres"] },
    Reserved { name: "reqwest", for_packages: &["sohoi-sync"] },
    Reserved { name: "axum", for_packages: &["sohoi-hub", "sohoi-dev-host"] },
];

pub fn packages(metadata: &Value) -> Vec<Package> {
    let list = metadata["packages"].as_array().into_iter().flatten();
    list.map(package).collect()
}

fn package(value: &Value) -> Package {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let kinds = |target: &Value| target["kind"].as_array().cloned().unwrap_or_default();
    let targets = value["targets"].as_array().into_iter().flatten();
    let roots = targets
        .filter(|target| kinds(target).iter().any(|kind| ["lib", "rlib", "bin"].iter().any(|k| kind == k)));
    let dependencies = value["dependencies"].as_array().into_iter().flatten();
    Package {
        name: text(&value["name"]),

        roots: roots.map(|target| text(&target["src_path"])).collect(),
        dependencies: dependencies
            .map(|d| Dependency { name: text(&d["name"]), for_tests: d["kind"] == "dev" })
            .collect(),
    }
}

pub fn check(packages: &[Package]) -> Vec<Finding> {
    packages.iter().flat_map(check_package).collect()
}

fn check_package(package: &Package) -> Vec<Finding> {
    let place = format!("Cargo.toml of {}", package.name);
    let Some((_, allowed)) = ARROWS.iter().find(|(name, _)| *name == package.name) else {
        let sentence =
            "not in the table of arrows: draw it in ARCHITECTURE.md and in xtask/src/tidy/arrow.rs";
        return vec![Finding::of(&place, sentence)];
    };
    let mut findings = Vec::new();
    for dependency in &package.dependencies {
        let name = dependency.name.as_str();
        let ours = name.starts_with("sohoi-") || name == "xtask";
        let for_tests = FOR_TESTS.contains(&name) && dependency.for_tests;
        if ours && !for_tests && !allowed.contains(&name) {
            findings.push(Finding::of(&place, format!("may not use {name}")));
        }
        let reserved = RESERVED.iter().find(|reserved| is_or_extends(name, reserved.name));
        if let Some(reserved) =
            reserved.filter(|reserved| !reserved.for_packages.contains(&package.name.as_str()))
        {
            let sentence =
                format!("may not use {name}, which is for {}", reserved.for_packages.join(" and "));
            findings.push(Finding::of(&place, sentence));
        }
    }
    findings
}

/// `tauri-build` is of `tauri`.
fn is_or_extends(name: &str, reserved: &str) -> bool {
    name.strip_prefix(reserved).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

#[cfg(test)]
mod tests {
    use super::{check, packages};
    use serde_json::json;

    fn sentences(name: &str, dependency: &str, kind: Option<&str>) -> Vec<String> {
        let metadata = json!({"packages": [{
            "name": name, "manifest_path": "", "targets": [],
            "dependencies": [{"name": dependency, "kind": kind}],
        }]});
        check(&packages(&metadata)).into_iter().map(|finding| finding.sentence).collect()
    }

    #[test]
    fn a_wrong_arrow_is_found() {
        assert_eq!(sentences("sohoi-domain", "sohoi-store", None), ["may not use sohoi-store"]);
        assert_eq!(sentences("sohoi-hub", "sohoi-store", Some("dev")), ["may not use sohoi-store"]);
        assert_eq!(sentences("sohoi-store", "sohoi-domain", None), [""; 0]);
    }

    #[test]
    fn only_tests_use_the_rigs() {
        assert_eq!(sentences("sohoi-hub", "sohoi-testkit", None), ["may not use sohoi-testkit"]);
        assert_eq!(sentences("sohoi-hub", "sohoi-testkit", Some("dev")), [""; 0]);
    }

    #[test]
    fn a_reserved_library_in_another_package_is_found() {
        assert_eq!(
            sentences("sohoi-app", "tauri-build", Some("build")),
            ["may not use tauri-build, which is for sohoi-desktop"]
        );
        assert_eq!(
            sentences("sohoi-cli", "reqwest", Some("dev")),
            ["may not use reqwest, which is for sohoi-sync"]
        );
        assert_eq!(sentences("sohoi-hub", "axum", None), [""; 0]);
    }

    #[test]
    fn a_package_without_a_place_in_the_drawing_is_found() {
        assert_eq!(sentences("sohoi-common", "serde", None).len(), 1);
    }
}
