use rainier::prelude::*;
fn model(counts: &Column) -> RandomVariable<(Real, Real)> {
    model! {
        zero_prob = Beta::new(1, 1).param();
        rate = Normal::new(5, 5).param();
        () = Poisson::new(&rate).zero_inflated(&zero_prob).fit(counts);
        yield (zero_prob, rate)
    }
}
fn cpu() -> f64 {
    let t = std::time::Instant::now();
    static S: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
    (t - *S.get_or_init(|| t)).as_secs_f64()
}
fn main() {
    let column = Column::placeholder("counts");
    let template = model(&column).template().unwrap();
    println!("{}", template.program());
    let data: Vec<f64> = (0..168)
        .map(|i| if i % 3 == 0 { 0.0 } else { (i % 7) as f64 })
        .collect();
    let bound: Vec<_> = (0..64)
        .map(|_| template.bind(&[(&column, &data)]).unwrap())
        .collect();
    run::<64>(&bound[0]);
    run::<32>(&bound[0]);
    run::<16>(&bound[0]);
    run::<8>(&bound[0]);
}
fn run<const L: usize>(b: &Posterior<(Real, Real)>) {
    let mut best = f64::MAX;
    let mut ls = b.program().lock_step::<L>();
    let q = [[0.9; L], [0.5; L]];
    for _ in 0..300 {
        let t = cpu();
        for _ in 0..1000 {
            std::hint::black_box(ls.evaluate(std::hint::black_box(&q)));
        }
        best = best.min((cpu() - t) * 1e9 / 1000.0 / L as f64);
    }
    println!("{L}: {best} ns/lane {} ns", best * L as f64);
}
