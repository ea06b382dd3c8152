import { useEffect, useState } from "react";
import { FLAGS, ORDER_STATUSES, PAYMENT_STATUSES } from "../../api.ts";
import { Field } from "../../components/Field.tsx";
import { FilterForm } from "../../components/FilterForm.tsx";
import { SelectField } from "../../components/SelectField.tsx";
import { FLAG, ORDER_STATUS, PAYMENT_STATUS } from "../../words.ts";
import type { OrderSearch } from "./search.ts";

export function OrderFilters({ search, error }: { search: OrderSearch; error: unknown }) {
  const [value, setValue] = useState(search);
  useEffect(() => setValue(search), [search]);
  const field = (name: keyof OrderSearch) => ({
    name,
    value: value[name] ?? "",
    onChange: (text: string) => setValue((before) => ({ ...before, [name]: text })),
  });
  const { cursor: _, ...filters } = search;
  return (
    <FilterForm count={Object.keys(filters).length} error={error} value={value}>
      <SelectField
        label="Status"
        empty="All"
        {...field("status")}
        choices={ORDER_STATUSES.map((value) => ({ value, label: ORDER_STATUS[value].label }))}
      />
      <SelectField
        label="Payment"
        empty="All"
        {...field("payment_status")}
        choices={PAYMENT_STATUSES.map((value) => ({ value, label: PAYMENT_STATUS[value].label }))}
      />
      <SelectField
        label="Flag"
        empty="With and without"
        {...field("flag")}
        choices={FLAGS.map((value) => ({ value, label: FLAG[value].label }))}
      />
      <Field label="Order number" placeholder="FC-7K3M-Q9TD" {...field("order_number")} />
      <Field label="E-mail address of the customer" type="email" {...field("email")} />
      <Field label="Contains the SKU" {...field("sku")} />
      <Field label="Placed from" type="date" {...field("from")} />
      <Field label="Placed until" type="date" {...field("to")} />
      <Field label="Id of the customer" {...field("user_id")} />
    </FilterForm>
  );
}
