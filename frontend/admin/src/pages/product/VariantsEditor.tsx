import { Button } from "../../components/Button.tsx";
import { Card } from "../../components/Card.tsx";
import { Field } from "../../components/Field.tsx";
import { MoneyField } from "../../components/MoneyField.tsx";
import { emptyVariant, type ProductDraft, type VariantDraft } from "./draft.ts";
import styles from "./product.module.css";

interface VariantsEditorProps {
  draft: ProductDraft;
  onChange: (draft: ProductDraft) => void;
  currency: string;
}

const MAX_OPTIONS = 3;
const MAX_VARIANTS = 100;

export function VariantsEditor({ draft, onChange, currency }: VariantsEditorProps) {
  const { options, variants } = draft;

  function change(index: number, change: Partial<VariantDraft>) {
    onChange({
      ...draft,
      variants: variants.map((variant, at) => (at === index ? { ...variant, ...change } : variant)),
    });
  }

  return (
    <Card title="Variants">
      <OptionNames draft={draft} onChange={onChange} />
      <ul className={styles.variants}>
        {variants.map((variant, index) => (
          <li key={variant.key}>
            <fieldset className={styles.variant}>
              <legend>{variant.sku || `Variant ${index + 1}`}</legend>
              <Field
                label="SKU"
                name={`variants/${index}/sku`}
                isRequired
                value={variant.sku}
                onChange={(sku) => change(index, { sku })}
              />
              {options.map((option, at) => (
                <Field
                  // biome-ignore lint/suspicious/noArrayIndexKey: options have no identity beside their position
                  key={at}
                  label={option || `Option ${at + 1}`}
                  name={`variants/${index}/options/${option}`}
                  value={variant.values[at] ?? ""}
                  onChange={(value) =>
                    change(index, { values: options.map((_, i) => (i === at ? value : (variant.values[i] ?? ""))) })
                  }
                />
              ))}
              <MoneyField
                label="Price"
                name={`variants/${index}/price_modifier`}
                currency={currency}
                placeholder={draft.basePrice}
                value={variant.price}
                onChange={(price) => change(index, { price })}
              />
              {variant.stock !== null && (
                <Field
                  label="Stock"
                  name={`variants/${index}/stock_quantity`}
                  inputMode="numeric"
                  isRequired
                  validate={(text) => (/^\d{1,9}$/.test(text) ? true : "Enter a whole number.")}
                  value={variant.stock}
                  onChange={(stock) => change(index, { stock })}
                />
              )}
              <Button
                isDisabled={variants.length === 1}
                aria-label={`Remove the variant ${variant.sku || index + 1}`}
                onPress={() => onChange({ ...draft, variants: variants.filter((_, at) => at !== index) })}
              >
                Remove
              </Button>
            </fieldset>
          </li>
        ))}
      </ul>
      <div>
        <Button
          isDisabled={variants.length >= MAX_VARIANTS}
          onPress={() => onChange({ ...draft, variants: [...variants, emptyVariant(options)] })}
        >
          Add a variant
        </Button>
      </div>
    </Card>
  );
}

/** The names of the options, such as size and colour, in which the variants differ. */
function OptionNames({ draft, onChange }: Pick<VariantsEditorProps, "draft" | "onChange">) {
  const { options, variants } = draft;

  function remove(index: number) {
    const without = <T,>(list: T[]) => list.filter((_, at) => at !== index);
    onChange({
      ...draft,
      options: without(options),
      variants: variants.map((variant) => ({ ...variant, values: without(variant.values) })),
    });
  }

  return (
    <div className={styles.options}>
      {options.map((option, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: options have no identity beside their position
        <div key={index} className={styles.option}>
          <Field
            label={`Option ${index + 1}`}
            name={`options/${index}/name`}
            placeholder="Size"
            isRequired
            value={option}
            onChange={(name) => onChange({ ...draft, options: options.map((old, at) => (at === index ? name : old)) })}
          />
          <Button variant="quiet" aria-label={`Remove the option ${option || index + 1}`} onPress={() => remove(index)}>
            ×
          </Button>
        </div>
      ))}
      {options.length < MAX_OPTIONS && (
        <Button
          onPress={() =>
            onChange({
              ...draft,
              options: [...options, ""],
              variants: variants.map((variant) => ({ ...variant, values: [...variant.values, ""] })),
            })
          }
        >
          Add an option
        </Button>
      )}
    </div>
  );
}
