"use strict";
/**
 * Runs before every other command, on whatever Node the machine has, so it is written in the oldest JavaScript and
 * needs no package. It installs when what is installed is not what the lockfile names, and is silent otherwise.
 */
var fs = require("fs");
var path = require("path");
var spawnSync = require("child_process").spawnSync;

var OLDEST_NODE = 20;
var root = path.join(__dirname, "..");
var modules = path.join(root, "node_modules");
var bundledNode = path.join(modules, "node", "bin", process.platform === "win32" ? "node.exe" : "node");

function stop(sentence) {
  process.stderr.write(sentence + "\n");
  process.exit(1);
}

function readPackages(file) {
  try {
    return JSON.parse(fs.readFileSync(file, "utf8")).packages || {};
  } catch (error) {
    if (error.code !== "ENOENT") stop("The file " + file + " cannot be read as JSON: restore or delete it.");
    return {};
  }
}

/* npm writes what it has installed into a lockfile of its own, so contents decide and times do not matter. */
function isInstalled() {
  var wanted = readPackages(path.join(root, "package-lock.json"));
  var found = readPackages(path.join(modules, ".package-lock.json"));
  return Object.keys(wanted).every(function (name) {
    if (name.indexOf("node_modules/") !== 0) return true;
    if (!found[name]) return Boolean(wanted[name].optional || wanted[name].peer);
    return found[name].version === wanted[name].version && found[name].integrity === wanted[name].integrity;
  });
}

function install() {
  process.stdout.write("Installing packages…\n");
  var npm = process.env.npm_execpath;
  var flags = ["ci", "--no-audit", "--no-fund", "--fetch-retries=1", "--fetch-retry-mintimeout=1000"];
  var options = { cwd: root, stdio: ["ignore", "inherit", "pipe"], encoding: "utf8" };
  var run = npm
    ? spawnSync(process.execPath, [npm].concat(flags), options)
    : spawnSync("npm", flags, Object.assign({ shell: process.platform === "win32" }, options));
  if (run.status === 0) return;
  var output = run.stderr || "";
  if (/ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN|ENETUNREACH|ENOTCACHED|ERR_SOCKET_TIMEOUT/.test(output))
    stop("The packages could not be installed because the npm registry is out of reach: connect and run this again.");
  process.stderr.write(output);
  stop("The packages could not be installed: npm ci failed for the reason above.");
}

var tooOld = "Bourse needs Node " + OLDEST_NODE + " or later, and this is " + process.version;
var noBinary = "The package `node` could not bring its binary because npm runs no install scripts here";

if (parseInt(process.versions.node, 10) < OLDEST_NODE) stop(tooOld + ": install one from nodejs.org.");
if (!isInstalled()) install();
if (!fs.existsSync(bundledNode)) stop(noBinary + ": allow them, delete node_modules and run this again.");
