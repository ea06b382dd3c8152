// Which modules are in the file of the first view: all that the entry imports statically. One file is compressed better
// than many. All others are in files of their own, which a page loads when it is opened.

import { fileURLToPath } from "node:url";

const ENTRY = fileURLToPath(new URL("src/main.tsx", import.meta.url));

interface Modules {
  getModuleInfo: (id: string) => { importedIds: readonly string[] } | null;
}

/** Returns a function that names the file of a module, or null for the default. */
export function firstView() {
  let first: Set<string> | undefined;
  return (id: string, modules: Modules) => {
    first ??= imported(ENTRY, modules, new Set());
    return first.has(id) ? "first-view" : null;
  };
}

function imported(id: string, modules: Modules, found: Set<string>): Set<string> {
  if (found.has(id)) return found;
  found.add(id);
  for (const next of modules.getModuleInfo(id)?.importedIds ?? []) imported(next, modules, found);
  return found;
}
