//! How much one server carries, and at what cost: fan-out, many rooms, crowds, pages, starts.
//!
//! Run by `script/bench`, which prints the tables. The server is a process of its own; the load comes from
//! this one, on the same machine, so what counts most is the work per second of the server's CPU.

mod crowd;
mod light;
mod pages;
mod rig;
mod table;
mod talk;
mod tally;

use rig::Target;
use std::{io::Write, path::PathBuf};
use table::{Row, tables};

/// Between these lines of `docs/performance.md` stands what was measured last.
const BEGIN: &str = "<!-- measured by script/bench --write -->";
const END: &str = "<!-- end of what was measured -->";
const HELP: &str = "script/bench [--only NAME] [--server FILE] [--against URL --tokens FILE] [--profile] [--write]
  --only NAME     one workload of: fan-100 fan-500 fan-1000 rooms hot idle storm pages rest; may be repeated
  --server FILE   the program to be measured; this project's own release otherwise
  --against URL   a server that runs already, with MARU_LIMITS=off; --tokens FILE has a token of a member of its
                  space `maru` in each line, up to 200 of them
  --profile       also writes where the time goes, as perf sees it, into target/profile
  --write         puts the tables into docs/performance.md
";

/// What was asked for.
struct Asked {
    target: Target,
    only: Vec<String>,
    writes: bool,
}

fn main() {
    let Some(asked) = read_arguments() else {
        print(HELP);
        std::process::exit(2);
    };
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let text = format!("{}\n{}", conditions(), tables(&runtime.block_on(measure(&asked))));
    print(&text);
    if asked.writes {
        write_down(&text);
    }
}

fn read_arguments() -> Option<Asked> {
    let mut target = Target::Own(PathBuf::from(env!("CARGO_BIN_EXE_maru")));
    let (mut only, mut writes, mut url, mut tokens) = (Vec::new(), false, None, Vec::new());
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--only" => only.push(arguments.next()?),
            "--server" => target = Target::Own(arguments.next()?.into()),
            "--against" => url = Some(arguments.next()?),
            "--tokens" => {
                let text = std::fs::read_to_string(arguments.next()?).ok()?;
                tokens = text.split_whitespace().map(str::to_owned).collect();
            }
            "--write" => writes = true,
            // cargo adds it.
            "--bench" => {}
            _ => return None,
        }
    }
    if let Some(url) = url {
        let address = url.strip_prefix("http://")?.trim_end_matches('/').to_owned();
        target = Target::Running(address, tokens);
    }
    Some(Asked { target, only, writes })
}

/// Every workload that is wanted, one after the other. One that fails is told of, and the others go on.
async fn measure(asked: &Asked) -> Vec<Row> {
    let mut rows = Vec::new();
    for name in ["fan-100", "fan-500", "fan-1000", "rooms", "hot", "idle", "storm", "pages", "rest"] {
        if !asked.only.is_empty() && !asked.only.iter().any(|only| only == name) {
            continue;
        }
        say(name);
        match tokio::spawn(work(name, asked.target.clone())).await {
            Ok(own) => rows.extend(own),
            Err(error) => {
                let is = format!("failed: {}", error.to_string().replace('|', "/"));
                rows.push(Row::Figure { name: name.to_owned(), is, wanted: "" });
            }
        }
    }
    rows
}

async fn work(name: &'static str, target: Target) -> Vec<Row> {
    let target = &target;
    match name {
        "fan-100" => {
            let (row, rate) = talk::fan_out(target, 100, None).await;
            vec![row, talk::fan_out(target, 100, Some(rate)).await.0]
        }
        "fan-500" => vec![talk::fan_out(target, 500, None).await.0],
        "fan-1000" => vec![talk::fan_out(target, 1_000, None).await.0],
        "rooms" => vec![talk::many_rooms(target, 1).await, talk::many_rooms(target, 4).await],
        "hot" => vec![talk::hot_room(target).await],
        "idle" => [crowd::idle(target, 5_000).await, crowd::idle(target, 10_000).await]
            .into_iter()
            .flatten()
            .collect(),
        "storm" => crowd::storm(target).await,
        "pages" => pages::pages(target).await,
        _ => pages::rest(target).await,
    }
}

/// The machine, the versions and the day.
fn conditions() -> String {
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find_map(|line| line.strip_prefix("model name")?.split_once(':'));
    let model = model.map_or("unknown", |(_, model)| model.trim());
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let said = |program: &str, arguments: &[&str]| {
        let done = std::process::Command::new(program).args(arguments).output();
        let text = done.map(|done| String::from_utf8_lossy(&done.stdout).trim().to_owned());
        text.unwrap_or_default()
    };
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().unwrap_or_default().to_owned();
    format!(
        "Maru {}, SQLite with `synchronous=FULL`, messages of 100 bytes; {model}, {cores} cores shared with the load, \
         Linux {}, {}; {}; load of the machine before: {load}.\n",
        env!("CARGO_PKG_VERSION"),
        said("uname", &["-r"]),
        said("rustc", &["--version"]),
        said("date", &["-u", "+%Y-%m-%d"]),
    )
}

fn write_down(text: &str) {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/performance.md");
    let old = std::fs::read_to_string(file).expect("docs/performance.md");
    let (before, rest) = old.split_once(BEGIN).expect("its marks");
    let (_, after) = rest.split_once(END).expect("its marks");
    std::fs::write(file, format!("{before}{BEGIN}\n\n{text}\n{END}{after}")).expect("written");
}

fn print(text: &str) {
    std::io::stdout().write_all(text.as_bytes()).expect("somebody reads it");
}

fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "→ {text}");
}
