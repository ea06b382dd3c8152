import { useState } from "react";
import type { AdminOrder } from "../../api.ts";
import { useNotify } from "../../app/notifications.tsx";
import { Button } from "../../components/Button.tsx";
import { ErrorNote } from "../../components/ErrorNote.tsx";
import { CancelDialog } from "./CancelDialog.tsx";
import { holdReason } from "./hold.ts";
import { useUpdateOrder } from "./queries.ts";
import { RefundDialog } from "./RefundDialog.tsx";
import { TrackingDialog } from "./TrackingDialog.tsx";

/** The actions that the status of the order permits. */
export function OrderActions({ order }: { order: AdminOrder }) {
  const notify = useNotify();
  const [open, setOpen] = useState<"ship" | "cancel" | "refund" | null>(null);
  const deliver = useUpdateOrder(order.id, () => notify(`Order ${order.order_number} is delivered.`));
  const close = () => setOpen(null);
  const { status } = order;
  return (
    <>
      {deliver.isError && <ErrorNote error={deliver.error} />}
      {status === "processing" && (
        <Button variant="primary" isDisabled={holdReason(order) !== undefined} onPress={() => setOpen("ship")}>
          Ship
        </Button>
      )}
      {status === "shipped" && (
        <Button variant="primary" isPending={deliver.isPending} onPress={() => deliver.mutate({ status: "delivered" })}>
          Mark as delivered
        </Button>
      )}
      {order.refundable_amount > 0 && <Button onPress={() => setOpen("refund")}>Refund</Button>}
      {(status === "pending" || status === "processing") && (
        <Button variant="danger" onPress={() => setOpen("cancel")}>
          Cancel the order
        </Button>
      )}
      {open === "ship" && <TrackingDialog order={order} status="shipped" title="Ship the order" onClose={close} />}
      {open === "refund" && <RefundDialog order={order} onClose={close} />}
      {open === "cancel" && <CancelDialog order={order} onClose={close} />}
    </>
  );
}
