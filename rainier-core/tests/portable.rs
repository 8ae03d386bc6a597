//! Checks that a program survives the journey through bytes, and that no bytes do harm.
//!
//! In: programs of every kind of step, their bytes, and those bytes spoiled in many ways. Out: the
//! same bits from the program that was loaded, a typed error for what is none, and never a panic.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::time::{Duration, Instant};

use rainier_core::portable::PortableError;
use rainier_core::{BoundProgram, Collapsing, Column, CompileSettings, Program, Real};

const LANES: usize = 4;

fn parameters(count: usize) -> Vec<Real> {
    (0..count)
        .map(|place| Real::parameter(format!("p{place}")))
        .collect()
}

/// The log-likelihood of zero-inflated counts.
fn zero_inflated(x: &Real, p: &[Real]) -> Real {
    let (log_zero, log_active) = (-(-&p[0]).softplus(), -p[0].softplus());
    let active = log_active + x * &p[1] - p[1].exp() - (x + 1.0).ln_gamma();
    let zero = log_zero.log_add_exp(&-p[1].exp());
    x.equal(0.0).select(zero, active)
}

fn eight_schools(p: &[Real]) -> Real {
    let effects = [28.0, 8.0, -3.0, 7.0, -1.0, 1.0, 18.0, 12.0];
    let errors = [15.0, 10.0, 16.0, 11.0, 9.0, 11.0, 10.0, 18.0];
    let schools = p[2..].iter().zip(effects).zip(errors);
    let terms = schools.map(|((z, effect), error)| {
        let score = (&p[0] + p[1].exp() * z - effect) / error;
        -(z * z) - &score * &score
    });
    Real::sum(terms)
}

/// Programs that between them have every kind of step.
fn programs() -> Vec<(&'static str, Program)> {
    let (x, group) = (Column::placeholder("x"), Column::placeholder("group"));
    let owned = Column::new(vec![0.0, 3.0, f64::MIN_POSITIVE, -0.0, 1e300]);
    let p = parameters(10);
    let off = CompileSettings::default().with_collapsing(Collapsing::Off);
    let all = CompileSettings::default();
    let counts = zero_inflated(&x.real(), &p).sum_rows();
    let effect = Real::lookup(&group, &p[..2]);
    let mixed = (&effect * x.real() + &p[2]).softplus().sum_rows();
    let squares = (-(x.real() - &effect).pow(2.0) * p[2].exp()).sum_rows();
    let line = (x.real() * &p[0] + &p[1] - owned.real())
        .pow(2.0)
        .sum_rows();
    let gamma = ((x.real() + p[0].exp()).ln_gamma() * &p[1]).sum_rows();
    let standardised = (x.real() - x.real().sum_rows() / x.row_count()) * &p[0];
    let gradient = |settings: CompileSettings, value: &Real, count: usize| {
        let program = settings.compile_with_gradient(value, &p[..count]);
        program.unwrap()
    };
    vec![
        ("zip", gradient(all, &counts, 2)),
        ("zip by row", gradient(off, &counts, 2)),
        ("eight schools", gradient(all, &eight_schools(&p), 10)),
        ("look-up", gradient(all, &mixed, 3)),
        ("look-up by row", gradient(off, &mixed, 3)),
        ("squares of groups", gradient(all, &squares, 3)),
        ("squares", gradient(all, &line, 2)),
        ("gamma", gradient(all, &gamma, 2)),
        (
            "two outputs",
            Program::compile(&[standardised.tanh().sum_rows(), p[1].floor()], &p[..2]).unwrap(),
        ),
        ("no outputs", Program::compile(&[], &p[..3]).unwrap()),
    ]
}

/// Joins a program with a few rows for each placeholder.
fn bind(program: &Program) -> Option<BoundProgram> {
    let rows = [0.0, 1.0, 0.0, 1.0, 1.0];
    let placeholders = program
        .columns()
        .iter()
        .filter(|column| column.values().is_none());
    let data: Vec<_> = placeholders.map(|column| (column, &rows[..])).collect();
    program.bind(&data).ok()
}

/// The bits of every entry point, alone and in lock step.
fn all_bits(bound: &BoundProgram) -> Vec<u64> {
    let program = bound.program();
    let at: Vec<f64> = (0..program.parameters())
        .map(|place| 0.3 - 0.2 * (place as f64))
        .collect();
    let lanes: Vec<[f64; LANES]> = at
        .iter()
        .map(|&start| std::array::from_fn(|lane| start + lane as f64))
        .collect();
    let mut evaluator = bound.evaluator();
    let mut together = bound.lock_step::<LANES>();
    let mut all = evaluator.evaluate(&at).to_vec();
    all.extend(together.evaluate(&lanes).as_flattened());
    if program.outputs() > 0 {
        all.push(evaluator.value(&at));
        all.extend(evaluator.gradient(&at));
        all.extend(together.value(&lanes));
        all.extend(together.gradient(&lanes).as_flattened());
        // What was computed before leaves no trace.
        all.extend(evaluator.evaluate(&at));
    }
    all.into_iter().map(f64::to_bits).collect()
}

