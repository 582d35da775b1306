package org.whosent.msa.privilege;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What each thread of this process may be, as credentials(7) of Linux has it and {@code
 * /proc/self/task/TID/status} says it: the real, the effective, the saved and the file system's
 * user and group, the supplementary groups, the capabilities. A saved user is as good as the
 * effective one, since it may be taken back at any time. Immutable.
 */
final class ThreadCredentials {
  /** Real, effective, saved, file system's. */
  private static final int KINDS = 4;

  private final int uid;
  private final Predicate<String> isGroup;
  private final Predicate<Set<String>> areGroups;
  private final boolean capable;

  private ThreadCredentials(
      int uid, Predicate<String> isGroup, Predicate<Set<String>> areGroups, boolean capable) {
    this.uid = uid;
    this.isGroup = isGroup;
    this.areGroups = areGroups;
    this.capable = capable;
  }

  /**
   * Those of an account that root became: nothing but what the account has.
   *
   * @param groups its supplementary groups; root's is none of an account's, whatever the system
   *     says
   */
  static ThreadCredentials became(int uid, int gid, Set<Integer> groups) {
    Set<String> wanted = new HashSet<>();
    groups.forEach(group -> wanted.add(text(group)));
    wanted.remove("0");
    return new ThreadCredentials(uid, text(gid)::equals, wanted::equals, false);
  }

  /**
   * Those of an account that the process was started as: whoever did so may have given it more
   * groups and capabilities (systemd's {@code SupplementaryGroups}, {@code AmbientCapabilities}),
   * but neither root's user nor its group.
   *
   * @param gid null for any
   */
  static ThreadCredentials startedAs(int uid, Integer gid) {
    return new ThreadCredentials(
        uid,
        group -> gid == null ? !group.equals("0") : text(gid).equals(group),
        groups -> !groups.contains("0"),
        true);
  }

  /** The kernel's numbers have no sign. */
  private static String text(int number) {
    return Integer.toUnsignedString(number);
  }

  /**
   * Looks at every thread.
   *
   * @throws IOException when one is anything else, or the kernel does not say
   */
  void check() throws IOException {
    int threads = 0;
    try (DirectoryStream<Path> tasks = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
      for (Path task : tasks) {
        try {
          check(Files.readAllLines(task.resolve("status")));
          threads++;
        } catch (NoSuchFileException e) {
          // The thread has ended since.
        }
      }
    }
    if (threads == 0) {
      throw new IOException("runAs: /proc/self/task says nothing, so root may not be gone");
    }
  }

  /** One thread's status. */
  void check(List<String> status) throws IOException {
    Set<String> missing = new HashSet<>(List.of("Uid:", "Gid:", "Groups:", "CapEff:", "CapPrm:"));
    for (String line : status) {
      List<String> words = List.of(line.strip().split("\\s+"));
      missing.remove(words.getFirst());
      if (!isRight(words.getFirst(), words.subList(1, words.size()))) {
        throw new IOException(
            "runAs: a thread of this process has other rights than the account that was wanted: "
                + String.join(" ", words));
      }
    }
    if (!missing.isEmpty()) {
      throw new IOException(
          "runAs: the kernel does not say what a thread may do: no "
              + String.join(" ", missing.stream().sorted().toList()));
    }
  }

  private boolean isRight(String name, List<String> values) {
    return switch (name) {
      case "Uid:" -> values.size() == KINDS && values.stream().allMatch(text(uid)::equals);
      case "Gid:" -> values.size() == KINDS && values.stream().allMatch(isGroup);
      case "Groups:" -> areGroups.test(new HashSet<>(values));
      case "CapEff:", "CapPrm:" -> capable || values.size() == 1 && values.getFirst().matches("0+");
      default -> true;
    };
  }
}
