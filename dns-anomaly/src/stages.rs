//! Tells how long each stage of a run took.
//!
//! In: work, by the name of its stage. Out: [`StageTimes`], in the order in which the stages began.

use std::time::{Duration, Instant};

/// Time by the clock on the wall of each stage of a run.
///
/// ```
/// use dns_anomaly::StageTimes;
///
/// let mut stages = StageTimes::default();
/// assert_eq!(stages.time("reading", || 2 + 2), 4);
/// let names: Vec<&str> = stages.iter().map(|(name, _)| name).collect();
/// assert_eq!(names, ["reading"]);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StageTimes {
    stages: Vec<(&'static str, Duration)>,
}

impl StageTimes {
    /// Does the work and notes how long it took; a stage that comes again adds up.
    pub fn time<T>(&mut self, stage: &'static str, work: impl FnOnce() -> T) -> T {
        let start = Instant::now();
        let result = work();
        self.add(stage, start.elapsed());
        result
    }

    /// Adds the stages of a part of the run.
    pub fn extend(&mut self, other: &Self) {
        for (stage, time) in other.iter() {
            self.add(stage, time);
        }
    }

    /// Name and time of each stage.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, Duration)> + '_ {
        self.stages.iter().copied()
    }

    /// All stages together.
    pub fn total(&self) -> Duration {
        self.stages.iter().map(|(_, time)| *time).sum()
    }

    fn add(&mut self, stage: &'static str, time: Duration) {
        match self.stages.iter_mut().find(|(name, _)| *name == stage) {
            Some((_, total)) => *total += time,
            None => self.stages.push((stage, time)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stage_that_comes_again_adds_up() {
        let mut stages = StageTimes::default();
        stages.add("judging", Duration::from_secs(1));
        stages.add("ranking", Duration::from_secs(2));
        let mut more = StageTimes::default();
        more.add("judging", Duration::from_secs(3));
        stages.extend(&more);
        let found: Vec<(&str, u64)> = stages
            .iter()
            .map(|(name, time)| (name, time.as_secs()))
            .collect();
        assert_eq!(found, [("judging", 4), ("ranking", 2)]);
        assert_eq!(stages.total(), Duration::from_secs(6));
    }
}
