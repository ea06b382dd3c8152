/** The size that an image has in the layout until it is known, in pixels. */
const UNKNOWN = 640;

interface PictureProps {
  src: string;
  /** Empty if the text beside the image says the same. */
  alt: string;
  width?: number | null | undefined;
  height?: number | null | undefined;
  /** Whether it is visible at once. Other images are loaded when they are about to become visible. */
  isFirst?: boolean;
  className?: string | undefined;
}

/** An image that occupies its space before it is loaded. */
export function Picture({ src, alt, width, height, isFirst = false, className }: PictureProps) {
  return (
    <img
      src={src}
      alt={alt}
      width={width ?? UNKNOWN}
      height={height ?? UNKNOWN}
      loading={isFirst ? "eager" : "lazy"}
      fetchPriority={isFirst ? "high" : "auto"}
      decoding="async"
      className={className}
    />
  );
}
