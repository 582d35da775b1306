package org.whosent.indexer.store.partition.login;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.whosent.indexer.store.FailedLoginQuery;
import org.whosent.indexer.store.bytes.StoreFiles;
import org.whosent.record.FailedLogin;
import org.whosent.record.IoReason;

/**
 * The failed logins, a file for every UTC day: {@code logins/2026-11-23.blocks}, whose form {@link
 * LoginFile} is the one to know.
 *
 * <p>The manifest does not name them: an entry is the same however often it is written, so that
 * those which a crash left without their checkpoint are written again with the lines that are read
 * again, and show once. They are forced to disk before the manifest is. A purge deletes the files
 * of the days that it drops; an erasure writes anew those that have the name. Neither takes what is
 * under hold: that stays in its day's file. {@code LoginChange} does it.
 *
 * <p>Belongs to one batch, under the writer's lock; the static part may be called from any thread.
 * Public for batches, views, and who forgets.
 */
public final class LoginFiles {
  private static final String SUFFIX = ".blocks";

  /** Of an empty file beside: a rebuild left out what it could not read of that day. */
  private static final String LOST = ".lost";

  private final Path data;
  private final Map<LocalDate, Map<String, FailedLogin>> waiting = new LinkedHashMap<>();
  private final Map<LocalDate, Long> lengths = new LinkedHashMap<>();
  private int count;

  public LoginFiles(Path data) {
    this.data = data;
  }

  private static Path directory(Path data) {
    return data.resolve("logins");
  }

  private static Path file(Path data, LocalDate day) {
    return directory(data).resolve(day + SUFFIX);
  }

  private static LocalDate day(FailedLogin login) {
    return LocalDate.ofInstant(login.failure().time(), ZoneOffset.UTC);
  }

  /** Adds one; false when its day has too many already. */
  public boolean add(FailedLogin login) throws IOException {
    LocalDate day = day(login);
    Long length = lengths.get(day);
    if (length == null) {
      length = StoreFiles.size(file(data, day));
      lengths.put(day, length);
    }
    if (length >= LoginFile.LONGEST) {
      return false;
    }
    Map<String, FailedLogin> ofDay = waiting.computeIfAbsent(day, _ -> new LinkedHashMap<>());
    count += ofDay.putIfAbsent(login.key(), login) == null ? 1 : 0;
    if (count >= LoginFile.MOST_OF_A_BLOCK) {
      commit();
    }
    return true;
  }

  /** Makes all durable. */
  public void commit() throws IOException {
    if (waiting.isEmpty()) {
      return;
    }
    StoreFiles.createDirectories(directory(data));
    for (Map.Entry<LocalDate, Map<String, FailedLogin>> ofDay : waiting.entrySet()) {
      Path file = file(data, ofDay.getKey());
      boolean made = !Files.exists(file);
      LoginFile.append(file, List.copyOf(ofDay.getValue().values()));
      if (made) {
        StoreFiles.syncDirectory(directory(data));
        StoreFiles.syncDirectory(data);
      }
    }
    waiting.clear();
    lengths.clear();
    count = 0;
  }

  /** Whether there may be any. */
  public static boolean any(Path data) {
    return Files.isDirectory(directory(data));
  }

  /** The days before {@code end}, or all when that is null, that have a file. */
  public static Map<LocalDate, Path> days(Path data, LocalDate end) throws IOException {
    Map<LocalDate, Path> days = days(data);
    days.keySet().removeIf(day -> end != null && !day.isBefore(end));
    return days;
  }

  /** The days that have a file, newest first. */
  private static Map<LocalDate, Path> days(Path data) throws IOException {
    return days(data, SUFFIX);
  }

