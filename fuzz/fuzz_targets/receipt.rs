//! Feeds `sohoi_protocol::arbitrary::receipt`; what it finds becomes a test there.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    sohoi_protocol::arbitrary::receipt(bytes);
});
