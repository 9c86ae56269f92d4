// Writes the types of the API from its description. Idempotency keys are left out: the client gives every change its own.

import { readFileSync, writeFileSync } from "node:fs";
import openapiTS, { astToString } from "openapi-typescript";

const description = JSON.parse(readFileSync(new URL("../schema/desk.openapi.json", import.meta.url), "utf8"));
const isKey = (parameter) => parameter.in === "header" && parameter.name.toLowerCase() === "idempotency-key";
for (const operations of Object.values(description.paths)) {
  for (const operation of Object.values(operations)) {
    if (operation.parameters) operation.parameters = operation.parameters.filter((parameter) => !isKey(parameter));
  }
}
const ast = await openapiTS(description, { defaultNonNullable: false, emptyObjectsUnknown: true });
const note = "// Written by `npm run types` from ../schema/desk.openapi.json; do not edit.\n\n";
const target = process.argv[2] ?? new URL("src/api/schema.d.ts", import.meta.url);
writeFileSync(target, note + astToString(ast));
