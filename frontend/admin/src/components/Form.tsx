import { fieldErrors } from "@ferrocart/ui/problems.ts";
import { createContext, type ReactNode, use, useState } from "react";
import { FormValidationContext } from "react-aria-components";
import styles from "./Form.module.css";

const IsInFormContext = createContext(false);

/** Returns whether a component is part of a form. */
export const useIsInForm = () => use(IsInFormContext);

interface FormProps {
  /** Why the last request failed. Errors about fields are shown beside them, by their names. */
  error: unknown;
  onSubmit: (data: FormData) => void;
  className?: string | undefined;
  "aria-label"?: string;
  children: ReactNode;
}

export function Form({ error, onSubmit, className = styles.form, children, ...labels }: FormProps) {
  const { errors, forget } = useFieldErrors(error);
  return (
    <IsInFormContext value={true}>
      <form
        {...labels}
        className={className}
        onInput={(event) => forget((event.target as HTMLInputElement).name)}
        onSubmit={(event) => {
          event.preventDefault();
          onSubmit(new FormData(event.currentTarget));
        }}
      >
        <FormValidationContext value={errors}>{children}</FormValidationContext>
      </form>
    </IsInFormContext>
  );
}

/** The errors of the last request at fields that were not changed since. While a field has one, the form cannot be sent. */
function useFieldErrors(error: unknown) {
  const [state, setState] = useState({ error, errors: fieldErrors(error) });
  if (state.error !== error) setState({ error, errors: fieldErrors(error) });
  return {
    errors: state.errors,
    forget(name: string) {
      if (!(name in state.errors)) return;
      const { [name]: _, ...errors } = state.errors;
      setState({ error, errors });
    },
  };
}
