//! Feeds `sohoi_protocol::arbitrary::bundle`; what it finds becomes a test there.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    sohoi_protocol::arbitrary::bundle(bytes);
});
