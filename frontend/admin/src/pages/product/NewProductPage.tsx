import { ok } from "@ferrocart/client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useNotify } from "../../app/notifications.tsx";
import { useConfig, useShop } from "../../app/services.tsx";
import { BackLink } from "../../components/BackLink.tsx";
import { CheckField } from "../../components/CheckField.tsx";
import { PageHeading } from "../../components/PageHeading.tsx";
import { emptyDraft, toInput } from "./draft.ts";
import { ProductForm } from "./ProductForm.tsx";
import styles from "./product.module.css";
import { UnsavedChanges } from "./UnsavedChanges.tsx";

export function NewProductPage() {
  const shop = useShop();
  const { currency } = useConfig();
  const notify = useNotify();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const [empty] = useState(emptyDraft);
  const [draft, setDraft] = useState(empty);
  const [isActive, setIsActive] = useState(false);
  const create = useMutation({
    mutationFn: () => ok(shop.POST("/products", { body: { ...toInput(draft, currency), is_active: isActive } })),
    onSuccess: (product) => {
      notify("The product is created. Now add its images.");
      void queryClient.invalidateQueries({ queryKey: ["products"] });
      void navigate({ to: "/products/$productId", params: { productId: product.id }, ignoreBlocker: true });
    },
  });
  return (
    <>
      <BackLink to="/products">All products</BackLink>
      <PageHeading title="New product" />
      <div className={styles.cards}>
        <ProductForm
          draft={draft}
          onChange={setDraft}
          currency={currency}
          error={create.error}
          isPending={create.isPending}
          isChanged={draft !== empty}
          saveLabel="Create the product"
          onSave={create.mutate}
        >
          <CheckField isSelected={isActive} onChange={setIsActive}>
            For sale at once. Otherwise you can first add images, and put it on sale later.
          </CheckField>
        </ProductForm>
      </div>
      <UnsavedChanges isChanged={draft !== empty} />
    </>
  );
}
