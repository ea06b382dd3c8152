import { Link } from "@tanstack/react-router";
import { Field } from "../../components/Field.tsx";
import form from "../../components/form.module.css";
import styles from "./checkout.module.css";

interface GuestFieldsProps {
  email: string;
  error: string | undefined;
  onChange: (email: string) => void;
}

/** Where a guest is reached, or the way to an account. What is entered is kept while the customer signs in. */
export function GuestFields({ email, error, onChange }: GuestFieldsProps) {
  const link = { search: { next: "/checkout" }, replace: true } as const;
  return (
    <div className={styles.guest}>
      <h2>Contact</h2>
      <p>
        You need no account. If you want one:{" "}
        <Link to="/login" {...link}>
          Sign in
        </Link>{" "}
        or{" "}
        <Link to="/register" {...link}>
          Create an account
        </Link>
      </p>
      <div className={form.form}>
        <Field
          label="E-mail address"
          hint="For the confirmation, and the link to your order"
          name="email"
          type="email"
          autoComplete="email"
          required
          maxLength={254}
          value={email}
          error={error}
          onChange={({ target }) => onChange(target.value)}
        />
      </div>
    </div>
  );
}
