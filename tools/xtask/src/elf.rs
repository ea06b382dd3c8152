//! Checks that a program starts on Lambda: its format, its architecture, and what it needs from the system. Without this
//! check the first deployment would find out, after minutes, and roll back.

use anyhow::{Context as _, Result, bail, ensure};
use clap::ValueEnum;
use object::elf::{DT_NEEDED, EM_AARCH64, EM_X86_64, FileHeader64};
use object::read::elf::{ElfFile64, FileHeader as _};
use object::{Endianness, LittleEndian};

/// The glibc of Amazon Linux 2023, the system of the runtime `provided.al2023`
/// (<https://docs.aws.amazon.com/linux/al2023/ug/core-glibc.html>).
const GLIBC: Version = Version(2, 34);
/// The libraries of that system that a Rust program may need.
const LIBRARIES: [&str; 9] = [
    "ld-linux-aarch64.so.1",
    "ld-linux-x86-64.so.2",
    "libc.so.6",
    "libdl.so.2",
    "libgcc_s.so.1",
    "libm.so.6",
    "libpthread.so.0",
    "librt.so.1",
    "libutil.so.1",
];

/// An instruction set of Lambda, by the name that the template has for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Architecture {
    Arm64,
    #[value(name = "x86_64")]
    X86_64,
}

impl Architecture {
    pub(crate) const fn of_this_machine() -> Self {
        if cfg!(target_arch = "aarch64") { Self::Arm64 } else { Self::X86_64 }
    }

    /// The name in the template.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Arm64 => "arm64",
            Self::X86_64 => "x86_64",
        }
    }

    fn of_machine(machine: u16) -> Option<Self> {
        match machine {
            EM_AARCH64 => Some(Self::Arm64),
            EM_X86_64 => Some(Self::X86_64),
            _ => None,
        }
    }
}

/// A version of glibc, such as 2.34.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Version(u32, u32);

impl Version {
    /// Parses `GLIBC_2.34` or `GLIBC_2.2.5`. Other names, such as `GCC_3.0`, are those of other libraries.
    fn parse(name: &str) -> Option<Self> {
        let mut numbers = name.strip_prefix("GLIBC_")?.split('.').map(str::parse);
        Some(Self(numbers.next()?.ok()?, numbers.next()?.ok()?))
    }
}

/// Checks that a program starts on Lambda.
pub(crate) fn check(program: &[u8], expected: Architecture) -> Result<()> {
    let machine = FileHeader64::<LittleEndian>::parse(program).map(|header| header.e_machine.get(LittleEndian));
    let machine = machine.ok().context("it is no program for 64-bit Linux")?;
    match Architecture::of_machine(machine) {
        Some(actual) if actual == expected => {}
        actual => {
            let actual = actual.map_or("another architecture", Architecture::name);
            bail!("it is built for {actual} instead of {}", expected.name());
        }
    }
    let file = ElfFile64::<Endianness>::parse(program).context("reading the program")?;
    check_libraries(&file)?;
    check_glibc(&file, program)
}

fn check_libraries(file: &ElfFile64<'_, Endianness>) -> Result<()> {
    let dynamic = file.elf_dynamic_table().context("reading the program's libraries")?;
    for entry in dynamic.iter().filter(|entry| entry.tag == DT_NEEDED) {
        let library = dynamic.string(entry).context("reading the name of a library")?;
        let library = String::from_utf8_lossy(library);
        ensure!(LIBRARIES.contains(&library.as_ref()), "it needs {library}, which Amazon Linux 2023 has not");
    }
    Ok(())
}

