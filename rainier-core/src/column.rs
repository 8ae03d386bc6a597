//! Names a column of data: one value per row, its own, shared, or to be bound later.
//!
//! In: values, or a name for values that come at binding. Out: a [`Column`], whose
//! [`Column::real`] stands for "this row's value" in an expression that is summed over rows.

use std::fmt;
use std::sync::Arc;

use crate::real::Real;

/// One value per row. Cheap to clone; clones are the same column.
///
/// Columns that meet in one row expression must have equally many rows, which is checked at
/// binding.
///
/// ```
/// use rainier_core::{Column, Program, Real};
///
/// let x = Column::new(vec![1.0, 2.0, 4.0]);
/// let slope = Real::parameter("slope");
/// let sum = (x.real() * &slope).sum_rows();
/// let program = Program::compile(&[sum], &[slope])?;
/// assert_eq!(program.bind(&[])?.evaluator().evaluate(&[10.0]), [70.0]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Column(Arc<Inner>);

struct Inner {
    name: Option<Box<str>>,
    values: Option<Box<dyn AsRef<[f64]> + Send + Sync>>,
}

impl Column {
    /// A column that owns its values.
    pub fn new(values: impl Into<Box<[f64]>>) -> Self {
        Self(Arc::new(Inner {
            name: None,
            values: Some(Box::new(values.into())),
        }))
    }

    /// A column that owns its values, with a name for messages.
    ///
    /// ```
    /// use rainier_core::Column;
    ///
    /// let dose = Column::named("dose", vec![1.0, 2.0]);
    /// assert_eq!((dose.name(), dose.values()), ("dose", Some(&[1.0, 2.0][..])));
    /// ```
    pub fn named(name: impl Into<Box<str>>, values: impl Into<Box<[f64]>>) -> Self {
        Self::shared(name, values.into())
    }

    /// A column whose values lie in memory of another's, such as an array of Arrow or a mapped
    /// file: they are read there, and `values` is kept until no clone of the column is left. It must
    /// give the same numbers each time.
    ///
    /// ```
    /// use std::sync::Arc;
    ///
    /// use rainier_core::Column;
    ///
    /// let measured: Arc<[f64]> = Arc::from([1.0, 2.0]);
    /// let dose = Column::shared("dose", Arc::clone(&measured));
    /// assert_eq!(dose.values().unwrap().as_ptr(), measured.as_ptr());
    /// ```
    pub fn shared(
        name: impl Into<Box<str>>,
        values: impl AsRef<[f64]> + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(Inner {
            name: Some(name.into()),
            values: Some(Box::new(values)),
        }))
    }

    /// A column whose values are given when a program is bound.
    pub fn placeholder(name: impl Into<Box<str>>) -> Self {
        Self(Arc::new(Inner {
            name: Some(name.into()),
            values: None,
        }))
    }

    /// The value of this column in the row at hand.
    pub fn real(&self) -> Real {
        Real::from_column(self.clone())
    }

    /// The number of rows, known once a program is bound.
    pub fn row_count(&self) -> Real {
        Real::from_row_count(self.clone())
    }

    /// The values, unless this is a placeholder.
    pub fn values(&self) -> Option<&[f64]> {
        self.0.values.as_ref().map(|values| (**values).as_ref())
    }

    /// The name it was given; "data" if none.
    pub fn name(&self) -> &str {
        self.0.name.as_deref().unwrap_or("data")
    }

    /// Whether both are the same column (not merely equal values).
    pub fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// A number that is the same for clones of this column only, while it lives.
    pub(crate) fn identity(&self) -> usize {
        Arc::as_ptr(&self.0).addr()
    }
}

/// The name and the number of rows, if they are known: values would fill pages.
impl fmt::Debug for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Column")
            .field("name", &self.name())
            .field("rows", &self.values().map(<[f64]>::len))
            .finish()
    }
}
