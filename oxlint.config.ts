import type { OxlintOverride } from "oxlint";
import { defineConfig } from "oxlint";
import { MODULE_DOORS, OBJECT_DOORS } from "./doors.config.ts";

type Ban = ({ readonly group: string[] } | { readonly regex: string }) & {
  readonly message: string;
  readonly allowTypeImports?: boolean;
};

const climbing: Ban = {
  regex: String.raw`^\.\.`,
  message: "Inside a folder import ./x; anything else has a name: #kernel/*, #platform/*, #modules/*, #objects/*.",
};
const classes: Ban = {
  group: ["#object-classes/*"],
  message: "Only src/index.ts exports the classes of objects; speak to an object through #objects/*.",
};
const hono: Ban = {
  group: ["hono", "hono/*", "@hono/*"],
  message: "HTTP belongs into routes*.ts and schemas*.ts.",
};
const drizzle: Ban = {
  group: ["drizzle-orm", "drizzle-orm/*"],
  message: "SQL belongs into repository*.ts and tables*.ts.",
};
const everywhere = [climbing, classes];

function doors(allowed: readonly string[], who: string): Ban[] {
  if (allowed.includes("*")) return [];
  const named = allowed.map((name) => `!#modules/${name}`);
  return [{ group: ["#modules/*", ...named], message: `doors.config.ts does not let ${who} enter here.` }];
}

/** Bans for some files. The last that matches a file counts alone, so each names everything that it bans. */
function ban(files: string[], ...patterns: readonly Ban[]): OxlintOverride {
  return { files, rules: { "eslint/no-restricted-imports": ["error", { patterns: [...patterns] }] } };
}

const modules = Object.entries(MODULE_DOORS).flatMap(([name, allowed]) => {
  const folder = `src/modules/${name}`;
  const bans = [...everywhere, ...doors(allowed, name)];
  return [
    ban([`${folder}/**`], ...bans, hono, drizzle),
    ban([`${folder}/routes*.{ts,tsx}`, `${folder}/schemas*.ts`], ...bans, drizzle),
    ban([`${folder}/repository*.ts`, `${folder}/tables*.ts`], ...bans, hono),
  ];
});

const objects = Object.entries(OBJECT_DOORS).map(([name, allowed]) =>
  ban([`durable-objects/${name}/**`], ...everywhere, ...doors(allowed, name), hono, drizzle),
);

const noModules: Ban = { group: ["#modules/*"], message: "Modules stand on the platform, never below it." };
// Everything but `./…` and `zod`; the linter's expressions cannot look ahead.
const onlyItself: Ban = {
  regex: String.raw`^(?:[^.z]|z[^o]|zo[^d]|zod.|\.\.)`,
  message: "The kernel imports nothing but itself.",
};
const typesOfZod: Ban = { regex: "^zod", allowTypeImports: true, message: "The kernel knows zod's types alone." };
const unlisted: Ban = { group: ["#modules/*"], message: "Give this folder a row in doors.config.ts first." };

const layers = [
  ban(["src/modules/**", "durable-objects/**"], ...everywhere, unlisted, hono, drizzle),
  ban(["src/kernel/**"], onlyItself, typesOfZod),
  ban(["src/platform/**"], ...everywhere, noModules, hono, drizzle),
  ban(["src/platform/http/**"], ...everywhere, noModules, drizzle),
  ban(["src/platform/db.ts", "src/platform/tables*.ts"], ...everywhere, noModules, hono),
  ban(["src/app.ts", "src/console/**"], ...everywhere, drizzle),
  ban(["src/index.ts"], climbing, drizzle),
];

