//! The story that every engine must pass.
