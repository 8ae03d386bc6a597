//! Claims: the parameters that a distribution accepts are those stated here, and no others.
//!
//! In: for each row of `table.rs` the domain of each parameter, the others as they stand there.
//! Out: constraints that agree at the edges, beside them, and far away. The table was written from
//! the definitions: `guards.rs` holds densities to the constraints, this holds constraints to
//! mathematics.

use rainier_core::{Program, Real};

use crate::table::rows;

const LINE: &str = "(-inf, inf)";
const POSITIVE: &str = "(0, inf)";
const SHARE: &str = "[0, 1]";
const OPEN: &str = "(0, 1)";
const COUNT: &str = "whole [0, inf)";

/// What each row's parameters may be.
#[rustfmt::skip]
const DOMAINS: &[(&str, &[&str])] = &[
    ("Normal", &[LINE, POSITIVE]),
    ("LogNormal", &[LINE, POSITIVE]),
    ("Cauchy", &[LINE, POSITIVE]),
    ("HalfNormal", &[POSITIVE]),
    ("HalfCauchy", &[POSITIVE]),
    ("Exponential", &[POSITIVE]),
    ("Gamma", &[POSITIVE, POSITIVE]),
    ("Gamma by scale", &[POSITIVE, POSITIVE]),
    ("Gamma by moments", &[POSITIVE, POSITIVE]),
    ("StudentT", &[POSITIVE, LINE, POSITIVE]),
    ("StudentT of few degrees", &[POSITIVE, LINE, POSITIVE]),
    ("HalfStudentT", &[POSITIVE, POSITIVE]),
    ("Laplace", &[LINE, POSITIVE]),
    ("AsymmetricLaplace", &[LINE, POSITIVE, POSITIVE]),
    ("AsymmetricLaplace below", &[LINE, POSITIVE, POSITIVE]),
    ("Logistic", &[LINE, POSITIVE]),
    ("Gumbel", &[LINE, POSITIVE]),
    ("SkewNormal", &[LINE, POSITIVE, LINE]),
    ("ExGaussian", &[LINE, POSITIVE, POSITIVE]),
    ("ExGaussian by exponential mean", &[LINE, POSITIVE, POSITIVE]),
    ("InverseGamma", &[POSITIVE, POSITIVE]),
    ("ChiSquared", &[POSITIVE]),
    ("Weibull", &[POSITIVE, POSITIVE]),
    ("Frechet", &[POSITIVE, POSITIVE]),
    ("Rayleigh", &[POSITIVE]),
    ("Beta", &[POSITIVE, POSITIVE]),
    ("Beta by mean", &[OPEN, POSITIVE]),
    ("Uniform", &["(-inf, 2.5)", "(-1, inf)"]),
    ("InverseGaussian", &[POSITIVE, POSITIVE]),
    ("Pareto", &[POSITIVE, POSITIVE]),
    ("BetaPrime", &[POSITIVE, POSITIVE]),
    ("BetaPrime above 1", &[POSITIVE, POSITIVE]),
    ("Kumaraswamy", &[POSITIVE, POSITIVE]),
    ("LogitNormal", &[LINE, POSITIVE]),
    ("Triangular", &["(-inf, 0.5]", "[-1, 2.5]", "[0.5, inf)"]),
    ("Triangular below its mode", &["(-inf, 0.5]", "[-1, 2.5]", "[0.5, inf)"]),
    ("VonMises", &[LINE, "[0, inf)"]),
    ("VonMises concentrated", &[LINE, "[0, inf)"]),
    ("Custom", &[LINE, POSITIVE]),
    ("Affine", &[POSITIVE, LINE, POSITIVE]),
    ("ExpTransformed", &[LINE, POSITIVE]),
    ("ExpTransformed on an interval", &[POSITIVE, POSITIVE]),
    ("Truncated", &["(-inf, 1.5)", "(-0.5, inf)", POSITIVE]),
    ("Truncated Gamma", &["(-inf, 3.5)", "(0.7, inf)", POSITIVE, POSITIVE]),
    ("Truncated below", &[LINE, POSITIVE]),
    ("Truncated above", &[POSITIVE, POSITIVE]),
    ("Mixture of one family", &[SHARE, LINE, POSITIVE]),
    ("Mixture", &[SHARE, LINE, POSITIVE]),
    ("Bernoulli", &[SHARE]),
    ("Bernoulli by logit", &[LINE]),
    ("Binomial", &[COUNT, SHARE]),
    ("Binomial by logit", &[COUNT, LINE]),
    ("BetaBinomial", &[COUNT, POSITIVE, POSITIVE]),
    ("Hypergeometric", &["whole [17, inf)", "whole [0, 50]", "whole [0, 50]"]),
    ("Categorical", &["[0, 0.5]", "[0, 0.8]"]),
    ("Categorical by logit", &[LINE, LINE, LINE]),
    ("OrderedLogistic", &[LINE, "(-inf, 0.4)", "(-1, 2.5)", "(0.4, inf)"]),
    ("DiscreteUniform", &["whole (-inf, 8]", "whole [-3, inf)"]),
    ("Geometric", &["(0, 1]"]),
    ("DiscreteWeibull", &[OPEN, POSITIVE]),
    ("LogSeries", &[OPEN]),
    ("Poisson", &[POSITIVE]),
    ("Poisson by logarithm", &[LINE]),
    ("NegativeBinomial", &[POSITIVE, OPEN]),
    ("NegativeBinomial by counted", &[POSITIVE, OPEN]),
    ("NegativeBinomial by mean", &[POSITIVE, POSITIVE]),
    ("Skellam", &[POSITIVE, POSITIVE]),
    ("ZeroTruncated", &[POSITIVE]),
    ("ZeroInflatedPoisson", &[SHARE, POSITIVE]),
    ("ZeroInflated at 0", &[SHARE, POSITIVE]),
    ("ConstantInflated", &[SHARE, POSITIVE]),
    ("Hurdle", &[SHARE, POSITIVE]),
    ("Hurdle at 0", &[SHARE, POSITIVE]),
    ("ZeroInflated geometric", &[SHARE, "(0, 1]"]),
    ("Hurdle over geometric", &[SHARE, "(0, 1]"]),
    ("Truncated counts", &[POSITIVE]),
    ("Truncated counts, no zeros", &[POSITIVE]),
    ("Censored counts", &[POSITIVE]),
    ("Interval censored counts", &[POSITIVE]),
    ("Mixture of counts", &["[0, 0.9]", POSITIVE, POSITIVE]),
];

