import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { Product } from "../../api.ts";
import { useNotify } from "../../app/notifications.tsx";
import { Button } from "../../components/Button.tsx";
import { DialogButtons } from "../../components/DialogButtons.tsx";
import { ErrorNote } from "../../components/ErrorNote.tsx";
import { ModalDialog } from "../../components/ModalDialog.tsx";
import { useProductRequests } from "./queries.ts";

/** Takes a product off sale, or puts it on sale again. */
export function SaleButton({ product }: { product: Product }) {
  const notify = useNotify();
  const { deactivate, reactivate } = useProductRequests(product.id);
  const [isAsking, setIsAsking] = useState(false);
  const change = useMutation({
    mutationFn: () => (product.is_active ? deactivate() : reactivate()),
    onSuccess: ({ is_active }) => {
      setIsAsking(false);
      notify(is_active ? "The product is for sale." : "The product is no longer for sale.");
    },
  });
  if (!product.is_active) {
    return (
      <>
        {change.isError && <ErrorNote error={change.error} />}
        <Button variant="primary" isPending={change.isPending} onPress={() => change.mutate()}>
          Put on sale
        </Button>
      </>
    );
  }
  return (
    <>
      <Button variant="danger" onPress={() => setIsAsking(true)}>
        Take off sale
      </Button>
      {isAsking && (
        <ModalDialog title="Take the product off sale?" role="alertdialog" isOpen onClose={() => setIsAsking(false)}>
          <p>
            Customers no longer find it, and cannot buy it from their carts. Orders that contain it are unaffected. You
            can put it on sale again at any time.
          </p>
          {change.isError && <ErrorNote error={change.error} />}
          <DialogButtons>
            <Button onPress={() => setIsAsking(false)}>Keep it on sale</Button>
            <Button variant="danger" isPending={change.isPending} onPress={() => change.mutate()}>
              Take off sale
            </Button>
          </DialogButtons>
        </ModalDialog>
      )}
    </>
  );
}
