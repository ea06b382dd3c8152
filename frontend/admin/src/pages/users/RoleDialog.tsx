import { ok } from "@ferrocart/client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { AdminUser, Role } from "../../api.ts";
import { useNotify } from "../../app/notifications.tsx";
import { useSession, useShop } from "../../app/services.tsx";
import { Button } from "../../components/Button.tsx";
import { DialogButtons } from "../../components/DialogButtons.tsx";
import { ErrorNote } from "../../components/ErrorNote.tsx";
import { ModalDialog } from "../../components/ModalDialog.tsx";
import { ROLE } from "../../words.ts";
import styles from "./users.module.css";

/** Makes a customer an administrator, or the other way round. */
export function RoleDialog({ user, onClose }: { user: AdminUser; onClose: () => void }) {
  const shop = useShop();
  const session = useSession();
  const notify = useNotify();
  const queryClient = useQueryClient();
  const role: Role = user.role === "admin" ? "customer" : "admin";
  const change = useMutation({
    mutationFn: () => ok(shop.PUT("/admin/users/{id}", { params: { path: { id: user.id } }, body: { role } })),
    onSuccess: async () => {
      notify(`${user.name} is now: ${ROLE[role]}.`);
      onClose();
      // A changed role has ended the sessions of the user, perhaps this one.
      if ((await session.user())?.id === user.id) await session.logOut().catch(() => {});
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: ["users"] }),
  });
  const title = role === "admin" ? `Make ${user.name} an administrator?` : `Make ${user.name} a customer?`;
  return (
    <ModalDialog title={title} role="alertdialog" isOpen onClose={onClose}>
      <div className={styles.body}>
        <p>
          {role === "admin"
            ? `${user.email} will be able to see all orders and customers, to refund, and to change products and roles.`
            : `${user.email} will no longer be able to open these pages.`}
        </p>
        <p>All sessions of this account end at once.</p>
        {change.isError && <ErrorNote error={change.error} />}
        <DialogButtons>
          <Button onPress={onClose}>Keep the role</Button>
          <Button variant="primary" isPending={change.isPending} onPress={() => change.mutate()}>
            Change the role
          </Button>
        </DialogButtons>
      </div>
    </ModalDialog>
  );
}
