// After a navigation the heading of the new page has the focus, so that screen readers read it.

import { useEffect, useRef } from "react";

let isDue = false;

/** Called before each navigation to another page. */
export function expectFocus(): void {
  isDue = true;
}

/** Returns a reference for the heading of a page. */
export function useHeadingFocus() {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (!isDue) return;
    isDue = false;
    // Typing a search continues while its results appear.
    if (document.activeElement?.matches("input[type=search]")) return;
    heading.current?.focus({ preventScroll: true });
  }, []);
  return heading;
}
