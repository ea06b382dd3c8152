import { ok } from "@ferrocart/client";
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

/** Requests the mail about a lost password. The page does not reveal whether the address has an account. */
export function ForgotPasswordPage() {
  const shop = useShop();
  const request = useMutation({
    mutationFn: (email: string) => ok(shop.POST("/auth/password-reset", { body: { email } })),
  });
  const element = useFocusInvalid(request.error);
  return (
    <>
      <PageHeading>Forgot your password?</PageHeading>
      {request.isSuccess ? (
        <>
          <Notice kind="success" isAnnounced>
            If there is an account with this address, a mail with a link is on its way to it. The link is valid for an
            hour.
          </Notice>
          <Link to="/login">Sign in</Link>
        </>
      ) : (
        <form
          ref={element}
          className={form.form}
          onSubmit={(event) => {
            event.preventDefault();
            if (!request.isPending) request.mutate(String(new FormData(event.currentTarget).get("email")));
          }}
        >
          <Field
            label="E-mail address"
            hint="You receive a link to choose a new password"
            name="email"
            type="email"
            autoComplete="username"
            required
            error={fieldErrors(request.error).email}
          />
          {request.isError && (
            <Notice kind="danger">
              <ErrorMessage error={request.error} />
            </Notice>
          )}
          <div className={form.actions}>
            <Button type="submit" kind="primary" isBusy={request.isPending}>
              Send the link
            </Button>
            <Link to="/login" replace>
              Sign in
            </Link>
          </div>
        </form>
      )}
    </>
  );
}
