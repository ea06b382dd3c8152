import { useNavigate } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Button } from "./Button.tsx";
import styles from "./FilterForm.module.css";
import { Form } from "./Form.tsx";

interface FilterFormProps {
  /** The number of filters that are set. */
  count: number;
  /** Why the list could not be loaded: it may be a filter. */
  error: unknown;
  /** The values of all fields. */
  value: object;
  children: ReactNode;
}

/** Filters of a list. `Apply` writes them into the URL, and shows the first page. */
export function FilterForm({ count, error, value, children }: FilterFormProps) {
  const navigate = useNavigate();
  return (
    <details className={styles.filters} open={count > 0}>
      <summary className={styles.summary}>{count === 0 ? "Filters" : `Filters (${count} active)`}</summary>
      <Form
        className={styles.form}
        error={error}
        onSubmit={() => void navigate({ to: ".", search: { ...value, cursor: undefined } })}
      >
        <div className={styles.fields}>{children}</div>
        <div className={styles.actions}>
          <Button type="submit" variant="primary">
            Apply
          </Button>
          <Button isDisabled={count === 0} onPress={() => void navigate({ to: ".", search: {} })}>
            Remove all filters
          </Button>
        </div>
      </Form>
    </details>
  );
}
