import { useId, useMemo } from "react";
import styles from "./AddressFields.module.css";
import { type AddressDraft, type AddressField, countries } from "./address.ts";
import field from "./Field.module.css";
import { Field } from "./Field.tsx";
import form from "./form.module.css";

interface AddressFieldsProps {
  value: AddressDraft;
  onChange: (value: AddressDraft) => void;
  /** The errors of fields by their names. */
  errors: Record<string, string>;
}

/** The fields of an address. Which of them a country needs, the shop says. */
export function AddressFields({ value, onChange, errors }: AddressFieldsProps) {
  const id = useId();
  const all = useMemo(countries, []);
  const bind = (name: AddressField, autoComplete: string) => ({
    name,
    autoComplete: `shipping ${autoComplete}`,
    maxLength: 100,
    value: value[name],
    error: errors[name],
    onChange: ({ target }: { target: { value: string } }) => onChange({ ...value, [name]: target.value }),
  });
  return (
    <>
      <Field label="Name" required {...bind("name", "name")} />
      <Field label="Company" {...bind("company", "organization")} />
      <Field label="Street and number" required {...bind("street", "address-line1")} />
      <Field label="Apartment, floor" {...bind("street2", "address-line2")} />
      <Field label="City" isOptional={false} className={form.half} {...bind("city", "address-level2")} />
      <Field label="State or province" isOptional={false} className={form.half} {...bind("state", "address-level1")} />
      <Field label="Postal code" isOptional={false} className={form.half} {...bind("zip", "postal-code")} />
      <div className={`${field.field} ${form.half}`}>
        <label htmlFor={id}>Country</label>
        <select id={id} {...bindSelect()} className={styles.country}>
          {all.map(({ code, name }) => (
            <option key={code} value={code}>
              {name}
            </option>
          ))}
        </select>
        {errors.country && <p className={field.error}>{errors.country}</p>}
      </div>
      <Field label="Phone" hint="For questions of the carrier" type="tel" {...bind("phone", "tel")} />
    </>
  );

  function bindSelect() {
    const { error: _, maxLength: __, ...rest } = bind("country", "country");
    return rest;
  }
}
