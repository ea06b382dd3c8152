import { ok } from "@ferrocart/client";
import { ErrorMessage } from "@ferrocart/ui/ErrorMessage.tsx";
import { fieldErrors } from "@ferrocart/ui/problems.ts";
import { useMutation } from "@tanstack/react-query";
import { useShop } from "../../app/services.tsx";
import { Button } from "../../components/Button.tsx";
import { Field } from "../../components/Field.tsx";
import form from "../../components/form.module.css";
import { Notice } from "../../components/Notice.tsx";
import { useFocusInvalid } from "../../components/use-focus-invalid.ts";

export function PasswordForm({ email }: { email: string }) {
  const shop = useShop();
  const change = useMutation({
    mutationFn: async (element: HTMLFormElement) => {
      const data = new FormData(element);
      const [current_password, new_password] = [String(data.get("current")), String(data.get("new"))];
      await ok(shop.PUT("/auth/me/password", { body: { current_password, new_password } }));
      element.reset();
    },
  });
  const element = useFocusInvalid(change.error);
  return (
    <section className={form.card} aria-labelledby="password">
      <h2 id="password">Password</h2>
      <form
        ref={element}
        className={form.form}
        onSubmit={(event) => {
          event.preventDefault();
          if (!change.isPending) change.mutate(event.currentTarget);
        }}
      >
        {/* Password managers store the new password for this account. */}
        <input type="hidden" name="username" autoComplete="username" value={email} />
        <Field label="Current password" name="current" type="password" autoComplete="current-password" required />
        <Field
          label="New password"
          hint="At least 8 characters. All other devices are signed out."
          name="new"
          type="password"
          autoComplete="new-password"
          required
          minLength={8}
          error={fieldErrors(change.error).new_password}
        />
        {change.isError && (
          <Notice kind="danger">
            <ErrorMessage error={change.error} own={{ invalid_credentials: "The current password is wrong." }} />
          </Notice>
        )}
        <div className={form.actions}>
          <Button type="submit" isBusy={change.isPending}>
            Change password
          </Button>
          <span role="status">{change.isSuccess && "Your password is changed"}</span>
        </div>
      </form>
    </section>
  );
}
