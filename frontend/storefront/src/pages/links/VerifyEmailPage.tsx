import { ok } from "@ferrocart/client";
import { useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useShop } from "../../app/services.tsx";
import { userKey } from "../../data/user.ts";
import { LinkAction } from "./LinkAction.tsx";

export function VerifyEmailPage() {
  const shop = useShop();
  const queryClient = useQueryClient();
  async function verify(token: string) {
    await ok(shop.POST("/auth/email/verify", { body: { token } }));
    await queryClient.invalidateQueries({ queryKey: userKey });
  }
  return (
    <LinkAction
      title="Confirm your e-mail address"
      explanation="With this click you confirm that you receive mails at this address."
      button="Confirm my address"
      action={verify}
      done={
        <span>
          Your e-mail address is confirmed. <Link to="/account">Go to your account</Link>
        </span>
      }
    />
  );
}
