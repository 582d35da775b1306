package org.whosent.query.trace;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.whosent.indexer.ingest.input.Compression;
import org.whosent.record.IoReason;
import org.whosent.record.MessageIds;
import org.whosent.record.Printable;
import org.whosent.record.SubmissionRecord;
import org.whosent.record.TransactionId;
import org.whosent.record.message.AttachedArchive;
import org.whosent.record.message.MessageSplitter;
import org.whosent.record.message.PastedText;
import org.whosent.record.message.ReceivedField;
import org.whosent.record.message.UnreadableMessageException;
import org.whosent.record.outlook.OutlookFiles;

/**
 * Turns the arguments of {@code whosent trace} into inputs, one message in memory at a time. Not
 * thread-safe.
 *
 * <p>An argument that names an existing path is that file or directory; {@code -} is standard
 * input; else it must read as an ID, a Message-ID or a Received field. What is in files is read by
 * {@link Tracer}. A file that cannot be read is named, and the others go on.
 */
public final class InputReader {
  /** Who takes the inputs. */
  public interface Sink {
    /** The next input. */
    void input(TraceInput input) throws IOException;

    /** An input that cannot be read: where, and why in one line. */
    void unreadable(String name, String reason);
  }

  /** Said of what was made to take more than there is; the other files are still read. */
  public static final String NO_MEMORY = "takes more memory than there is";

  private static final Pattern MESSAGE_ID =
      Pattern.compile("<[^<>\\s]{1,8190}>|[^<>\\s@/]{1,7900}@[^<>\\s@/]{1,255}");

  /** People copy the whole line. */
  private static final String MESSAGE_ID_FIELD = "Message-ID:";

  /** Postfix, Exim, Sendmail, OpenSMTPD; Haraka's is a UUID with a counter behind. */
  private static final Pattern QUEUE_ID =
      Pattern.compile("(?=.*[0-9]|[A-Fa-f]{8,})[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*(?:[.][0-9]+)*");

  private static final int MAX_DIRECTORY_DEPTH = 20;

  /** A longer text that is not read was no file's name, but something else, mistyped. */
  private static final int LONGEST_NAME = 200;

  private static final byte[] ZIP = {'P', 'K', 3, 4};
  private static final byte[] GZIP = {0x1f, (byte) 0x8b};
  private static final int HEAD = 512;

  private final InputStream standardInput;

  public InputReader(InputStream standardInput) {
    this.standardInput = standardInput;
  }

  /**
   * Reads one argument.
   *
   * @throws IllegalArgumentException when it is neither a path nor a text that we know; the message
   *     is one line for the user
   * @throws IOException when the sink fails
   */
  public void read(String argument, Sink sink) throws IOException {
    if (argument.equals("-")) {
      messages(argument, standardInput, true, sink);
      return;
    }
    Path path = path(argument);
    if (path != null && Files.isDirectory(path)) {
      directory(path, sink);
    } else if (path != null) {
      file(path, argument, true, sink);
    } else {
      sink.input(
          asked(argument).orElseThrow(() -> new IllegalArgumentException(neither(argument))));
    }
  }

  /** A text that is nothing that we know may be the name of a file that cannot be got at. */
  private static String neither(String argument) {
    String name = Printable.text(argument, 300);
    if (!argument.isBlank() && argument.length() <= LONGEST_NAME && argument.indexOf('\0') < 0) {
      String reason = IoReason.ofMissing(Path.of(argument));
      if (!reason.equals("no such file")) {
        return name + ": " + reason;
      }
    }
    String why =
        "'%s' is no file, no transaction or queue ID, no <message-id> and no Received: line";
    // A sentence, or an ID that was read out with blanks in it.
    String hint = argument.strip().contains(" ") ? "; a text is read from a file, or from -" : "";
    return why.formatted(name) + hint;
  }

  private static Path path(String argument) {
    if (argument.isBlank()) {
      return null; // for the JDK an empty path is the working directory
    }
    try {
      Path path = Path.of(argument);
      return Files.exists(path) ? path : null;
    } catch (InvalidPathException e) {
      return null;
    }
  }

