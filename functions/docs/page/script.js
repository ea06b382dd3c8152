"use strict";
const byId = (id) => document.getElementById(id);
const token = byId("token");
const SAMPLES = { email: "ada@example.com", uri: "https://example.com/1", "date-time": "2026-11-22T10:00:00.000Z" };
let api;

// Everything is made of nodes and text, so that nothing in the document or in an answer becomes HTML.
function node(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children.filter((child) => child != null));
  return made;
}

// Keywords beside `$ref` override those of the referenced schema.
function resolve(schema) {
  if (!schema?.$ref) return schema ?? {};
  const { $ref, ...beside } = schema;
  return { ...resolve($ref.slice(2).split("/").reduce((place, key) => place[key], api)), ...beside };
}

function plain(text) {
  return (text ?? "").replaceAll("`", "");
}

// The one shape that a value has: parts are merged, and of alternatives the one that is not null counts.
function shape(schema) {
  const found = resolve(schema);
  const choice = (found.oneOf ?? found.anyOf)?.find((it) => resolve(it).type !== "null");
  const parts = [...(found.allOf ?? []), ...(choice ? [choice] : [])].map(shape);
  return parts.reduce((merged, part) => ({
    ...part, ...merged,
    properties: { ...part.properties, ...merged.properties },
    required: [...(part.required ?? []), ...(merged.required ?? [])],
  }), found);
}

function typeName(schema) {
  const found = shape(schema);
  const type = [found.type].flat().filter((it) => it && it !== "null").join(" or ") || (found.properties ? "object" : "any");
  return type === "array" ? `array of ${typeName(found.items)}` : type;
}

