//! Checks that a model that travelled is the model that was sent.
//!
//! In: models, their bytes, data. Out: the same log density, bit for bit, the same draws from the
//! same seed, the same complaints about data, and a typed error for bytes that hold no model.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use rainier_core::portable::PortableError;
use rainier_core::{BindError, Column, Real};
use rainier_dist::continuous::{Beta, HalfCauchy, Normal};
use rainier_dist::discrete::Poisson;
use rainier_dist::distribution::{Discrete, Distribution};
use rainier_dist::{
    Fit, ModelError, Param, PortableTemplate, Predictor, RandomVariable, Template, Value, model,
};
use rainier_sampler::{LogDensityGradient, Nuts, Run};
use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;

/// Values of columns, by name.
type Data<'d> = [(&'d str, &'d [f64])];

const COUNTS: [f64; 9] = [0.0, 3.0, 0.0, 5.0, 4.0, 0.0, 0.0, 6.0, 2.0];
const GROUPS: [f64; 9] = [0.0, 1.0, 2.0, 0.0, 1.0, 2.0, 0.0, 1.0, 2.0];

fn zero_inflated(counts: &Column) -> Template<(Real, Real)> {
    let model = model! {
        zero_prob = Beta::new(1, 1).param().named("zero_prob");
        rate = Normal::new(5, 5).param();
        () = Poisson::new(&rate).zero_inflated(&zero_prob).fit(counts);
        yield (zero_prob, rate)
    };
    model.template().unwrap()
}

fn eight_schools() -> Template<(Real, Vec<Real>)> {
    let effects = [28.0, 8.0, -3.0, 7.0, -1.0, 1.0, 18.0, 12.0];
    let errors = [15.0, 10.0, 16.0, 11.0, 9.0, 11.0, 10.0, 18.0];
    let model = model! {
        mean = Normal::new(0, 5).param();
        spread = HalfCauchy::new(5).param();
        schools = RandomVariable::sequence(effects.into_iter().zip(errors).map(|(effect, error)| {
            Normal::new(&mean, &spread)
                .param()
                .flat_map(move |school| Normal::new(&school, error).fit([effect]).map(|()| school))
        }));
        yield (mean, schools)
    };
    model.named("school").template().unwrap()
}

/// A level for each group, by look-up, and a slope.
fn levels(group: &Column, x: &Column, y: &Column) -> Template<Vec<Real>> {
    let levels = RandomVariable::fill(3, || Normal::new(0, 10).param()).named("level");
    let model = levels
        .zip(Normal::new(0, 10).param())
        .flat_map(|(levels, slope)| {
            let table = levels.clone();
            Predictor::from_fn(move |x: &[Real; 2]| {
                Normal::new(Real::lookup(group, &table) + &slope * &x[1], 1.0)
            })
            .fit_columns(&[group.clone(), x.clone()], y)
            .map(|()| levels)
        });
    model.template().unwrap()
}

