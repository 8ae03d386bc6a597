//! Times compiling, binding and one gradient of named models.
//!
//! In: data sets of several sizes. Out: time per gradient, with the number of rows as throughput, so
//! that what does not grow with the data shows.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use rainier::prelude::*;

/// Counts with 72 % zeros, the others around 7.
fn counts(rows: u32) -> Vec<f64> {
    (0..rows)
        .map(|row| {
            if row * 37 % 100 < 72 {
                0.0
            } else {
                f64::from(3 + row * 7 % 9)
            }
        })
        .collect()
}

fn zero_inflated(counts: &Column) -> RandomVariable<(Real, Real)> {
    model! {
        zero_prob = Beta::new(1, 1).param();
        rate = Normal::new(5, 5).param();
        () = Poisson::new(&rate).zero_inflated(&zero_prob).fit(counts);
        yield (zero_prob, rate)
    }
}

fn poisson(counts: &Column) -> RandomVariable<Real> {
    model! {
        rate = Gamma::new(2.0, 2.0).param();
        () = Poisson::new(&rate).fit(counts);
        yield rate
    }
}

fn gradients(criterion: &mut Criterion) {
    let column = Column::placeholder("counts");
    let zero_inflated = zero_inflated(&column).template().expect("a valid model");
    let poisson = poisson(&column).template().expect("a valid model");
    let mut group = criterion.benchmark_group("gradient");
    for rows in [1_000, 10_000] {
        let data = counts(rows);
        group.throughput(Throughput::Elements(u64::from(rows)));
        let mut gradient = [0.0; 2];
        let mut density = zero_inflated
            .bind(&[(&column, &data)])
            .expect("counts fit")
            .evaluator();
        group.bench_function(BenchmarkId::new("zero_inflated_poisson", rows), |bencher| {
            bencher.iter(|| density.log_density_and_gradient(&[0.9, 0.4], &mut gradient));
        });
        let mut gradient = [0.0; 1];
        let mut density = poisson
            .bind(&[(&column, &data)])
            .expect("counts fit")
            .evaluator();
        group.bench_function(BenchmarkId::new("poisson", rows), |bencher| {
            bencher.iter(|| density.log_density_and_gradient(&[0.9], &mut gradient));
        });
    }
    group.finish();
}

fn compiling(criterion: &mut Criterion) {
    let column = Column::placeholder("counts");
    criterion.bench_function("compile/zero_inflated_poisson", |bencher| {
        bencher.iter(|| zero_inflated(&column).template().expect("a valid model"));
    });
}

criterion_group!(benches, gradients, compiling);
criterion_main!(benches);
