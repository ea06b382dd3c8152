import { browserStorage, isProblem, withIdempotencyKey } from "@ferrocart/client";
import { isAtFields } from "@ferrocart/ui/problems.ts";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { Product, Variant } from "../../api.ts";
import { useNotify } from "../../app/notifications.tsx";
import { useShop } from "../../app/services.tsx";
import { Button } from "../../components/Button.tsx";
import { DialogButtons } from "../../components/DialogButtons.tsx";
import { ErrorNote } from "../../components/ErrorNote.tsx";
import { Field } from "../../components/Field.tsx";
import { Form } from "../../components/Form.tsx";
import { ModalDialog } from "../../components/ModalDialog.tsx";
import { SelectField } from "../../components/SelectField.tsx";
import { useProductRequests } from "./queries.ts";

const storage = browserStorage();

interface StockDialogProps {
  product: Product;
  variant: Variant;
  onClose: () => void;
}

/** Adds pieces to the stock of a variant, or removes some. Sales at the same time are preserved. */
export function StockDialog({ product, variant: { sku, stock_quantity: stock }, onClose }: StockDialogProps) {
  const shop = useShop();
  const notify = useNotify();
  const { show } = useProductRequests(product.id);
  const [direction, setDirection] = useState<"add" | "remove">("add");
  const [quantity, setQuantity] = useState("");
  const isNumber = /^[1-9]\d{0,8}$/.test(quantity);
  const delta = Number(quantity) * (direction === "add" ? 1 : -1);
  const adjust = useMutation({
    mutationFn: () =>
      // A repeated request after a lost response changes the stock once.
      withIdempotencyKey({ storage, purpose: `stock.${sku}`, subject: String(delta) }, (key) =>
        shop.POST("/products/{id}/stock", {
          params: { path: { id: product.id }, header: { "Idempotency-Key": key } },
          body: { sku, delta },
        }),
      ),
    onSuccess: (changed) => {
      show(changed);
      const now = changed.variants.find((variant) => variant.sku === sku)?.stock_quantity;
      notify(`The stock of ${sku} is ${now}.`);
      onClose();
    },
  });
  const available = isProblem(adjust.error, "insufficient_stock")
    ? adjust.error.problem.items[0]?.available
    : undefined;
  return (
    <ModalDialog title={`Stock of ${sku}`} isOpen onClose={onClose}>
      <Form error={adjust.error} onSubmit={() => adjust.mutate()}>
        {available !== undefined ? (
          <p role="alert">Only {available} pieces are in stock, so these cannot be removed.</p>
        ) : (
          adjust.isError && !isAtFields(adjust.error, ["delta"]) && <ErrorNote error={adjust.error} />
        )}
        <SelectField
          label="Change"
          value={direction}
          onChange={(value) => setDirection(value || "add")}
          choices={[
            { value: "add", label: "Add pieces" },
            { value: "remove", label: "Remove pieces" },
          ]}
        />
        <Field
          label="Pieces"
          name="delta"
          inputMode="numeric"
          isRequired
          autoFocus
          value={quantity}
          onChange={setQuantity}
          validate={(text) => (/^[1-9]\d{0,8}$/.test(text) ? true : "Enter a whole number from 1.")}
        />
        <p aria-live="polite">
          {isNumber ? `The stock changes from ${stock} to ${stock + delta}.` : `The stock is ${stock}.`}
        </p>
        <DialogButtons>
          <Button onPress={onClose}>Close without a change</Button>
          <Button type="submit" variant="primary" isPending={adjust.isPending}>
            Change the stock
          </Button>
        </DialogButtons>
      </Form>
    </ModalDialog>
  );
}
