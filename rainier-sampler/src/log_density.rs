//! States all that a sampler knows of a model.
//!
//! In: a position in unconstrained space. Out: its log density, and for Hamiltonian samplers the
//! gradient. Which of the two traits a sampler asks for says what it needs: capability by trait.

/// A log density on unconstrained space, known up to one additive constant.
///
/// The constant may be anything, so long as it is the same for every call.
///
/// # Values
/// - finite: the log density;
/// - −∞: outside the support; samplers never accept such a point;
/// - NaN and +∞: the density could not be computed there; treated like −∞ and reported as a
///   divergence.
///
/// `&mut self` because an evaluator owns scratch memory; each chain makes its own.
///
/// # Panics
/// A `position` whose length is not [`dimension`](Self::dimension) is a bug of the caller, and
/// implementations may panic on it.
///
/// # Example
/// ```
/// use rainier_sampler::LogDensity;
///
/// /// Exponential distribution on (0, ∞): ln p(x) = −x.
/// struct Exponential;
/// impl LogDensity for Exponential {
///     fn dimension(&self) -> usize { 1 }
///     fn log_density(&mut self, position: &[f64]) -> f64 {
///         if position[0] > 0.0 { -position[0] } else { f64::NEG_INFINITY }
///     }
/// }
/// assert_eq!(Exponential.log_density(&[2.0]), -2.0);
/// ```
pub trait LogDensity {
    /// Number of coordinates of a position. Constant over the life of the value.
    fn dimension(&self) -> usize;

    /// ln p(position), up to the constant.
    fn log_density(&mut self, position: &[f64]) -> f64;

    /// ln p of many positions `[point][coordinate]`, one for each entry of `log_densities`: what an
    /// ensemble asks for, half of its walkers at a time.
    ///
    /// Says the same as [`log_density`](Self::log_density) point by point, which is what it does
    /// unless a density has a faster way.
    fn log_densities(&mut self, positions: &[f64], log_densities: &mut [f64]) {
        let dimension = self.dimension();
        for (point, log_density) in log_densities.iter_mut().enumerate() {
            let start = point * dimension;
            *log_density = self.log_density(&positions[start..start + dimension]);
        }
    }

    /// What the coordinate is called in messages; `x[index]` unless the density knows better.
    fn parameter_name(&self, index: usize) -> String {
        format!("x[{index}]")
    }

    /// Names the summands of the log density that are not finite at `position`. Asked once, for
    /// the message of a run that found no point to start from; none unless the density knows.
    fn terms_not_finite(&mut self, position: &[f64]) -> Vec<String> {
        let _ = position;
        Vec::new()
    }
}

/// A log density that also knows its gradient.
///
/// # Example
/// ```
/// use rainier_sampler::{LogDensity, LogDensityGradient};
///
/// struct Normal;
/// impl LogDensity for Normal {
///     fn dimension(&self) -> usize { 1 }
///     fn log_density(&mut self, position: &[f64]) -> f64 { -0.5 * position[0] * position[0] }
/// }
/// impl LogDensityGradient for Normal {
///     fn log_density_and_gradient(&mut self, position: &[f64], gradient: &mut [f64]) -> f64 {
///         gradient[0] = -position[0];
///         self.log_density(position)
///     }
/// }
/// let mut gradient = [0.0];
/// assert_eq!(Normal.log_density_and_gradient(&[2.0], &mut gradient), -2.0);
/// assert_eq!(gradient, [-2.0]);
/// ```
pub trait LogDensityGradient: LogDensity {
    /// The same value as [`log_density`](LogDensity::log_density); writes ∂ ln p / ∂ position into
    /// `gradient`, which has [`dimension`](LogDensity::dimension) entries.
    ///
    /// The gradient is read only when the value is finite. A finite value with a gradient that is
    /// not finite counts as a divergence.
    fn log_density_and_gradient(&mut self, position: &[f64], gradient: &mut [f64]) -> f64;

    /// The gradient alone: what the inner steps of a trajectory of known length need.
    ///
    /// Writes the same numbers as
    /// [`log_density_and_gradient`](Self::log_density_and_gradient), which is what it calls unless
    /// a density can save the value. Outside the support the gradient may be anything, so long as
    /// it is the same at every call.
    fn gradient(&mut self, position: &[f64], gradient: &mut [f64]) {
        self.log_density_and_gradient(position, gradient);
    }
}

impl<D: LogDensity + ?Sized> LogDensity for &mut D {
    fn dimension(&self) -> usize {
        (**self).dimension()
    }

    fn log_density(&mut self, position: &[f64]) -> f64 {
        (**self).log_density(position)
    }

    fn log_densities(&mut self, positions: &[f64], log_densities: &mut [f64]) {
        (**self).log_densities(positions, log_densities);
    }

    fn parameter_name(&self, index: usize) -> String {
        (**self).parameter_name(index)
    }

    fn terms_not_finite(&mut self, position: &[f64]) -> Vec<String> {
        (**self).terms_not_finite(position)
    }
}

impl<D: LogDensityGradient + ?Sized> LogDensityGradient for &mut D {
    fn log_density_and_gradient(&mut self, position: &[f64], gradient: &mut [f64]) -> f64 {
        (**self).log_density_and_gradient(position, gradient)
    }

    fn gradient(&mut self, position: &[f64], gradient: &mut [f64]) {
        (**self).gradient(position, gradient);
    }
}

impl<D: LogDensity + ?Sized> LogDensity for Box<D> {
    fn dimension(&self) -> usize {
        (**self).dimension()
    }

    fn log_density(&mut self, position: &[f64]) -> f64 {
        (**self).log_density(position)
    }

    fn log_densities(&mut self, positions: &[f64], log_densities: &mut [f64]) {
        (**self).log_densities(positions, log_densities);
    }

    fn parameter_name(&self, index: usize) -> String {
        (**self).parameter_name(index)
    }

    fn terms_not_finite(&mut self, position: &[f64]) -> Vec<String> {
        (**self).terms_not_finite(position)
    }
}

impl<D: LogDensityGradient + ?Sized> LogDensityGradient for Box<D> {
    fn log_density_and_gradient(&mut self, position: &[f64], gradient: &mut [f64]) -> f64 {
        (**self).log_density_and_gradient(position, gradient)
    }

    fn gradient(&mut self, position: &[f64], gradient: &mut [f64]) {
        (**self).gradient(position, gradient);
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::{LogDensity, LogDensityGradient};

    /// A standard normal of some dimension.
    #[derive(Debug)]
    pub(crate) struct StandardNormal(pub(crate) usize);

    impl LogDensity for StandardNormal {
        fn dimension(&self) -> usize {
            self.0
        }

        fn log_density(&mut self, position: &[f64]) -> f64 {
            -0.5 * position.iter().map(|x| x * x).sum::<f64>()
        }
    }

    impl LogDensityGradient for StandardNormal {
        fn log_density_and_gradient(&mut self, position: &[f64], gradient: &mut [f64]) -> f64 {
            for (slope, x) in gradient.iter_mut().zip(position) {
                *slope = -x;
            }
            self.log_density(position)
        }
    }
}
