//! Writes the records of the sample commune: `sohoi-sample FILE`, as `cargo xtask sample` calls it.

fn main() {
    let file = std::env::args().nth(1).expect("sohoi-sample FILE");
    std::fs::write(&file, sohoi_testkit::sample::lines()).expect("the file can be written");
}
