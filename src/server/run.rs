//! From the command line to the last byte: settings, store, hub, router, serve, drain.

use super::{
    App, Clock, Error, Result,
    accounts::{Recoveries, new_setup},
    carried::Carried,
    clock::random,
    door::Door,
    face::Darkroom,
    faults,
    hub::Hub,
    limits::{Buckets, Rate},
    listen::listen,
    lock::{Lock, Turn},
    order_cli,
    password::Vault,
    routes,
    serve::serve,
    sessions,
    settings::{Cli, Command, Settings, built},
    slowdown::Slowdown,
    store::{Location, Store},
    tokens, users, verify,
};
use crate::protocol::{Space, SpaceId};
use clap::Parser;
use std::{io::Write, net::SocketAddr, process::ExitCode, sync::Arc, time::Duration};
use tokio::{net::TcpListener, task::JoinHandle, time::timeout};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// How long open connections and requests have to end when the server stops.
const DRAIN: Duration = Duration::from_secs(20);

/// How often somebody may give another e-mail address.
const ADDRESSES: Rate = Rate { per_second: 1, burst: 5 };
/// How often one may ask for the colours of code: a page of history may be full of it.
const COLOURS: Rate = Rate { per_second: 10, burst: 100 };

/// Runs the program.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let flags = match cli.command {
        Some(Command::Serve(flags)) => *flags,
        Some(Command::Token(command)) => return tokens::run(command),
        Some(Command::User(command)) => return users::run(command),
        Some(Command::SetupLink(place)) => return users::setup_link(place),
        Some(Command::Space(command)) => return order_cli::space(command),
        Some(Command::Invite(command)) => return order_cli::invite(command),
        Some(Command::Verify(place)) => return verify::run(place),
        None => cli.flags,
    };
    let settings = match Settings::read(&flags, &|name| std::env::var(name).ok()) {
        Ok(settings) => settings,
        Err(wrong) => return fail(&wrong, 2),
    };
    log(&settings);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let done = runtime.map_err(Error::from).and_then(|runtime| runtime.block_on(until_told(settings)));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error, 1),
    }
}

/// Says on standard error why the program ends.
pub(super) fn fail(why: &dyn std::fmt::Display, code: u8) -> ExitCode {
    // Nobody is left to tell when standard error is gone.
    let _ = writeln!(std::io::stderr(), "maru: {why}");
    ExitCode::from(code)
}

fn log(settings: &Settings) {
    let filter = tracing_subscriber::EnvFilter::new(&settings.log);
    let logger = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    logger.with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr())).init();
}

async fn until_told(settings: Settings) -> Result<()> {
    let mut signals = Signals::listen()?;
    let running = start(settings, faults::clock(Clock::system())).await?;
    // Whoever started it may not read what it prints.
    let _ = writeln!(std::io::stdout(), "listening on http://{}", running.addr);
    if let Some(path) = &running.setup {
        let _ = writeln!(std::io::stdout(), "to set it up, open {}{path}", running.site);
    }
    signals.next().await;
    tracing::info!("stopping");
    running.stop().await
}

/// A server that answers.
pub struct Running {
    /// Where.
    pub addr: SocketAddr,
    /// Where people reach it.
    site: String,
    /// The path that sets it up, while nobody has an account.
    setup: Option<String>,
    shutdown: CancellationToken,
    task: JoinHandle<()>,
}

impl Running {
    /// Lets go of everybody, waits for what is being written, and closes the store.
    ///
    /// # Errors
    /// When the server ended before, by a bug of its own.
    pub async fn stop(self) -> Result<()> {
        self.shutdown.cancel();
        self.task.await.map_err(|error| Error::Broken(format!("the server ended early: {error}")))
    }
}

