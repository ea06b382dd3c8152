import { isProblem } from "@ferrocart/client";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { Product } from "../../api.ts";
import { useNotify } from "../../app/notifications.tsx";
import { BackLink } from "../../components/BackLink.tsx";
import { Badge } from "../../components/Badge.tsx";
import { Loaded } from "../../components/Loaded.tsx";
import { PageHeading } from "../../components/PageHeading.tsx";
import { ConflictDialog } from "./ConflictDialog.tsx";
import { ImagesCard } from "./ImagesCard.tsx";
import { ProductForm } from "./ProductForm.tsx";
import styles from "./product.module.css";
import { useProduct } from "./queries.ts";
import { SaleButton } from "./SaleButton.tsx";
import { StockCard } from "./StockCard.tsx";
import { UnsavedChanges } from "./UnsavedChanges.tsx";
import { useEditor } from "./use-editor.ts";

const route = getRouteApi("/admin/products/$productId");

export function ProductPage() {
  const { productId } = route.useParams();
  const product = useProduct(productId);
  if (isProblem(product.error, "not_found")) return <MissingProduct />;
  return <Loaded query={product}>{(product) => <ProductEditor key={product.id} product={product} />}</Loaded>;
}

function ProductEditor({ product }: { product: Product }) {
  const notify = useNotify();
  const editor = useEditor(product, () => notify("The product is saved."));
  return (
    <>
      <BackLink to="/products">All products</BackLink>
      <PageHeading title={product.name}>
        <SaleButton product={product} />
      </PageHeading>
      <p className={styles.state}>
        {product.is_active ? <Badge tone="success">For sale</Badge> : <Badge tone="warning">Not for sale</Badge>}
      </p>
      <div className={styles.cards}>
        <ImagesCard product={product} />
        <StockCard product={product} />
        <ProductForm
          draft={editor.draft}
          onChange={editor.setDraft}
          currency={product.currency}
          error={editor.error}
          isPending={editor.isSaving}
          isChanged={editor.isChanged}
          saveLabel="Save the changes"
          onSave={editor.save}
          onDiscard={editor.discard}
        />
      </div>
      {editor.conflict && (
        <ConflictDialog
          conflict={editor.conflict}
          mine={editor.draft}
          currency={product.currency}
          onResolve={editor.resolve}
          onDiscard={editor.discard}
          onClose={editor.keepEditing}
        />
      )}
      <UnsavedChanges isChanged={editor.isChanged} />
    </>
  );
}

function MissingProduct() {
  return (
    <>
      <PageHeading title="Product not found" />
      <p>
        No product has this id. <Link to="/products">Search in all products</Link>
      </p>
    </>
  );
}
