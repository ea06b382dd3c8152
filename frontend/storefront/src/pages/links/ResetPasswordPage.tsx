import { isProblem, ok } from "@ferrocart/client";
import { ErrorMessage } from "@ferrocart/ui/ErrorMessage.tsx";
import { fieldErrors } from "@ferrocart/ui/problems.ts";
import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useShop } from "../../app/services.tsx";
import { Button } from "../../components/Button.tsx";
import { Field } from "../../components/Field.tsx";
import form from "../../components/form.module.css";
import { Notice } from "../../components/Notice.tsx";
import { PageHeading } from "../../components/PageHeading.tsx";
import { useFocusInvalid } from "../../components/use-focus-invalid.ts";
import { useFragmentToken } from "../../data/fragment-token.ts";
import { MissingToken } from "./MissingToken.tsx";

/** The page of the link in the mail about a lost password. */
export function ResetPasswordPage() {
  const token = useFragmentToken();
  return (
    <>
      <PageHeading>Choose a new password</PageHeading>
      {token === undefined ? <MissingToken /> : <NewPassword key={token} token={token} />}
    </>
  );
}

function NewPassword({ token }: { token: string }) {
  const shop = useShop();
  const reset = useMutation({
    mutationFn: (new_password: string) =>
      ok(shop.POST("/auth/password-reset/confirm", { body: { token, new_password } })),
  });
  const element = useFocusInvalid(reset.error);
  if (reset.isSuccess) {
    return (
      <Notice kind="success" isAnnounced>
        <span>
          Your password is changed, and all devices are signed out. <Link to="/login">Sign in</Link>
        </span>
      </Notice>
    );
  }
  return (
    <form
      ref={element}
      className={form.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (!reset.isPending) reset.mutate(String(new FormData(event.currentTarget).get("password")));
      }}
    >
      <Field
        label="New password"
        hint="At least 8 characters. All devices are signed out."
        name="password"
        type="password"
        autoComplete="new-password"
        required
        minLength={8}
        error={fieldErrors(reset.error).new_password}
      />
      {reset.isError && (
        <Notice kind="danger">
          <ErrorMessage error={reset.error} />
          {isProblem(reset.error, "invalid_link") && <Link to="/forgot-password">Request another link</Link>}
        </Notice>
      )}
      <div className={form.actions}>
        <Button type="submit" kind="primary" isBusy={reset.isPending}>
          Change password
        </Button>
      </div>
    </form>
  );
}