#[test]
fn a_loaded_program_gives_the_same_bits() {
    for (name, program) in programs() {
        let bytes = program.to_bytes();
        let loaded = Program::from_bytes(&bytes).unwrap();
        let names = |program: &Program| -> Vec<String> {
            let columns = program.columns().iter();
            columns.map(|column| column.name().to_owned()).collect()
        };
        assert_eq!(names(&loaded), names(&program), "{name}");
        assert_eq!(loaded.to_string(), program.to_string(), "{name}");
        assert_eq!(loaded.to_bytes(), bytes, "{name}");
        let [before, after] = [&program, &loaded].map(|program| all_bits(&bind(program).unwrap()));
        assert_eq!(before, after, "{name}");
    }
}

#[test]
fn columns_are_found_by_name_and_owned_values_travel() {
    let (x, y) = (Column::placeholder("x"), Column::new(vec![1.5, f64::NAN]));
    let sum = (x.real() * y.real()).sum_rows();
    let program = Program::compile(&[sum], &[]).unwrap();
    let loaded = Program::from_bytes(&program.to_bytes()).unwrap();
    let found = loaded.column("x").unwrap();
    assert!(!found.is_same(&x) && found.values().is_none());
    let owned = loaded.columns().iter().find_map(Column::values).unwrap();
    assert_eq!(owned[0], 1.5);
    assert_eq!(owned[1].to_bits(), f64::NAN.to_bits());
    // A column that owns its values goes by no name.
    assert!(loaded.column("data").is_none());
    // The old column is not one of the new program's.
    assert!(loaded.bind(&[(&x, &[1.0, 2.0])]).is_err());
}

#[test]
fn parameters_that_no_output_needs_are_paid_for_in_bytes() {
    let program = Program::compile(&[], &parameters(1000)).unwrap();
    let bytes = program.to_bytes();
    assert!(bytes.len() >= 1000);
    assert_eq!(Program::from_bytes(&bytes).unwrap().parameters(), 1000);
}

#[test]
fn strangers_and_newer_formats_are_told_apart() {
    let bytes = programs()[0].1.to_bytes();
    for stranger in [&b""[..], b"RAINIER", b"\x7fELF\x02\x01\x01\0\0\0\0\0"] {
        assert_eq!(
            Program::from_bytes(stranger).unwrap_err(),
            PortableError::NotAProgram {
                expected: "program"
            }
        );
    }
    let mut newer = bytes.clone();
    newer[8..12].copy_from_slice(&7_u32.to_le_bytes());
    assert!(matches!(
        Program::from_bytes(&newer).unwrap_err(),
        PortableError::Newer { found: 7, supported } if supported < 7
    ));
    newer[8..12].copy_from_slice(&0_u32.to_le_bytes());
    assert!(matches!(
        Program::from_bytes(&newer).unwrap_err(),
        PortableError::Damaged { .. }
    ));
}

#[test]
fn every_changed_byte_and_every_truncation_is_found() {
    for (name, program) in programs() {
        let bytes = program.to_bytes();
        for place in 0..bytes.len() {
            assert!(
                Program::from_bytes(&bytes[..place]).is_err(),
                "{name} {place}"
            );
            for change in [0x01, 0x80, 0xff] {
                let mut changed = bytes.clone();
                changed[place] ^= change;
                assert!(Program::from_bytes(&changed).is_err(), "{name} {place}");
            }
        }
        assert!(Program::from_bytes(&[&bytes[..], b"\0"].concat()).is_err());
    }
}

/// What became of spoiled bytes whose checksum was put right.
#[derive(Debug, Default)]
struct Tally {
    refused_by_encoding: usize,
    refused_by_rules: usize,
    ran: usize,
}