/// A set of numbers, as it is written.
#[derive(Debug)]
struct Domain {
    is_whole: bool,
    /// Each edge, and whether it is inside.
    low: (f64, bool),
    high: (f64, bool),
}

impl Domain {
    fn parse(written: &str) -> Self {
        let interval = written.trim_start_matches("whole ");
        let (low, high) = interval.split_once(", ").unwrap();
        let number = |edge: &str| edge.trim_matches(['(', '[', ')', ']']).parse().unwrap();
        Self {
            is_whole: interval != written,
            low: (number(low), low.starts_with('[')),
            high: (number(high), high.ends_with(']')),
        }
    }

    fn contains(&self, x: f64) -> bool {
        let above = x > self.low.0 || self.low.1 && x == self.low.0;
        let below = x < self.high.0 || self.high.1 && x == self.high.0;
        above && below && (!self.is_whole || x.fract() == 0.0)
    }

    /// Whether so little may be left there of a truncated distribution that doubles do not hold it.
    fn may_be_empty(&self, x: f64) -> bool {
        let is_beside = |factor: f64| !self.contains(x * factor);
        !(1e-9..1e9).contains(&x.abs()) || is_beside(1.0 - 1e-6) || is_beside(1.0 + 1e-6)
    }

    /// Numbers on the edges, beside them, and far from them.
    fn probes(&self) -> Vec<f64> {
        let edges = [self.low.0, self.high.0, 0.0, 1.0].into_iter();
        let beside = edges.flat_map(|edge| {
            [
                edge.next_down(),
                edge,
                edge.next_up(),
                edge - 1.0,
                edge + 1.0,
            ]
        });
        let others = [
            f64::NAN,
            f64::INFINITY,
            -f64::INFINITY,
            -1e300,
            -1e-9,
            1e-9,
            0.5,
            1e300,
        ];
        beside.chain(others).collect()
    }
}

/// What each parameter of a row is taken for: at which probes one is accepted that should not be,
/// or refused.
fn mistakes(name: &str, domains: &[&str]) -> Vec<String> {
    let row = rows().into_iter().find(|row| row.name == name).unwrap();
    let unknowns = row.unknowns();
    let constraints = (row.of)(&unknowns).constraints();
    let holds: Vec<Real> = constraints
        .iter()
        .map(|constraint| constraint.condition().indicator())
        .collect();
    let holds = Program::compile(&holds, &unknowns).unwrap();
    let mut holds = holds.bind(&[]).unwrap().evaluator();
    assert_eq!(domains.len(), unknowns.len(), "{name}");
    let mut mistakes = Vec::new();
    for (place, written) in domains.iter().enumerate() {
        let domain = Domain::parse(written);
        for probe in domain.probes() {
            let mut at = row.parameters.to_vec();
            at[place] = probe;
            let accepts = holds.evaluate(&at).iter().all(|&holds| holds == 1.0);
            let may_refuse = name.starts_with("Truncated") && domain.may_be_empty(probe);
            if accepts != domain.contains(probe) && (accepts || !may_refuse) {
                mistakes.push(format!(
                    "{name}: {probe:e} at place {place}, {written}: {accepts}"
                ));
            }
        }
    }
    mistakes
}

#[test]
fn parameters_are_accepted_in_their_domain_and_nowhere_else() {
    let stated: Vec<&str> = DOMAINS.iter().map(|&(name, _)| name).collect();
    let listed: Vec<&str> = rows().iter().map(|row| row.name).collect();
    assert_eq!(stated, listed, "each distribution has its domains");
    let all = DOMAINS.iter();
    let mistakes: Vec<String> = all
        .flat_map(|(name, domains)| mistakes(name, domains))
        .collect();
    assert!(mistakes.is_empty(), "{mistakes:#?}");
}

#[test]
fn a_domain_with_an_edge_too_many_is_seen() {
    assert!(!mistakes("Beta", &[POSITIVE, "[0, inf)"]).is_empty());
    assert!(!mistakes("Geometric", &[OPEN]).is_empty());
    assert!(!mistakes("Binomial", &["[0, inf)", SHARE]).is_empty());
    assert!(!mistakes("DiscreteUniform", &["whole (-inf, 8)", "whole [-3, inf)"]).is_empty());
}
