//! Feeds `sohoi_protocol::arbitrary::sides`: a byte for the count, two for the length of the open side.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Some((head, rest)) = bytes.split_at_checked(3) else { return };
    let length = usize::from(u16::from_be_bytes([head[1], head[2]])).min(rest.len());
    let (open, sealed) = rest.split_at(length);
    sohoi_protocol::arbitrary::sides(u32::from(head[0]), open, sealed);
});
