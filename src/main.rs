//! The program: everything is in the library.

/// Rendering a page and serving a crowd are many small pieces.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    maru::server::main()
}
