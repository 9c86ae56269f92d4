//! Registries: the files of a folder, listed by hand in one place.
//!
//! No build script and no linker trick: go-to-definition works and the order is the order written.
//! What a hand-written list can get wrong (a file that is not in it) a test finds.

/// Declares the modules of a folder and lists what they export.
///
/// ```ignore
/// offtake_stdx::registry! {
///     /// Every check.
///     pub const CHECKS: &[&Check] = CHECK of [after_cycle, delivery_after_term];
/// }
/// ```
/// Each named file holds a `pub(super) const CHECK`. The names of the files come along as `FILES`,
/// for the test that no file of the folder was forgotten.
#[macro_export]
macro_rules! registry {
    (
        $(#[$doc:meta])*
        pub const $list:ident: $type:ty = $entry:ident of [$($module:ident),* $(,)?];
    ) => {
        $(mod $module;)*
        $(#[$doc])*
        pub const $list: $type = &[$(&$module::$entry),*];
        #[cfg(test)]
        const FILES: &[&str] = &[$(stringify!($module)),*];
    };
}

/// Panics unless the files of `folder` are exactly `listed`, `helpers` and `mod.rs`; for tests.
///
/// # Panics
///
/// If a file is not listed, or a listed file is not there.
pub fn assert_folder_is_registered(folder: &str, listed: &[&str], helpers: &[&str]) {
    let mut on_disk: Vec<String> = std::fs::read_dir(folder)
        .expect("the folder of the registry can be read")
        .map(|entry| entry.expect("the folder can be listed").path())
        .filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()))
        .collect();
    let all = listed.iter().chain(helpers).chain(&["mod"]);
    let mut expected: Vec<String> = all.map(|&name| name.to_owned()).collect();
    on_disk.sort();
    expected.sort();
    assert_eq!(on_disk, expected, "the files of {folder} and its registry differ");
}
