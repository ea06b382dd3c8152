import { useEffect, useState } from "react";
import { ROLES } from "../../api.ts";
import { Field } from "../../components/Field.tsx";
import { FilterForm } from "../../components/FilterForm.tsx";
import { SelectField } from "../../components/SelectField.tsx";
import { ROLE } from "../../words.ts";
import type { UserSearch } from "./search.ts";

export function UserFilters({ search, error }: { search: UserSearch; error: unknown }) {
  const [value, setValue] = useState(search);
  useEffect(() => setValue(search), [search]);
  const { cursor: _, ...filters } = search;
  return (
    <FilterForm count={Object.keys(filters).length} error={error} value={value}>
      <SelectField
        label="Role"
        empty="All"
        value={value.role ?? ""}
        onChange={(role) => setValue({ ...value, role })}
        choices={ROLES.map((value) => ({ value, label: ROLE[value] }))}
      />
      <Field
        label="E-mail address"
        name="email"
        type="email"
        value={value.email ?? ""}
        onChange={(email) => setValue({ ...value, email })}
      />
    </FilterForm>
  );
}
