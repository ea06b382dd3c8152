import { ok } from "@ferrocart/client";
import { ErrorMessage } from "@ferrocart/ui/ErrorMessage.tsx";
import { useMutation } from "@tanstack/react-query";
import type { User } from "../../api.ts";
import { useShop } from "../../app/services.tsx";
import { Button } from "../../components/Button.tsx";
import { Notice } from "../../components/Notice.tsx";

/** The address in force, and what it waits for. */
export function EmailState({ user: { email, email_verified_at, pending_email } }: { user: User }) {
  return (
    <>
      <p>
        {email}
        {email_verified_at === null && ", not confirmed yet"}
      </p>
      {pending_email !== null && (
        <Notice>{pending_email} replaces it as soon as you open the link in the mail to that address.</Notice>
      )}
      {(email_verified_at === null || pending_email !== null) && <Resend />}
    </>
  );
}

function Resend() {
  const shop = useShop();
  const resend = useMutation({ mutationFn: () => ok(shop.POST("/auth/email/verify/resend")) });
  return (
    <>
      {resend.isError && (
        <Notice kind="danger">
          <ErrorMessage error={resend.error} />
        </Notice>
      )}
      <p>
        <Button isBusy={resend.isPending} onClick={() => resend.mutate()}>
          Send the mail again
        </Button>{" "}
        <span role="status">{resend.isSuccess && "The mail is on its way."}</span>
      </p>
    </>
  );
}
