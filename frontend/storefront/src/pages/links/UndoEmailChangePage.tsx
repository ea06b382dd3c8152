import { ok } from "@ferrocart/client";
import { useShop } from "../../app/services.tsx";
import { LinkAction } from "./LinkAction.tsx";

export function UndoEmailChangePage() {
  const shop = useShop();
  return (
    <LinkAction
      title="Undo the change of your e-mail address"
      explanation="Your former address is in force again then, all devices are signed out, and the password ends."
      button="Undo the change"
      action={(token) => ok(shop.POST("/auth/email/undo", { body: { token } }))}
      done="Your former address is in force again. A mail to it has a link to choose a new password."
    />
  );
}
