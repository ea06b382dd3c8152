import { FieldError, Input, Label, Text, TextArea, TextField, type TextFieldProps } from "react-aria-components";
import styles from "./Field.module.css";

export interface FieldProps extends Omit<TextFieldProps, "className" | "style" | "children"> {
  label: string;
  description?: string | undefined;
  /** The number of lines of a text area; without it, a single line. */
  rows?: number;
  placeholder?: string;
  min?: string;
  max?: string;
}

/** A labelled text field. In a `Form` it shows the errors of its name. */
export function Field({ label, description, rows, placeholder, min, max, ...props }: FieldProps) {
  return (
    <TextField {...props} className={styles.field ?? ""}>
      <Label>
        {label}
        {props.isRequired && <span aria-hidden="true"> *</span>}
      </Label>
      {rows ? (
        <TextArea rows={rows} className={styles.input ?? ""} />
      ) : (
        <Input
          className={styles.input ?? ""}
          {...(placeholder !== undefined && { placeholder })}
          {...(min !== undefined && { min })}
          {...(max !== undefined && { max })}
        />
      )}
      {description && (
        <Text slot="description" className={styles.description ?? ""}>
          {description}
        </Text>
      )}
      <FieldError className={styles.error ?? ""} />
    </TextField>
  );
}
