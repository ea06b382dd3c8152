import { isAtFields } from "@ferrocart/ui/problems.ts";
import { useState } from "react";
import type { AdminOrder } from "../../api.ts";
import { useNotify } from "../../app/notifications.tsx";
import { Button } from "../../components/Button.tsx";
import { DialogButtons } from "../../components/DialogButtons.tsx";
import { ErrorNote } from "../../components/ErrorNote.tsx";
import { Field } from "../../components/Field.tsx";
import { Form } from "../../components/Form.tsx";
import { ModalDialog } from "../../components/ModalDialog.tsx";
import { useUpdateOrder } from "./queries.ts";

interface TrackingDialogProps {
  order: AdminOrder;
  /** `shipped` also ships an order that is not yet. */
  status: "shipped" | "delivered";
  title: string;
  onClose: () => void;
}

const FIELDS = ["tracking/carrier", "tracking/number", "tracking/url"];

/** Asks for the tracking of a parcel. An order can also be shipped without. */
export function TrackingDialog({ order, status, title, onClose }: TrackingDialogProps) {
  const notify = useNotify();
  const isNew = order.status === "processing";
  const [carrier, setCarrier] = useState(order.tracking?.carrier ?? "");
  const [number, setNumber] = useState(order.tracking?.number ?? "");
  const [url, setUrl] = useState(order.tracking?.url ?? "");
  const update = useUpdateOrder(order.id, () => {
    notify(isNew ? `Order ${order.order_number} is shipped.` : "The tracking is saved.");
    onClose();
  });
  const isEmpty = [carrier, number, url].every((text) => text.trim() === "");
  const isRequired = !isNew || !isEmpty;

  function save() {
    const tracking = { carrier, number, ...(url.trim() !== "" && { url }) };
    update.mutate(isEmpty ? { status } : { status, tracking });
  }

  return (
    <ModalDialog title={title} isOpen onClose={onClose}>
      <Form error={update.error} onSubmit={() => save()}>
        {update.isError && !isAtFields(update.error, FIELDS) && <ErrorNote error={update.error} />}
        {isNew && <p>The customer sees the tracking with the order. All fields can stay empty.</p>}
        <Field label="Carrier" name="tracking/carrier" value={carrier} onChange={setCarrier} isRequired={isRequired} />
        <Field
          label="Tracking number"
          name="tracking/number"
          value={number}
          onChange={setNumber}
          isRequired={isRequired}
        />
        <Field label="Address of the carrier's page" name="tracking/url" type="url" value={url} onChange={setUrl} />
        <DialogButtons>
          <Button onPress={onClose}>Close without a change</Button>
          <Button type="submit" variant="primary" isPending={update.isPending}>
            {isNew ? "Ship" : "Save"}
          </Button>
        </DialogButtons>
      </Form>
    </ModalDialog>
  );
}
