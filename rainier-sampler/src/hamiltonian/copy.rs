//! Copies vectors that are mostly short.
//!
//! In: a vector. Out: the same in another place. A transition over two parameters copies some thirty
//! vectors of two numbers, for which a call of `memcpy` takes longer than the copying.

/// Copies all of `from` to `to`.
///
/// # Panics
/// When lengths differ.
#[inline]
pub(crate) fn copy(from: &[f64], to: &mut [f64]) {
    assert_eq!(from.len(), to.len(), "vectors of one length");
    match from.len() {
        0 => {}
        1 => to[0] = from[0],
        2..=3 => copy_ends::<2>(from, to),
        4..=7 => copy_ends::<4>(from, to),
        8..=16 => copy_ends::<8>(from, to),
        _ => to.copy_from_slice(from),
    }
}

/// Copies the first N numbers and the last N, which are all when there are at most 2N.
#[inline]
fn copy_ends<const N: usize>(from: &[f64], to: &mut [f64]) {
    if let (Some(first), Some(last)) = (from.first_chunk::<N>(), from.last_chunk::<N>()) {
        if let Some(to) = to.first_chunk_mut::<N>() {
            *to = *first;
        }
        if let Some(to) = to.last_chunk_mut::<N>() {
            *to = *last;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_length_is_copied_whole() {
        for length in 0_u8..40 {
            let from: Vec<f64> = (1..=length).map(f64::from).collect();
            let mut to = vec![0.0; from.len()];
            copy(&from, &mut to);
            assert_eq!(from, to);
        }
    }
}
