/**
 * MariaDB in the guest for the length of one measurement: a data folder of its own, one configuration file, and a
 * pristine copy of the prepared tables that every run starts from.
 */
const folder = "/var/tmp/guestbench-mariadb";
export const mariadbPort = 3306;

/** The one configuration file, for every system and engine. */
function configuration(address: string): string {
  return [
    "[mariadbd]",
    ...[`datadir=${folder}/data`, `socket=${folder}/socket`, `pid-file=${folder}/pid`],
    ...["user=root", `bind-address=${address}`, `port=${mariadbPort}`, "skip-name-resolve", "skip-log-bin"],
    ...["key-buffer-size=64M", "aria-pagecache-buffer-size=64M", "innodb-buffer-pool-size=128M"],
    ...["innodb-log-file-size=48M", "max-connections=32"],
    "",
  ].join("\n");
}

/** What the client may do, on every start. */
const init = [
  "CREATE DATABASE IF NOT EXISTS sbtest;",
  "CREATE USER IF NOT EXISTS sbtest@'%';",
  "GRANT ALL ON sbtest.* TO sbtest@'%';",
].join("\n");

const write = (name: string, content: string) => `printf %s '${content.replaceAll("'", "'\\''")}' >${folder}/${name}`;

export const serverArgv = ["mariadbd", `--defaults-file=${folder}/my.cnf`, `--init-file=${folder}/init.sql`] as const;

/** Prints "prepared" where the tables' pristine copy is there and was laid out anew, "empty" for a new data folder. */
export function layOutScript(address: string, tables: string): string {
  return [
    `set -e; mkdir -p ${folder}; rm -rf ${folder}/data`,
    write("my.cnf", configuration(address)),
    write("init.sql", `${init}\n`),
    `if [ -d ${folder}/${tables} ]; then cp -a ${folder}/${tables} ${folder}/data; sync; echo prepared; exit; fi`,
    `rm -rf ${folder}/tables-*`,
    `mkdir ${folder}/data`,
    // what mariadb-install-db does, without the client package that it would need
    `{ echo "CREATE DATABASE mysql;"; echo "USE mysql;"; cat /usr/share/mysql/mysql_system_tables.sql; } |
  mariadbd --defaults-file=${folder}/my.cnf --bootstrap >${folder}/bootstrap.log 2>&1 || { cat ${folder}/bootstrap.log; exit 1; }`,
    "echo empty",
  ].join("\n");
}

/** Ends the server as it should be ended, so that its files are whole. */
export const shutDownScript = `pid=$(cat ${folder}/pid) && kill -TERM "$pid" && while kill -0 "$pid" 2>/dev/null; do sleep 0.1; done`;

/** Keeps the tables that were just prepared. */
export const keepScript = (tables: string) => `mv ${folder}/data ${folder}/${tables}`;

export const removeScript = `rm -rf ${folder}`;
