//! Values, covariates and drawing keep their promises in every shape.
//!
//! In: small models. Out: labels, draws and errors.

use rainier_core::{BindError, Column, CompileError, Program, Real};
use rainier_dist::continuous::Normal;
use rainier_dist::discrete::Poisson;
use rainier_dist::distribution::Continuous;
use rainier_dist::{Fit, Generator, ModelError, Param, Predictor, RandomVariable, value};
use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;

type Twelve = (
    Real,
    Real,
    Real,
    Real,
    Real,
    Real,
    Real,
    Real,
    Real,
    Real,
    Real,
    Real,
);

fn standard() -> RandomVariable<Real> {
    Normal::new(0.0, 1.0).param()
}

value! {
    struct Line -> LineDraw {
        intercept: Real,
        slope: Real,
    }
}

value! {
    /// A value within a value, and what is no expression.
    struct Fitted -> FittedDraw {
        line: Line,
        pair: (Real, Option<Real>),
        rows: usize,
        noise: Generator<f64>,
    }
}

#[test]
fn structs_are_called_and_drawn_by_their_fields() {
    let model = standard().zip(standard()).map(|(intercept, slope)| Fitted {
        pair: (&intercept + &slope, None),
        line: Line { intercept, slope },
        rows: 3,
        noise: Generator::constant(7.0),
    });
    let posterior = model.named("fit").compile().unwrap();
    let labels = ["fit.line.intercept", "fit.line.slope", "fit.pair.0"];
    assert_eq!(posterior.labels(), labels);
    let draw: FittedDraw = posterior.drawer()(&[0.5, 2.0], &mut ChaCha8Rng::seed_from_u64(1));
    let LineDraw { intercept, slope } = draw.line;
    assert_eq!((intercept, slope), (0.5, 2.0));
    assert_eq!((draw.pair, draw.rows, draw.noise), ((2.5, None), 3, 7.0));
}

#[test]
fn options_and_boxes_are_called_like_what_they_hold() {
    let model = standard().map(|x| (Some(x.exp()), None::<Real>, Box::new(x)));
    let posterior = model.compile().unwrap();
    assert_eq!(posterior.labels(), ["0", "2"]);
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let (some, none, boxed) = posterior.drawer()(&[0.0], &mut rng);
    assert_eq!((some, none, *boxed), (Some(1.0), None, 0.0));
}

#[test]
fn twelve_numbers_are_values_and_covariates() {
    let model = standard().map(|x| {
        let y = || x.exp();
        (
            y(),
            y(),
            y(),
            y(),
            y(),
            y(),
            y(),
            y(),
            y(),
            y(),
            y(),
            x.clone(),
        )
    });
    assert_eq!(model.compile().unwrap().labels().len(), 12);
    let last = Predictor::from_fn(|x: &Twelve| Normal::new(&x.11, 1.0));
    let rows = [((0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11), 11.0)];
    assert!(last.fit(&rows).compile().is_ok());
}

#[test]
fn another_number_of_columns_is_refused() {
    let predictor = Predictor::from_fn(|x: &[Real; 2]| Normal::new(&x[0] + &x[1], 1.0));
    let column = Column::new(vec![1.0]);
    let error = predictor
        .fit_columns(std::slice::from_ref(&column), &column)
        .compile()
        .unwrap_err();
    assert_eq!(
        error,
        ModelError::Covariates {
            expected: 2,
            got: 1
        }
    );
}

#[test]
fn group_outside_its_table_is_refused_by_name_and_row() {
    let model = |group: usize, new: usize| {
        Normal::new(0.0, 1.0).vector(2).flat_map(move |effects| {
            let by_group =
                Predictor::from_fn(move |g: &Real| Normal::new(Real::lookup(g, &effects), 1.0));
            let prediction = by_group.predict(new);
            by_group.fit(&[(0, 1.0), (group, 2.0)]).map(|()| prediction)
        })
    };
    assert!(model(1, 0).compile().is_ok());
    let error = model(2, 0).compile().unwrap_err();
    assert!(matches!(
        error,
        ModelError::Bind(BindError::Index {
            row: 1,
            entries: 2,
            ..
        })
    ));
    let error = model(1, 2).compile().unwrap_err();
    assert!(matches!(
        error,
        ModelError::Compile(CompileError::Index { entries: 2, .. })
    ));
}

#[test]
fn expressions_made_while_drawing_see_bound_columns() {
    let counts = Column::placeholder("counts");
    let model = standard().flat_map(|x| {
        let total = counts.real().sum_rows();
        let late =
            Generator::constant(2.0).flat_map(move |factor| Generator::value(&(factor * &total)));
        Poisson::new(x.exp()).fit(&counts).map(|()| late)
    });
    let posterior = model
        .template()
        .unwrap()
        .bind(&[(&counts, &[1.0, 3.0])])
        .unwrap();
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    assert_eq!(posterior.drawer()(&[0.0], &mut rng), 8.0);
}

#[test]
fn centred_unknown_depends_on_the_scale_and_the_other_does_not() {
    let slope = |centred: bool| {
        let scale = Real::parameter("scale");
        let prior = Normal::new(1.0, &scale);
        let latent = if centred {
            prior.centred_latent()
        } else {
            prior.latent()
        };
        let inputs = [latent.parameter, scale];
        let program = Program::compile_with_gradient(&latent.log_density, &inputs).unwrap();
        program.bind(&[]).unwrap().evaluator().evaluate(&[0.4, 0.7])[2]
    };
    assert_eq!(slope(false), 0.0);
    assert!(slope(true) != 0.0);
    let at = |model: RandomVariable<Real>| {
        model.compile().unwrap().drawer()(&[0.5], &mut ChaCha8Rng::seed_from_u64(1))
    };
    assert_eq!(at(Normal::new(1.0, 2.0).param()), 2.0);
    assert_eq!(at(Normal::new(1.0, 2.0).param_centred()), 0.5);
}
