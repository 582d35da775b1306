package org.whosent.benchmarks.store;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
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
    String stat;
    try {
      stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
    } catch (NoSuchFileException _) {
      return 0; // not Linux, or it has just ended
    }
    // The name in brackets may hold blanks; utime is the twelfth field behind it.
    String[] behind = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    long ticks = 0;
    for (int i = 0; i < fields; i++) {
      ticks += Long.parseLong(behind[11 + i]);
    }
    return ticks;
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
