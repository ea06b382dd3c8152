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
import { userKey } from "../../data/user.ts";

export function NameForm({ user }: { user: User }) {
  const shop = useShop();
  const queryClient = useQueryClient();
  const rename = useMutation({
    mutationFn: (name: string) => ok(shop.PATCH("/auth/me", { body: { name } })),
    onSuccess: (changed) => queryClient.setQueryData([...userKey, user.id], changed),
  });
  return (
    <section className={form.card} aria-labelledby="name">
      <h2 id="name">Name</h2>
      <form
        className={form.form}
        onSubmit={(event) => {
          event.preventDefault();
          if (!rename.isPending) rename.mutate(String(new FormData(event.currentTarget).get("name")));
        }}
      >
        <Field
          label="Name"
          name="name"
          autoComplete="name"
          defaultValue={user.name}
          required
          maxLength={100}
          error={fieldErrors(rename.error).name}
        />
        {rename.isError && (
          <Notice kind="danger">
            <ErrorMessage error={rename.error} />
          </Notice>
        )}
        <div className={form.actions}>
          <Button type="submit" isBusy={rename.isPending}>
            Save name
          </Button>
          <span role="status">{rename.isSuccess && "Saved"}</span>
        </div>
      </form>
    </section>
  );
}
