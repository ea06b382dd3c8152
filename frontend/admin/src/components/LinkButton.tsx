import { createLink } from "@tanstack/react-router";
import type { ComponentProps } from "react";
import styles from "./Button.module.css";

/** A link that looks like the main button of a page. */
export const LinkButton = createLink((props: ComponentProps<"a">) => (
  <a {...props} className={`${styles.button} ${styles.primary}`}>
    {props.children}
  </a>
));
