package org.whosent.benchmarks.store;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/** What a peer used: time, processor, disk. */
final class Usage {
  /** {@code USER_HZ}, which Linux keeps at 100 for all programs. */
  private static final long NANOS_A_TICK = 10_000_000;

  private Usage() {}

  /** Of this process, the JVM's own threads included. */
  static long cpu() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  /** Of another process, those that it started, and those of them that ended (proc(5)). */
  static long cpu(ProcessHandle process) throws IOException {
    long ticks = ticks(process.pid(), 4);
    for (ProcessHandle child : process.descendants().toList()) {
      ticks += ticks(child.pid(), 2);
    }
    return ticks * NANOS_A_TICK;
  }

  /** utime, stime and, with 4 fields, cutime and cstime. */
  private static long ticks(long pid, int fields) throws IOException {
    String[] behind = stat(pid);
    long ticks = 0;
    for (int i = 0; behind != null && i < fields; i++) {
      ticks += Long.parseLong(behind[11 + i]);
    }
    return ticks;
  }

  /** The fields behind the name, the state first; utime is the twelfth, majflt the tenth. */
  private static String[] stat(long pid) throws IOException {
    try {
      String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
      return stat.substring(stat.lastIndexOf(')') + 2).split(" "); // the name may hold blanks
    } catch (NoSuchFileException _) {
      return null; // not Linux, or it has just ended
    }
  }

  /** Reads all files below once, so that they lie in memory if there is room; null is nothing. */
  static void read(Path path) throws IOException {
    if (path == null) {
      return;
    }
    try (Stream<Path> all = Files.walk(path)) {
      for (Path file : (Iterable<Path>) all.filter(Files::isRegularFile)::iterator) {
        try (InputStream in = Files.newInputStream(file)) {
          in.transferTo(OutputStream.nullOutputStream());
        } catch (NoSuchFileException _) {
          // a server deletes files
        }
      }
    }
  }

  /**
   * Forces all files below to disk: who writes next and waits for the disk does not wait for what
   * others have left to be written.
   */
  static void sync(Path path) throws IOException {
    try (Stream<Path> all = Files.walk(path)) {
      for (Path file : (Iterable<Path>) all.filter(Files::isRegularFile)::iterator) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
          channel.force(true);
        }
      }
    }
  }

  /** Page faults of this process so far that were served by the disk; 0 where nobody counts. */
  static long majorFaults() throws IOException {
    String[] behind = stat(ProcessHandle.current().pid());
    return behind == null ? 0 : Long.parseLong(behind[9]);
  }

  /** Of all files below; those that go meanwhile are not counted. */
  static long bytes(Path path) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(path)) {
      files = all.filter(Files::isRegularFile).toList();
    }
    long bytes = 0;
    for (Path file : files) {
      try {
        bytes += Files.size(file);
      } catch (NoSuchFileException _) {
        // as said
      }
    }
    return bytes;
  }

  /** Whether a program is on the PATH. */
  static boolean has(String program) {
    return Stream.of(System.getenv("PATH").split(":"))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
  }
}
