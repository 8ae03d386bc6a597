//! Builds random expressions and computes them a second way: the oracle of `agreement` and of fuzzing.
//!
//! In: recipes over parameters, columns and constants. Out: nothing, or where a program disagrees with the interpreter,
//! plain arithmetic, forward-mode derivatives or itself.

use rainier_core::{Collapsing, Column, CompileSettings, Interpreter, Real};

pub(crate) const PARAMETERS: usize = 2;
/// Two of real numbers and one of indices.
pub(crate) const COLUMNS: usize = 3;
pub(crate) const LEAVES: usize = PARAMETERS + COLUMNS + 3;

/// One step of a recipe: which operation, on which of the values so far.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Step {
    /// Which operation, modulo their number.
    pub(crate) operation: u8,
    /// Which values so far, modulo their number.
    pub(crate) operands: [usize; 4],
}

/// A number with its derivatives by the parameters, carried forward.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Dual {
    pub(crate) value: f64,
    pub(crate) slopes: [f64; PARAMETERS],
}

impl Dual {
    fn constant(value: f64) -> Self {
        Self {
            value,
            slopes: [0.0; PARAMETERS],
        }
    }

    /// f(self), given f′(self).
    fn chain(self, value: f64, slope: f64) -> Self {
        Self {
            value,
            slopes: self.slopes.map(|own| own * slope),
        }
    }

    /// f(self, other), given both partial derivatives.
    fn join(self, other: Self, value: f64, slope: f64, other_slope: f64) -> Self {
        let mut slopes = [0.0; PARAMETERS];
        for (index, joined) in slopes.iter_mut().enumerate() {
            *joined = self.slopes[index] * slope + other.slopes[index] * other_slope;
        }
        Self { value, slopes }
    }
}

/// Operations that keep values moderate, so that both evaluations are well conditioned.
const OPERATIONS: u8 = 13;

/// Place of the first column among the leaves, and a value it often has.
const FIRST_COLUMN: usize = PARAMETERS;
const FREQUENT: f64 = 0.5;

/// Evaluations after which a program has become machine code, where there is any.
const UNTIL_NATIVE: usize = 1_000;

fn apply_real(step: Step, values: &[Real]) -> Real {
    let [a, b, c, d] = step
        .operands
        .map(|operand| values[operand % values.len()].clone());
    match step.operation % OPERATIONS {
        0 => a + b,
        1 => a - b,
        2 => (a * b).tanh(),
        3 => (&a / (1.0 + &b * &b)).sin(),
        4 => a.logistic() * 2.0,
        5 => a.tanh().exp(),
        6 => (1.0 + a.pow(2.0)).ln(),
        7 => a.less(&b).select(c, d),
        8 => a.abs().sqrt(),
        9 => a.tanh().log_add_exp(b.sin()),
        10 => a.softplus() - b.softplus(),
        11 => values[FIRST_COLUMN].equal(FREQUENT).select(c, d),
        _ => -(a.atan() * 0.5),
    }
}

fn apply_dual(step: Step, values: &[Dual]) -> Dual {
    let [a, b, c, d] = step.operands.map(|operand| values[operand % values.len()]);
    let (x, y) = (a.value, b.value);
    let logistic = |x: f64| 1.0 / (1.0 + (-x).exp());
    let tanh = |a: Dual| a.chain(a.value.tanh(), 1.0 - a.value.tanh().powi(2));
    let sin = |a: Dual| a.chain(a.value.sin(), a.value.cos());
    match step.operation % OPERATIONS {
        0 => a.join(b, x + y, 1.0, 1.0),
        1 => a.join(b, x - y, 1.0, -1.0),
        2 => tanh(a.join(b, x * y, y, x)),
        3 => {
            let denominator = 1.0 + y * y;
            sin(a.join(
                b,
                x / denominator,
                1.0 / denominator,
                -2.0 * x * y / denominator.powi(2),
            ))
        }
        4 => a.chain(2.0 * logistic(x), 2.0 * logistic(x) * logistic(-x)),
        5 => {
            let inner = tanh(a);
            inner.chain(inner.value.exp(), inner.value.exp())
        }
        6 => a.chain((x * x).ln_1p(), 2.0 * x / (1.0 + x * x)),
        // A tie is decided by rounding; what is not a number is not compared.
        7 if (x - y).is_nan() || (x - y).abs() < 1e-9 => Dual {
            value: f64::NAN,
            slopes: [f64::NAN; PARAMETERS],
        },
        7 => {
            if x < y {
                c
            } else {
                d
            }
        }
        // The slope at 0 is infinite; 0 · ∞ is kept out by the comparison below.
        8 => a.chain(x.abs().sqrt(), 0.5 * x.signum() / x.abs().sqrt()),
        9 => {
            let (p, q) = (tanh(a), sin(b));
            let value = (p.value.exp() + q.value.exp()).ln();
            p.join(q, value, (p.value - value).exp(), (q.value - value).exp())
        }
        10 => {
            let value = x.exp().ln_1p() - y.exp().ln_1p();
            a.join(b, value, logistic(x), -logistic(y))
        }
        11 => {
            if values[FIRST_COLUMN].value == FREQUENT {
                c
            } else {
                d
            }
        }
        _ => a.chain(-0.5 * x.atan(), -0.5 / (1.0 + x * x)),
    }
}

