//! `maru verify`: looks a store over and says, room by room, what is wrong with it.

use super::{
    Error, Result,
    run::fail,
    settings::{Place, Settings},
    store::{Finding, Location, Verifier},
};
use std::{
    io::{IsTerminal, Write},
    process::ExitCode,
};

/// Looks over the store of a data folder; the answer goes to standard output.
pub fn run(place: Place) -> ExitCode {
    let verified = Settings::read(&place.into(), &|name| std::env::var(name).ok())
        .map_err(|wrong| Error::Broken(wrong.to_string()))
        .and_then(|settings| {
            let store = Location::Sqlite(settings.data.join("maru.db"));
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            let is_watched = std::io::stderr().is_terminal();
            let progress: &mut dyn Write =
                if is_watched { &mut std::io::stderr() } else { &mut std::io::sink() };
            runtime.block_on(verify(&store, &mut std::io::stdout(), progress))
        });
    verified.unwrap_or_else(|error| fail(&error, 2))
}

/// Looks a store over; what is found goes to `out`, how far it is to `progress`. The exit code says
/// whether all is well: 0, or 1 when something was found. Progress is told where somebody looks on.
///
/// # Errors
/// When the store cannot be read.
async fn verify(store: &Location, out: &mut dyn Write, progress: &mut dyn Write) -> Result<ExitCode> {
    let mut verifier = Verifier::open(store).await?;
    let rooms = verifier.rooms().await?;
    let (mut problems, mut events) = (0, 0);
    for (place, room) in rooms.iter().enumerate() {
        let mut looked_at = 0;
        let title = format!("{} ({})", room.name, room.id);
        let mut tell_progress = |upto| {
            looked_at = upto;
            // Whoever asked may not look; the answer is what counts.
            let _ =
                write!(progress, "\rroom {} of {}: {title}, {upto} events \x1b[K", place + 1, rooms.len());
            let _ = progress.flush();
        };
        let findings = verifier.check_room(room, &mut tell_progress).await?;
        events += looked_at;
        problems += findings.len();
        clear(progress);
        tell(out, &title, looked_at, &findings)?;
    }
    let _ = write!(progress, "\rthe store as a whole \x1b[K");
    let _ = progress.flush();
    let findings = verifier.check_store().await?;
    problems += findings.len();
    clear(progress);
    for finding in findings {
        writeln!(out, "the store: {finding}")?;
    }
    if problems == 0 {
        writeln!(out, "{} rooms, {events} events: all is well", rooms.len())?;
        return Ok(ExitCode::SUCCESS);
    }
    writeln!(out, "{} rooms, {events} events: {problems} findings", rooms.len())?;
    Ok(ExitCode::FAILURE)
}

fn tell(out: &mut dyn Write, title: &str, events: u64, findings: &[Finding]) -> Result<()> {
    if findings.is_empty() {
        writeln!(out, "{title}: {events} events, all well")?;
    }
    for finding in findings {
        writeln!(out, "{title}: {finding}")?;
    }
    Ok(())
}

fn clear(progress: &mut dyn Write) {
    let _ = write!(progress, "\r\x1b[K");
}
