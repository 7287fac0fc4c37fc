//! What the splash shows: one picture for every system and screen, `icons/splash.svg` drawn four times as large.

use std::io::Cursor;

const PNG: &[u8] = include_bytes!("../../icons/splash.png");

pub type Color = [u8; 3];

/// The picture in this size, row by row; nothing when it cannot be read.
pub fn scaled(width: u32, height: u32) -> Option<Vec<Color>> {
    let (pixels, whole) = read()?;
    let mut small = Vec::with_capacity(width as usize * height as usize);
    for y in 0..height {
        let rows = part(y, height, whole.1);
        for x in 0..width {
            small.push(mean(&pixels, whole.0, part(x, width, whole.0), rows.clone()));
        }
    }
    Some(small)
}

fn read() -> Option<(Vec<Color>, (u32, u32))> {
    let mut decoder = png::Decoder::new(Cursor::new(PNG));
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().ok()?;
    let mut bytes = vec![0; reader.output_buffer_size()?];
    let frame = reader.next_frame(&mut bytes).ok()?;
    let is_rgb = frame.color_type == png::ColorType::Rgb;
    is_rgb.then(|| (bytes.as_chunks().0.to_vec(), (frame.width, frame.height)))
}

/// Which pixels of `of` lie under pixel `at` of `n`; at least one.
fn part(at: u32, n: u32, of: u32) -> std::ops::Range<u32> {
    let begin = at * of / n;
    begin..((at + 1) * of / n).max(begin + 1)
}

fn mean(pixels: &[Color], width: u32, columns: std::ops::Range<u32>, rows: std::ops::Range<u32>) -> Color {
    let n = columns.len() * rows.len();
    let mut sum = [0; 3];
    for y in rows {
        for x in columns.clone() {
            let color = pixels[(y * width + x) as usize];
            for (sum, part) in sum.iter_mut().zip(color) {
                *sum += usize::from(part);
            }
        }
    }
    // A mean of bytes is a byte.
    sum.map(|sum| (sum / n) as u8)
}

#[cfg(test)]
mod tests {
    use super::super::{HEIGHT, WIDTH};
    use super::{part, read, scaled};

    const PLUM: [u8; 3] = [0x8a, 0x2f, 0x5b];

    #[test]
    fn the_picture_is_the_window_four_times_as_large() {
        let (pixels, whole) = read().expect("the picture can be read");
        assert_eq!(whole, (WIDTH * 4, HEIGHT * 4));
        assert_eq!(pixels.len(), (whole.0 * whole.1) as usize);
    }

    #[test]
    fn every_screen_gets_the_mark_on_plum() {
        for percent in [100, 125, 150, 200, 250] {
            let (width, height) = (WIDTH * percent / 100, HEIGHT * percent / 100);
            let pixels = scaled(width, height).expect("the picture can be read");
            let at = |x, y| pixels[(y * percent / 100 * width + x * percent / 100) as usize];
            assert_eq!(pixels.len(), (width * height) as usize);
            assert_eq!(at(2, 2), PLUM, "the ground at {percent} %");
            assert_eq!(at(54, 40), [0xff; 3], "the page at {percent} %");
            assert_eq!(pixels.last(), Some(&PLUM), "the last corner at {percent} %");
        }
    }

    #[test]
    fn parts_lie_side_by_side_and_none_is_empty() {
        for n in [1, 3, 320, 400, 1_280, 3_000] {
            let parts: Vec<_> = (0..n).map(|at| part(at, n, 1_280)).collect();
            assert!(parts.iter().all(|part| !part.is_empty() && part.end <= 1_280), "of {n}");
            assert_eq!((parts[0].start, parts[n as usize - 1].end), (0, 1_280));
        }
    }
}
