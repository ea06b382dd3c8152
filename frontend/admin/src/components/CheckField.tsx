import type { ReactNode } from "react";
import { Checkbox } from "react-aria-components";
import styles from "./CheckField.module.css";

interface CheckFieldProps {
  isSelected: boolean;
  onChange: (isSelected: boolean) => void;
  isDisabled?: boolean;
  children: ReactNode;
}

export function CheckField({ children, ...props }: CheckFieldProps) {
  return (
    <Checkbox {...props} className={styles.check ?? ""}>
      <span className={styles.box} aria-hidden="true">
        ✓
      </span>
      <span>{children}</span>
    </Checkbox>
  );
}
