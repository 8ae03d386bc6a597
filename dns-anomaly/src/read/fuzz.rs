//! Checks that bytes of any kind, and samples of every format with bytes changed, make no reader panic or lose a line.

use proptest::prelude::*;

use super::*;

/// A sample of each format of text, with the format.
const SAMPLES: [(Format, &[u8]); 10] = [
    (Format::ZeekTsv, include_bytes!("../../testdata/zeek.log")),
    (Format::ZeekJson, include_bytes!("../../testdata/zeek.json")),
    (Format::Bind, include_bytes!("../../testdata/bind.log")),
    (
        Format::Route53,
        include_bytes!("../../testdata/route53.json"),
    ),
    (
        Format::Route53,
        include_bytes!("../../testdata/route53_lake.json"),
    ),
    (
        Format::Suricata,
        include_bytes!("../../testdata/suricata_eve.json"),
    ),
    (
        Format::Dnsmasq,
        include_bytes!("../../testdata/dnsmasq.log"),
    ),
    (
        Format::Unbound,
        include_bytes!("../../testdata/unbound.log"),
    ),
    (
        Format::CountsJson,
        include_bytes!("../../testdata/counts.jsonl"),
    ),
    (
        Format::Vectors,
        include_bytes!("../../testdata/vectors.jsonl"),
    ),
];

/// What a reader told of `bytes`: how many entries, bad lines included, and whether it reached the end.
fn told(bytes: &[u8], settings: &ReadSettings) -> (usize, bool) {
    let mut count = 0;
    let result = read(&Source::from_bytes("input", bytes), settings, &mut |_| {
        count += 1;
        Ok(())
    });
    (count, result.is_ok())
}

/// Lines that must be told: those that are not blank, nor headers of a TSV.
fn lines(bytes: &[u8], format: Format) -> usize {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    bytes
        .split(|byte| *byte == b'\n')
        .map(String::from_utf8_lossy)
        .filter(|line| !line.trim().is_empty())
        .filter(|line| format != Format::ZeekTsv || !line.starts_with('#'))
        .count()
}

#[derive(Debug, Clone)]
enum Change {
    Replace(usize, u8),
    Remove(usize, usize),
    Insert(usize, Vec<u8>),
    Repeat(usize, usize),
}

fn change() -> impl Strategy<Value = Change> {
    let place = 0_usize..4_000;
    let bytes = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..6),
        prop::sample::select(vec![
            b"\n".to_vec(),
            b"\t".to_vec(),
            b"#fields\t".to_vec(),
            b"\"".to_vec(),
            b"{\"".to_vec(),
            b"\\x".to_vec(),
            b"query: ".to_vec(),
            b"client ".to_vec(),
            b"[1:0] info: ".to_vec(),
            b"[".to_vec(),
            "é".as_bytes().to_vec(),
            b"1e999".to_vec(),
            vec![0; 5],
        ]),
    ];
    prop_oneof![
        (place.clone(), any::<u8>()).prop_map(|(at, byte)| Change::Replace(at, byte)),
        (place.clone(), 0_usize..200).prop_map(|(at, length)| Change::Remove(at, length)),
        (place.clone(), bytes).prop_map(|(at, bytes)| Change::Insert(at, bytes)),
        (place, 0_usize..300).prop_map(|(at, length)| Change::Repeat(at, length)),
    ]
}

fn apply(bytes: &mut Vec<u8>, change: Change) {
    let at = |place: usize| place % (bytes.len() + 1);
    match change {
        Change::Replace(place, byte) if !bytes.is_empty() => {
            let place = place % bytes.len();
            bytes[place] = byte;
        }
        Change::Replace(..) => {}
        Change::Remove(place, length) => {
            let start = at(place);
            let end = bytes.len().min(start + length);
            bytes.drain(start..end);
        }
        Change::Insert(place, inserted) => {
            let start = at(place);
            bytes.splice(start..start, inserted);
        }
        Change::Repeat(place, length) => {
            let start = at(place);
            let repeated = bytes[start..bytes.len().min(start + length)].to_vec();
            bytes.splice(start..start, repeated);
        }
    }
}

/// Whether bytes are taken for something compressed, whose lines are not to be seen.
fn is_compressed(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0x1f, 0x8b]) || bytes.starts_with(&[0x28, 0xb5, 0x2f, 0xfd])
}

#[test]
fn every_sample_is_known_by_its_content() {
    for (format, bytes) in SAMPLES {
        let mut block = Source::from_bytes("input", bytes).open().unwrap();
        let (found, _) = format::detect(&mut block, "input", &ReadSettings::default()).unwrap();
        assert_eq!(found, format);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn changed_samples_lose_no_line(
        sample in prop::sample::select(SAMPLES.to_vec()),
        changes in prop::collection::vec(change(), 0..8),
    ) {
        let (format, bytes) = sample;
        let mut bytes = bytes.to_vec();
        for change in changes {
            apply(&mut bytes, change);
        }
        told(&bytes, &ReadSettings::default());
        let (count, is_whole) = told(&bytes, &ReadSettings::default().with_format(format));
        // A Suricata event may hold several queries and a vector many counts; all others are a line each.
        let is_line_each = !matches!(format, Format::Suricata | Format::Vectors);
        if is_whole && is_line_each && !is_compressed(&bytes) {
            prop_assert_eq!(count, lines(&bytes, format));
        }
    }

    #[test]
    fn any_bytes_after_a_magic_number_are_read_or_refused(
        magic in prop::sample::select(vec![
            vec![0x1f, 0x8b, 8, 0],
            vec![0x28, 0xb5, 0x2f, 0xfd],
            b"PAR1".to_vec(),
            vec![0, 0, 0, 0],
            vec![0xd4, 0xc3, 0xb2, 0xa1],
            vec![0x0a, 0x0d, 0x0d, 0x0a],
            Vec::new(),
        ]),
        bytes in prop::collection::vec(any::<u8>(), 0..300),
        end in prop::sample::select(vec![Vec::new(), b"\x10\0\0\0PAR1".to_vec()]),
    ) {
        told(&[magic, bytes, end].concat(), &ReadSettings::default());
    }
}
