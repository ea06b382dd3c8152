import { type ReactNode, useEffect, useRef } from "react";
import { useConfig } from "../app/services.tsx";

let isFirstPage = true;

interface PageHeadingProps {
  children: ReactNode;
  /** The title of the document, if it is not the heading. */
  title?: string | undefined;
}

/** The heading of a page. It sets the document's title, and after a navigation it receives the focus. */
export function PageHeading({ children, title }: PageHeadingProps) {
  const { name } = useConfig();
  const heading = useRef<HTMLHeadingElement>(null);
  const text = title ?? (typeof children === "string" ? children : undefined);

  useEffect(() => {
    document.title = text ? `${text} · ${name}` : name;
  }, [text, name]);

  useEffect(() => {
    // People who type into the search field stay there.
    const isSearching = document.activeElement?.closest("search") != null;
    if (!isFirstPage && !isSearching) heading.current?.focus({ preventScroll: true });
    isFirstPage = false;
  }, []);

  return (
    <h1 ref={heading} tabIndex={-1}>
      {children}
    </h1>
  );
}
