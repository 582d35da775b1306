package org.whosent.query;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * What a {@link Program} starts with, as the launcher has it: an ahead-of-time cache of the classes
 * that a training run ({@link StartTraining}) loaded. Tests start the program many hundred times,
 * and to load its classes from jars is half of the processor time that an index of a short log
 * takes, and two thirds of a look-up's.
 *
 * <p>A cache can be made of jars only, so the directories on the tests' class path are packed
 * first. What only the tests have, their classes and the fixtures, is left out: the program has
 * none of it. All of it lies below {@code target/start-cache/}, in a directory named by a sum over
 * the names, sizes and times of what is on the class path, so that no cache meets other classes
 * than those it was made of. The first test JVM that needs it makes it, and others wait for that.
 *
 * <p>Without a usable cache everything works the same, slower; why is said on standard error. It
 * may be called by several threads.
 */
final class StartCache {
  /** Which commands have the same flags, thus one cache. */
  enum Kind {
    /** Those that the launcher starts as servers are started. */
    LONG,
    /** Look-ups, and whatever is over at once. */
    SHORT
  }

  private static final long LIMIT_SECONDS = 600;

  /** As the launcher has them, and why. What the JVM itself has to say is no result. */
  private static final List<String> FLAGS =
      List.of(
          "-Xlog:disable",
          "-Xlog:all=error:stderr",
          "-XX:-UsePerfData",
          "-XX:+UnlockDiagnosticVMOptions",
          "-XX:-AOTRecordTraining",
          "-XX:-AOTReplayTraining",
          "-XX:ArchiveRelocationMode=0");

  /** Of the tests, this one among them. */
  private static final Path CLASSES = Path.of("target", "test-classes").toAbsolutePath();

  private static final Map<Kind, List<String>> MADE = new EnumMap<>(Kind.class);

  private StartCache() {}

  /**
   * The last arguments of the JVM before the main class: flags, the cache if there is one, and the
   * class path.
   *
   * @param java the JVM and the flags it is started with, the same at every call for a kind
   */
  static synchronized List<String> arguments(Kind kind, List<String> java) {
    return MADE.computeIfAbsent(kind, k -> make(k, java));
  }

  private static List<String> make(Kind kind, List<String> java) {
    List<String> program = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(":")) {
      // An empty one would be the working directory.
      if (!entry.isEmpty()
          && !entry.endsWith("test-classes")
          && !entry.contains("/fixtures/target/")) {
        program.add(entry);
      }
    }
    try {
      Path tops = Files.createDirectories(Path.of("target", "start-cache").toAbsolutePath());
      try (FileChannel file =
              FileChannel.open(
                  tops.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock _ = file.lock()) {
        Path top = tops.resolve(sum(program));
        if (!Files.exists(top)) {
          removeOthers(tops);
          Files.createDirectory(top);
        }
        String jars = String.join(":", packed(program, top));
        List<String> arguments = new ArrayList<>(FLAGS);
        Path cache = top.resolve(kind + ".aot");
        if (!Files.exists(cache)) {
          train(kind, java, jars, cache);
        }
        arguments.addAll(List.of("-XX:AOTCache=" + cache, "-cp", jars));
        return arguments;
      }
    } catch (IOException | UncheckedIOException e) {
      System.err.println("no start-up cache could be made: " + e);
      return List.of("-cp", String.join(":", program));
    }
  }

  /** Over all that the classes are taken from, the JVM, and what says how the cache is made. */
  private static String sum(List<String> program) throws IOException {
    List<Path> all = new ArrayList<>(program.stream().map(Path::of).toList());
    for (Class<?> made : List.of(Program.class, StartCache.class, StartTraining.class)) {
      all.add(CLASSES.resolve(name(made)));
    }
    all.add(Path.of(System.getProperty("java.home"), "release"));
    CRC32 sum = new CRC32();
    for (Path entry : all) {
      try (Stream<Path> files = Files.walk(entry)) {
        for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
          sum.update(
              (file + " " + Files.size(file) + " " + Files.getLastModifiedTime(file)).getBytes());
        }
      }
    }
    return Long.toHexString(sum.getValue());
  }

  /** With a jar for each directory, and the training run's behind them. */
  private static List<String> packed(List<String> program, Path top) throws IOException {
    List<String> jars = new ArrayList<>();
    for (String entry : program) {
      Path path = Path.of(entry);
      if (!Files.isDirectory(path)) {
        jars.add(entry);
        continue;
      }
      Path jar = top.resolve(jars.size() + ".jar");
      if (!Files.exists(jar)) {
        pack(path, path, jar);
      }
      jars.add(jar.toString());
    }
    Path training = top.resolve("training.jar");
    if (!Files.exists(training)) {
      pack(CLASSES, CLASSES.resolve(name(StartTraining.class)), training);
    }
    jars.add(training.toString());
    return jars;
  }

  private static String name(Class<?> packed) {
    return packed.getName().replace('.', '/') + ".class";
  }

  private static void pack(Path root, Path what, Path jar) throws IOException {
    Path part = jar.resolveSibling(jar.getFileName() + ".part");
    try (OutputStream out = Files.newOutputStream(part);
        ZipOutputStream zip = new ZipOutputStream(out);
        Stream<Path> files = Files.walk(what)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        zip.putNextEntry(new ZipEntry(root.relativize(file).toString()));
        Files.copy(file, zip);
        zip.closeEntry();
      }
    }
    Files.move(part, jar, StandardCopyOption.ATOMIC_MOVE);
  }

  private static void train(Kind kind, List<String> java, String jars, Path cache)
      throws IOException {
    // Of an earlier build that was ended in the middle, the training run may still be at it.
    Path part = cache.resolveSibling(kind + "." + ProcessHandle.current().pid() + ".part");
    Path said = cache.resolveSibling(kind + ".log");
    Path directory = Files.createTempDirectory("whosent-training");
    List<String> command = new ArrayList<>(java);
    command.addAll(FLAGS);
    command.addAll(List.of("-XX:AOTCacheOutput=" + part, "-cp", jars));
    command.addAll(List.of(StartTraining.class.getName(), kind.toString(), directory.toString()));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("LC_ALL", "C.UTF-8");
    Process process = builder.redirectErrorStream(true).redirectOutput(said.toFile()).start();
    try {
      process.getOutputStream().close();
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)
          || process.exitValue() != 0
          || !Files.exists(part)) {
        throw new IOException(said + " says why");
      }
      Files.move(part, cache, StandardCopyOption.ATOMIC_MOVE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      process.destroyForcibly();
      delete(directory);
    }
  }

  /** Those of classes that are no more. */
  private static void removeOthers(Path tops) throws IOException {
    try (Stream<Path> made = Files.list(tops)) {
      for (Path old : made.filter(Files::isDirectory).toList()) {
        delete(old);
      }
    }
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
