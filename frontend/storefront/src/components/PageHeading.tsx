import type { ReactNode } from "react";
import { useHeadingFocus } from "../app/navigation-focus.ts";
import { useConfig } from "../app/services.tsx";
import styles from "./PageHeading.module.css";

interface PageHeadingProps {
  children: ReactNode;
  /** The title of the document, if it is another one. */
  title?: string | undefined;
}

/** The heading of a page, which is also the title of the document. */
export function PageHeading({ children, title }: PageHeadingProps) {
  const { name } = useConfig();
  const heading = useHeadingFocus();
  const own = title ?? (typeof children === "string" ? children : undefined);
  return (
    <>
      <title>{own === undefined ? name : `${own} · ${name}`}</title>
      <h1 ref={heading} tabIndex={-1} className={styles.heading}>
        {children}
      </h1>
    </>
  );
}
