package org.whosent.msa.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.whosent.record.DirectorySync;

/**
 * The journal's files, one after the other, and the rule when a new one begins. Not thread-safe:
 * the journal's writer alone uses it.
 */
final class JournalSequence {
  private static final Pattern NAME = Pattern.compile("journal-([0-9]{8})-([0-9]{4,9})\\.jsonl");
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("uuuuMMdd").withZone(ZoneOffset.UTC);

  private final Path directory;
  private final JournalFiles files;
  private final InstantSource clock;
  private final long maxFileBytes;
  private final Consumer<String> log;
  private String lastDay;
  private int lastNumber;
  private JournalFiles.JournalFile file;
  private long fileSize;
  private LocalDate fileDay;

  private JournalSequence(
      Path directory,
      JournalFiles files,
      InstantSource clock,
      long maxFileBytes,
      Consumer<String> log) {
    this.directory = directory;
    this.files = files;
    this.clock = clock;
    this.maxFileBytes = maxFileBytes;
    this.log = log;
  }

  static JournalSequence open(
      Path directory,
      JournalFiles files,
      InstantSource clock,
      long maxFileBytes,
      Consumer<String> log)
      throws IOException {
    DirectorySync.create(
        directory,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-x---")));
    JournalSequence sequence = new JournalSequence(directory, files, clock, maxFileBytes, log);
    sequence.lastDay = "";
    Path newest = null;
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, "journal-*.jsonl")) {
      for (Path entry : entries) {
        Matcher name = NAME.matcher(entry.getFileName().toString());
        if (name.matches() && sequence.isLater(name.group(1), Integer.parseInt(name.group(2)))) {
          sequence.lastDay = name.group(1);
          sequence.lastNumber = Integer.parseInt(name.group(2));
          newest = entry;
        }
      }
    }
    if (newest != null) {
      endTornLine(newest, log);
    }
    return sequence;
  }

  private boolean isLater(String day, int number) {
    int byDay = day.compareTo(lastDay);
    return byDay > 0 || byDay == 0 && number > lastNumber;
  }

  /**
   * A line that a crash cut in two was never acknowledged and its message never handed on. It is
   * ended, not removed: readers may have seen its first half, and files that only grow are the
   * simpler promise.
   */
  private static void endTornLine(Path path, Consumer<String> log) throws IOException {
    try (FileChannel channel =
        FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      long size = channel.size();
      ByteBuffer last = ByteBuffer.allocate(1);
      if (size > 0 && channel.read(last, size - 1) == 1 && last.get(0) != '\n') {
        channel.write(ByteBuffer.wrap(new byte[] {'\n'}), size);
        channel.force(true);
        log.accept("journal: " + path.getFileName() + " ended in a torn line, which is closed now");
      }
    }
  }

  /**
   * Appends whole lines.
   *
   * @throws IOException when they are not in the file; what was written of them is cut off again,
   *     or the file is abandoned
   */
  void append(ByteBuffer lines) throws IOException {
    LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    boolean gone = file != null && !file.isNamed();
    if (gone) {
      log.accept("journal: the file being written was moved or deleted; another one is begun");
    }
    if (file != null && (gone || fileSize >= maxFileBytes || today.isAfter(fileDay))) {
      force();
      abandon();
    }
    if (file == null) {
      file = next();
      fileSize = 0;
      fileDay = today;
    }
    int length = lines.remaining();
    try {
      file.append(lines);
      fileSize += length;
    } catch (IOException e) {
      cutBack();
      throw e;
    }
  }

  private void cutBack() {
    try {
      file.truncate(fileSize);
      // Or a crash could bring back some sectors of what was cut off and put them together with
      // those of the next lines, which go to the same place: a line that nobody wrote.
      file.force();
    } catch (IOException e) {
      // A torn line in the middle of a file would swallow the next one: never append to it again.
      abandon();
    }
  }

  private JournalFiles.JournalFile next() throws IOException {
    String today = DAY.format(clock.instant());
    // A clock that was set back must not make names sort before what is there.
    String day = today.compareTo(lastDay) > 0 ? today : lastDay;
    int number = day.equals(lastDay) ? lastNumber + 1 : 1;
    while (true) {
      try {
        JournalFiles.JournalFile created =
            files.create(directory.resolve("journal-%s-%04d.jsonl".formatted(day, number)));
        lastDay = day;
        lastNumber = number;
        return created;
      } catch (FileAlreadyExistsException e) {
        number++;
      }
    }
  }

  /** Forces what was appended; when that fails the file is never used again. */
  void force() throws IOException {
    if (file != null) {
      try {
        file.force();
      } catch (IOException e) {
        abandon();
        throw e;
      }
    }
  }

  private void abandon() {
    try {
      file.close();
    } catch (IOException e) {
      // what matters was said by force()
    }
    file = null;
  }

  void close() {
    if (file != null) {
      abandon();
    }
  }
}
