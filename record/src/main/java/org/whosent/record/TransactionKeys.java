package org.whosent.record;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The site's keys that make and check the tags of transaction IDs: one small file each in a
 * directory of their own, readable by their owner only. Immutable, thread-safe.
 *
 * <p>Keys are never deleted by retention, so that an ID past retention can be told from an invented
 * one. Rotation adds a key; an ID is made with the newest and checked against those that were in
 * force at its time. An ID of a time or node for which no key is at hand is {@link
 * Check#UNVERIFIABLE}: without the key nobody may call it forged.
 */
public final class TransactionKeys {
  private static final String HEADER = "whosent-transaction-key 1";
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  /** How long before or after a rotation the neighbouring key is tried too: clocks differ. */
  private static final long OVERLAP_MILLIS = 60_000;

  /** What a tag says. */
  public enum Check {
    /** A key of ours made it. */
    GENUINE,
    /** The key that would have made it is at hand, and did not. */
    FORGED,
    /** No key for its time and node is at hand. */
    UNVERIFIABLE
  }

  private record Key(Instant from, int node, byte[] secret) {}

  /**
   * One key, without its secret.
   *
   * @param node the MSA that it is for
   * @param from the first instant at which it is in force; until the next one of its node
   */
  public record KeyInfo(int node, Instant from) {}

  private final Path directory;
  private final List<Key> keys;

  private TransactionKeys(Path directory, List<Key> keys) {
    this.directory = directory;
    this.keys = keys.stream().sorted((a, b) -> a.from().compareTo(b.from())).toList();
  }

  /**
   * Reads all keys of a directory; none when there is no such directory.
   *
   * @throws IOException when the directory or a key file cannot be read, a key file is malformed,
   *     or others may read it; the message names the file and what to do
   */
  public static TransactionKeys read(Path directory) throws IOException {
    List<Key> keys = new ArrayList<>();
    if (!Files.notExists(directory)) { // what may not be looked at is not said to be empty
      try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "transaction-*.key")) {
        for (Path file : files) {
          keys.add(readKey(file));
        }
      }
    }
    return new TransactionKeys(directory, keys);
  }

  /** Reads the keys, and makes the first one where there is none for the node. */
  public static TransactionKeys readOrCreate(Path directory, int node, Instant now)
      throws IOException {
    TransactionKeys keys = read(directory);
    if (keys.newest(node) != null) {
      return keys;
    }
    return rotate(directory, node, now);
  }

  /**
   * Adds a new key that is in force from {@code from} on, and reads them all again.
   *
   * <p>A running MSA must have read it before it is in force: what it made with the old key after
   * that would look forged. It reads the keys every few seconds ({@link TransactionIdSource}), so a
   * minute ahead is plenty.
   */
  public static TransactionKeys rotate(Path directory, int node, Instant from) throws IOException {
    if (node < 0 || node > TransactionId.MAX_NODE) {
      throw new IllegalArgumentException("node " + node);
    }
    if (!Files.isDirectory(directory)) {
      // IDs made with a key that is lost look forged.
      DirectorySync.create(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      DirectoryOwner.give(directory);
    }
    byte[] secret = new byte[32];
    new SecureRandom().nextBytes(secret);
    Instant start = Instant.ofEpochMilli(from.toEpochMilli());
    String text =
        "%s\nfrom: %s\nnode: %d\nsecret: %s\n"
            .formatted(
                HEADER, Times.format(start), node, Base64.getEncoder().encodeToString(secret));
    Path file = directory.resolve("transaction-%d-%d.key".formatted(node, start.toEpochMilli()));
    Path temporary = directory.resolve(file.getFileName() + ".new");
    Files.deleteIfExists(temporary);
    try (FileChannel channel =
        FileChannel.open(
            temporary,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(OWNER_ONLY))) {
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    // An MSA that cannot read the new key goes on with the old one, and its IDs look forged.
    DirectoryOwner.give(temporary);
    if (Files.exists(file)) {
      throw new FileAlreadyExistsException(file.toString(), null, "a key of this instant exists");
    }
    Files.move(temporary, file);
    DirectorySync.force(directory);
    return read(directory);
  }

  private static Key readKey(Path file) throws IOException {
    Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
    if (!OWNER_ONLY.containsAll(permissions)) {
      throw new IOException(
          file
              + ": others may read this key ("
              + PosixFilePermissions.toString(permissions)
              + "); run: chmod 600 "
              + file);
    }
    String[] lines = Files.readString(file, StandardCharsets.US_ASCII).split("\n");
    try {
      if (lines.length < 4 || !lines[0].equals(HEADER)) {
        throw new IllegalArgumentException("first line is not '" + HEADER + "'");
      }
      Instant from = Times.parse(value(lines[1], "from: "));
      int node = Integer.parseInt(value(lines[2], "node: "));
      byte[] secret = Base64.getDecoder().decode(value(lines[3], "secret: "));
      if (secret.length != 32 || node < 0 || node > TransactionId.MAX_NODE) {
        throw new IllegalArgumentException("secret or node out of range");
      }
      return new Key(from, node, secret);
    } catch (IllegalArgumentException | DateTimeException e) {
      throw new IOException(
          file + ": not a key file (" + e.getMessage() + "); restore it from backup", e);
    }
  }

  private static String value(String line, String name) {
    if (!line.startsWith(name)) {
      throw new IllegalArgumentException("no '" + name.strip() + "'");
    }
    return line.substring(name.length()).strip();
  }

  /**
   * The same keys read again, with those that were added since.
   *
   * @throws IOException as {@link #read}
   */
  public TransactionKeys reread() throws IOException {
    return read(directory);
  }

  /** The keys by node and time. */
  public List<KeyInfo> list() {
    return keys.stream()
        .map(key -> new KeyInfo(key.node, key.from))
        .sorted(Comparator.comparing(KeyInfo::node).thenComparing(KeyInfo::from))
        .toList();
  }

  /** True when there is no key at all: nothing can be checked. */
  public boolean isEmpty() {
    return keys.isEmpty();
  }

  /** Whether we gave out this ID. */
  public Check check(TransactionId id) {
    boolean known = false;
    for (int i = 0; i < keys.size(); i++) {
      Key key = keys.get(i);
      if (key.node != id.node()) {
        continue;
      }
      long from = key.from.toEpochMilli();
      long until = Long.MAX_VALUE;
      for (int j = i + 1; j < keys.size(); j++) {
        if (keys.get(j).node == key.node) {
          until = keys.get(j).from.toEpochMilli();
          break;
        }
      }
      if (id.millis() >= from && id.millis() < until) {
        known = true;
      }
      boolean near =
          id.millis() >= from - OVERLAP_MILLIS
              && (until == Long.MAX_VALUE || id.millis() < until + OVERLAP_MILLIS);
      if (near && tag(ColdHmac.sha256(key.secret, id.head())) == id.tag()) {
        return Check.GENUINE;
      }
    }
    return known ? Check.FORGED : Check.UNVERIFIABLE;
  }

  /**
   * A finished ID.
   *
   * @throws IllegalStateException when there is no key for the node
   */
  TransactionId sign(long millis, int node, int counter) {
    Key key = null;
    for (Key each : keys) {
      if (each.node == node && (key == null || each.from.toEpochMilli() <= millis)) {
        key = each;
      }
    }
    if (key == null) {
      throw new IllegalStateException("no key for node " + node);
    }
    TransactionId unsigned = new TransactionId(millis, node, counter, 0);
    return new TransactionId(millis, node, counter, tag(mac(key, unsigned.head())));
  }

  /**
   * A keyed fingerprint of a text, 16 hex digits: for subjects that the site does not keep in
   * plain. Made with the newest key of the node.
   */
  public String fingerprint(int node, String text) {
    Key key = newest(node);
    if (key == null) {
      throw new IllegalStateException("no key for node " + node);
    }
    byte[] mac = mac(key, ("subject\n" + text).getBytes(StandardCharsets.UTF_8));
    return "%016x".formatted(ByteBuffer.wrap(mac).getLong());
  }

  private Key newest(int node) {
    return keys.reversed().stream().filter(k -> k.node == node).findFirst().orElse(null);
  }

  private static long tag(byte[] mac) {
    return ByteBuffer.wrap(mac).getLong() >>> 14;
  }

  private static byte[] mac(Key key, byte[] bytes) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key.secret, "HmacSHA256"));
      return mac.doFinal(bytes);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
  }
}