fn leaves(at: [f64; PARAMETERS], row: [f64; COLUMNS]) -> Vec<Dual> {
    let mut leaves = Vec::with_capacity(LEAVES);
    for (index, value) in at.into_iter().enumerate() {
        let mut slopes = [0.0; PARAMETERS];
        slopes[index] = 1.0;
        leaves.push(Dual { value, slopes });
    }
    leaves.extend(row.map(Dual::constant));
    leaves.extend([Dual::constant(1.0), Dual::constant(-0.75)]);
    let [a, b] = [leaves[0], leaves[1]];
    let table = [a, b, a.join(b, a.value * b.value, b.value, a.value)];
    let entry = table
        .into_iter()
        .zip(0..)
        .find(|&(_, index)| f64::from(index) == row[2]);
    leaves.push(entry.map_or(a, |(entry, _)| entry));
    leaves
}

/// All values of the recipe in a row.
fn of_row(steps: &[Step], at: [f64; PARAMETERS], row: [f64; COLUMNS]) -> Vec<Dual> {
    let mut values = leaves(at, row);
    for &step in steps {
        values.push(apply_dual(step, &values));
    }
    values
}

/// Σ over rows of the recipe's last value, with its derivatives.
pub(crate) fn expected(steps: &[Step], at: [f64; PARAMETERS], rows: &[[f64; COLUMNS]]) -> Dual {
    let mut total = Dual::constant(0.0);
    for &row in rows {
        let values = of_row(steps, at, row);
        let last = values[values.len() - 1];
        total = total.join(last, total.value + last.value, 1.0, 1.0);
    }
    total
}

/// Equal up to rounding that grows with the terms of the sum; a derivative that is not finite
/// (a kink) is not compared.
fn is_close(actual: f64, expected: f64, rows: usize) -> bool {
    !expected.is_finite()
        || (actual - expected).abs() <= 1e-9 * (1.0 + expected.abs() + rows as f64)
}

/// Compares a recipe's program with all else that gives its value, and says where they differ.
pub(crate) fn check(
    steps: &[Step],
    at: [f64; PARAMETERS],
    rows: &[[f64; COLUMNS]],
) -> Result<(), String> {
    let parameters: Vec<Real> = ["a", "b"].map(Real::parameter).to_vec();
    let columns: Vec<Column> = (0..COLUMNS)
        .map(|column| Column::new(rows.iter().map(|row| row[column]).collect::<Vec<_>>()))
        .collect();
    let mut values = parameters.clone();
    values.extend(columns.iter().map(Column::real));
    values.extend([Real::constant(1.0), Real::constant(-0.75)]);
    let [a, b] = [&parameters[0], &parameters[1]];
    values.push(Real::lookup(&columns[2], &[a.clone(), b.clone(), a * b]));
    for &step in steps {
        values.push(apply_real(step, &values));
    }
    let last = &values[values.len() - 1];
    // An expression without a column still counts once per row.
    let per_row = columns
        .iter()
        .fold(last.clone(), |sum, column| sum + column.real() * 0.0);
    let sum = per_row.sum_rows();

    // In any branch: which one rows take is not known where there are none.
    let of_a_row = of_row(steps, at, [0.0; COLUMNS]);
    let is_infinite = |index: usize| {
        of_a_row
            .iter()
            .any(|value| !value.slopes[index].is_finite())
    };
    let expected = expected(steps, at, rows);
    let known: Vec<(&Real, f64)> = parameters.iter().zip(at).collect();
    let close = |what: &str, actual: f64, expected: f64| {
        if is_close(actual, expected, rows.len()) {
            Ok(())
        } else {
            Err(format!("{what} is {actual} for {expected}"))
        }
    };
    for collapsing in [Collapsing::Off, Collapsing::EqualRows, Collapsing::All] {
        let settings = CompileSettings::default().with_collapsing(collapsing);
        let program = settings
            .compile_with_gradient(&sum, &parameters)
            .map_err(|error| error.to_string())?;
        let bound = program.bind(&[]).map_err(|error| error.to_string())?;
        let mut evaluator = bound.evaluator();
        let outputs = evaluator.evaluate(&at).to_vec();
        let told = |error: String| format!("{error}\n{program}");
        close("the value", outputs[0], expected.value).map_err(told)?;
        for (index, slope) in expected.slopes.into_iter().enumerate() {
            // Data without any row have no guard: there an infinite slope times no rows is NaN.
            let is_kink = rows.is_empty() && is_infinite(index);
            if is_kink && outputs[1 + index].is_nan() {
                continue;
            }
            close(&format!("derivative {index}"), outputs[1 + index], slope).map_err(told)?;
        }
        if !rows.is_empty() && expected.value.is_finite() {
            let interpreted = Interpreter::new(&known)
                .evaluate(&sum)
                .ok_or("the interpreter has no value")?;
            close("the value", outputs[0], interpreted).map_err(told)?;
        }
        // The same evaluator gives the same bits again: nothing is left over from before, and
        // machine code, which takes over on the way, is the same code.
        for _ in 0..UNTIL_NATIVE {
            evaluator.evaluate(&at);
        }
        let is_same = |(again, before): (&f64, &f64)| {
            again.to_bits() == before.to_bits() || (again.is_nan() && before.is_nan())
        };
        if !evaluator.evaluate(&at).iter().zip(&outputs).all(is_same) {
            return Err(told("machine code gives other bits".to_owned()));
        }
        let mut written = vec![f64::NAN; outputs.len()];
        let (value, gradient) = written.split_first_mut().ok_or("a value")?;
        *value = evaluator.value_and_gradient(&at, gradient);
        if !written.iter().zip(&outputs).all(is_same) {
            return Err(told("a gradient written has other bits".to_owned()));
        }
        // Each part alone is the same, but for rows it can merge that the whole cannot.
        close("the value alone", evaluator.value(&at), outputs[0]).map_err(told)?;
        let alone = evaluator.gradient(&at).to_vec();
        for (&slope, &together) in alone.iter().zip(&outputs[1..]) {
            close("a derivative alone", slope, together).map_err(told)?;
        }
    }
    Ok(())
}
