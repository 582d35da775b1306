package org.whosent.benchmarks.store;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * A PostgreSQL server of this run, on loopback with a password of its own. It refuses to run as
 * root, so as root it runs as the user {@code postgres} that its package makes. Not thread-safe.
 */
final class PostgresCluster implements AutoCloseable {
  private final Path directory;
  private final String password = UUID.randomUUID().toString();
  private final int port;
  private final ProcessHandle process;

  /** Where Debian, Red Hat or the PATH have the server's programs; null without it. */
  static Path programs() {
    List<Path> homes = new ArrayList<>();
    Path debian = Path.of("/usr/lib/postgresql");
    try (Stream<Path> versions = Files.list(debian)) {
      versions.sorted().forEach(version -> homes.addFirst(version.resolve("bin")));
    } catch (IOException _) {
      // not Debian
    }
    Stream.of(System.getenv("PATH").split(":")).map(Path::of).forEach(homes::add);
    return homes.stream()
        .filter(home -> Files.isExecutable(home.resolve("initdb")))
        .findFirst()
        .orElse(null);
  }

  /** Makes it and starts it. */
  PostgresCluster(Path directory) throws IOException, InterruptedException {
    this.directory = Files.createDirectories(directory).toAbsolutePath();
    Path passwords = Files.writeString(directory.resolve("password"), password + "\n");
    if (root()) {
      run("chown", "-R", "postgres", this.directory.toString());
    }
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    String data = this.directory.resolve("data").toString();
    server(
        "initdb",
        "-D",
        data,
        "-U",
        "whosent",
        "-A",
        "scram-sha-256",
        "-E",
        "UTF8",
        "--locale=C",
        "--pwfile=" + passwords.toAbsolutePath());
    server(
        "pg_ctl",
        "-D",
        data,
        "-w",
        "-l",
        this.directory.resolve("log").toString(),
        "-o",
        "-p "
            + port
            + " -c listen_addresses=127.0.0.1 -c unix_socket_directories=''"
            + " -c shared_buffers=1GB -c max_wal_size=4GB -c maintenance_work_mem=256MB",
        "start");
    long pid =
        Long.parseLong(Files.readAllLines(Path.of(data, "postmaster.pid")).getFirst().strip());
    process = ProcessHandle.of(pid).orElseThrow();
    // Whoever interrupts the run must not leave a server behind.
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
  }

  String url() {
    return "jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=whosent&password=" + password;
  }

  ProcessHandle process() {
    return process;
  }

  private static boolean root() {
    return "root".equals(System.getProperty("user.name"));
  }

  private void server(String program, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    if (root()) {
      command.addAll(List.of("runuser", "-u", "postgres", "--"));
    }
    command.add(programs().resolve(program).toString());
    command.addAll(List.of(arguments));
    run(command.toArray(String[]::new));
  }

  /** The server keeps the streams of what started it: they must lead nowhere that is waited for. */
  private void run(String... command) throws IOException, InterruptedException {
    Process done =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (done.waitFor() != 0) {
      throw new IOException(String.join(" ", command) + ": exit status " + done.exitValue());
    }
  }

  @Override
  public void close() throws IOException, InterruptedException {
    server("pg_ctl", "-D", directory.resolve("data").toString(), "-w", "-m", "fast", "stop");
  }
}
