// What Next.js adds to `fetch`, for the samples of the guide: the package itself is 100 MB.

interface RequestInit {
  next?: { revalidate?: number; tags?: string[] };
}
