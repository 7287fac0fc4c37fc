use crate::Random;

/// Splits a total over `n` places, at least `least` each, unevenly and the same every time.
pub fn spread(total: i64, n: usize, least: i64, random: &mut Random) -> Vec<i64> {
    let mut parts = vec![least; n];
    let mut rest = total - least * n as i64;
    assert!(rest >= 0, "{total} is too little for {n} places");
    // A few places take more than others, as in life.
    let weights: Vec<u64> = (0..n).map(|_| 1 + random.below(4)).collect();
    let mut wheel: Vec<usize> = Vec::new();
    for (place, weight) in weights.iter().enumerate() {
        wheel.extend(std::iter::repeat_n(place, *weight as usize));
    }
    while rest > 0 {
        parts[wheel[random.below(wheel.len() as u64) as usize]] += 1;
        rest -= 1;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_add_up() {
        let parts = spread(565, 152, 1, &mut Random::from_seed(3));
        assert_eq!(parts.iter().sum::<i64>(), 565);
        assert!(parts.iter().all(|part| *part >= 1));
    }
}