  /** What a text argument asks for. */
  static Optional<TraceInput.Asked> asked(String argument) {
    String text = argument.strip();
    if (text.regionMatches(true, 0, "Received:", 0, 9)
        || (text.matches("(?is)(from|by)\\s.*") && ReceivedField.parse(text).by() != null)) {
      return Optional.of(new TraceInput.Asked(argument, Kind.RECEIVED, text));
    }
    Optional<TraceInput.Asked> id = id(argument, CopiedId.plain(text));
    return id.isPresent() ? id : id(argument, text);
  }

  private static Optional<TraceInput.Asked> id(String argument, String text) {
    if (TransactionId.parse(text).isPresent()) {
      return Optional.of(new TraceInput.Asked(argument, Kind.TRANSACTION_ID, text));
    }
    if (text.length() >= 5 && text.length() <= 64 && QUEUE_ID.matcher(text).matches()) {
      return Optional.of(new TraceInput.Asked(argument, Kind.QUEUE_ID, text));
    }
    String messageId =
        text.regionMatches(true, 0, MESSAGE_ID_FIELD, 0, MESSAGE_ID_FIELD.length())
            ? text.substring(MESSAGE_ID_FIELD.length()).strip()
            : text;
    if (messageId.length() > SubmissionRecord.LONGEST_MESSAGE_ID) {
      return Optional.empty();
    }
    if (MESSAGE_ID.matcher(messageId).matches()
        || MESSAGE_ID.matcher(PastedText.withSigns(messageId)).matches()) {
      return Optional.of(new TraceInput.Asked(argument, Kind.MESSAGE_ID, messageId));
    }
    return Optional.ofNullable(MessageIds.bare(messageId))
        .filter(_ -> messageId.indexOf('<') == messageId.lastIndexOf('<'))
        .filter(_ -> messageId.startsWith("<") || messageId.startsWith("(")) // comments only
        .filter(bare -> MESSAGE_ID.matcher(bare).matches())
        .map(bare -> new TraceInput.Asked(argument, Kind.MESSAGE_ID, bare));
  }

  /** Files of a directory and those below it, by name; links to directories are not followed. */
  private void directory(Path directory, Sink sink) throws IOException {
    Deque<Path> waiting = new ArrayDeque<>(List.of(directory));
    int rootDepth = directory.getNameCount();
    while (!waiting.isEmpty()) {
      Path next = waiting.pop();
      if (!Files.isDirectory(next)) {
        file(next, next.toString(), false, sink);
        continue;
      }
      if (next.getNameCount() - rootDepth > MAX_DIRECTORY_DEPTH) {
        sink.unreadable(
            next.toString(), "more than %d directories deep".formatted(MAX_DIRECTORY_DEPTH));
        continue;
      }
      boolean maildir =
          Files.isDirectory(next.resolve("cur")) && Files.isDirectory(next.resolve("new"));
      List<Path> entries;
      try (Stream<Path> listing = Files.list(next)) {
        entries =
            listing
                .filter(
                    entry ->
                        Files.isRegularFile(entry)
                            || isLinkToNothing(entry)
                            || (Files.isDirectory(entry) && !Files.isSymbolicLink(entry)))
                .filter(entry -> !maildir || isMail(entry))
                .sorted()
                .toList();
      } catch (IOException e) {
        sink.unreadable(next.toString(), IoReason.of(e));
        continue;
      }
      entries.reversed().forEach(waiting::push);
    }
  }

  /** A message that is not there, of which whoever named the directory is told. */
  private static boolean isLinkToNothing(Path entry) {
    return Files.isSymbolicLink(entry) && !Files.exists(entry);
  }

  /** Of a Maildir: its mail and its folders, not what the server keeps beside them. */
  private static boolean isMail(Path entry) {
    String name = entry.getFileName().toString();
    return Files.isDirectory(entry)
        && (name.equals("cur") || name.equals("new") || name.startsWith("."));
  }

  /**
   * @param named false for one among others, of which nobody said that it is a message
   */
  private void file(Path path, String name, boolean named, Sink sink) throws IOException {
    InputStream in;
    try {
      in = Files.newInputStream(path);
    } catch (IOException e) {
      sink.unreadable(name, IoReason.of(e));
      return;
    }
    messages(name, in, named, sink);
  }