/// Compares a template with its copy, on data given by name.
fn compare<T: Value>(template: &Template<T>, columns: &[&Column], data: &Data<'_>) {
    let by_column: Vec<(&Column, &[f64])> = columns
        .iter()
        .map(|&column| {
            let (_, values) = data
                .iter()
                .find(|(name, _)| *name == column.name())
                .unwrap();
            (column, *values)
        })
        .collect();
    let sent = template.bind(&by_column).unwrap();
    let bytes = template.to_bytes().unwrap();
    let copy = PortableTemplate::from_bytes(&bytes).unwrap();
    assert_eq!(copy.dimension(), template.dimension());
    let arrived = copy.bind(data).unwrap();
    assert_eq!(arrived.names(), sent.names());
    assert_eq!(arrived.labels(), sent.labels());
    assert_eq!(arrived.explain(), sent.explain());

    let [mut at_home, mut abroad] = [sent.evaluator(), arrived.evaluator()];
    let dimension = sent.dimension();
    let bits = |density: &mut rainier_dist::PosteriorDensity, position: &[f64]| {
        let mut numbers = vec![0.0; dimension];
        let value = density.log_density_and_gradient(position, &mut numbers);
        numbers.push(value);
        numbers.into_iter().map(f64::to_bits).collect::<Vec<u64>>()
    };
    for step in 0..20 {
        let position: Vec<f64> = (0..dimension)
            .map(|place| ((place * 7 + step * 3) % 11) as f64 / 4.0 - 1.3)
            .collect();
        assert_eq!(bits(&mut at_home, &position), bits(&mut abroad, &position));
    }

    let run = Run::default().with_seed(3).with_draws(50).with_warm_up(50);
    let trace = sent.sample(&Nuts::default(), &run).unwrap();
    let copied = arrived.sample(&Nuts::default(), &run).unwrap();
    assert_eq!(copied.trace(), trace.trace());
    assert_eq!(copied.positions(), trace.positions());
    for (place, numbers) in copied.draws().iter().enumerate() {
        let per_chain = trace.trace().draws_per_chain();
        assert_eq!(
            numbers,
            trace.trace().draw(place / per_chain, place % per_chain)
        );
    }
}

#[test]
fn zero_inflated_counts_are_the_same_abroad() {
    let counts = Column::placeholder("counts");
    compare(&zero_inflated(&counts), &[&counts], &[("counts", &COUNTS)]);
}

#[test]
fn eight_schools_take_their_data_along() {
    compare(&eight_schools(), &[], &[]);
}

#[test]
fn look_ups_and_named_parts_are_the_same_abroad() {
    let [group, x, y] = ["group", "x", "y"].map(Column::placeholder);
    let data: &Data<'_> = &[("y", &COUNTS), ("x", &[0.5; 9]), ("group", &GROUPS)];
    compare(&levels(&group, &x, &y), &[&group, &x, &y], data);
}

#[test]
fn of_a_value_with_generators_the_numbers_arrive() {
    let counts = Column::placeholder("counts");
    let model = Beta::new(2, 2).param().named("p").flat_map(|p| {
        let prediction = Poisson::new(&p * 10.0).generator();
        let fit = Poisson::new(&p * 5.0).fit(&counts);
        fit.map(|()| (prediction, p.exp(), p))
    });
    compare(
        &model.template().unwrap(),
        &[&counts],
        &[("counts", &COUNTS)],
    );
}

/// What is said against data.
fn complaint<T>(bound: Result<T, ModelError>) -> Option<String> {
    bound.err().map(|error| format!("{error:?}: {error}"))
}

#[test]
fn data_are_checked_as_at_home() {
    let [group, x, y] = ["group", "x", "y"].map(Column::placeholder);
    let template = levels(&group, &x, &y);
    let copy = PortableTemplate::from_bytes(&template.to_bytes().unwrap()).unwrap();
    assert_eq!(copy.columns(), ["group", "x", "y"]);
    let cases: [&[&[f64]; 3]; 6] = [
        &[&GROUPS, &[0.5; 9], &COUNTS],
        &[&GROUPS, &[f64::INFINITY; 9], &COUNTS],
        &[&GROUPS, &[0.5; 9], &[f64::NAN; 9]],
        &[&GROUPS, &[0.5; 8], &COUNTS],
        &[&[3.0; 9], &[0.5; 9], &COUNTS],
        &[&[0.5; 9], &[0.5; 9], &COUNTS],
    ];
    let mut refused = 0;
    for [groups, xs, ys] in cases {
        let at_home = template.bind(&[(&group, groups), (&x, xs), (&y, ys)]);
        let abroad = copy.bind(&[("group", groups), ("x", xs), ("y", ys)]);
        refused += usize::from(at_home.is_err());
        // Text, since a NaN in an error equals none.
        assert_eq!(complaint(abroad), complaint(at_home));
    }
    assert_eq!(refused, 5);

    let counts = Column::placeholder("counts");
    let template = zero_inflated(&counts);
    let copy = PortableTemplate::from_bytes(&template.to_bytes().unwrap()).unwrap();
    let negative = [1.0, -1.0];
    let at_home = template.bind(&[(&counts, &negative)]).unwrap_err();
    assert!(matches!(&at_home, ModelError::Data(error) if error.row == 1));
    assert_eq!(copy.bind(&[("counts", &negative)]).unwrap_err(), at_home);
}

