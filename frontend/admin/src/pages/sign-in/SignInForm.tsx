import type { components } from "@ferrocart/client";
import { isAtFields } from "@ferrocart/ui/problems.ts";
import { useMutation } from "@tanstack/react-query";
import { useSession } from "../../app/services.tsx";
import { Button } from "../../components/Button.tsx";
import { ErrorNote } from "../../components/ErrorNote.tsx";
import { Field } from "../../components/Field.tsx";
import { Form } from "../../components/Form.tsx";

export type SignedInUser = components["schemas"]["User"];

export function SignInForm({ onDone }: { onDone: (user: SignedInUser) => void }) {
  const session = useSession();
  const signIn = useMutation({
    mutationFn: (credentials: { email: string; password: string }) => session.logIn(credentials),
    onSuccess: onDone,
  });
  return (
    <Form
      error={signIn.error}
      onSubmit={(data) => signIn.mutate({ email: String(data.get("email")), password: String(data.get("password")) })}
    >
      {signIn.isError && !isAtFields(signIn.error, ["email", "password"]) && <ErrorNote error={signIn.error} />}
      <Field label="E-mail address" name="email" type="email" autoComplete="username" isRequired />
      <Field label="Password" name="password" type="password" autoComplete="current-password" isRequired />
      <Button type="submit" variant="primary" isPending={signIn.isPending}>
        {signIn.isPending ? "Signing in …" : "Sign in"}
      </Button>
    </Form>
  );
}
