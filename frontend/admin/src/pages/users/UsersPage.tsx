import { ok } from "@ferrocart/client";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useState } from "react";
import type { AdminUser } from "../../api.ts";
import { useShop } from "../../app/services.tsx";
import { Badge } from "../../components/Badge.tsx";
import { Button } from "../../components/Button.tsx";
import { type DataColumn, DataTable } from "../../components/DataTable.tsx";
import { Loaded } from "../../components/Loaded.tsx";
import { PageHeading } from "../../components/PageHeading.tsx";
import { Pager } from "../../components/Pager.tsx";
import { Time } from "../../components/Time.tsx";
import { ROLE } from "../../words.ts";
import { RoleDialog } from "./RoleDialog.tsx";
import { userQuery } from "./search.ts";
import { UserFilters } from "./UserFilters.tsx";
import styles from "./users.module.css";

const route = getRouteApi("/admin/users");

export function UsersPage() {
  const shop = useShop();
  const search = route.useSearch();
  const [edited, setEdited] = useState<AdminUser | null>(null);
  const users = useQuery({
    queryKey: ["users", search],
    queryFn: ({ signal }) => ok(shop.GET("/admin/users", { params: { query: userQuery(search) }, signal })),
    placeholderData: keepPreviousData,
  });
  return (
    <>
      <PageHeading title="Users" />
      <UserFilters search={search} error={users.error} />
      <Loaded query={users}>
        {({ items, next_cursor }) => (
          <>
            <DataTable label="Users" columns={columns(setEdited)} items={items} empty="No account matches." />
            <Pager cursor={search.cursor} next={next_cursor} />
          </>
        )}
      </Loaded>
      {edited && <RoleDialog user={edited} onClose={() => setEdited(null)} />}
    </>
  );
}

function columns(onEdit: (user: AdminUser) => void): DataColumn<AdminUser>[] {
  return [
    { id: "name", label: "Name", isRowHeader: true, render: ({ name }) => name },
    { id: "email", label: "E-mail", render: ({ email }) => email },
    {
      id: "role",
      label: "Role",
      render: ({ role }) => <Badge tone={role === "admin" ? "info" : "neutral"}>{ROLE[role]}</Badge>,
    },
    { id: "created", label: "Registered", render: ({ created_at }) => <Time value={created_at} /> },
    {
      id: "actions",
      label: "Actions",
      isAction: true,
      render: (user) => (
        <span className={styles.actions}>
          <Link to="/orders" search={{ user_id: user.id }} aria-label={`Orders of ${user.name}`}>
            Orders
          </Link>
          <Button onPress={() => onEdit(user)} aria-label={`Change role of ${user.name}`}>
            Change role
          </Button>
        </span>
      ),
    },
  ];
}
