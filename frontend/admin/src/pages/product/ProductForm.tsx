import type { ReactNode } from "react";
import { Button } from "../../components/Button.tsx";
import { Card } from "../../components/Card.tsx";
import { ErrorNote } from "../../components/ErrorNote.tsx";
import { Field } from "../../components/Field.tsx";
import { Form } from "../../components/Form.tsx";
import { MoneyField } from "../../components/MoneyField.tsx";
import type { ProductDraft } from "./draft.ts";
import styles from "./product.module.css";
import { VariantsEditor } from "./VariantsEditor.tsx";

interface ProductFormProps {
  draft: ProductDraft;
  onChange: (draft: ProductDraft) => void;
  currency: string;
  /** Why the product could not be saved. */
  error: unknown;
  isPending: boolean;
  isChanged: boolean;
  saveLabel: string;
  onSave: () => void;
  onDiscard?: () => void;
  children?: ReactNode;
}

/** The names of its fields are those of the API, so that errors appear beside them. */
export function ProductForm({ draft, onChange, currency, error, children, ...props }: ProductFormProps) {
  const field = (name: Exclude<keyof ProductDraft, "options" | "variants">) => ({
    value: draft[name],
    onChange: (text: string) => change({ ...draft, [name]: text }),
  });
  // What is typed while the product is being saved would be lost.
  const change = (draft: ProductDraft) => !props.isPending && onChange(draft);
  return (
    <Form aria-label="Product" error={error} onSubmit={() => props.onSave()}>
      <Card title="Details">
        <Field label="Name" name="name" isRequired maxLength={200} {...field("name")} />
        <Field label="Description" name="description" isRequired rows={6} maxLength={10000} {...field("description")} />
        <div className={styles.pair}>
          <Field label="Category" name="category" isRequired maxLength={100} {...field("category")} />
          <Field label="Tags" name="tags" description="Separated by commas." {...field("tags")} />
        </div>
        <div className={styles.pair}>
          <MoneyField label="Price" name="base_price" currency={currency} isRequired {...field("basePrice")} />
          <MoneyField
            label="Former price"
            name="compare_at_price"
            currency={currency}
            description="The shop shows it crossed out. It has to be higher than the price."
            {...field("compareAtPrice")}
          />
        </div>
      </Card>
      <VariantsEditor draft={draft} onChange={change} currency={currency} />
      <Card title="Search engines">
        <Field
          label="Address in the shop"
          name="slug"
          description="Lower-case words with hyphens. If it is empty, it follows from the name."
          maxLength={120}
          {...field("slug")}
        />
        <Field
          label="Title"
          name="seo/title"
          maxLength={70}
          description="Instead of the name."
          {...field("seoTitle")}
        />
        <Field
          label="Description for search engines"
          name="seo/description"
          maxLength={320}
          rows={2}
          {...field("seoDescription")}
        />
      </Card>
      {children}
      <div className={styles.saveBar}>
        {error !== null && <ErrorNote error={error} />}
        {props.onDiscard && (
          <Button isDisabled={!props.isChanged || props.isPending} onPress={props.onDiscard}>
            Discard the changes
          </Button>
        )}
        <Button type="submit" variant="primary" isDisabled={!props.isChanged} isPending={props.isPending}>
          {props.isPending ? "Saving …" : props.saveLabel}
        </Button>
      </div>
    </Form>
  );
}
