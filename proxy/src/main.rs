//! The `flux-proxy` program: reads the command line and the key, binds, and serves until it is told to stop.

mod cli;

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;
use tokio::net::TcpListener;

use crate::cli::{Arguments, Setup, StartError};

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), StartError> {
    let Setup { listen, options, engine } = arguments.setup(std::env::var_os("FAL_KEY"))?;
    let listener =
        TcpListener::bind(listen).await.map_err(|error| StartError::bind(listen, error))?;
    let stop = asked_to_stop().map_err(StartError::Serve)?;
    let address = listener.local_addr().map_err(StartError::Serve)?;
    let _ = writeln!(std::io::stdout(), "Flux Studio is at http://{address}/ ({engine})");
    flux_proxy::serve(listener, options, stop).await.map_err(StartError::Serve)
}

/// Resolves on Ctrl+C, and on the signal a service manager sends. From the call on these signals do not
/// end the program by themselves any more, so it is called before anybody is told that the program is up.
#[cfg(unix)]
fn asked_to_stop() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Resolves on Ctrl+C.
#[cfg(not(unix))]
fn asked_to_stop() -> std::io::Result<impl Future<Output = ()>> {
    Ok(async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}
