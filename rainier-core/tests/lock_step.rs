//! Checks that a lane computes what its data set alone would.
//!
//! In: models with sums that collapse, loops that stay, and look-ups; data sets of different
//! lengths. Out: every lane's outputs equal those of an evaluator of its own, and neither
//! neighbours nor the number of lanes change a bit.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use rainier_core::{BoundProgram, Collapsing, Column, CompileSettings, LockStep, Real};

const LANES: usize = 8;

struct Model {
    x: Column,
    group: Column,
    density: Real,
    parameters: Vec<Real>,
}

fn models() -> Vec<Model> {
    let new = |density: fn(&Real, &Column, &[Real]) -> Real| {
        let (x, group) = (Column::placeholder("x"), Column::placeholder("group"));
        let parameters = ["a", "b", "c"].map(Real::parameter).to_vec();
        Model {
            density: density(&x.real(), &group, &parameters).sum_rows(),
            x,
            group,
            parameters,
        }
    };
    vec![
        // Collapses to sums.
        new(|x, _, p| x.equal(0.0).select(p[0].softplus(), x * &p[1] - p[1].exp()) * &p[2]),
        // Equal rows merge.
        new(|x, _, p| (x + p[0].exp()).ln_gamma() * &p[1] + (x * &p[2]).tanh()),
        // A loop with a look-up stays.
        new(|x, group, p| (Real::lookup(group, &p[..2]) * x + &p[2]).softplus()),
        // One row a group.
        new(|x, group, p| -(x - Real::lookup(group, &p[..2])).pow(2.0) * p[2].exp()),
    ]
}

/// The data set of a lane: as many rows as 7 · lane.
fn data(lane: usize) -> (Vec<f64>, Vec<f64>) {
    let rows = 7 * lane;
    let x = (0..rows).map(|row| ((row * row + lane) % 5) as f64);
    let group = (0..rows).map(|row| (row % 2) as f64);
    (x.collect(), group.collect())
}

fn bind(model: &Model, program: &rainier_core::Program, lane: usize) -> BoundProgram {
    let (x, group) = data(lane);
    let all = [(&model.x, &x[..]), (&model.group, &group[..])];
    let read = all
        .into_iter()
        .filter(|(column, _)| program.columns().iter().any(|known| known.is_same(column)));
    program.bind(&read.collect::<Vec<_>>()).unwrap()
}

fn position(lane: usize) -> [f64; 3] {
    [0.1, -0.2, 0.3].map(|start| start + 0.05 * lane as f64)
}

#[test]
fn every_lane_computes_what_its_data_alone_would() {
    for (number, model) in models().iter().enumerate() {
        for collapsing in [Collapsing::Off, Collapsing::EqualRows, Collapsing::All] {
            let settings = CompileSettings::default().with_collapsing(collapsing);
            let program = settings
                .compile_with_gradient(&model.density, &model.parameters)
                .unwrap();
            let bound: Vec<BoundProgram> =
                (0..LANES).map(|lane| bind(model, &program, lane)).collect();
            let mut together: LockStep<LANES> = bound[0].lock_step();
            let mut at = vec![[0.0; LANES]; 3];
            for (lane, bound) in bound.iter().enumerate() {
                together.set_lane(lane, bound);
                for (block, value) in at.iter_mut().zip(position(lane)) {
                    block[lane] = value;
                }
            }
            let all = together.evaluate(&at).to_vec();
            let value = *together.value(&at);
            let gradient = together.gradient(&at).to_vec();
            let mut slopes = vec![[0.0; LANES]; 3];
            let value_beside = *together.value_and_gradient(&at, &mut slopes);
            assert_eq!(value_beside, all[0]);
            assert_eq!(slopes, all[1..]);
            for (lane, bound) in bound.iter().enumerate() {
                let alone = bound.evaluator().evaluate(&position(lane)).to_vec();
                for (output, &expected) in alone.iter().enumerate() {
                    let parts = if output == 0 {
                        value
                    } else {
                        gradient[output - 1]
                    };
                    for found in [all[output][lane], parts[lane]] {
                        assert!(
                            (found - expected).abs() <= 1e-12 * (1.0 + expected.abs()),
                            "model {number}, {collapsing:?}, lane {lane}, output {output}: \
                             {found} for {expected}"
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn neighbours_change_no_bit() {
    for model in models() {
        let program =
            rainier_core::Program::compile_with_gradient(&model.density, &model.parameters)
                .unwrap();
        let bound = bind(&model, &program, 5);
        let at = |lanes: [f64; LANES]| [lanes; 3];
        let mut alone: LockStep<LANES> = bound.lock_step();
        let expected = alone.evaluate(&at([0.25; LANES])).to_vec();
        let mut among: LockStep<LANES> = bind(&model, &program, 7).lock_step();
        among.set_lane(3, &bound);
        let position = std::array::from_fn(|lane| if lane == 3 { 0.25 } else { f64::NAN });
        let found = among.evaluate(&at(position));
        for (found, expected) in found.iter().zip(&expected) {
            assert_eq!(found[3].to_bits(), expected[3].to_bits());
        }
    }
}

#[test]
#[should_panic(expected = "lanes share one program")]
fn lanes_of_another_program_are_refused() {
    let [a, b] = ["a", "b"].map(|name| {
        let parameter = Real::parameter(name);
        let program = rainier_core::Program::compile(&[parameter.exp()], &[parameter]).unwrap();
        program.bind(&[]).unwrap()
    });
    a.lock_step::<LANES>().set_lane(0, &b);
}