#[test]
fn columns_are_asked_for_by_name() {
    let counts = Column::placeholder("counts");
    let copy = zero_inflated(&counts).to_bytes().unwrap();
    let copy = PortableTemplate::from_bytes(&copy).unwrap();
    let missing = copy.bind(&[]).unwrap_err();
    let column = "counts".to_owned();
    assert_eq!(missing, BindError::Missing { column }.into());
    let unused = copy.bind(&[("counts", &COUNTS), ("count", &COUNTS)]);
    let column = "count".to_owned();
    assert_eq!(unused.unwrap_err(), BindError::Unused { column }.into());
}

#[test]
fn models_that_cannot_travel_are_kept_at_home() {
    let [one, two] = [(); 2].map(|()| Column::placeholder("counts"));
    let model = Beta::new(2, 2).param().flat_map(|p| {
        let fit = Poisson::new(&p).fit(&one).zip(Poisson::new(&p).fit(&two));
        fit.map(|_| p)
    });
    let column = "counts".to_owned();
    assert_eq!(
        model.template().unwrap().to_bytes().unwrap_err(),
        ModelError::RepeatedColumn { column }
    );
    let model = Beta::new(2, 2)
        .param()
        .flat_map(|p| Poisson::new(&p).fit([1, -1]).map(|()| p));
    let template = model.template().unwrap();
    assert_eq!(
        template.to_bytes().unwrap_err(),
        template.bind(&[]).unwrap_err()
    );
}

/// Writes the checksum of changed bytes: FNV-1a over version and payload.
fn put_checksum_right(bytes: &mut [u8]) {
    let (header, payload) = bytes.split_at_mut(20);
    let mut sum = 0xcbf2_9ce4_8422_2325_u64;
    for &byte in header[8..12].iter().chain(&*payload) {
        sum = (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    header[12..].copy_from_slice(&sum.to_le_bytes());
}

#[test]
fn spoiled_models_are_refused_or_run_without_panic() {
    let counts = Column::placeholder("counts");
    let template = zero_inflated(&counts);
    let bytes = template.to_bytes().unwrap();
    let (mut refused, mut ran) = (0, 0);
    for place in 0..bytes.len() {
        assert!(PortableTemplate::from_bytes(&bytes[..place]).is_err());
        for value in [0, 1, 2, bytes[place] ^ 0x80, bytes[place].wrapping_add(1)] {
            let mut changed = bytes.clone();
            changed[place] = value;
            if changed != bytes {
                assert!(PortableTemplate::from_bytes(&changed).is_err(), "{place}");
            }
            put_checksum_right(&mut changed);
            let Ok(copy) = PortableTemplate::from_bytes(&changed) else {
                refused += 1;
                continue;
            };
            ran += 1;
            let columns = copy.columns();
            let data: Vec<(&str, &[f64])> =
                columns.iter().map(|&name| (name, &COUNTS[..])).collect();
            if let Ok(posterior) = copy.bind(&data) {
                let position = vec![0.1; posterior.dimension()];
                let mut gradient = position.clone();
                let mut density = posterior.evaluator();
                density.log_density_and_gradient(&position, &mut gradient);
                let numbers = posterior.drawer()(&position, &mut ChaCha8Rng::seed_from_u64(1));
                assert_eq!(numbers.len(), copy.labels().len());
            }
        }
    }
    assert!(refused > 100 && ran > 10, "{refused} {ran}");
}

#[test]
fn programs_are_no_models() {
    let program = rainier_core::Program::compile(&[], &[]).unwrap();
    assert_eq!(
        PortableTemplate::from_bytes(&program.to_bytes()).unwrap_err(),
        PortableError::NotAProgram { expected: "model" }
    );
}
