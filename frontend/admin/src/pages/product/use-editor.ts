// Editing a product: its draft, and what happens when another administrator has edited it at the same time.

import { isProblem } from "@ferrocart/client";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { Product } from "../../api.ts";
import { changedParts, toPatch } from "./changes.ts";
import { type ProductDraft, toDraft } from "./draft.ts";
import { useProductRequests } from "./queries.ts";

/** The product as it is now, when another administrator has changed it since the form was opened. */
export interface Conflict {
  base: ProductDraft;
  theirs: ProductDraft;
  current: Product;
}

export function useEditor(product: Product, onSaved: () => void) {
  const { patch, reload } = useProductRequests(product.id);
  const { currency } = product;
  /** The product with which the form was filled. */
  const [base, setBase] = useState(product);
  const [draft, setDraft] = useState(() => toDraft(product));
  const [conflict, setConflict] = useState<Conflict | null>(null);
  const isChanged = changedParts(toDraft(base), draft, currency).length > 0;

  // Without changes the form follows the product.
  if (!isChanged && base.version !== product.version) start(product);

  function start(from: Product) {
    setBase(from);
    setDraft(toDraft(from));
    setConflict(null);
  }

  /** Saves the changes since `from`. Returns null after a conflict, about which the user has to decide. */
  async function save(from: Product, changed: ProductDraft): Promise<Product | null> {
    const before = toDraft(from);
    try {
      return await patch(toPatch(before, changed, currency), from.version);
    } catch (error) {
      if (!isProblem(error, "version_mismatch")) throw error;
      const current = await reload();
      const theirs = toDraft(current);
      if (changedParts(before, theirs, currency).length === 0) {
        // Only images, stock or sale: nothing that the form has.
        return await patch(toPatch(theirs, changed, currency), current.version);
      }
      setConflict({ base: before, theirs, current });
      return null;
    }
  }

  const saving = useMutation({
    mutationFn: ({ from, changed }: { from: Product; changed: ProductDraft }) => save(from, changed),
    onSuccess: (saved) => {
      if (saved === null) return;
      start(saved);
      onSaved();
    },
  });

  return {
    draft,
    setDraft,
    isChanged,
    conflict,
    isSaving: saving.isPending,
    error: saving.error,
    save: () => saving.mutate({ from: base, changed: draft }),
    /** Fills the form with the product as it is now. */
    discard() {
      saving.reset();
      start(conflict?.current ?? product);
    },
    /** Saves what the user has chosen from both versions. */
    resolve(chosen: ProductDraft) {
      if (conflict === null) return;
      setBase(conflict.current);
      setDraft(chosen);
      setConflict(null);
      saving.mutate({ from: conflict.current, changed: chosen });
    },
    keepEditing: () => setConflict(null),
  };
}
