//! What a disk or a stick says, by what its owner does about it.

use std::io::{Error, ErrorKind};

/// What the systems say of a drive that was pulled out, where the standard library has no name for it.
#[cfg(windows)]
const PULLED_OUT: &[i32] = &[
    21,   // ERROR_NOT_READY
    55,   // ERROR_DEV_NOT_EXIST
    433,  // ERROR_NO_SUCH_DEVICE
    1006, // ERROR_FILE_INVALID
    1117, // ERROR_IO_DEVICE
    1167, // ERROR_DEVICE_NOT_CONNECTED
];
#[cfg(not(windows))]
const PULLED_OUT: &[i32] = &[
    5,  // EIO
    6,  // ENXIO
    19, // ENODEV
];

/// The code that all programs have words for.
pub(super) fn code(error: &Error) -> &'static str {
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "bundle.disk_full",
        ErrorKind::ReadOnlyFilesystem | ErrorKind::PermissionDenied => "bundle.read_only",
        ErrorKind::NotFound | ErrorKind::NotADirectory => "bundle.gone",
        _ if error.raw_os_error().is_some_and(|number| PULLED_OUT.contains(&number)) => "bundle.gone",
        _ => "bundle.io",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_person_can_do_about_a_disk_has_a_code_of_its_own() {
        let codes = [
            (ErrorKind::StorageFull, "bundle.disk_full"),
            (ErrorKind::ReadOnlyFilesystem, "bundle.read_only"),
            (ErrorKind::PermissionDenied, "bundle.read_only"),
            (ErrorKind::NotFound, "bundle.gone"),
            (ErrorKind::TimedOut, "bundle.io"),
        ];
        for (kind, wanted) in codes {
            assert_eq!(code(&kind.into()), wanted);
        }
    }

    #[test]
    fn a_stick_that_is_pulled_out_while_it_is_used_is_gone() {
        for number in PULLED_OUT {
            assert_eq!(code(&Error::from_raw_os_error(*number)), "bundle.gone");
        }
    }
}