function rules(schema) {
  const found = shape(schema);
  const named = ["format", "pattern", "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "default"];
  const rest = named.filter((name) => found[name] !== undefined).map((name) => `${name}: ${found[name]}`);
  return [...(found.enum ? [found.enum.join(" | ")] : []), ...rest].join(", ");
}

function nullable(schema) {
  const found = resolve(schema);
  return [found.type].flat().includes("null") || (found.oneOf ?? found.anyOf ?? []).some((it) => resolve(it).type === "null");
}

// Returns an example that is valid without changes: optional values are null.
function sample(schema, depth = 0) {
  if (nullable(schema)) return null;
  const found = shape(schema);
  if (found.default !== undefined) return found.default;
  if (found.examples?.length) return found.examples[0];
  if (found.example !== undefined) return found.example;
  if (found.enum) return found.enum[0];
  const type = [found.type].flat().find((it) => it && it !== "null");
  if (found.properties && Object.keys(found.properties).length && depth < 6) {
    return Object.fromEntries(Object.entries(found.properties).map(([name, it]) => [name, sample(it, depth + 1)]));
  }
  if (type === "array") return depth < 6 ? [sample(found.items, depth + 1)] : [];
  if (type === "integer" || type === "number") return found.minimum ?? 1;
  if (type === "boolean") return true;
  if (type === "string") return SAMPLES[found.format] ?? "text";
  return type === "object" ? {} : null;
}

function fields(schema, prefix = "", depth = 0) {
  const found = shape(schema);
  if (found.items && depth < 6) return fields(found.items, `${prefix}[]`, depth + 1);
  return Object.entries(found.properties ?? {}).flatMap(([name, it]) => {
    const path = prefix ? `${prefix}.${name}` : name;
    const about = plain([shape(it).description, rules(it)].filter(Boolean).join(" "));
    const row = node("tr", {}, node("td", {}, node("code", {}, path), found.required?.includes(name) ? " *" : ""),
      node("td", {}, typeName(it)), node("td", {}, about));
    return depth < 6 ? [row, ...fields(it, path, depth + 1)] : [row];
  });
}

function content(holder) {
  const [type, media] = Object.entries(holder?.content ?? {})[0] ?? [];
  return { type, schema: media?.schema };
}

function fold(title, ...children) {
  return node("details", {}, node("summary", {}, title), node("div", {}, ...children));
}

function answers(operation) {
  return Object.entries(operation.responses).map(([status, response]) => {
    const { type, schema } = content(response);
    const headers = Object.entries(response.headers ?? {}).map(([name, it]) => node("p", {}, node("code", {}, name), ` ${plain(it.description)}`));
    const rows = schema ? fields(schema) : [];
    const about = plain(response.description);
    return rows.length || headers.length ? fold(`${status} ${about}`, ...headers, node("p", {}, node("small", {}, type ?? "")), node("table", {}, ...rows))
      : node("p", {}, `${status} ${about}`);
  });
}

function form(path, method, operation) {
  const inputs = (operation.parameters ?? []).map((it) => {
    // A key is made anew for each try to buy; a browser makes one in a secure context only.
    const start = it.name === "Idempotency-Key" ? globalThis.crypto?.randomUUID?.() ?? "" : "";
    const input = node("input", { value: start, size: 30, placeholder: it.required ? "required" : "" });
    const about = plain([it.description, rules(it.schema)].filter(Boolean).join(" "));
    return { it, input, row: node("tr", {}, node("td", {}, node("label", {}, node("code", {}, it.name), it.required ? " * " : " ", node("br"), input)), node("td", {}, it.in), node("td", {}, about)) };
  });
  const { schema } = content(operation.requestBody);
  const body = schema && node("textarea", { spellcheck: "false", "aria-label": "Body" });
  if (body) body.value = JSON.stringify(sample(schema), null, 2);
  const result = node("pre", { hidden: "", "aria-live": "polite" });
  const send = node("button", { type: "submit" }, "Send");
  const made = node("form", {}, inputs.length ? node("h3", {}, "Parameters") : null, node("table", {}, ...inputs.map((it) => it.row)),
    body ? node("h3", {}, "Body") : null, body, body ? fold("Fields of the body", node("table", {}, ...fields(schema))) : null, send, result);
  made.addEventListener("submit", async (event) => {
    event.preventDefault();
    send.disabled = true;
    result.hidden = false;
    result.textContent = await call(path, method, inputs, body).catch((error) => `No answer: ${error.message}`);
    send.disabled = false;
  });
  return made;
}

async function call(path, method, inputs, body) {
  const headers = new Headers(token.value ? { Authorization: `Bearer ${token.value.trim()}` } : {});
  const query = new URLSearchParams();
  for (const { it, input } of inputs) {
    if (it.in === "path") path = path.replace(`{${it.name}}`, encodeURIComponent(input.value));
    else if (input.value && it.in === "query") query.append(it.name, input.value);
    else if (input.value && it.in === "header") headers.set(it.name, input.value);
  }
  if (body) headers.set("Content-Type", "application/json");
  const base = api.servers[0].url;
  const url = query.size ? `${base}${path}?${query}` : `${base}${path}`;
  const answer = await fetch(url, { method: method.toUpperCase(), headers, body: body?.value, cache: "no-store" });
  const text = await answer.text();
  const seen = ["etag", "location", "cache-control", "retry-after", "x-request-id"].filter((name) => answer.headers.has(name));
  let shown = text;
  try {
    const parsed = JSON.parse(text);
    // After a login, later requests use its token.
    if (parsed?.access_token) token.value = parsed.access_token;
    shown = JSON.stringify(parsed, null, 2);
  } catch { /* Not JSON: shown unchanged. */ }
  const lines = seen.map((name) => `${name}: ${answer.headers.get(name)}`);
  return [`${method.toUpperCase()} ${url}`, `${answer.status} ${answer.statusText}`, ...lines, "", shown].join("\n");
}

function section(tag, operations) {
  return node("section", { id: tag }, node("h2", {}, tag), ...operations.map(({ path, method, operation }) => {
    const needed = (operation.security ?? []).flatMap((it) => it.bearer ?? (it.bearer === undefined ? [] : [""]));
    const secured = (operation.security ?? []).length && operation.security.every((it) => it.bearer);
    const who = secured ? (needed.includes("admin") || tag === "admin" ? "admin" : "user") : "";
    const title = node("summary", {}, node("span", { class: `method ${method}` }, method.toUpperCase()), node("code", {}, path), operation.summary, " ", node("small", {}, who));
    const block = node("details", { id: operation.operationId }, title);
    block.addEventListener("toggle", () => block.append(node("div", {}, node("p", {}, plain(operation.description)),
      form(path, method, operation), node("h3", {}, "Answers"), ...answers(operation))), { once: true });
    return block;
  }));
}

async function start() {
  const answer = await fetch("openapi.json");
  api = await answer.json();
  byId("title").textContent = `${api.info.title} API ${api.info.version}`;
  byId("about").textContent = api.info.description ?? "";
  const groups = new Map((api.tags ?? []).map((tag) => [tag.name, []]));
  for (const [path, item] of Object.entries(api.paths)) {
    for (const method of ["get", "post", "put", "patch", "delete"].filter((it) => item[it])) {
      const tag = item[method].tags?.[0] ?? "other";
      groups.set(tag, [...(groups.get(tag) ?? []), { path, method, operation: item[method] }]);
    }
  }
  byId("tags").append(...[...groups.keys()].map((tag) => node("a", { href: `#${tag}` }, tag)));
  byId("operations").append(...[...groups].map(([tag, operations]) => section(tag, operations)));
}

start().catch((error) => { byId("about").textContent = `The document could not be read: ${error.message}`; });
