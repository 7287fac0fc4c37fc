//! File in, label and frames out, one frame at a time. A length is checked before anything of that length
//! is read.

use std::io::{Read, Seek, SeekFrom};

use age::stream::StreamReader;
use age::{DecryptError, Decryptor};
use sha2::{Digest, Sha256};

use super::label::LABEL_BYTES;
use super::{BundleError, HEAD_BYTES, Label, MAGIC, VERSION, Way, key};
use crate::frame::{Frame, FrameReader};
use crate::limits;
use crate::sign::{Signer, verify};

/// Longest header of age that is read; with one recipient it has some 200 to 700 bytes.
const AGE_HEADER_BYTES: u64 = 4 << 10;
/// Before the last line of age's header.
const AGE_HEADER_END: &[u8] = b"\n--- ";

impl Way {
    /// Context of the signature inside; the version of the file is in it.
    pub(super) fn context(self) -> &'static [u8] {
        match self {
            Way::Bundle => b"sohoi bundle 1",
            Way::Answer => b"sohoi answer 1",
        }
    }

    fn ends_with(self, frame: &Frame) -> bool {
        match self {
            Way::Bundle => matches!(frame, Frame::End(_)),
            Way::Answer => matches!(frame, Frame::Done(_) | Frame::Refused(_)),
        }
    }
}

/// A file whose label was read, and nothing else yet.
pub struct BundleReader<R> {
    input: R,
    label: Label,
    encoded: Vec<u8>,
}

impl<R: Read + Seek> BundleReader<R> {
    /// Reads the label. Without any key it tells a file that is not ours, too new, cut off, or not of the way
    /// that is wanted.
    ///
    /// # Errors
    /// [`BundleError`] says which.
    pub fn open(mut input: R, way: Way) -> Result<BundleReader<R>, BundleError> {
        let length = input.seek(SeekFrom::End(0))?;
        input.seek(SeekFrom::Start(0))?;
        let (n_sealed, n_label) = head(&mut input, length)?;
        let begin = (HEAD_BYTES + n_label) as u64;
        if n_sealed == 0 || length < begin + n_sealed {
            return Err(BundleError::Truncated);
        }
        if length > begin + n_sealed {
            return Err(BundleError::Damaged);
        }
        let mut encoded = vec![0; n_label];
        input.read_exact(&mut encoded)?;
        let label = Label::decode(&encoded)?;
        match (label.way, way) {
            (Way::Bundle, Way::Bundle) | (Way::Answer, Way::Answer) => {}
            (Way::Answer, Way::Bundle) => return Err(BundleError::IsAnswer),
            (Way::Bundle, Way::Answer) => return Err(BundleError::IsBundle),
        }
        Ok(BundleReader { input, label, encoded })
    }

    pub fn label(&self) -> &Label {
        &self.label
    }

    /// Reads it to its end and gives nothing away: every byte is as it was written, by whom it should be.
    ///
    /// # Errors
    /// [`BundleError::Damaged`], or what the disk says.
    pub fn check(&mut self, reader: &Signer, writer: &[u8; 32]) -> Result<(), BundleError> {
        self.read(reader, writer, &mut |_| Ok(()))
    }

    /// The first frame, which nothing has proven yet: by whom a file is may stand in it.
    ///
    /// # Errors
    /// As for [`BundleReader::check`].
    pub fn first(&mut self, reader: &Signer) -> Result<Frame, BundleError> {
        next_frame(&mut self.unseal(reader)?, &mut Sha256::new())
    }

