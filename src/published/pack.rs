//! Several parts in one body: each with its length before it, four bytes with the highest first.
//!
//! A client of a few years has dozens of small months. Sent one by one, each costs a request, a transaction, and what a compressor does
//! not yet know.

/// Parts up to this many bytes together are sent in one body; one that is larger goes alone.
pub const PACK: usize = 1024 * 1024;

/// Puts these parts into one body.
pub fn pack<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> Vec<u8> {
    let mut body = Vec::new();
    for part in parts {
        // A part of more is refused long before.
        let length = u32::try_from(part.len()).unwrap_or(u32::MAX);
        body.extend_from_slice(&length.to_be_bytes());
        body.extend_from_slice(part);
    }
    body
}

/// The parts in a body; none where it is not one of parts to its last byte, has an empty one, or more than `most`.
pub fn unpack(mut body: &[u8], most: usize) -> Option<Vec<&[u8]>> {
    let mut parts = Vec::new();
    while !body.is_empty() {
        let (length, rest) = body.split_first_chunk::<4>()?;
        let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
        let (part, rest) = rest.split_at_checked(length)?;
        if part.is_empty() || parts.len() >= most {
            return None;
        }
        parts.push(part);
        body = rest;
    }
    Some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_come_out_as_they_went_in() {
        let large = vec![7; 70_000];
        let parts: [&[u8]; 3] = [b"one", &large, b"{}"];
        let body = pack(parts);
        assert_eq!(unpack(&body, 3), Some(parts.to_vec()));
        assert_eq!(unpack(&[], 3), Some(Vec::new()));
        assert_eq!(unpack(&body, 2), None, "more than are taken");
        assert_eq!(unpack(&pack([&b""[..]]), 3), None, "of nothing");
    }

    #[test]
    fn what_is_cut_off_or_promises_more_than_it_has_is_no_pack() {
        let body = pack([&b"one"[..], b"two"]);
        for end in 1..body.len() {
            let whole = end == 7;
            assert_eq!(unpack(&body[..end], 9).is_some(), whole, "{end}");
        }
        assert_eq!(unpack(&[0xff; 8], 9), None);
    }
}
