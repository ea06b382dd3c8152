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

interface AltDialogProps {
  product: Product;
  url: string;
  onClose: () => void;
}

/** Asks for the text that stands for an image. */
export function AltDialog({ product, url, onClose }: AltDialogProps) {
  const notify = useNotify();
  const { patch } = useProductRequests(product.id);
  const [alt, setAlt] = useState(product.image_details.find((image) => image.url === url)?.alt ?? "");
  const save = useMutation({
    mutationFn: () => {
      const image_details = product.image_details.map((image) =>
        image.url === url ? { ...image, alt: alt.trim() || null } : image,
      );
      return patch({ image_details }, product.version);
    },
    onSuccess: () => {
      notify("The description of the image is saved.");
      onClose();
    },
  });
  return (
    <ModalDialog title="Describe the image" isOpen onClose={onClose}>
      <Form error={save.error} onSubmit={() => save.mutate()}>
        {save.isError && <ErrorNote error={save.error} />}
        <Field
          label="Description"
          name="alt"
          maxLength={500}
          autoFocus
          description="What the image shows, for people who cannot see it, and for search engines."
          value={alt}
          onChange={setAlt}
        />
        <DialogButtons>
          <Button onPress={onClose}>Close without a change</Button>
          <Button type="submit" variant="primary" isPending={save.isPending}>
            Save
          </Button>
        </DialogButtons>
      </Form>
    </ModalDialog>
  );
}
