import { defineConfig } from "drizzle-kit";

export default defineConfig({
  dialect: "sqlite",
  casing: "snake_case",
  schema: ["./src/platform/tables.ts", "./src/modules/*/tables*.ts"],
  out: "./migrations",
});
