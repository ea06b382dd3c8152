// The filters of accounts in the URL.

import { choice, texts } from "@ferrocart/ui/search-params.ts";
import { ROLES, type UserQuery } from "../../api.ts";

export interface UserSearch {
  role?: string;
  email?: string;
  cursor?: string;
}

export function parseUserSearch(search: Record<string, unknown>): UserSearch {
  return texts(search, ["role", "email", "cursor"]);
}

export function userQuery({ role, ...others }: UserSearch): UserQuery {
  const known = choice(role, ROLES);
  return { ...others, ...(known && { role: known }) };
}
