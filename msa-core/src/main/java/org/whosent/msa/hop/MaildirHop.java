package org.whosent.msa.hop;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.whosent.record.DirectorySync;
import org.whosent.record.IoReason;
import org.whosent.record.Outcome;

/**
 * A Maildir that takes every message, whoever it is for. Thread-safe.
 *
 * <p>Written to {@code tmp}, forced, renamed into {@code new}, the directory forced: a message is
 * there whole or not at all. As in any mailbox, {@code Return-Path} stands on top (RFC 5321 section
 * 4.4), and {@code Envelope-To} keeps who it is for, which the header need not say. Lines end in LF
 * as Unix mailboxes' do. Weak: it is one mailbox, not one for each recipient.
 */
public final class MaildirHop implements NextHop {
  private static final FileAttribute<Set<PosixFilePermission>> DIRECTORY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
  private static final FileAttribute<Set<PosixFilePermission>> FILE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  /**
   * No BINARYMIME, since lines end otherwise here, and no DSN: this is delivery, of which a sender
   * who asks for it would have to be notified.
   */
  private static final Offer OFFER = new Offer(Set.of(Extension.EIGHT_BIT, Extension.UTF8), 0);

  private final Path directory;
  private final String hostname;
  private final Consumer<String> log;

  /**
   * Makes the directories when absent.
   *
   * @throws IOException when they cannot be made
   */
  public MaildirHop(Path directory, String hostname, Consumer<String> log) throws IOException {
    this.directory = directory;
    this.hostname = hostname;
    this.log = log;
    for (String part : List.of("tmp", "new", "cur")) {
      DirectorySync.create(directory.resolve(part), DIRECTORY);
    }
  }

  @Override
  public Offer offer() {
    return OFFER;
  }

  @Override
  public Transaction begin(Envelope envelope) {
    return new MaildirTransaction(envelope);
  }

  private final class MaildirTransaction implements Transaction {
    private static final HopReply OK = new HopReply(250, "2.1.0", "OK");
    private final String reversePath;
    private final HopReply opening;
    private final List<String> recipients = new ArrayList<>();

    MaildirTransaction(Envelope envelope) {
      this.reversePath = envelope.reversePath();
      this.opening =
          envelope.needs().stream()
              .filter(need -> !OFFER.has(need))
              .findFirst()
              .map(Extension::lacking)
              .orElse(OK);
    }

    @Override
    public HopReply opening() {
      return opening;
    }

    @Override
    public boolean has(Extension extension) {
      return OFFER.has(extension);
    }

    @Override
    public long maxSize() {
      return 0;
    }

    @Override
    public HopReply recipient(ForwardPath path) {
      if (!path.dsn().isEmpty()) {
        return Extension.DSN.lacking();
      }
      recipients.add(path.address());
      return new HopReply(250, "2.1.5", "OK");
    }

    @Override
    public HandOver handOver(HopMessage message) {
      String hop = "maildir:" + directory;
      // The transaction ID is unique; what comes from a client is no part of the name.
      String name =
          System.currentTimeMillis() / 1000 + "." + message.transactionId() + "." + hostname;
      Path temporary = directory.resolve("tmp").resolve(name);
      Path mail = directory.resolve("new").resolve(name);
      boolean renamed = false;
      try {
        write(temporary, message);
        Files.move(temporary, mail, StandardCopyOption.ATOMIC_MOVE);
        renamed = true;
        DirectorySync.force(directory.resolve("new"));
        return new HandOver(
            Outcome.DELIVERED, new HopReply(250, "2.0.0", "OK"), "saved", hop, name);
      } catch (IOException e) {
        log.accept("maildir: " + IoReason.withFile(e));
        HopReply reply =
            new HopReply(452, "4.3.1", "the message cannot be stored now; try again later");
        if (renamed) {
          // It can be read there now, whether it survives a crash or not.
          return new HandOver(Outcome.UNKNOWN, reply, e.getClass().getSimpleName(), hop, name);
        }
        delete(temporary);
        return new HandOver(Outcome.DEFERRED, reply, e.getClass().getSimpleName(), hop, null);
      }
    }

    private void write(Path file, HopMessage message) throws IOException {
      try (FileChannel channel =
              FileChannel.open(
                  file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), FILE);
          OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), 16384);
          InputStream in = message.open()) {
        out.write(("Return-Path: <" + reversePath + ">\n").getBytes(StandardCharsets.UTF_8));
        for (String recipient : recipients) {
          out.write(("Envelope-To: <" + recipient + ">\n").getBytes(StandardCharsets.UTF_8));
        }
        byte[] chunk = new byte[8192];
        int count;
        while ((count = in.read(chunk)) >= 0) {
          int kept = 0;
          for (int i = 0; i < count; i++) {
            // Every CR stands before an LF: bare ones were refused or made whole at the door.
            if (chunk[i] != '\r') {
              chunk[kept++] = chunk[i];
            }
          }
          out.write(chunk, 0, kept);
        }
        out.flush();
        channel.force(true);
      }
    }

    private void delete(Path file) {
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        log.accept("maildir: " + IoReason.withFile(e));
      }
    }

    @Override
    public void close() {}
  }
}
