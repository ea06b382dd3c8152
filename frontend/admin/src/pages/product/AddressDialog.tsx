import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { Product } from "../../api.ts";
import { useNotify } from "../../app/notifications.tsx";
import { Button } from "../../components/Button.tsx";
import { DialogButtons } from "../../components/DialogButtons.tsx";
import { ErrorNote } from "../../components/ErrorNote.tsx";
import { Field } from "../../components/Field.tsx";
import { Form } from "../../components/Form.tsx";
import { ModalDialog } from "../../components/ModalDialog.tsx";
import { useProductRequests } from "./queries.ts";

/** Adds an image of another server, for shops that store none themselves. */
export function AddressDialog({ product, onClose }: { product: Product; onClose: () => void }) {
  const notify = useNotify();
  const { patch } = useProductRequests(product.id);
  const [url, setUrl] = useState("");
  // The name of the field is that of the new item of `images`.
  const name = `images/${product.images.length}`;
  const add = useMutation({
    mutationFn: () => patch({ images: [...product.images, url.trim()] }, product.version),
    onSuccess: () => {
      notify("The image is added.");
      onClose();
    },
  });
  return (
    <ModalDialog title="Add an image of another server" isOpen onClose={onClose}>
      <Form error={add.error} onSubmit={() => add.mutate()}>
        {add.isError && <ErrorNote error={add.error} />}
        <Field label="Address of the image" name={name} type="url" isRequired autoFocus value={url} onChange={setUrl} />
        <DialogButtons>
          <Button onPress={onClose}>Close without a change</Button>
          <Button type="submit" variant="primary" isPending={add.isPending}>
            Add
          </Button>
        </DialogButtons>
      </Form>
    </ModalDialog>
  );
}
