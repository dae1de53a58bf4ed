// The floor: what the browser itself costs. The same controls from the same document, by hand, without
// a library, validation, or anything kept for later. Each control writes its value into the payload.

const payload = {};
globalThis.payload = payload;

const el = (tag, properties = {}, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};

const set = (name, value) => {
  if (value === "" || value === undefined) delete payload[name];
  else payload[name] = value;
};

const numberOf = (text) => (text === "" ? undefined : Number(text));

const hear = (input, name, read) => {
  input.name = name;
  input.addEventListener("input", () => set(name, read()));
  return input;
};

const text = (name, schema, tag) => {
  const input = el(tag, { id: name, placeholder: schema.default ?? schema.examples?.[0] ?? "" });
  if (tag === "textarea") input.rows = 5;
  return hear(input, name, () => input.value);
};

const number = (name, schema) => {
  const input = el("input", { type: "number", id: name, step: "any", placeholder: schema.default ?? "" });
  return hear(input, name, () => numberOf(input.value));
};

// A number and a slider that show the same.
const scale = (name, schema) => {
  const [min, max] = [schema.minimum, schema.maximum];
  const step = schema.type === "integer" ? 1 : 0.1;
  const value = schema.default;
  const digits = number(name, schema);
  Object.assign(digits, { min, max, step });
  const slider = el("input", { type: "range", min, max, step, value, ariaLabel: `${schema.title} slider` });
  hear(slider, name, () => Number(slider.value));
  digits.addEventListener("input", () => (slider.value = digits.value || value));
  slider.addEventListener("input", () => (digits.value = slider.value));
  return [digits, slider];
};

const radios = (name, choices, chosen) =>
  choices.map((value) => {
    const input = hear(el("input", { type: "radio", value, checked: value === chosen }), name, () => value);
    return el("label", {}, input, value);
  });

const option = (value) => el("option", { value, textContent: value });

const search = (name, schema) => {
  const list = el("datalist", { id: `${name}-choices` }, ...schema.enum.map((value) => el("option", { value })));
  const input = text(name, schema, "input");
  input.setAttribute("list", list.id);
  return el("div", {}, input, list);
};

const select = (name, schema) => {
  const list = el("select", { id: name }, ...schema.enum.map(option));
  if (schema.default !== undefined) list.value = schema.default;
  return hear(list, name, () => list.value);
};

const toggle = (name, schema) => {
  const input = el("input", { type: "checkbox", role: "switch", id: name, checked: !!schema.default });
  return hear(input, name, () => input.checked);
};

const seed = (name) => {
  const input = hear(el("input", { id: name, inputMode: "numeric", placeholder: "random" }), name, () =>
    numberOf(input.value),
  );
  const dice = el("button", { type: "button", textContent: "⚄", ariaLabel: "Randomise" });
  dice.addEventListener("click", () => {
    input.value = Math.floor(Math.random() * 2 ** 32);
    set(name, Number(input.value));
  });
  return el("div", {}, input, dice);
};

// Sizes by name, and one of one's own.
const size = (name, schema, names, custom) => {
  const own = el("div");
  const group = el("div", { className: "choices", role: "radiogroup" });
  group.append(...radios(name, [...names, "custom"], schema.default));
  group.addEventListener("input", (event) => {
    if (event.target.value !== "custom") return own.replaceChildren();
    payload[name] = { width: 512, height: 512 };
    const sides = Object.keys(custom).map((side) => {
      const input = el("input", { type: "number", name: `${name}.${side}`, value: 512 });
      input.addEventListener("input", () => (payload[name][side] = numberOf(input.value)));
      return el("label", {}, side, input);
    });
    own.replaceChildren(...sides);
  });
  return el("div", {}, group, own);
};

const field = (name, said, schemas) => {
  const branches = said.anyOf ?? [said];
  const object = branches.find((branch) => branch.$ref);
  const schema = { ...branches.find((branch) => branch.type !== "null" && !branch.$ref), ...said };
  let [labels, aside, control] = [true, "", ""];
  if (object) {
    labels = false;
    control = size(name, schema, schema.enum, schemas[object.$ref.split("/").at(-1)].properties);
  } else if (schema.enum?.length <= 7) {
    labels = false;
    control = el("div", { className: "choices", role: "radiogroup" }, ...radios(name, schema.enum, schema.default));
  } else if (schema.enum?.length > 20) control = search(name, schema);
  else if (schema.enum) control = select(name, schema);
  else if (schema.type === "boolean") aside = toggle(name, schema);
  else if (name.endsWith("_seed")) control = seed(name);
  else if (schema.maximum !== undefined) [aside, control] = scale(name, schema);
  else if (schema.type !== "string") aside = number(name, schema);
  else control = text(name, schema, schema.maxLength > 200 ? "textarea" : "input");
  const title = labels
    ? el("label", { htmlFor: name, textContent: schema.title })
    : el("span", { className: "title", textContent: schema.title });
  return el(
    "div",
    { className: "field" },
    el("div", { className: "head" }, title, aside),
    control,
    el("p", { className: "hint", textContent: schema.description }),
  );
};

const { components } = await (await fetch("models/bench.json")).json();
const { Input } = components.schemas;
const fields = document.createDocumentFragment();
for (const name of Input["x-fal-order-properties"]) {
  fields.append(field(name, Input.properties[name], components.schemas));
}
fields.append(el("button", { textContent: "Generate" }));
const form = document.querySelector("form");
form.append(fields);
form.addEventListener("submit", (event) => event.preventDefault());
