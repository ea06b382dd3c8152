import { Notice } from "../../components/Notice.tsx";

/** A page of a link without its token, for example after a reload: it is not kept. */
export function MissingToken() {
  return <Notice kind="warning">This link is not complete. Please open it again from the mail.</Notice>;
}
