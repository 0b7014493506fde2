//! One process per data folder: two writers of one log would both be wrong.

use super::{Error, Result};
use std::{
    fs::{File, TryLockError},
    path::Path,
};

/// Held as long as the program uses the folder; the operating system lets go of it when the program ends,
/// however it ends.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the folder, which is made when it is not there.
    ///
    /// # Errors
    /// When another process has it, or it cannot be written.
    pub fn take(folder: &Path) -> Result<Self> {
        let told = |what: &str, error: &dyn std::fmt::Display| {
            Error::Broken(format!("the data folder {} {what}: {error}", folder.display()))
        };
        std::fs::create_dir_all(folder).map_err(|error| told("cannot be made", &error))?;
        let path = folder.join("maru.lock");
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(path)
            .map_err(|error| told("cannot be written", &error))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(Error::Broken(format!(
                "the data folder {} is in use by another maru: stop that one, or name another folder with --data",
                folder.display()
            ))),
            Err(TryLockError::Error(error)) => Err(told("cannot be locked", &error)),
        }
    }
}

/// Held while a store is opened, which may make or change its tables: one process after the other.
#[derive(Debug)]
pub struct Turn {
    _file: File,
}

impl Turn {
    /// Waits for one's turn at a folder, which is made when it is not there.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn take(folder: &Path) -> Result<Self> {
        std::fs::create_dir_all(folder)?;
        let path = folder.join("maru.turn");
        let file = File::options().create(true).truncate(false).write(true).open(path)?;
        file.lock()?;
        Ok(Self { _file: file })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_process_is_told_that_the_folder_is_in_use() {
        let folder = tempfile::tempdir().expect("a folder");
        let first = Lock::take(&folder.path().join("data")).expect("free");
        let error = Lock::take(&folder.path().join("data")).expect_err("taken");
        assert!(error.to_string().contains("in use by another maru"));
        drop(first);
        Lock::take(&folder.path().join("data")).expect("free again");
    }
}
