//! The imports between the files of a crate, derived from the paths in its code. A re-export (`pub use child::Name`) is
//! followed to the file that defines the name; it does not count as an import itself.

use crate::sources::{ROOT, sources_below};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use syn::visit::Visit;
use syn::{Attribute, Item, UseTree, Visibility};

/// The files of a crate with the paths that each one names.
pub(crate) struct Crate {
    files: BTreeMap<Vec<String>, File>,
}

struct File {
    /// The path below `src`.
    path: String,
    /// Absolute paths within the crate that the code names.
    names: Vec<Vec<String>>,
    /// The re-exported names, each with its absolute path.
    reexports: BTreeMap<String, Vec<String>>,
}

impl Crate {
    /// Reads `folder/src`.
    pub(crate) fn read(folder: &str) -> Self {
        let sources = sources_below(&Path::new(ROOT).join(folder).join("src"), ".rs");
        let mut files = BTreeMap::new();
        for source in sources {
            let module = module_of(&source.path);
            let code = syn::parse_file(&source.text).unwrap_or_else(|error| panic!("{}: {error}", source.path));
            let children = code.items.iter().filter_map(|item| match item {
                Item::Mod(child) => Some(child.ident.to_string()),
                _ => None,
            });
            let children = children.collect();
            let mut reader = Reader { module: module.clone(), children, names: Vec::new(), reexports: BTreeMap::new() };
            reader.visit_file(&code);
            let Reader { names, reexports, .. } = reader;
            files.insert(module, File { path: source.path, names, reexports });
        }
        Self { files }
    }

    /// The imports of each file, by paths below `src`.
    pub(crate) fn imports(&self) -> impl Iterator<Item = (&str, BTreeSet<&str>)> {
        self.files.iter().map(|(module, file)| {
            let targets = file.names.iter().filter_map(|name| self.resolve(name)).filter(|target| *target != module);
            (
                file.path.as_str(),
                targets.filter_map(|target| self.files.get(target)).map(|it| it.path.as_str()).collect(),
            )
        })
    }

    /// Finds the module that defines a name, through re-exports.
    fn resolve(&self, name: &[String]) -> Option<&Vec<String>> {
        let mut name = name.to_vec();
        // A chain of re-exports is short.
        for _ in 0..8 {
            let (module, file) =
                (0..=name.len()).rev().find_map(|length| self.files.get_key_value(name.get(..length)?))?;
            let Some(source) = name.get(module.len()).and_then(|next| file.reexports.get(next)) else {
                // A name of the root that is not re-exported is a macro, which belongs to no file.
                return Some(module).filter(|module| !module.is_empty());
            };
            let rest = name.get(module.len().saturating_add(1)..).unwrap_or_default();
            name = [source.as_slice(), rest].concat();
        }
        None
    }

    /// Finds a cycle of files, if there is one.
    pub(crate) fn cycle(&self) -> Option<Vec<String>> {
        let imports: BTreeMap<&str, BTreeSet<&str>> = self.imports().collect();
        let mut done = BTreeSet::new();
        imports.keys().find_map(|file| find_cycle(file, &imports, &mut Vec::new(), &mut done))
    }
}

fn find_cycle<'a>(
    file: &'a str,
    imports: &BTreeMap<&'a str, BTreeSet<&'a str>>,
    path: &mut Vec<&'a str>,
    done: &mut BTreeSet<&'a str>,
) -> Option<Vec<String>> {
    if let Some(start) = path.iter().position(|earlier| *earlier == file) {
        return Some(path.iter().skip(start).chain([&file]).map(|&file| file.to_owned()).collect());
    }
    if !done.contains(file) {
        path.push(file);
        for import in imports.get(file).into_iter().flatten() {
            if let Some(cycle) = find_cycle(import, imports, path, done) {
                return Some(cycle);
            }
        }
        path.pop();
        done.insert(file);
    }
    None
}

/// Returns the module of a file: `db/orders.rs` is `db::orders`; `lib.rs` and `main.rs` are the root.
fn module_of(path: &str) -> Vec<String> {
    let module = path.trim_end_matches(".rs").split('/').map(str::to_owned);
    module.filter(|part| part != "lib" && part != "main").collect()
}

struct Reader {
    module: Vec<String>,
    /// The modules that the file declares.
    children: BTreeSet<String>,
    names: Vec<Vec<String>>,
    reexports: BTreeMap<String, Vec<String>>,
}

impl Reader {
    /// Converts a path in the code to a path from the root of the crate; `None` when it leads out of the crate.
    fn absolute(&self, path: &[String]) -> Option<Vec<String>> {
        let ups = path.iter().take_while(|part| *part == "super").count();
        let (base, rest) = match path.first()?.as_str() {
            "crate" => (&[][..], path.get(1..)?),
            "self" => (self.module.as_slice(), path.get(1..)?),
            "super" => (self.module.get(..self.module.len().checked_sub(ups)?)?, path.get(ups..)?),
            first if self.children.contains(first) => (self.module.as_slice(), path),
            _ => return None,
        };
        Some([base, rest].concat())
    }

    fn read_use(&mut self, tree: &UseTree, prefix: &mut Vec<String>, is_reexport: bool) {
        match tree {
            UseTree::Path(path) => {
                prefix.push(path.ident.to_string());
                self.read_use(&path.tree, prefix, is_reexport);
                prefix.pop();
            }
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.read_use(tree, prefix, is_reexport)),
            UseTree::Name(name) => {
                self.read_name(&name.ident.to_string(), &name.ident.to_string(), prefix, is_reexport)
            }
            UseTree::Rename(name) => {
                self.read_name(&name.ident.to_string(), &name.rename.to_string(), prefix, is_reexport);
            }
            UseTree::Glob(_) => {}
        }
    }

    fn read_name(&mut self, name: &str, alias: &str, prefix: &[String], is_reexport: bool) {
        let path = [prefix, &[name.to_owned()]].concat();
        let Some(absolute) = self.absolute(&path) else { return };
        if is_reexport {
            self.reexports.insert(alias.to_owned(), absolute);
        } else {
            self.names.push(absolute);
        }
    }
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item(&mut self, item: &'ast Item) {
        let attributes = match item {
            Item::Mod(item) => item.attrs.as_slice(),
            Item::Fn(item) => item.attrs.as_slice(),
            Item::Use(item) => item.attrs.as_slice(),
            _ => &[],
        };
        if !attributes.iter().any(is_test) {
            syn::visit::visit_item(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        let is_reexport = !matches!(item.vis, Visibility::Inherited);
        self.read_use(&item.tree, &mut Vec::new(), is_reexport);
    }

    /// `pub(super)` names a module, but takes nothing from it.
    fn visit_visibility(&mut self, _: &'ast Visibility) {}

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let parts: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        // A single name may be that of a variable.
        if parts.len() > 1 {
            self.names.extend(self.absolute(&parts));
        }
        syn::visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        let tokens = call.tokens.to_string().replace(' ', "");
        for rest in tokens.split("crate::").skip(1) {
            let path = rest.split(|c: char| !c.is_alphanumeric() && c != '_' && c != ':').next().unwrap_or_default();
            self.names.push(path.split("::").map(str::to_owned).collect());
        }
        syn::visit::visit_macro(self, call);
    }
}

fn is_test(attribute: &Attribute) -> bool {
    attribute.path().is_ident("cfg") && matches!(attribute.parse_args::<syn::Path>(), Ok(path) if path.is_ident("test"))
}
