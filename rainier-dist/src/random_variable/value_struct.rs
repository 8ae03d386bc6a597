//! Makes a struct of one's own a value of models: [`value!`](crate::value!).
//!
//! In: a struct whose fields are values. Out: that struct, the struct of its draws, and the
//! [`Value`](crate::Value) between them.

/// Declares a struct that is a [`Value`](crate::Value), and the struct of its draws.
///
/// In `struct Line -> LineDraw { … }` the fields of `Line` are values, and those of `LineDraw`,
/// with the same names, their outputs: an `f64` for a [`Real`](rainier_core::Real). Both are
/// `Debug` and `Clone`, which the fields must be, too. What is written before the struct or a field
/// (visibility, documentation) holds for both. Reports call a field as in the struct:
/// `line.slope`.
///
/// Structs with type parameters, tuple structs and enums implement [`Value`](crate::Value) by
/// hand.
///
/// ```
/// use rainier_core::Real;
/// use rainier_dist::{Fit, Generator, Param, continuous::Normal, model, value};
/// use rainier_dist::distribution::Distribution;
/// use rainier_sampler::{Nuts, Run};
///
/// value! {
///     pub struct Line -> LineDraw {
///         intercept: Real,
///         slope: Real,
///         /// The height one step further.
///         next: Generator<f64>,
///     }
/// }
///
/// let line = model! {
///     intercept = Normal::new(0, 10).param();
///     slope = Normal::new(0, 10).param();
///     () = Normal::new(&intercept, 1).fit([1.1, 0.8]);
///     () = Normal::new(&intercept + &slope, 1).fit([3.0, 3.3]);
///     let next = Normal::new(&intercept + 2.0 * &slope, 1).generator();
///     yield Line { intercept, slope, next }
/// };
/// let trace = line.sample(&Nuts::default(), &Run::default().with_seed(1).with_draws(50))?;
/// let draw: &LineDraw = &trace.draws()[0];
/// assert!(draw.intercept.is_finite() && draw.slope.is_finite() && draw.next.is_finite());
/// # Ok::<(), rainier_dist::SampleError>(())
/// ```
#[macro_export]
macro_rules! value {
    (
        $(#[$attribute:meta])*
        $visibility:vis struct $name:ident -> $draw:ident {
            $($(#[$field_attribute:meta])* $field_visibility:vis $field:ident: $part:ty),+ $(,)?
        }
    ) => {
        $(#[$attribute])*
        #[derive(Debug, Clone)]
        $visibility struct $name {
            $($(#[$field_attribute])* $field_visibility $field: $part,)+
        }

        $(#[$attribute])*
        #[derive(Debug, Clone)]
        $visibility struct $draw {
            $($(#[$field_attribute])* $field_visibility $field: <$part as $crate::Value>::Output,)+
        }

        impl $crate::Value for $name {
            type Output = $draw;

            fn report(&self, report: &mut $crate::Report) {
                $(report.field(::core::stringify!($field), &self.$field);)+
            }

            fn draw(
                &self,
                environment: &$crate::Environment<'_>,
                rng: &mut dyn $crate::rand::Rng,
            ) -> $draw {
                $draw { $($field: $crate::Value::draw(&self.$field, environment, rng),)+ }
            }
        }
    };
    ($($other:tt)*) => {
        ::core::compile_error!(
            "value! takes one struct with named fields and no type parameters, and the name of its \
             draws: `pub struct Line -> LineDraw { intercept: Real, slope: Real }`"
        );
    };
}