impl Tally {
    /// Loads and, if that is allowed, runs. The only wrong outcome is a panic.
    fn add(&mut self, mut bytes: Vec<u8>) {
        put_checksum_right(&mut bytes);
        match Program::from_bytes(&bytes) {
            Ok(program) => {
                self.ran += 1;
                assert!(program.graphviz().ends_with("}\n"));
                // A number may have been written with more bytes than it needs.
                let again = Program::from_bytes(&program.to_bytes()).unwrap();
                assert_eq!(again.to_string(), program.to_string());
                if let Some(bound) = bind(&program) {
                    all_bits(&bound);
                }
            }
            Err(PortableError::Damaged { flaw }) if flaw.starts_with("they ") => {
                self.refused_by_encoding += 1;
            }
            Err(PortableError::Damaged { .. }) => self.refused_by_rules += 1,
            Err(other) => panic!("magic word and version were left alone, got {other}"),
        }
    }
}

/// FNV-1a over the version and the payload.
fn put_checksum_right(bytes: &mut [u8]) {
    let (header, payload) = bytes.split_at_mut(20);
    let mut sum = 0xcbf2_9ce4_8422_2325_u64;
    for &byte in header[8..12].iter().chain(&*payload) {
        sum = (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    header[12..].copy_from_slice(&sum.to_le_bytes());
}

#[test]
fn spoiled_programs_are_refused_or_run_without_panic() {
    let mut tally = Tally::default();
    for (_, program) in programs() {
        let bytes = program.to_bytes();
        for place in 20..bytes.len() {
            for value in [
                0,
                1,
                2,
                5,
                0x7f,
                0x80,
                0xff,
                bytes[place] ^ 1,
                bytes[place].wrapping_add(1),
            ] {
                let mut changed = bytes.clone();
                changed[place] = value;
                tally.add(changed);
            }
            let mut shorter = bytes.clone();
            shorter.remove(place);
            tally.add(shorter);
        }
    }
    assert!(
        tally.refused_by_rules > 1000 && tally.ran > 1000,
        "{tally:?}"
    );
}

#[test]
fn programs_spoiled_in_many_places_are_refused_or_run_without_panic() {
    let mut random = SplitMix(1);
    let mut tally = Tally::default();
    let all: Vec<Vec<u8>> = programs()
        .iter()
        .map(|(_, program)| program.to_bytes())
        .collect();
    for round in 0..20_000 {
        let mut bytes = all[round % all.len()].clone();
        for _ in 0..=random.below(4) {
            let place = 20 + random.below(bytes.len() - 20);
            match random.below(5) {
                // Small numbers: what registers, columns and lengths are.
                0 => bytes[place] = u8::try_from(random.below(40)).unwrap(),
                1 => bytes[place] = bytes[place].wrapping_add(1),
                2 => bytes.insert(place, bytes[20 + random.below(bytes.len() - 20)]),
                3 if bytes.len() > 30 => drop(bytes.remove(place)),
                _ => {
                    let other = 20 + random.below(bytes.len() - 20);
                    bytes.swap(place, other);
                }
            }
        }
        tally.add(bytes);
    }
    assert!(
        tally.refused_by_rules > 1000 && tally.ran > 100,
        "{tally:?}"
    );
}

/// Steele, Lea and Flood (2014), "Fast splittable pseudorandom number generators".
struct SplitMix(u64);

impl SplitMix {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % limit as u64).unwrap()
    }
}

#[test]
fn loading_is_faster_than_compiling() {
    let x = Column::placeholder("x");
    let p = parameters(10);
    let models = [
        (zero_inflated(&x.real(), &p).sum_rows(), 2),
        (eight_schools(&p), 10),
    ];
    for (value, count) in models {
        let compile = || Program::compile_with_gradient(&value, &p[..count]).unwrap();
        let bytes = compile().to_bytes();
        let compiling = fastest(|| drop(compile()));
        let loading = fastest(|| drop(Program::from_bytes(&bytes).unwrap()));
        eprintln!(
            "{} bytes: compile {compiling:?}, load {loading:?}",
            bytes.len()
        );
        assert!(loading * 2 < compiling, "{loading:?} {compiling:?}");
    }
}

/// The least time of many runs, which other work on the machine lengthens least.
fn fastest(mut run: impl FnMut()) -> Duration {
    let times = (0..100).map(|_| {
        let start = Instant::now();
        run();
        start.elapsed()
    });
    times.min().unwrap()
}

#[test]
fn debug_output_stays_short() {
    let long = Column::new(vec![1.0; 100_000]);
    let p = parameters(1000);
    let sum = Real::sum(p.iter().map(|p| (long.real() * p).tanh().sum_rows()));
    let program = Program::compile_with_gradient(&sum, &p).unwrap();
    let bound = program.bind(&[]).unwrap();
    for text in [
        format!("{long:?}"),
        format!("{program:?}"),
        format!("{bound:?}"),
    ] {
        assert!(text.len() < 300, "{text}");
    }
}
