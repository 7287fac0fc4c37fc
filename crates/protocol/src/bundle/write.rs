//! Label and frames in, file out, one frame at a time.

use std::io::{BufWriter, Seek, SeekFrom, Write};

use age::Encryptor;
use age::stream::StreamWriter;
use sha2::{Digest, Sha256};

use super::{BundleError, HEAD_BYTES, Label, MAGIC, VERSION, key};
use crate::frame::Frame;
use crate::limits;
use crate::sign::Signer;

/// Writes a file. Until [`BundleWriter::finish`] it says of itself that it is cut off.
pub struct BundleWriter<W: Write + Seek> {
    sealed: StreamWriter<BufWriter<W>>,
    label: Label,
    signed: Sha256,
    /// Where the sealed part begins.
    begin: u64,
    n_bytes: u64,
}

impl<W: Write + Seek> BundleWriter<W> {
    /// Begins a file that only the holder of this Ed25519 key can read.
    ///
    /// # Errors
    /// [`BundleError::OtherHub`] when the key is none; else what the disk says.
    pub fn create(out: W, label: &Label, reader: &[u8; 32]) -> Result<BundleWriter<W>, BundleError> {
        let recipient = key::recipient(reader).ok_or(BundleError::OtherHub)?;
        let encryptor = Encryptor::with_recipients(std::iter::once(&recipient as &dyn age::Recipient));
        let encryptor = encryptor.expect("there is one recipient");
        let encoded = label.encode();
        let mut out = BufWriter::new(out);
        out.write_all(&MAGIC)?;
        out.write_all(&[VERSION])?;
        out.write_all(&0_u64.to_le_bytes())?;
        out.write_all(&(encoded.len() as u16).to_le_bytes())?;
        out.write_all(&encoded)?;
        let begin = (HEAD_BYTES + encoded.len()) as u64;
        let sealed = encryptor.wrap_output(out)?;
        let signed = Sha256::new_with_prefix(&encoded);
        Ok(BundleWriter { sealed, label: label.clone(), signed, begin, n_bytes: 0 })
    }

    /// # Errors
    /// [`BundleError::TooLarge`] when no hub would read it; else what the disk says.
    pub fn frame(&mut self, frame: &Frame) -> Result<(), BundleError> {
        let bytes = frame.encode();
        self.n_bytes += bytes.len() as u64;
        if self.n_bytes > limits::REQUEST_BYTES {
            return Err(BundleError::TooLarge);
        }
        self.signed.update(&bytes);
        Ok(self.sealed.write_all(&bytes)?)
    }

    /// Signs what was written and closes the file. Returns its length in bytes.
    ///
    /// # Errors
    /// What the disk says.
    pub fn finish(mut self, signer: &Signer) -> Result<u64, BundleError> {
        let digest = self.signed.finalize();
        self.sealed.write_all(&signer.sign(self.label.way.context(), &[&digest]))?;
        let mut out = self.sealed.finish()?;
        let end = out.stream_position()?;
        out.seek(SeekFrom::Start((MAGIC.len() + 1) as u64))?;
        out.write_all(&(end - self.begin).to_le_bytes())?;
        out.flush()?;
        Ok(end)
    }
}
