package org.whosent.indexer.store.partition.forgetting;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.whosent.indexer.store.bytes.StoreFiles;
import org.whosent.indexer.store.partition.login.LoginFile;
import org.whosent.indexer.store.partition.login.LoginFiles;
import org.whosent.indexer.store.partition.manifest.Manifest;
import org.whosent.indexer.store.partition.renewal.Renewal;
import org.whosent.record.ClueType;
import org.whosent.record.FailedLogin;

/**
 * Failed logins that are to go, or to lose where they came from. Their files are written anew
 * beside, while others append to them, and put in place under the writer's lock; a file that is
 * longer by then is written anew under it, which {@link LoginFile#LONGEST} bounds. For one thread.
 */
final class LoginChange {
  private final Path data;

  /** The first day that is left alone, or null. */
  private final LocalDate end;

  /** Gives null for what is to go; null for all. */
  private final UnaryOperator<FailedLogin> change;

  private final LeftDays stays;
  private final Map<Path, Prepared> prepared = new HashMap<>();

  /**
   * A file as it was.
   *
   * @param instead takes its place; null when nothing of it stays, itself when all does
   */
  private record Prepared(long size, Path instead) {}

  private LoginChange(Path data, LocalDate end, UnaryOperator<FailedLogin> change, LeftDays stays)
      throws IOException {
    this.data = data;
    this.end = end;
    this.change = change;
    this.stays = stays;
    if (change != null) {
      for (Map.Entry<LocalDate, Path> day : LoginFiles.days(data, end).entrySet()) {
        try {
          prepare(day.getKey(), day.getValue());
        } catch (IOException e) {
          stays.leave(day.getValue(), e);
        }
      }
    }
  }

  /** Forgets the days before a day, but for what is under hold. */
  static LoginChange purging(Path data, Manifest manifest, LocalDate firstKept, LeftDays stays)
      throws IOException {
    boolean unread = manifest.holds().isEmpty();
    return new LoginChange(
        data, firstKept, unread ? null : login -> manifest.held(login) ? login : null, stays);
  }

  /**
   * Forgets those with a name, folded, that are not under hold.
   *
   * @param end what is from then or later stays; null when nothing does
   */
  static LoginChange erasing(Path data, Manifest manifest, String folded, Instant end)
      throws IOException {
    return new LoginChange(
        data,
        null,
        login -> {
          String typed = login.failure().login();
          boolean theirs =
              typed != null
                  && folded.equals(ClueType.USER.fold(typed))
                  && (end == null || login.failure().time().isBefore(end));
          return theirs && !manifest.held(login) ? null : login;
        },
        LeftDays.none());
  }

  /** Forgets from where those of the days before a day were tried, but for what is under hold. */
  static LoginChange masking(Path data, Manifest manifest, LocalDate end, LeftDays stays)
      throws IOException {
    return new LoginChange(
        data, end, login -> manifest.held(login) ? login : login.masked(), stays);
  }

  private void prepare(LocalDate day, Path file) throws IOException {
    long size = StoreFiles.size(file);
    Left left = left(file);
    if (!left.whole) {
      boolean damaged = !LoginFile.isTorn(file);
      if (damaged && StoreFiles.size(file) == size) { // else somebody is appending
        throw damaged(day, file);
      }
      return;
    }
    Path instead = left.changed ? null : file;
    if (left.changed && !left.logins.isEmpty()) {
      instead = Renewal.directory(data).resolve("logins-" + day);
      StoreFiles.createDirectories(Renewal.directory(data));
      LoginFile.replace(instead, List.copyOf(left.logins.values()));
    }
    if (StoreFiles.size(file) == size) { // else it grew while it was read
      prepared.put(file, new Prepared(size, instead));
    }
  }

  /** What cannot be read may be others', or under hold. */
  private static IOException damaged(LocalDate day, Path file) {
    return new IOException(
        "%s: failed logins are damaged, which may be others' or under hold, so nothing of it was forgotten; restore it from a backup, or rebuild it with: whosent rebuild --day %s"
            .formatted(file, day));
  }

  /** What is to be left of a file. */
  private record Left(Map<String, FailedLogin> logins, boolean changed, boolean whole) {}

  private Left left(Path file) throws IOException {
    Map<String, FailedLogin> kept = new LinkedHashMap<>();
    boolean[] changed = new boolean[1];
    boolean whole =
        LoginFile.read(
            file,
            login -> {
              FailedLogin left = change.apply(login);
              changed[0] |= !login.equals(left);
              if (left != null) {
                kept.putIfAbsent(left.key(), left);
              }
            });
    return new Left(kept, changed[0] || kept.isEmpty(), whole);
  }

  /** Puts it in place. Under the writer's lock. */
  void put() throws IOException {
    for (Map.Entry<LocalDate, Path> day : LoginFiles.days(data, end).entrySet()) {
      Path file = day.getValue();
      Prepared ready = prepared.get(file);
      if (change == null) {
        delete(file);
      } else if (ready != null && ready.size == StoreFiles.size(file)) {
        put(file, ready.instead);
      } else if (!stays.has(file)) {
        putUnprepared(day.getKey(), file);
      }
    }
  }

  private void putUnprepared(LocalDate day, Path file) throws IOException {
    Left left;
    try {
      left = left(file);
      if (!left.whole && !LoginFile.isTorn(file)) {
        throw damaged(day, file);
      }
    } catch (IOException e) {
      stays.leave(file, e);
      return;
    }
    if (left.logins.isEmpty()) {
      delete(file);
    } else if (left.changed || !left.whole) { // a torn end may have what is to go
      LoginFile.replace(file, List.copyOf(left.logins.values()));
    }
  }

  private static void put(Path file, Path instead) throws IOException {
    if (instead == null) {
      delete(file);
    } else if (!instead.equals(file)) {
      StoreFiles.move(instead, file);
      StoreFiles.syncDirectory(file.getParent());
    }
  }

  private static void delete(Path file) throws IOException {
    Files.delete(file);
    StoreFiles.syncDirectory(file.getParent());
  }
}
