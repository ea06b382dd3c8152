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

export function LoginPage() {
  const { next } = useSearch({ from: "/login" });
  const session = useSession();
  const continueTo = useAfterLogin(next);
  const logIn = useMutation({
    mutationFn: async (data: FormData) => {
      await session.logIn({ email: String(data.get("email")), password: String(data.get("password")) });
      await continueTo();
    },
  });
  const errors = fieldErrors(logIn.error);
  const element = useFocusInvalid(logIn.error);
  return (
    <>
      <PageHeading>Sign in</PageHeading>
      {next && <Notice>Please sign in to continue. Nothing that you have entered is lost.</Notice>}
      <form
        ref={element}
        className={form.form}
        onSubmit={(event) => {
          event.preventDefault();
          if (!logIn.isPending) logIn.mutate(new FormData(event.currentTarget));
        }}
      >
        <Field label="E-mail address" name="email" type="email" autoComplete="username" required error={errors.email} />
        <Field
          label="Password"
          name="password"
          type="password"
          autoComplete="current-password"
          required
          error={errors.password}
        />
        {logIn.isError && (
          <Notice kind="danger">
            <ErrorMessage error={logIn.error} />
          </Notice>
        )}
        <div className={form.actions}>
          <Button type="submit" kind="primary" isBusy={logIn.isPending}>
            Sign in
          </Button>
          <Link to="/forgot-password">Forgot your password?</Link>
          <span>
            New here?{" "}
            <Link to="/register" search={next ? { next } : {}} replace>
              Create an account
            </Link>
          </span>
        </div>
      </form>
    </>
  );
}
