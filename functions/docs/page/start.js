"use strict";

// The page allows only style sheets with its nonce. Scalar passes it to its own, but not to those of the libraries in it.
const { content: nonce } = document.querySelector('meta[property="csp-nonce"]');
const createElement = Document.prototype.createElement;
Document.prototype.createElement = function (...args) {
  const element = createElement.apply(this, args);
  if (element instanceof HTMLStyleElement) element.nonce = nonce;
  return element;
};

// `scalar.js` is the next script; this event follows both.
document.addEventListener("DOMContentLoaded", () => {
  Scalar.createApiReference("#reference", {
    url: "openapi.json",
    documentDownloadType: "direct",
    // The token stays in the memory of the page.
    persistAuth: false,
    // Everything that would call another server. The policy of the page forbids it, too.
    agent: { disabled: true },
    hideClientButton: true,
    mcp: { disabled: true },
    proxyUrl: "",
    showDeveloperTools: "never",
    telemetry: false,
    withDefaultFonts: false,
  });
});
