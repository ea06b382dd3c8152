import { Link, type LinkProps } from "@tanstack/react-router";
import type { ComponentProps } from "react";
import styles from "./Button.module.css";

type Kind = "primary" | "plain" | "danger" | "link";

interface ButtonProps extends ComponentProps<"button"> {
  kind?: Kind;
  /** While its action is under way, another click has no effect. The button keeps the focus. */
  isBusy?: boolean;
}

export function Button({ kind = "plain", isBusy = false, type = "button", onClick, className, ...rest }: ButtonProps) {
  return (
    <button
      {...rest}
      type={type}
      aria-disabled={isBusy || undefined}
      className={`${styles.button} ${styles[kind]} ${className ?? ""}`}
      onClick={(event) => (isBusy ? event.preventDefault() : onClick?.(event))}
    />
  );
}

/** A link that looks like a button. */
export function LinkButton({ kind = "plain", ...rest }: LinkProps & { kind?: Kind }) {
  return <Link {...rest} className={`${styles.button} ${styles[kind]}`} />;
}