  private static void messages(String name, InputStream file, boolean named, Sink sink)
      throws IOException {
    BufferedInputStream in = new BufferedInputStream(file, 1 << 16);
    byte[] head = head(name, in, sink);
    if (head == null || !named && NotMail.isMacLeftover(head)) {
      in.close();
    } else if (head.length > 3 && Arrays.equals(head, 0, 4, ZIP, 0, 4)) {
      archive(name, sink).zip(in);
    } else if (head.length > 1 && Arrays.equals(head, 0, 2, GZIP, 0, 2)) {
      unpacked(name, in, sink, packed -> new GZIPInputStream(packed, 1 << 16));
    } else if (NotMail.isPackedAlone(head)) {
      unpacked(name, in, sink, Compression::unpacked);
    } else {
      unpacked(name, in, head, sink);
    }
  }

  /** How it begins; null where it cannot be read, which is said. */
  private static byte[] head(String name, BufferedInputStream in, Sink sink) {
    try {
      in.mark(HEAD);
      byte[] head = in.readNBytes(HEAD);
      in.reset();
      return head;
    } catch (IOException e) {
      sink.unreadable(name, IoReason.of(e));
      return null;
    }
  }

  private static ArchiveReader archive(String name, Sink sink) {
    return new ArchiveReader(
        name, sink, (file, content) -> plain(file, new ByteArrayInputStream(content), sink));
  }

  /** What makes the bytes of packed ones. */
  private interface Unpacking {
    InputStream of(InputStream packed) throws IOException;
  }

  /** A rotated mailbox. Read as it is unpacked, so a bomb costs time and no memory. */
  private static void unpacked(String name, InputStream in, Sink sink, Unpacking unpacking)
      throws IOException {
    BufferedInputStream plain;
    try {
      InputStream bounded = new Bounded(unpacking.of(in), ArchiveReader.MAX_UNPACKED);
      plain = new BufferedInputStream(bounded, 1 << 16);
    } catch (IOException e) {
      in.close();
      sink.unreadable(name, "a compressed file that is broken: " + IoReason.of(e));
      return;
    }
    byte[] head = head(name, plain, sink);
    if (head == null) {
      plain.close();
    } else {
      unpacked(name, plain, head, sink);
    }
  }

  private static void unpacked(String name, InputStream in, byte[] head, Sink sink)
      throws IOException {
    if (AttachedArchive.isTar(head)) {
      archive(name, sink).tar(in);
    } else {
      plain(name, in, sink);
    }
  }

  /** Fails with a clear word after so many bytes. Not thread-safe. */
  private static final class Bounded extends FilterInputStream {
    private long left;

    Bounded(InputStream in, long most) {
      super(in);
      this.left = most;
    }

    @Override
    public int read() throws IOException {
      return count(super.read(), 1);
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int read = super.read(buffer, offset, length);
      return count(read, Math.max(read, 0));
    }

    private int count(int result, int bytes) throws IOException {
      left -= bytes;
      if (left < 0) {
        throw new IOException(
            "unpacks to more than %d bytes".formatted(ArchiveReader.MAX_UNPACKED));
      }
      return result;
    }
  }

  private static void plain(String name, InputStream in, Sink sink) throws IOException {
    try (MessageSplitter splitter = new MessageSplitter(in)) {
      while (true) {
        byte[] message;
        try {
          message = splitter.next();
        } catch (UnreadableMessageException e) {
          sink.unreadable(name, e.getMessage());
          continue;
        } catch (IOException e) {
          sink.unreadable(name, IoReason.of(e));
          return;
        } catch (OutOfMemoryError e) {
          sink.unreadable(name, NO_MEMORY);
          return;
        }
        if (message == null) {
          return;
        }
        Optional<String> advice =
            OutlookFiles.isOne(message) ? Optional.empty() : NotMail.advice(message);
        if (advice.isPresent()) {
          sink.unreadable(name, advice.get());
        } else {
          sink.input(new TraceInput.Content(name, message));
        }
      }
    }
  }
}
