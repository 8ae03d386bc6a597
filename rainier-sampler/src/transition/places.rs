//! Keeps the points of a trajectory that are still asked for, each in its place.
//!
//! In: the place of a point, a step. Out: the place of the next point. Segments name points by their
//! places, so that joining segments moves no point. A place that nobody names any longer is used
//! again.

use std::ops::Index;

use crate::hamiltonian::{Hamiltonian, Point, Vector};
use crate::log_density::LogDensityGradient;

/// Where a point is kept, among [`Places`].
pub(super) type Place = usize;

/// Up to 64 points.
#[derive(Debug)]
pub(super) struct Places<V> {
    points: Vec<Point<V>>,
    free: PlaceSet,
}

/// Some of the places, a bit each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PlaceSet(u64);

impl PlaceSet {
    #[inline]
    pub(super) fn of([one, two, three]: [Place; 3]) -> Self {
        Self(1 << one | 1 << two | 1 << three)
    }

    pub(super) fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }
}

impl<V: Vector> Places<V> {
    /// Where a trajectory begins.
    pub(super) const FIRST: Place = 0;

    pub(super) fn new(count: usize, dimension: usize) -> Self {
        assert!(count <= u64::BITS as usize, "a bit for each place");
        Self {
            points: vec![Point::new(dimension); count],
            free: PlaceSet(0),
        }
    }

    /// Forgets all points. The first is taken and must be written over.
    pub(super) fn begin(&mut self) -> &mut Point<V> {
        let all = u64::MAX >> (u64::BITS as usize - self.points.len());
        self.free = PlaceSet(all & !(1 << Self::FIRST));
        &mut self.points[Self::FIRST]
    }

    /// Takes a place for the point one leapfrog step from that at `from`.
    ///
    /// # Panics
    /// When no place is free.
    #[inline]
    pub(super) fn leapfrog<D: LogDensityGradient + ?Sized>(
        &mut self,
        from: Place,
        hamiltonian: &mut Hamiltonian<'_, D>,
        step_size: f64,
    ) -> Place {
        let place = self.take();
        let points = self.points.get_disjoint_mut([from, place]);
        let [from, to] = points.expect("a point of the trajectory, and a free place");
        hamiltonian.leapfrog(from, to, step_size);
        place
    }

    /// The first place that is free; one that is not there if none is.
    #[inline]
    fn take(&mut self) -> Place {
        let place = self.free.0.trailing_zeros();
        self.free.0 &= self.free.0.wrapping_sub(1);
        place as Place
    }

    /// Lets places be taken that nobody names any longer.
    #[inline]
    pub(super) fn release(&mut self, places: PlaceSet) {
        self.free = self.free.or(places);
    }
}

impl<V> Index<Place> for Places<V> {
    type Output = Point<V>;

    #[inline]
    fn index(&self, place: Place) -> &Point<V> {
        &self.points[place]
    }
}

#[cfg(test)]
impl<V: Vector> Places<V> {
    /// Takes a place for `point`.
    pub(super) fn put(&mut self, point: Point<V>) -> Place {
        let place = self.take();
        self.points[place] = point;
        place
    }

    /// How many places are free.
    pub(super) fn free(&self) -> u32 {
        self.free.0.count_ones()
    }
}
