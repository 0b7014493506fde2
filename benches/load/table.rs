//! What was measured, and the table of it.

use super::{rig::Rig, tally::Tally};
use std::{
    fmt::Write,
    process::{Child, Command, Stdio},
    time::Duration,
};
use tokio::time::Instant;

/// The least that the clock of the CPU shows.
const TICK: f64 = 0.01;

/// A line of the table of messages, or of the other one.
pub enum Row {
    /// People who talk.
    Talk(Talk),
    /// Anything else: what, how much, and what it is at least or at most to be.
    Figure {
        /// What was measured.
        name: String,
        /// How much it is.
        is: String,
        /// What the project wants of it.
        wanted: &'static str,
    },
}

/// What was said, and at what cost.
pub struct Talk {
    name: String,
    messages: u64,
    took: Duration,
    cpu_seconds: f64,
    peak: f64,
    tally: Tally,
}

impl Row {
    /// Messages stored in each second.
    pub fn messages_each_second(&self) -> f64 {
        match self {
            Self::Talk(talk) => talk.messages as f64 / talk.took.as_secs_f64(),
            Self::Figure { .. } => 0.0,
        }
    }
}

/// A measurement that has begun.
pub struct Watch<'a> {
    rig: &'a Rig,
    name: String,
    since: Instant,
    cpu_before: f64,
    profiler: Option<Child>,
}

impl<'a> Watch<'a> {
    /// Begins to measure.
    pub fn begin(rig: &'a Rig, name: &str) -> Self {
        let profiler = std::env::var_os("MARU_BENCH_PROFILE").zip(rig.pid()).map(|(folder, pid)| {
            let file = std::path::Path::new(&folder).join(format!("{}.data", file_name(name)));
            Command::new("perf")
                .args(["record", "-q", "-F", "499", "-g", "-o"])
                .arg(file)
                .args(["-p", &pid.to_string()])
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .expect("perf, which --profile needs")
        });
        let (since, cpu_before) = (Instant::now(), rig.cpu_seconds());
        Self { rig, name: name.to_owned(), since, cpu_before, profiler }
    }

    /// CPU seconds of the server and time on the clock since.
    pub fn so_far(&self) -> (f64, Duration) {
        ((self.rig.cpu_seconds() - self.cpu_before).max(TICK), self.since.elapsed())
    }

    /// What was done since, and at what cost.
    pub fn end(mut self, messages: u64, tally: Tally) -> Row {
        let (cpu_seconds, took) = self.so_far();
        let peak = self.rig.peak();
        let name = std::mem::take(&mut self.name);
        Row::Talk(Talk { name, messages, took, cpu_seconds, peak, tally })
    }
}

impl Drop for Watch<'_> {
    fn drop(&mut self) {
        if let Some(mut profiler) = self.profiler.take() {
            // Asked to stop, it writes down what it has.
            let _ = Command::new("kill").args(["-INT", &profiler.id().to_string()]).status();
            let _ = profiler.wait();
        }
    }
}

/// A workload's name as a file's.
fn file_name(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    name.chars().map(plain).collect()
}

/// Both tables, as Markdown.
pub fn tables(rows: &[Row]) -> String {
    let mut text = String::new();
    let talks = rows.iter().filter_map(|row| if let Row::Talk(talk) = row { Some(talk) } else { None });
    for (index, talk) in talks.enumerate() {
        if index == 0 {
            text.push_str(
                "| workload | messages/s | deliveries/s | messages per CPU s | deliveries per CPU s | p50 ms | p99 ms | max ms | skipped | lost, doubled, disordered | peak MB |\n\
                 |---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n",
            );
        }
        let _ = writeln!(text, "{}", talk.line());
    }
    let figures = rows.iter().filter_map(|row| match row {
        Row::Figure { name, is, wanted } => Some((name, is, wanted)),
        Row::Talk(_) => None,
    });
    for (index, (name, is, wanted)) in figures.enumerate() {
        if index == 0 {
            text.push_str("\n| work | measured | wanted |\n|---|--:|--:|\n");
        }
        let _ = writeln!(text, "| {name} | {is} | {wanted} |");
    }
    text
}

impl Talk {
    fn line(&self) -> String {
        let seconds = self.took.as_secs_f64();
        let (messages, delivered) = (self.messages as f64, self.tally.delivered as f64);
        let per_cpu = |count: f64| {
            if self.peak > 0.0 { format!("{:.0}", count / self.cpu_seconds) } else { "–".to_owned() }
        };
        let Tally { skipped, lost, doubled, disordered, .. } = self.tally;
        format!(
            "| {} | {:.0} | {:.0} | {} | {} | {:.1} | {:.1} | {:.1} | {skipped} | {lost}, {doubled}, {disordered} | {:.0} |",
            self.name,
            messages / seconds,
            delivered / seconds,
            per_cpu(messages),
            per_cpu(delivered),
            self.tally.millis(0.5),
            self.tally.millis(0.99),
            self.tally.millis(1.0),
            self.peak / 1e6,
        )
    }
}
