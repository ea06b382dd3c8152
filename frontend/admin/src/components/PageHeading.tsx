import { type ReactNode, useEffect, useRef } from "react";
import { useConfig } from "../app/services.tsx";
import styles from "./PageHeading.module.css";

/** The title of a page, and its actions. It takes the focus, so that users of a screen reader notice a new page. */
export function PageHeading({ title, children }: { title: string; children?: ReactNode }) {
  const { name } = useConfig();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  return (
    <div className={styles.heading}>
      <title>{`${title} – ${name}`}</title>
      <h1 ref={heading} tabIndex={-1}>
        {title}
      </h1>
      {children && <div className={styles.actions}>{children}</div>}
    </div>
  );
}
