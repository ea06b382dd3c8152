import { isProblem } from "@ferrocart/client";
import { ErrorMessage } from "@ferrocart/ui/ErrorMessage.tsx";
import { fieldErrors } from "@ferrocart/ui/problems.ts";
import { useMutation } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import { useSession } from "../../app/services.tsx";
import { Button } from "../../components/Button.tsx";
import { Field } from "../../components/Field.tsx";
import form from "../../components/form.module.css";
import { Notice } from "../../components/Notice.tsx";
import { PageHeading } from "../../components/PageHeading.tsx";
import { useFocusInvalid } from "../../components/use-focus-invalid.ts";
import { useAfterLogin } from "../../data/user.ts";

export function RegisterPage() {
  const { next } = useSearch({ from: "/register" });
  const session = useSession();
  const continueTo = useAfterLogin(next);
  const register = useMutation({
    mutationFn: async (data: FormData) => {
      const text = (name: string) => String(data.get(name));
      await session.register({ name: text("name"), email: text("email"), password: text("password") });
      await continueTo();
    },
  });
  const errors = fieldErrors(register.error);
  const search = next ? { next } : {};
  const element = useFocusInvalid(register.error);
  return (
    <>
      <PageHeading>Create an account</PageHeading>
      <form
        ref={element}
        className={form.form}
        onSubmit={(event) => {
          event.preventDefault();
          if (!register.isPending) register.mutate(new FormData(event.currentTarget));
        }}
      >
        <Field label="Name" name="name" autoComplete="name" required maxLength={100} error={errors.name} />
        <Field label="E-mail address" name="email" type="email" autoComplete="username" required error={errors.email} />
        <Field
          label="Password"
          hint="At least 8 characters"
          name="password"
          type="password"
          autoComplete="new-password"
          required
          minLength={8}
          error={errors.password}
        />
        {register.isError && (
          <Notice kind="danger">
            <ErrorMessage error={register.error} />
            {isProblem(register.error, "email_taken") && (
              <Link to="/login" search={search} replace>
                Sign in
              </Link>
            )}
          </Notice>
        )}
        <div className={form.actions}>
          <Button type="submit" kind="primary" isBusy={register.isPending}>
            Create account
          </Button>
          <span>
            Already a customer?{" "}
            <Link to="/login" search={search} replace>
              Sign in
            </Link>
          </span>
        </div>
      </form>
    </>
  );
}
