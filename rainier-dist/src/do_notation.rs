//! Writes a model line by line: [`model!`](crate::model!).
//!
//! In: lines that draw, observe or define. Out: the random variable that nested `flat_map`s would
//! make, in which unknowns are called like the lines that draw them.

/// Composes random variables line by line.
///
/// | line | meaning |
/// | --- | --- |
/// | `name = variable;` | the variable's value from here on; also its name in reports |
/// | `(a, b) = variable;` | the parts of a tuple, each named |
/// | `() = variable;` | the variable's densities, as of `fit` |
/// | `let pattern = expression;`, `let name: Type = expression;` | an abbreviation |
/// | `yield expression` | the model's value |
///
/// A name may be used any number of times, as `rate` or as `&rate`: each line sees copies. What
/// is named must be `Clone` and a [`Value`](crate::Value); an abbreviation need be neither.
/// `return` and `?` do not leave the model, whose lines become nested closures. Any other line is
/// an error that quotes it.
///
/// ```
/// use rainier_dist::continuous::{Beta, Normal};
/// use rainier_dist::discrete::Poisson;
/// use rainier_dist::distribution::Discrete;
/// use rainier_dist::{Fit, Param, model};
///
/// let counts = [0, 3, 0, 5, 4, 0];
/// let model = model! {
///     zero_prob = Beta::new(1, 1).param();
///     rate = Normal::new(5, 5).param();
///     () = Poisson::new(&rate).zero_inflated(&zero_prob).fit(&counts);
///     yield (zero_prob, rate)
/// };
/// assert_eq!(model.compile()?.labels(), ["zero_prob", "rate"]);
/// # Ok::<(), rainier_dist::ModelError>(())
/// ```
#[macro_export]
macro_rules! model {
    (@lines [$($bound:ident)*] yield $value:expr $(;)?) => {
        $crate::RandomVariable::constant($crate::model!(@with_copies [$($bound)*] $value))
    };
    // The expression may use up or borrow the names; the lines that follow get copies. They are
    // there before the pattern, which may shadow them.
    (@lines [$($bound:ident)*] let $pattern:pat = $value:expr; $($rest:tt)+) => {{
        let copies = ($(::core::clone::Clone::clone(&$bound),)*);
        let value = $value;
        let ($($bound,)*) = copies;
        let $pattern = value;
        $crate::model!(@lines [$($bound)*] $($rest)+)
    }};
    (@lines [$($bound:ident)*] let $name:ident: $type:ty = $value:expr; $($rest:tt)+) => {
        $crate::model!(@lines [$($bound)*] let $name = { let typed: $type = $value; typed };
            $($rest)+)
    };
    (@lines [$($bound:ident)*] () = $variable:expr; $($rest:tt)+) => {
        $crate::RandomVariable::flat_map(
            $crate::model!(@with_copies [$($bound)*] $variable),
            |()| $crate::model!(@lines [$($bound)*] $($rest)+),
        )
    };
    (@lines [$($bound:ident)*] ($first:ident, $($other:ident),+ $(,)?) = $variable:expr;
        $($rest:tt)+) => {
        $crate::RandomVariable::flat_map(
            $crate::model!(@with_copies [$($bound)*] $variable),
            |($first, $($other),+)| $crate::model!(
                @lines [$($bound)* $first $($other)+]
                () = $crate::model!(@name $first);
                $(() = $crate::model!(@name $other);)+
                $($rest)+
            ),
        )
    };
    (@lines [$($bound:ident)*] $name:ident = $variable:expr; $($rest:tt)+) => {
        $crate::RandomVariable::flat_map(
            $crate::model!(@with_copies [$($bound)*] $variable),
            |$name| $crate::model!(
                @lines [$($bound)* $name]
                () = $crate::model!(@name $name);
                $($rest)+
            ),
        )
    };
    (@lines [$($bound:ident)*]) => {
        $crate::model!(@no_yield)
    };
    // What is known but for the lines that must follow it.
    (@lines [$($bound:ident)*] let $pattern:pat = $value:expr $(;)?) => {
        $crate::model!(@no_yield)
    };
    (@lines [$($bound:ident)*] $names:tt = $value:expr $(;)?) => {
        $crate::model!(@no_yield)
    };
    (@lines [$($bound:ident)*] $($unknown:tt)+) => {
        $crate::model!(@unknown_line [] $($unknown)+)
    };
    (@no_yield) => {
        ::core::compile_error!("`model!` must end with `yield expression`, the model's value")
    };
    (@unknown_line [$($line:tt)*] ; $($rest:tt)*) => {
        $crate::model!(@unknown_line [$($line)*])
    };
    (@unknown_line [$($line:tt)*] $next:tt $($rest:tt)*) => {
        $crate::model!(@unknown_line [$($line)* $next] $($rest)*)
    };
    (@unknown_line [$($line:tt)*]) => {
        ::core::compile_error!(::core::concat!(
            "`model!` has no line like `",
            ::core::stringify!($($line)*),
            "`; its lines are `name = variable;`, `(a, b) = variable;`, `() = variable;`, \
             `let pattern = expression;` and, as the last, `yield expression`",
        ))
    };
    (@name $name:ident) => {
        $crate::RandomVariable::map(
            $crate::RandomVariable::named(
                $crate::RandomVariable::constant($name),
                ::core::stringify!($name),
            ),
            |_| (),
        )
    };
    (@with_copies [$($bound:ident)*] $expression:expr) => {{
        $(
            #[allow(unused_variables, reason = "not every line uses every name")]
            let $bound = ::core::clone::Clone::clone(&$bound);
        )*
        $expression
    }};
    ($($lines:tt)*) => {
        $crate::model!(@lines [] $($lines)*)
    };
}