fn check_glibc(file: &ElfFile64<'_, Endianness>, program: &[u8]) -> Result<()> {
    let (sections, endian) = (file.elf_section_table(), file.endian());
    let Some((mut libraries, strings)) =
        sections.gnu_verneed(endian, program).context("reading the program's versions of libraries")?
    else {
        return Ok(());
    };
    let strings = sections.strings(endian, program, strings).context("reading the names of versions")?;
    while let Some((_, mut versions)) = libraries.next().context("reading a library's versions")? {
        while let Some(version) = versions.next().context("reading a version")? {
            let name = String::from_utf8_lossy(version.name(endian, strings).context("reading a version's name")?);
            // Such as GLIBC_ABI_DT_RELR of glibc 2.36, for packed relocations, and GLIBC_PRIVATE of one version alone.
            ensure!(
                !name.starts_with("GLIBC_") || Version::parse(&name).is_some(),
                "it needs {name} of glibc, which Amazon Linux 2023 may not have: build on an older system, or in a \
                 container"
            );
            if let Some(needed) = Version::parse(&name).filter(|needed| *needed > GLIBC) {
                let (Version(major, minor), Version(known_major, known_minor)) = (needed, GLIBC);
                bail!(
                    "it needs glibc {major}.{minor}, but Amazon Linux 2023 has {known_major}.{known_minor}: build on \
                     an older system, or in a container"
                );
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Architecture, Version, check};

    /// Where the header of an ELF file has the architecture.
    const MACHINE: usize = 18;

    /// Returns this test program, with every version of glibc since 2.10 replaced by this one.
    fn program(glibc: &str) -> Vec<u8> {
        let mut program = std::fs::read(std::env::current_exe().unwrap()).unwrap();
        let name = b"GLIBC_2.";
        let starts: Vec<usize> =
            program.windows(name.len()).enumerate().filter(|(_, it)| it == name).map(|(start, _)| start).collect();
        for start in starts {
            let (_, rest) = program.split_at_mut(start);
            if let [version @ .., 0] = &mut rest[name.len()..=name.len().strict_add(2)]
                && version.iter().all(u8::is_ascii_digit)
            {
                version.copy_from_slice(glibc.as_bytes());
            }
        }
        program
    }

    fn error(program: &[u8], expected: Architecture) -> String {
        check(program, expected).unwrap_err().to_string()
    }

    #[test]
    fn versions_of_glibc_are_compared_as_numbers() {
        assert!(Version::parse("GLIBC_2.4") < Version::parse("GLIBC_2.34"));
        assert!(Version::parse("GLIBC_2.2.5") < Version::parse("GLIBC_2.17"));
        assert_eq!(Version::parse("GCC_4.2.0").or(Version::parse("GLIBC_PRIVATE")), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_program_for_an_older_or_the_same_glibc_passes() {
        for glibc in ["17", "34"] {
            check(&program(glibc), Architecture::of_this_machine()).unwrap();
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_program_that_needs_a_newer_glibc_is_rejected() {
        for glibc in ["35", "39"] {
            let error = error(&program(glibc), Architecture::of_this_machine());
            assert!(error.contains(&format!("needs glibc 2.{glibc}")), "{error}");
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_program_that_needs_an_extension_of_glibc_is_rejected() {
        let mut program = program("34");
        let name = b"GLIBC_2.34\0";
        let start = program.windows(name.len()).position(|it| it == name).unwrap();
        program[start..start + name.len()].copy_from_slice(b"GLIBC_ABI_\0");
        let error = error(&program, Architecture::of_this_machine());
        assert!(error.contains("it needs GLIBC_ABI_ of glibc"), "{error}");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_program_for_another_architecture_is_rejected() {
        let mut program = program("34");
        let (own, other) = match Architecture::of_this_machine() {
            Architecture::X86_64 => (Architecture::X86_64, Architecture::Arm64),
            Architecture::Arm64 => (Architecture::Arm64, Architecture::X86_64),
        };
        let expected = format!("built for {} instead of {}", own.name(), other.name());
        assert!(error(&program, other).contains(&expected));
        // RISC-V.
        program[MACHINE] = 243;
        program[MACHINE + 1] = 0;
        assert!(error(&program, own).contains("built for another architecture"));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_program_that_needs_another_library_is_rejected() {
        let mut program = program("34");
        let name = b"\0libc.so.6\0";
        let start = program.windows(name.len()).position(|it| it == name).unwrap();
        program[start + 1..start + 5].copy_from_slice(b"libx");
        let error = error(&program, Architecture::of_this_machine());
        assert!(error.contains("it needs libx.so.6"), "{error}");
    }

    #[test]
    fn a_program_of_another_system_is_rejected() {
        // The first bytes of a program of macOS, of one of Windows, of a script, and of nothing.
        for program in [b"\xcf\xfa\xed\xfe\x0c\0\0\x01".as_slice(), b"MZ\x90\0", b"#!/bin/sh\n", b""] {
            assert!(error(program, Architecture::Arm64).contains("no program for 64-bit Linux"));
        }
    }
}
