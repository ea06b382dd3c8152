// Uploading images, one after the other, with their progress.

import { isProblem, uploadImage } from "@ferrocart/client";
import { sentence, toSentence } from "@ferrocart/ui/problems.ts";
import { useRef, useState } from "react";
import { useShop } from "../../app/services.tsx";
import { useProductRequests } from "./queries.ts";

export interface Upload {
  id: number;
  file: File;
  /** From 0 to 1. */
  progress: number;
  failure: Failure | null;
}

/** Why an upload has failed. It is final if another attempt would fail, too. */
export interface Failure {
  reason: string;
  isFinal: boolean;
}

export const ACCEPTED_TYPES = ["image/jpeg", "image/png", "image/webp", "image/avif"];
const MAX_BYTES = 10 * 1024 * 1024;

export function useUploads(productId: string, onUploaded: (file: File) => void) {
  const shop = useShop();
  const { show } = useProductRequests(productId);
  const [uploads, setUploads] = useState<Upload[]>([]);
  const queue = useRef(Promise.resolve());
  const count = useRef(0);

  const change = (id: number, change: Partial<Upload>) =>
    setUploads((all) => all.map((upload) => (upload.id === id ? { ...upload, ...change } : upload)));
  const remove = (id: number) => setUploads((all) => all.filter((upload) => upload.id !== id));

  async function send({ id, file }: Upload) {
    change(id, { failure: null, progress: 0 });
    try {
      const onProgress = ({ loaded, total }: { loaded: number; total: number }) =>
        change(id, { progress: total === 0 ? 0 : loaded / total });
      show(await uploadImage(shop, productId, file, { onProgress }));
      remove(id);
      onUploaded(file);
    } catch (error) {
      change(id, { failure: failureOf(error) });
    }
  }

  /** The shop changes one product at a time, so the files wait for each other. */
  function enqueue(upload: Upload) {
    queue.current = queue.current.then(() => send(upload));
  }

  function add(files: File[]) {
    for (const file of files) {
      count.current += 1;
      const upload = { id: count.current, file, progress: 0, failure: check(file) };
      setUploads((all) => [...all, upload]);
      if (upload.failure === null) enqueue(upload);
    }
  }

  return { uploads, add, retry: enqueue, remove };
}

function check(file: File): Failure | null {
  if (!ACCEPTED_TYPES.includes(file.type)) {
    return { reason: "Only JPEG, PNG, WebP and AVIF images can be used.", isFinal: true };
  }
  return file.size > MAX_BYTES ? { reason: "The file is larger than 10 MB.", isFinal: true } : null;
}

function failureOf(error: unknown): Failure {
  const [invalid] = isProblem(error, "validation_failed") ? error.problem.errors : [];
  if (invalid === undefined) return { reason: sentence(error), isFinal: false };
  // The shop compares the content of the file with its announcement.
  const isOtherContent = invalid.code === "not_as_announced";
  const reason = isOtherContent ? "The content of the file is not that of such an image." : toSentence(invalid.message);
  return { reason, isFinal: true };
}
