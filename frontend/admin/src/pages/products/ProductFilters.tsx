import { ok } from "@ferrocart/client";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useShop } from "../../app/services.tsx";
import { Field } from "../../components/Field.tsx";
import { FilterForm } from "../../components/FilterForm.tsx";
import { SelectField } from "../../components/SelectField.tsx";
import { type ProductSearch, SORTS } from "./search.ts";

export function ProductFilters({ search, error }: { search: ProductSearch; error: unknown }) {
  const [value, setValue] = useState(search);
  useEffect(() => setValue(search), [search]);
  const categories = useCategories(value.category);
  const field = (name: keyof ProductSearch) => ({
    name,
    value: value[name] ?? "",
    onChange: (text: string) => setValue((before) => ({ ...before, [name]: text })),
  });
  const { cursor: _, ...filters } = search;
  return (
    <FilterForm count={Object.keys(filters).length} error={error} value={value}>
      <Field label="Words" type="search" {...field("q")} />
      <SelectField
        label="For sale"
        empty="All products"
        {...field("is_active")}
        choices={[
          { value: "true", label: "For sale" },
          { value: "false", label: "Not for sale" },
        ]}
      />
      <SelectField label="Category" empty="All" {...field("category")} choices={categories} />
      <Field
        label="Stock of a variant at most"
        inputMode="numeric"
        pattern="\d*"
        validate={(text) => (/^\d*$/.test(text) ? true : "Enter a whole number.")}
        {...field("max_stock")}
      />
      <SelectField label="Order" empty="As usual" {...field("sort")} choices={SORTS} />
    </FilterForm>
  );
}

/** The categories with active products, and the one that is chosen. A comma separates categories in the query. */
function useCategories(chosen: string | undefined) {
  const shop = useShop();
  const { data } = useQuery({
    queryKey: ["categories"],
    queryFn: ({ signal }) => ok(shop.GET("/products/categories", { signal })),
    staleTime: 300_000,
  });
  const choices = (data?.items ?? []).map(({ category }) => ({
    value: category.replaceAll(/[\\,]/g, "\\$&"),
    label: category,
  }));
  const isListed = !chosen || choices.some(({ value }) => value === chosen);
  return isListed ? choices : [...choices, { value: chosen, label: chosen }];
}
