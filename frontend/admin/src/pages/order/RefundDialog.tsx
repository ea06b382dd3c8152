import { browserStorage, withIdempotencyKey } from "@ferrocart/client";
import { Price } from "@ferrocart/ui/Price.tsx";
import { isAtFields } from "@ferrocart/ui/problems.ts";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { AdminOrder } from "../../api.ts";
import { useNotify } from "../../app/notifications.tsx";
import { useShop } from "../../app/services.tsx";
import { Button } from "../../components/Button.tsx";
import { CheckField } from "../../components/CheckField.tsx";
import { DialogButtons } from "../../components/DialogButtons.tsx";
import { ErrorNote } from "../../components/ErrorNote.tsx";
import { Field } from "../../components/Field.tsx";
import { Form } from "../../components/Form.tsx";
import { ModalDialog } from "../../components/ModalDialog.tsx";
import { MoneyField } from "../../components/MoneyField.tsx";

const storage = browserStorage();

interface RefundRequest {
  amount: number;
  reason?: string;
  restock: boolean;
}

/** Refunds an order, partially or fully. A repeated request after a lost response refunds once. */
function useRefund(orderId: string, onDone: () => void) {
  const shop = useShop();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (body: RefundRequest) =>
      withIdempotencyKey({ storage, purpose: `refund.${orderId}`, subject: JSON.stringify(body) }, (key) =>
        shop.POST("/admin/orders/{id}/refunds", {
          params: { path: { id: orderId }, header: { "Idempotency-Key": key } },
          body,
        }),
      ),
    onSuccess: onDone,
    onSettled: () => {
      void queryClient.invalidateQueries({ queryKey: ["orders"] });
      void queryClient.invalidateQueries({ queryKey: ["stats"] });
    },
  });
}

export function RefundDialog({ order, onClose }: { order: AdminOrder; onClose: () => void }) {
  const notify = useNotify();
  const { currency, refundable_amount, refunds } = order;
  const [amount, setAmount] = useState(String(refundable_amount));
  const [reason, setReason] = useState("");
  const [restock, setRestock] = useState(false);
  const isRestocked = refunds.some((refund) => refund.restocked);
  const refund = useRefund(order.id, () => {
    notify("The refund is on its way.");
    onClose();
  });
  const text = reason.trim();
  const body = { amount: Number(amount), ...(text !== "" && { reason: text }), restock };

  return (
    <ModalDialog title={`Refund order ${order.order_number}`} isOpen onClose={onClose}>
      <Form error={refund.error} onSubmit={() => refund.mutate(body)}>
        {refund.isError && !isAtFields(refund.error, ["amount", "reason"]) && <ErrorNote error={refund.error} />}
        <p>
          Up to <Price amount={refundable_amount} currency={currency} /> can be refunded.
        </p>
        <MoneyField label="Amount" name="amount" currency={currency} value={amount} onChange={setAmount} isRequired />
        <Field label="Reason" name="reason" value={reason} onChange={setReason} maxLength={200} />
        <CheckField isSelected={restock} onChange={setRestock} isDisabled={isRestocked}>
          {isRestocked ? "All goods have already returned to stock" : "All goods of the order return to stock"}
        </CheckField>
        <DialogButtons>
          <Button onPress={onClose}>Close without a refund</Button>
          <Button type="submit" variant="primary" isPending={refund.isPending}>
            Refund
          </Button>
        </DialogButtons>
      </Form>
    </ModalDialog>
  );
}
