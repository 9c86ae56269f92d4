//! Writing a file so that nobody ever finds half of it.

use std::fs::File;
use std::io::{BufWriter, Result, Write};
use std::path::{Path, PathBuf};

/// Writes what `fill` writes to `path`, whole or not at all.
///
/// It is written beside its place and moved there. A link stays a link, and a file keeps its
/// permissions. A device or a pipe is written to directly: to move a file to its place would put that in
/// the place of the device.
///
/// # Errors
///
/// When the file cannot be written.
pub fn write_whole(path: &Path, fill: impl FnOnce(&mut dyn Write) -> Result<()>) -> Result<()> {
    let known = std::fs::metadata(path).ok();
    if known.as_ref().is_some_and(|known| !known.is_file() && !known.is_dir()) {
        return filled(File::options().write(true).open(path)?, fill).map(|_| ());
    }
    let place = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let beside = beside(&place);
    let write = || {
        let file = filled(File::create(&beside)?, fill)?;
        if let Some(known) = known.filter(std::fs::Metadata::is_file) {
            file.set_permissions(known.permissions())?;
        }
        file.sync_all()?;
        std::fs::rename(&beside, &place)
    };
    let written = write();
    if written.is_err() {
        // What is left of a failed attempt is of no use to anybody.
        let _ = std::fs::remove_file(&beside);
    }
    written
}

fn filled(file: File, fill: impl FnOnce(&mut dyn Write) -> Result<()>) -> Result<File> {
    let mut writer = BufWriter::new(file);
    fill(&mut writer)?;
    writer.into_inner().map_err(std::io::IntoInnerError::into_error)
}

/// Returns a hidden place in the same folder, of this process alone.
fn beside(path: &Path) -> PathBuf {
    let name = path.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
    path.with_file_name(format!(".{name}.new-{}", std::process::id()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = std::fs::read_dir(folder).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn what_fails_half_way_leaves_the_old_file_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.txt");
        write_whole(&file, |out| out.write_all(b"old")).unwrap();
        let failed = write_whole(&file, |out| {
            out.write_all(b"half of the new")?;
            Err(std::io::Error::other("the disk is full"))
        });
        assert!(failed.is_err());
        assert_eq!(std::fs::read(&file).unwrap(), b"old");
        assert_eq!(names(folder.path()), ["a.txt"]);
    }

    #[test]
    fn a_folder_in_the_way_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("inner");
        std::fs::create_dir(&inner).unwrap();
        assert!(write_whole(&inner, |out| out.write_all(b"x")).is_err());
        assert_eq!(names(folder.path()), ["inner"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_a_link() {
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("file"), folder.path().join("link"));
        std::fs::write(&file, "old").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        write_whole(&link, |out| out.write_all(b"new")).unwrap();
        assert!(link.is_symlink());
        assert_eq!(std::fs::read(&file).unwrap(), b"new");
    }

    #[cfg(unix)]
    #[test]
    fn a_device_stays_a_device_and_says_what_is_wrong() {
        use std::os::unix::fs::FileTypeExt;
        let folder = tempfile::tempdir().unwrap();
        // A link, so that what goes wrong here puts a file in the place of the link and of no device.
        let (null, full) = (folder.path().join("null"), folder.path().join("full"));
        std::os::unix::fs::symlink("/dev/null", &null).unwrap();
        write_whole(&null, |out| out.write_all(b"x")).unwrap();
        assert!(std::fs::metadata(&null).unwrap().file_type().is_char_device());
        if Path::new("/dev/full").exists() {
            std::os::unix::fs::symlink("/dev/full", &full).unwrap();
            assert!(write_whole(&full, |out| out.write_all(b"x")).is_err());
            assert!(std::fs::metadata(&full).unwrap().file_type().is_char_device());
        }
    }
}