export default defineConfig({
  plugins: ["eslint", "typescript", "unicorn", "oxc", "import", "promise"],
  options: { typeAware: true, denyWarnings: true, reportUnusedDisableDirectives: "error" },
  categories: { correctness: "error", suspicious: "error" },
  ignorePatterns: ["dist/**", "coverage/**", "worker-configuration.d.ts", "migrations/**", "bench/node_modules/**"],
  rules: {
    "typescript/no-floating-promises": "error",
    "typescript/no-misused-promises": "error",
    "typescript/await-thenable": "error",
    "typescript/switch-exhaustiveness-check": "error",
    "typescript/only-throw-error": "error",
    "typescript/prefer-promise-reject-errors": "error",
    "typescript/require-array-sort-compare": ["error", { ignoreStringArrays: true }],
    "typescript/return-await": ["error", "error-handling-correctness-only"],
    "typescript/no-explicit-any": "error",
    "typescript/no-unsafe-argument": "error",
    "typescript/no-unsafe-assignment": "error",
    "typescript/no-unsafe-call": "error",
    "typescript/no-unsafe-member-access": "error",
    "typescript/no-unsafe-return": "error",
    "typescript/no-non-null-assertion": "error",
    "typescript/ban-ts-comment": ["error", { "ts-expect-error": "allow-with-description" }],
    "typescript/consistent-type-imports": "error",
    // Rows, JSON and stored results get their type by an assertion, at the one place that reads them.
    "typescript/no-unsafe-type-assertion": "off",
    // The compiler knows which switches are exhaustive; this rule does not.
    "typescript/consistent-return": "off",
    "eslint/eqeqeq": "error",
    "eslint/no-console": "error",
    "eslint/no-eval": "error",
    "eslint/no-new-func": "error",
    "eslint/no-param-reassign": "error",
    "eslint/no-var": "error",
    "eslint/prefer-const": "error",
    "import/no-cycle": "error",
    "import/no-default-export": "error",
    "eslint/max-lines": ["error", { max: 300 }],
    "eslint/max-lines-per-function": ["error", { max: 60 }],
    "eslint/max-params": ["error", { max: 3 }],
    "eslint/max-depth": ["error", { max: 3 }],
    "eslint/complexity": ["error", { max: 10, variant: "modified" }],
  },
  overrides: [
    ...layers,
    ...modules,
    ...objects,
    { files: ["*.config.ts", "src/index.ts", "bench/workers/**"], rules: { "import/no-default-export": "off" } },
    // These run as they are written, on Nodes and in browsers where no TypeScript reaches.
    {
      files: ["scripts/install.cjs", "assets/**"],
      rules: {
        "eslint/no-var": "off",
        "typescript/no-unsafe-argument": "off",
        "typescript/no-unsafe-assignment": "off",
        "typescript/no-unsafe-call": "off",
        "typescript/no-unsafe-member-access": "off",
        "typescript/no-unsafe-return": "off",
      },
    },
    {
      files: ["src/platform/log.ts", "scripts/**", "bench/**", "vitest.config.ts"],
      rules: { "eslint/no-console": "off" },
    },
    {
      // Written without types: pages of the reference, and the installer, which runs on any Node.
      files: ["**/*.js", "**/*.cjs"],
      rules: {
        "typescript/no-unsafe-argument": "off",
        "typescript/no-unsafe-assignment": "off",
        "typescript/no-unsafe-call": "off",
        "typescript/no-unsafe-member-access": "off",
        "typescript/no-unsafe-return": "off",
        "typescript/no-require-imports": "off",
        "eslint/no-unused-vars": ["error", { caughtErrors: "none" }],
        "eslint/no-var": "off",
      },
    },
    {
      files: ["test/**", "bench/**"],
      rules: {
        // A describe block is one function, and grows with its laws; a property takes a value per generator.
        "eslint/max-lines-per-function": "off",
        "eslint/max-params": "off",
        "import/no-named-as-default-member": "off",
        "typescript/no-misused-promises": ["error", { checksVoidReturn: false }],
        "typescript/no-misused-spread": "off",
        "typescript/require-array-sort-compare": "off",
        "unicorn/consistent-function-scoping": "off",
        "unicorn/no-useless-spread": "off",
      },
    },
  ],
});