  private static Map<LocalDate, Path> days(Path data, String suffix) throws IOException {
    Map<LocalDate, Path> days = new TreeMap<>(Comparator.reverseOrder());
    if (!Files.isDirectory(directory(data))) {
      return days;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory(data))) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        if (name.endsWith(suffix)) {
          try {
            days.put(LocalDate.parse(name.substring(0, name.length() - suffix.length())), file);
          } catch (DateTimeException _) {
            continue; // not ours
          }
        }
      }
    }
    return days;
  }

  /**
   * Those that match, newest first; a day's are in memory at a time.
   *
   * @param asKept what the store shows of one; null for one that it does not
   * @param warnings takes a line for every damaged file, or for all that cannot be looked for
   */
  public static Iterator<FailedLogin> search(
      Path data,
      FailedLoginQuery query,
      UnaryOperator<FailedLogin> asKept,
      Consumer<String> warnings) {
    Map<LocalDate, Path> days;
    try {
      days = days(data);
    } catch (IOException e) {
      warnings.accept(IoReason.withFile(e) + "; no failed logins are shown; see to that");
      return Collections.emptyIterator();
    }
    return days.entrySet().stream()
        .filter(day -> mayMatch(day.getKey(), query))
        .flatMap(day -> newestFirst(day.getValue(), query, asKept, warnings).stream())
        .iterator();
  }

  private static boolean mayMatch(LocalDate day, FailedLoginQuery query) {
    Instant start = day.atStartOfDay().toInstant(ZoneOffset.UTC);
    Instant end = day.plusDays(1).atStartOfDay().toInstant(ZoneOffset.UTC);
    return (query.since() == null || query.since().isBefore(end))
        && (query.until() == null || query.until().isAfter(start));
  }

  private static List<FailedLogin> newestFirst(
      Path file,
      FailedLoginQuery query,
      UnaryOperator<FailedLogin> asKept,
      Consumer<String> warnings) {
    List<FailedLogin> found = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    try {
      boolean whole =
          LoginFile.read(
              file,
              stored -> {
                FailedLogin login = asKept.apply(stored);
                if (login != null && query.matches(login) && seen.add(login.key())) {
                  found.add(login);
                }
              });
      if (!whole) {
        String name = file.getFileName().toString();
        warnings.accept(
            file
                + ": damaged; some failed logins of that day are not shown; rebuild it with:"
                + " whosent rebuild --day "
                + name.substring(0, name.length() - SUFFIX.length()));
      }
    } catch (ClosedChannelException e) {
      throw new UncheckedIOException(e);
    } catch (IOException e) {
      warnings.accept(
          IoReason.withFile(e)
              + "; some failed logins of that day are not shown; see to that, or restore it from a"
              + " backup");
    }
    found.sort(
        Comparator.comparing((FailedLogin login) -> login.failure().time())
            .thenComparing(FailedLogin::key)
            .reversed());
    return found;
  }

  /** Says of which days that may matter a rebuild left some out, a line each. */
  public static void losses(Path data, FailedLoginQuery query, Consumer<String> lines) {
    try {
      for (LocalDate day : days(data, LOST).keySet()) {
        if (mayMatch(day, query)) {
          lines.accept(
              "%s: failed logins may be missing: a rebuild left out what was damaged; read that day's logs again, and when that is done rebuild it once more with: whosent rebuild --day %s"
                  .formatted(day, day));
        }
      }
    } catch (IOException _) {
      // a directory that may not be looked into: whoever searches it says so
    }
  }

  /** Of the days before {@code end} no log brings back what was lost. */
  public static void forgetLosses(Path data, LocalDate end) throws IOException {
    Map<LocalDate, Path> lost = days(data, LOST);
    lost.keySet().removeIf(day -> !day.isBefore(end));
    for (Path each : lost.values()) {
      Files.delete(each);
    }
    if (!lost.isEmpty()) {
      StoreFiles.syncDirectory(directory(data));
    }
  }

  /** Whether a day has any, or had. */
  public static boolean has(Path data, LocalDate day) throws IOException {
    return days(data).containsKey(day) || days(data, LOST).containsKey(day);
  }

  /**
   * The days, or that one of them when it is not null, that a {@link #rebuild} changes: they are
   * damaged, or an earlier one left something out.
   */
  public static Set<LocalDate> toMend(Path data, LocalDate only) throws IOException {
    Set<LocalDate> days = new TreeSet<>(days(data, LOST).keySet());
    for (Map.Entry<LocalDate, Path> day : days(data).entrySet()) {
      if ((only == null || only.equals(day.getKey())) && !LoginFile.read(day.getValue(), _ -> {})) {
        days.add(day.getKey());
      }
    }
    days.removeIf(day -> only != null && !only.equals(day));
    return days;
  }

  /**
   * Writes a day's damaged file anew from what can be read of it, and notes that; of one that is
   * sound it forgets that an earlier rebuild left something out. Under the writer's lock.
   *
   * @throws IOException also when nothing of it can be read; it is left as it is
   */
  public static void rebuild(Path data, LocalDate day) throws IOException {
    Path file = file(data, day);
    Path lost = directory(data).resolve(day + LOST);
    Map<String, FailedLogin> sound = new LinkedHashMap<>();
    boolean whole = LoginFile.read(file, login -> sound.putIfAbsent(login.key(), login));
    if (whole) {
      Files.deleteIfExists(lost);
      StoreFiles.syncDirectory(directory(data));
      return;
    }
    if (sound.isEmpty()) {
      throw new IOException(
          file + ": none of its failed logins can be read; restore it from a backup or delete it");
    }
    StoreFiles.replace(lost, new byte[0]); // first: what is lost must not go unsaid
    LoginFile.replace(file, List.copyOf(sound.values()));
  }
}
