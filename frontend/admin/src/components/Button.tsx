import { Button as AriaButton, type ButtonProps as AriaButtonProps } from "react-aria-components";
import styles from "./Button.module.css";
import { useIsInForm } from "./Form.tsx";

export interface ButtonProps extends Omit<AriaButtonProps, "className" | "style"> {
  variant?: "primary" | "secondary" | "danger" | "quiet";
}

export function Button({ variant = "secondary", ...props }: ButtonProps) {
  // A field hides its error when it loses the focus, which would move a button away from the pointer that presses it.
  const isInForm = useIsInForm();
  return (
    <AriaButton preventFocusOnPress={isInForm} {...props} className={`${styles.button} ${styles[variant] ?? ""}`} />
  );
}
