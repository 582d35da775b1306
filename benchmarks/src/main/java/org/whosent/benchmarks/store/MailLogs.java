package org.whosent.benchmarks.store;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.whosent.record.SubmissionRecord;

/**
 * The same mail as Postfix would have logged it, searched by a program: how it is done without any
 * store. Who asks knows the day (a long queue ID names it, a complaint has a Date), so one day's
 * file is read. A Message-ID needs two searches, its own line and those of its queue ID. Of what is
 * found, the user and the number of recipients must be right. Not thread-safe.
 */
final class MailLogs implements Peer {
  private static final Pattern LOGIN = Pattern.compile("sasl_username=(\\S+)");

  private final String program;
  private final boolean packed;
  private final Path directory;

  /**
   * @param packed one gzip file a day, as logrotate leaves them; else plain ones
   */
  MailLogs(String program, boolean packed, Path directory) {
    this.program = program;
    this.packed = packed;
    this.directory = directory;
  }

  @Override
  public String name() {
    return program + (packed ? ", logs gzipped" : ", plain logs");
  }

  @Override
  public String missing() {
    String name = program.split(" ")[0];
    if (Usage.has(name)) {
      return null;
    }
    return name + " is not there: install " + (name.equals("rg") ? "ripgrep" : "gzip");
  }

  /** Writing them is the mail server's work, packing them logrotate's: neither is a rate. */
  @Override
  public boolean ingest(Journals journals) throws Exception {
    if (!Files.isDirectory(directory)) {
      Files.createDirectories(directory);
      try (Days days = new Days()) {
        journals.read(record -> PostfixLines.write(record, days.of(record.time())));
      }
    }
    return false;
  }

  /** The file that is being written. */
  private final class Days implements AutoCloseable {
    private Path file;
    private Writer out;

    Writer of(Instant time) throws IOException {
      Path day = file(time);
      if (!day.equals(file)) {
        close();
        file = day;
        var raw = Files.newOutputStream(day);
        // 6 is both gzip's own level and Java's.
        out =
            new OutputStreamWriter(
                new BufferedOutputStream(
                    packed ? new GZIPOutputStream(raw, 1 << 16) : raw, 1 << 16),
                StandardCharsets.UTF_8);
      }
      return out;
    }

    @Override
    public void close() throws IOException {
      if (out != null) {
        out.close();
      }
    }
  }

  private Path file(Instant time) {
    return directory.resolve(
        "mail.log-" + time.atOffset(ZoneOffset.UTC).toLocalDate() + (packed ? ".gz" : ""));
  }

  @Override
  public long bytes() throws IOException {
    return Usage.bytes(directory);
  }

  @Override
  public boolean answers(Question question) {
    return question == Question.ID || question == Question.MESSAGE_ID;
  }

  @Override
  public List<String> find(Question question, SubmissionRecord asked) throws Exception {
    Path file = file(asked.time());
    String id = PostfixLines.queueId(asked);
    if (question == Question.MESSAGE_ID) {
      String line = search(asked.messageId(), file);
      id = line.substring(line.indexOf("]: ") + 3, line.indexOf(": message-id="));
    }
    String lines = search(id + ": ", file);
    Matcher login = LOGIN.matcher(lines);
    boolean right =
        login.find()
            && login.group(1).equals(asked.user())
            && lines.split(": to=<", -1).length == 1 + asked.recipients().size();
    return right ? List.of(asked.transactionId()) : List.of();
  }

  private String search(String text, Path file) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(program.split(" ")));
    command.addAll(List.of("-F", "-e", text, file.toString()));
    Process search =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String found;
    try (InputStream out = search.getInputStream()) {
      found = new String(out.readAllBytes(), StandardCharsets.UTF_8);
    }
    if (search.waitFor() != 0) {
      throw new IOException(command + ": exit status " + search.exitValue());
    }
    return found;
  }

  @Override
  public long export(String user, Export to) {
    return -1; // by Message-ID and queue ID it would be a program of its own
  }

  /** A file is removed, by whatever program. */
  @Override
  public boolean purges() {
    return false;
  }

  @Override
  public boolean purge(Instant before) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {}
}
