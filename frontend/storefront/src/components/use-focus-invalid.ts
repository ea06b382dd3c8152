// The focus after a rejected form.

import { useEffect, useRef } from "react";

/** Returns a reference for a form. After a failed request, its first invalid field receives the focus. */
export function useFocusInvalid(error: unknown) {
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (error) form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [error]);
  return form;
}
