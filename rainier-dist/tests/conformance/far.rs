//! Claims: far out in the tails, beside the edges and at extreme parameters, log densities and
//! tails keep their digits and no slope is NaN.

use std::f64::consts::LN_2;

use rainier_core::{Program, Real};

use crate::table::rows;

/// Largest relative difference of log densities and of logarithms of tails.
const TOLERANCE: f64 = 1e-12;

/// Distribution, parameters, value, and ln p, ln P(X ≤ x), ln P(X > x) by mpmath 1.3.0 from the
/// definitions, with 50 to 700 digits.
type Far = (&'static str, &'static [f64], f64, [f64; 3]);

#[rustfmt::skip]
const FAR: &[Far] = &[
    ("StudentT", &[3.0, 0.0, 1.0], 1e+150, [-1380.3547200687146, 0.0, -1036.065568408276]),
    ("StudentT", &[3.0, 0.0, 1.0], -1e-300, [-1.0008888496235098, -LN_2, -LN_2]),
    ("StudentT", &[0.01, 0.0, 1.0], -1e+150, [-354.16987545269575, -4.176941317600806, -0.015464331253630382]),
    ("StudentT", &[1000000.0, 0.0, 1.0], -6.0, [-18.91863279065647, -20.736427162290006, -9.869249066642278e-10]),
    ("StudentT", &[10000000000.0, 0.0, 1.0], 3.0, [-5.418938531654673, -0.001350809968076573, -6.6077262190480255]),
    ("HalfStudentT", &[3.0, 1.0], 1e-12, [-0.3077416690635644, -27.938762784992115, -7.351051938959929e-13]),
    ("HalfStudentT", &[0.5, 2.0], 1e+100, [-346.1784364895984, -9.070793377941491e-51, -115.22678000963388]),
    ("Laplace", &[1.0, 0.5], -400.0, [-802.0, -802.69314718056, 0.0]),
    ("Logistic", &[0.0, 1.0], 800.0, [-800.0, 0.0, -800.0]),
    ("Gumbel", &[0.0, 1.0], 800.0, [-800.0, 0.0, -800.0]),
    ("Gumbel", &[0.0, 1.0], -6.5, [-658.6416330443618, -665.1416330443618, 0.0]),
    ("ExGaussian", &[0.0, 1.0, 1.0], -38.0, [-726.5831565643775, -730.2221063225634, 0.0]),
    ("ExGaussian", &[0.0, 1.0, 10000.0], -3.0, [-5.419238498207673, -6.608054486782291, -0.0013503663140420708]),
    ("ExGaussian", &[0.0, 1.0, 0.5], 1400.0, [-700.56814718056, 0.0, -699.875]),
    ("ExGaussian", &[0.0, 1e-06, 2.0], 1.0, [-1.3068528194380546, -0.1454134578691721, -1.999999999998]),
    ("SkewNormal", &[0.0, 1.0, 10.0], -10.0, [-5055.75000004685, -5062.667903597928, 0.0]),
    ("SkewNormal", &[0.0, 1.0, 1000000.0], 3.0, [-4.725791352644728, -0.002703447085475963, -5.914579040950405]),
    ("SkewNormal", &[0.0, 1.0, 4.0], -0.5, [-4.133975686326759, -6.553754679840058, -0.001425771970080743]),
    ("InverseGamma", &[3.0, 2.0], 0.01, [-180.19302489492773, -190.08651261288554, -2.795609373660895e-83]),
    ("InverseGamma", &[2.5, 1.0], 1e+100, [-806.1894654183889, 0.0, -576.8472468508585]),
    ("InverseGamma", &[0.001, 1.0], 2.0, [-8.101019213124358, -7.487454751906464, -0.0005602235523847767]),
    ("ChiSquared", &[3.0], 1000.0, [-497.4650608937136, -1.7994208765314476e-216, -496.77091520883994]),
    ("ChiSquared", &[1.0], 1e-300, [344.4688254159022, -345.6135553017516, -7.978845608028654e-151]),
    ("Weibull", &[0.5, 2.0], 1e-300, [344.34804317826695, -345.73433753938684, -7.071067811865475e-151]),
    ("Weibull", &[1.5, 2.0], 1e-300, [-346.02201961183863, -1037.2030126181605, -0.0]),
    ("Weibull", &[10.0, 1.0], 2.0, [-1015.4590902819664, -0.0, -1024.0]),
    ("Weibull", &[10000.0, 1.0], 1.001, [-21897.476994851837, 0.0, -21916.681339054314]),
    ("Frechet", &[3.0, 2.0], 1e+90, [-825.7525796475085, 0.0, -619.6185335667125]),
    ("Frechet", &[2.0, 1.0], 0.05, [-390.31965599877805, -399.99999999999994, 0.0]),
    ("Rayleigh", &[1.0], 1e-200, [-460.51701859880916, -921.7271843781782, -0.0]),
    ("Rayleigh", &[2.0], 70.0, [-609.6377991190706, -9.87710872151989e-267, -612.5]),
    ("LogNormal", &[0.0, 1.0], 1e-300, [-237895.5583821629, -238592.87172707668, 0.0]),
    ("LogNormal", &[0.0, 1.0], 1e+300, [-239277.10943795933, 0.0, -238592.87172707668]),
    ("Cauchy", &[0.0, 1.0], -1e+100, [-461.6617484846585, -231.40323918525397, -3.183098861837907e-101]),
    ("HalfCauchy", &[2.0], 1e-300, [-1.1447298858494002, -691.9202577840631, -3.183098861837907e-301]),
    ("HalfCauchy", &[2.0], 1e+100, [-460.2754541235386, -1.2732395447351628e-100, -230.01694482413407]),
    ("HalfNormal", &[1.0], 1e-300, [-0.22579135264472744, -691.0013192508584, -7.978845608028655e-301]),
    ("HalfNormal", &[1.0], 37.5, [-703.3507913526447, -9.21070601916391e-308, -706.9758421369472]),
    ("Exponential", &[1e-06], 1000000000.0, [-1013.8155105579642, -0.0, -1000.0]),
    ("Exponential", &[1.0], 1e-300, [-1e-300, -690.7755278982137, -1e-300]),
];

