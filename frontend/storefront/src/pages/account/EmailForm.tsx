import { ok } from "@ferrocart/client";
import { ErrorMessage } from "@ferrocart/ui/ErrorMessage.tsx";
import { fieldErrors } from "@ferrocart/ui/problems.ts";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { User } from "../../api.ts";
import { useShop } from "../../app/services.tsx";
import { Button } from "../../components/Button.tsx";
import { Field } from "../../components/Field.tsx";
import form from "../../components/form.module.css";
import { Notice } from "../../components/Notice.tsx";
import { useFocusInvalid } from "../../components/use-focus-invalid.ts";
import { userKey } from "../../data/user.ts";
import { EmailState } from "./EmailState.tsx";

/** The address of the account. A new one is in force after its owner has opened the link in the mail to it. */
export function EmailForm({ user }: { user: User }) {
  const shop = useShop();
  const queryClient = useQueryClient();
  const change = useMutation({
    mutationFn: async (element: HTMLFormElement) => {
      const data = new FormData(element);
      const body = { email: String(data.get("email")), password: String(data.get("password")) };
      await ok(shop.PUT("/auth/me/email", { body }));
      element.reset();
    },
    onSuccess: () => queryClient.invalidateQueries({ queryKey: userKey }),
  });
  const errors = fieldErrors(change.error);
  const element = useFocusInvalid(change.error);
  return (
    <section className={form.card} aria-labelledby="email">
      <h2 id="email">E-mail address</h2>
      <EmailState user={user} />
      <form
        ref={element}
        className={form.form}
        onSubmit={(event) => {
          event.preventDefault();
          if (!change.isPending) change.mutate(event.currentTarget);
        }}
      >
        <Field
          label="New e-mail address"
          name="email"
          type="email"
          autoComplete="email"
          required
          error={errors.email}
        />
        <Field
          label="Your password"
          name="password"
          type="password"
          autoComplete="current-password"
          required
          error={errors.password}
        />
        {change.isError && (
          <Notice kind="danger">
            <ErrorMessage error={change.error} own={{ invalid_credentials: "The password is wrong." }} />
          </Notice>
        )}
        <div className={form.actions}>
          <Button type="submit" isBusy={change.isPending}>
            Change e-mail address
          </Button>
          <span role="status">{change.isSuccess && "Please open the link in the mail to the new address."}</span>
        </div>
      </form>
    </section>
  );
}
