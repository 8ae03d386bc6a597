//! Programs and models as bytes: what is loaded is refused or runs.
//!
//! In: any bytes, taken for the payload of a program and of a model, with the sum that goes with them. Out: a crash where
//! loading or running panics.

#![no_main]

mod fnv1a;

use libfuzzer_sys::fuzz_target;
use rainier_core::Program;
use rainier_dist::PortableTemplate;

/// A magic word of eight bytes, a version of four and a sum of eight stand before the payload.
const HEADER: usize = 20;

fuzz_target!(|bytes: &[u8]| {
    let mut bytes = bytes.to_vec();
    put_sum_right(&mut bytes);
    if let Ok(program) = Program::from_bytes(&bytes) {
        let again = Program::from_bytes(&program.to_bytes()).expect("it was loaded once");
        assert_eq!(again.to_string(), program.to_string());
        // A program with placeholders is not bound here.
        if program.parameters() < 1_000
            && let Ok(bound) = program.bind(&[])
        {
            let at = vec![0.5; program.parameters()];
            bound.evaluator().evaluate(&at);
        }
    }
    if let Ok(template) = PortableTemplate::from_bytes(&bytes) {
        // Impossible data is an error, never a panic.
        let _ = template.bind(&[]);
    }
});

/// The sum is over version and payload.
fn put_sum_right(bytes: &mut [u8]) {
    if bytes.len() < HEADER {
        return;
    }
    let (header, payload) = bytes.split_at_mut(HEADER);
    let sum = fnv1a::fnv1a(header[8..12].iter().chain(&*payload));
    header[12..].copy_from_slice(&sum.to_le_bytes());
}
