import { ok } from "@ferrocart/client";
import { ErrorMessage } from "@ferrocart/ui/ErrorMessage.tsx";
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useId } from "react";
import { useSession, useShop } from "../../app/services.tsx";
import { Button } from "../../components/Button.tsx";
import { Field } from "../../components/Field.tsx";
import form from "../../components/form.module.css";
import { Notice } from "../../components/Notice.tsx";
import { forgetDraft } from "../checkout/draft.ts";

export function DeleteAccount() {
  const id = useId();
  const shop = useShop();
  const session = useSession();
  const navigate = useNavigate();
  const remove = useMutation({
    mutationFn: async (password: string) => {
      await ok(shop.DELETE("/auth/me", { body: { password } }));
      forgetDraft();
      await navigate({ to: "/", replace: true });
      // The shop has ended the session with the account.
      await session.logOut().catch(() => undefined);
    },
  });
  return (
    <section className={form.card} aria-labelledby={id}>
      <h2 id={id}>Delete the account</h2>
      <form
        className={form.form}
        onSubmit={(event) => {
          event.preventDefault();
          if (!remove.isPending) remove.mutate(String(new FormData(event.currentTarget).get("password")));
        }}
      >
        <p>
          Your name, e-mail address, addresses and cart are deleted at once, and unpaid orders are cancelled. This
          cannot be undone.
        </p>
        <Field label="Password, to confirm" name="password" type="password" autoComplete="current-password" required />
        {remove.isError && (
          <Notice kind="danger">
            <ErrorMessage error={remove.error} own={{ invalid_credentials: "The password is wrong." }} />
          </Notice>
        )}
        <div className={form.actions}>
          <Button type="submit" kind="danger" isBusy={remove.isPending}>
            Delete my account
          </Button>
        </div>
      </form>
    </section>
  );
}