    /// Gives each frame to `each`. The signature comes last: who must not act on a part of a file calls
    /// [`BundleReader::check`] before.
    ///
    /// # Errors
    /// [`BundleError::Damaged`], what the disk says, or what `each` says.
    pub fn read<E: From<BundleError>>(
        &mut self,
        reader: &Signer,
        writer: &[u8; 32],
        each: &mut dyn FnMut(Frame) -> Result<(), E>,
    ) -> Result<(), E> {
        let way = self.label.way;
        let mut signed = Sha256::new_with_prefix(&self.encoded);
        let mut opened = self.unseal(reader)?;
        loop {
            let frame = next_frame(&mut opened, &mut signed)?;
            let is_last = way.ends_with(&frame);
            each(frame)?;
            if is_last {
                break;
            }
        }
        let mut signature = [0; 64];
        opened.read_exact(&mut signature).map_err(BundleError::of_read)?;
        let is_signed = verify(writer, way.context(), &[&signed.finalize()], &signature);
        // Only at its end does age say that nothing was cut off.
        let n_more = opened.read(&mut [0; 1]).map_err(BundleError::of_read)?;
        if is_signed && n_more == 0 { Ok(()) } else { Err(BundleError::Damaged.into()) }
    }

    fn unseal(&mut self, reader: &Signer) -> Result<StreamReader<&mut R>, BundleError> {
        let begin = SeekFrom::Start((HEAD_BYTES + self.encoded.len()) as u64);
        self.input.seek(begin)?;
        // age reads its header to its end, however far that is.
        let mut first = Vec::new();
        (&mut self.input).take(AGE_HEADER_BYTES).read_to_end(&mut first)?;
        if !first.windows(AGE_HEADER_END.len()).any(|window| window == AGE_HEADER_END) {
            return Err(BundleError::Damaged);
        }
        self.input.seek(begin)?;
        let of_age = |error| match error {
            DecryptError::Io(error) => BundleError::of_read(error),
            _ => BundleError::Damaged,
        };
        let decryptor = Decryptor::new(&mut self.input).map_err(of_age)?;
        let identity = key::identity(reader);
        decryptor.decrypt(std::iter::once(&identity as &dyn age::Identity)).map_err(of_age)
    }
}

/// Length of the sealed part and of the label.
fn head(input: &mut impl Read, length: u64) -> Result<(u64, usize), BundleError> {
    if length == 0 {
        return Err(BundleError::Empty);
    }
    let mut head = Vec::new();
    input.take(HEAD_BYTES as u64).read_to_end(&mut head)?;
    if !head.starts_with(&MAGIC[..MAGIC.len().min(head.len())]) {
        return Err(BundleError::NotOurs);
    }
    if let Some(found) = head.get(MAGIC.len()).copied().filter(|found| *found != VERSION) {
        let max = VERSION;
        return Err(if found > max { BundleError::TooNew { found, max } } else { BundleError::NotOurs });
    }
    if head.len() < HEAD_BYTES {
        return Err(BundleError::Truncated);
    }
    let mut n_sealed = [0; 8];
    n_sealed.copy_from_slice(&head[9..17]);
    let n_sealed = u64::from_le_bytes(n_sealed);
    let n_label = usize::from(u16::from_le_bytes([head[17], head[18]]));
    if n_sealed > limits::BUNDLE_BYTES {
        return Err(BundleError::TooLarge);
    }
    if n_label > LABEL_BYTES {
        return Err(BundleError::Damaged);
    }
    Ok((n_sealed, n_label))
}

fn next_frame(opened: &mut impl Read, signed: &mut Sha256) -> Result<Frame, BundleError> {
    let mut reader = FrameReader::default();
    loop {
        // Refuses a type that is not known, or a length beyond its limit, before there is room made for it.
        let n_missing = reader.n_missing().map_err(|_| BundleError::Damaged)?;
        let mut piece = Vec::new();
        (&mut *opened).take(n_missing as u64).read_to_end(&mut piece).map_err(BundleError::of_read)?;
        if piece.len() < n_missing {
            return Err(BundleError::Damaged);
        }
        signed.update(&piece);
        reader.push(&piece);
        if let Some(frame) = reader.next_frame().map_err(|_| BundleError::Damaged)? {
            return Ok(frame);
        }
    }
}