#[test]
fn far_out_no_digits_are_lost() {
    for (name, parameters, at, expected) in FAR {
        let row = rows().into_iter().find(|row| row.name == *name).unwrap();
        let (unknowns, x) = (row.unknowns(), Real::parameter("x"));
        let known = (row.of)(&unknowns);
        let mut functions = vec![("ln p", known.log_density(&x), expected[0])];
        if let Some(tails) = known.tails {
            functions.push(("below", (tails.log_cumulative)(&x), expected[1]));
            functions.push(("above", (tails.log_survival)(&x), expected[2]));
        }
        let inputs = [unknowns, vec![x]].concat();
        let point = [parameters, &[*at][..]].concat();
        for (what, function, expected) in functions {
            let program = Program::compile_with_gradient(&function, &inputs).unwrap();
            let outputs = program
                .bind(&[])
                .unwrap()
                .evaluator()
                .evaluate(&point)
                .to_vec();
            let label = format!("{what} of {name} {parameters:?} at {at}: {outputs:?}, {expected}");
            assert!(agrees(outputs[0], expected), "{label}");
            let wrong = expected - 10.0 * TOLERANCE * expected.abs().max(LN_2);
            assert!(!agrees(outputs[0], wrong), "{label}");
            assert!(!outputs.iter().any(|output| output.is_nan()), "{label}");
        }
    }
}

/// Near 1 a tail is known to the digits of 1 only.
fn agrees(found: f64, expected: f64) -> bool {
    (found - expected).abs() <= TOLERANCE * expected.abs().max(LN_2)
}
