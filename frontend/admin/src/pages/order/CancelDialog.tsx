import { Price } from "@ferrocart/ui/Price.tsx";
import type { AdminOrder } from "../../api.ts";
import { useNotify } from "../../app/notifications.tsx";
import { Button } from "../../components/Button.tsx";
import { DialogButtons } from "../../components/DialogButtons.tsx";
import { ErrorNote } from "../../components/ErrorNote.tsx";
import { ModalDialog } from "../../components/ModalDialog.tsx";
import styles from "./order.module.css";
import { useUpdateOrder } from "./queries.ts";

export function CancelDialog({ order, onClose }: { order: AdminOrder; onClose: () => void }) {
  const notify = useNotify();
  const cancel = useUpdateOrder(order.id, () => {
    notify(`Order ${order.order_number} is cancelled.`);
    onClose();
  });
  return (
    <ModalDialog title={`Cancel order ${order.order_number}?`} role="alertdialog" isOpen onClose={onClose}>
      <ul className={styles.list}>
        <li>All goods return to stock.</li>
        {order.refundable_amount > 0 ? (
          <li>
            The customer gets back <Price amount={order.refundable_amount} currency={order.currency} />.
          </li>
        ) : (
          <li>
            {order.status === "pending"
              ? "The customer can no longer pay it."
              : "Nothing of its payment can be refunded."}
          </li>
        )}
        <li>A cancelled order cannot be continued.</li>
      </ul>
      {cancel.isError && <ErrorNote error={cancel.error} />}
      <DialogButtons>
        <Button onPress={onClose}>Keep the order</Button>
        <Button variant="danger" isPending={cancel.isPending} onPress={() => cancel.mutate({ status: "cancelled" })}>
          Cancel the order
        </Button>
      </DialogButtons>
    </ModalDialog>
  );
}