/// Starts the server; it answers when this returns.
///
/// # Errors
/// When the data folder or the address cannot be had.
pub async fn start(settings: Settings, clock: Clock) -> Result<Running> {
    let lock = Lock::take(&settings.data)?;
    let store = open_store(&settings).await?;
    let listener = listen(&settings.listen).await?;
    let addr = listener.local_addr()?;
    let app = assemble(settings, store, clock).await?;
    let site = app.settings.base_url.clone().unwrap_or_else(|| format!("http://{addr}"));
    let setup = new_setup(&app.store, app.clock.now()).await?;
    let setup = setup.map(|code| format!("/setup?token={code}"));
    let shutdown = app.shutdown.clone();
    let task = tokio::spawn(answer(app, listener, lock));
    Ok(Running { addr, site, setup, shutdown, task })
}

/// Opens what is kept, which another process may be using as well.
pub(super) async fn open_store(settings: &Settings) -> Result<Store> {
    let turn = Turn::take(&settings.data)?;
    let store = Store::open(&Location::Sqlite(settings.data.join("maru.db"))).await;
    drop(turn);
    store
}

/// Makes a space that everybody may enter under a name, unless there is a space already.
async fn open_space(settings: &Settings, store: &Store, clock: &Clock) -> Result<Space> {
    let or_make = Space {
        id: SpaceId::from_random(u64::from_be_bytes(random())),
        slug: "maru".to_owned(),
        name: settings.space_name.clone(),
        glyph: String::new(),
        role: None,
    };
    store.first_space(&or_make, clock.now()).await
}

async fn assemble(settings: Settings, store: Store, clock: Clock) -> Result<App> {
    if settings.open {
        open_space(&settings, &store, &clock).await?;
        tracing::warn!("everybody may come in under a name: not for the open");
    }
    if !settings.limits.rates {
        tracing::warn!("rate limits are off: not for the open");
    }
    let carried = Carried::own().filter(|_| !settings.names_site);
    let leptos = if carried.is_some() { settings.leptos.clone() } else { settings.site_options() };
    let built = match carried {
        Some(site) => site.built(&leptos.site_pkg_dir, &leptos.output_name),
        None => built(&leptos),
    };
    Ok(App {
        slowdown: Arc::new(Slowdown::new(settings.limits.rates)),
        vault: Vault::default(),
        darkroom: Darkroom::default(),
        recoveries: Recoveries::open(&settings, &store, &clock),
        addresses: Arc::new(Buckets::new(ADDRESSES)),
        colours: Arc::new(Buckets::new(COLOURS)),
        hub: Hub::new(store.clone(), clock.clone(), settings.limits.rules()),
        door: Arc::new(Door::new(settings.limits)),
        built: Arc::new(built),
        carried,
        leptos,
        settings: Arc::new(settings),
        store,
        clock,
        shutdown: CancellationToken::new(),
        connections: TaskTracker::new(),
    })
}

/// Answers until told to stop, then drains: no new connections, `bye` to the open ones, what is queued is
/// written, and only then the store and the folder are let go.
async fn answer(app: App, listener: TcpListener, lock: Lock) {
    let watched = tokio::spawn(sessions::watch(app.hub.clone(), app.store.clone(), app.clock.clone()));
    let mut served = tokio::spawn(serve(listener, routes::router(&app), app.shutdown.clone()));
    app.shutdown.cancelled().await;
    app.connections.close();
    let drained = timeout(DRAIN, async {
        app.connections.wait().await;
        (&mut served).await
    });
    if drained.await.is_err() {
        tracing::warn!("some requests did not end in time");
        served.abort();
    }
    watched.abort();
    app.hub.close().await;
    app.store.close().await;
    drop(lock);
}

/// What asks the program to stop.
struct Signals {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
}

impl Signals {
    fn listen() -> Result<Self> {
        Ok(Self {
            #[cfg(unix)]
            terminate: tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?,
        })
    }

    async fn next(&mut self) {
        #[cfg(unix)]
        tokio::select! {
            _ = self.terminate.recv() => (),
            _ = tokio::signal::ctrl_c() => (),
        }
        #[cfg(not(unix))]
        // Without the signal the program is ended by force, which the store survives.
        let _ = tokio::signal::ctrl_c().await;
    }
}
