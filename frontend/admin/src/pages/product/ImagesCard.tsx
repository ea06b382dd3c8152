import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { Product } from "../../api.ts";
import { useNotify } from "../../app/notifications.tsx";
import { Button } from "../../components/Button.tsx";
import { Card } from "../../components/Card.tsx";
import { ErrorNote } from "../../components/ErrorNote.tsx";
import { AddressDialog } from "./AddressDialog.tsx";
import { AltDialog } from "./AltDialog.tsx";
import { ImageDrop } from "./ImageDrop.tsx";
import { ImageList } from "./ImageList.tsx";
import { useProductRequests } from "./queries.ts";

const OVERTAKEN = {
  version_mismatch:
    "Another administrator has changed the product. Its images are shown as they are now: please try again.",
};

/** The images of a product. Every change is saved at once. */
export function ImagesCard({ product }: { product: Product }) {
  const notify = useNotify();
  const requests = useProductRequests(product.id);
  const [described, setDescribed] = useState<string | null>(null);
  const [isAdding, setIsAdding] = useState(false);

  const reorder = useMutation({
    mutationFn: (images: string[]) => requests.patch({ images }, product.version),
    onSuccess: () => notify("The order of the images is saved."),
    // Another administrator was faster: show the images as they are.
    onError: () => requests.reload(),
  });
  const remove = useMutation({
    mutationFn: (url: string) => {
      const imageId = uploadedId(product.id, url);
      if (imageId !== undefined) return requests.removeImage(imageId);
      return requests.patch({ images: product.images.filter((other) => other !== url) }, product.version);
    },
    onSuccess: () => notify("The image is removed."),
    onError: () => requests.reload(),
  });
  // While a new order is being saved, it is shown already.
  const order = reorder.isPending ? reorder.variables : product.images;
  const images = order.flatMap((url) => product.image_details.find((image) => image.url === url) ?? []);

  return (
    <Card title="Images" actions={<Button onPress={() => setIsAdding(true)}>Add by address</Button>}>
      {reorder.isError && <ErrorNote error={reorder.error} own={OVERTAKEN} />}
      {remove.isError && <ErrorNote error={remove.error} own={OVERTAKEN} />}
      <ImageList
        images={images}
        productName={product.name}
        isDisabled={reorder.isPending || remove.isPending}
        onReorder={reorder.mutate}
        onDescribe={setDescribed}
        onRemove={remove.mutate}
      />
      <ImageDrop product={product} />
      {isAdding && <AddressDialog product={product} onClose={() => setIsAdding(false)} />}
      {described !== null && <AltDialog product={product} url={described} onClose={() => setDescribed(null)} />}
    </Card>
  );
}

/** Returns the id of an uploaded image, which its URL contains; undefined for an image on another server. */
function uploadedId(productId: string, url: string): string | undefined {
  return new RegExp(`/products/${productId}/([0-9a-f]{24})/`).exec(url)?.[1];
}
