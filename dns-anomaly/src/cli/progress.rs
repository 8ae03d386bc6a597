//! Shows on a terminal what a run is at; elsewhere nothing.
//!
//! In: what is done, and of how much. Out: a line on standard error that goes away when the work is done.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// Time between two redraws.
const TICK: Duration = Duration::from_millis(200);

/// Runs work whose length is not known beside a clock.
pub(super) fn during<T>(what: &'static str, work: impl FnOnce() -> T) -> T {
    let bar = ProgressBar::new_spinner();
    show(&bar, what, "{spinner} {msg}, {elapsed}");
    let result = work();
    bar.finish_and_clear();
    result
}

/// Runs work that says how much of `total` it has done.
pub(super) fn counting<T>(
    what: &'static str,
    total: usize,
    work: impl FnOnce(&(dyn Fn(usize) + Sync)) -> T,
) -> T {
    let bar = ProgressBar::new(total as u64);
    show(
        &bar,
        what,
        "{msg} {wide_bar} {human_pos} of {human_len}, {eta} left",
    );
    let result = work(&|done| bar.inc(done as u64));
    bar.finish_and_clear();
    result
}

fn show(bar: &ProgressBar, what: &'static str, template: &str) {
    bar.set_style(
        ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()),
    );
    bar.set_message(what);
    bar.enable_steady_tick(TICK);
}
