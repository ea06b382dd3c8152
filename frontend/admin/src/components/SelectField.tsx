import { useId } from "react";
import styles from "./Field.module.css";

interface SelectFieldProps<Choice extends string> {
  label: string;
  name?: string;
  value: Choice | "";
  onChange: (value: Choice | "") => void;
  choices: readonly { value: Choice; label: string }[];
  /** The label of the empty choice. Without it there is none. */
  empty?: string;
}

/** A labelled list of choices, as the browser shows it. */
export function SelectField<Choice extends string>(props: SelectFieldProps<Choice>) {
  const { label, name, value, onChange, choices, empty } = props;
  const id = useId();
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        name={name}
        className={styles.input}
        value={value}
        onChange={(event) => onChange(event.target.value as Choice | "")}
      >
        {empty !== undefined && <option value="">{empty}</option>}
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.label}
          </option>
        ))}
      </select>
    </div>
  );
}
