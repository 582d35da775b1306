package org.whosent.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.fixtures.disk.FaultyFileSystem;

class TransactionIdTest {
  private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
  @TempDir Path directory;

  @Test
  void comesBackFromItsTextInEitherCase() {
    for (long seed : new long[] {1, System.nanoTime()}) {
      Random random = new Random(seed);
      for (int i = 0; i < 10_000; i++) {
        TransactionId id =
            new TransactionId(
                random.nextLong() & TransactionId.MAX_MILLIS,
                random.nextInt(TransactionId.MAX_NODE + 1),
                random.nextInt(TransactionId.MAX_COUNTER + 1),
                random.nextLong() & TransactionId.TAG_MASK);
        String text = id.toString();
        assertTrue(text.matches("[0-9A-HJKMNP-TV-Z]{26}"), text);
        assertEquals(Optional.of(id), TransactionId.parse(text), "seed " + seed);
        assertTrue(TransactionId.isCanonical(text), text);
        char odd = "ilou*\u0141OIL0aZz9".charAt(random.nextInt(14));
        int at = random.nextInt(text.length());
        String other = text.substring(0, at) + odd + text.substring(at + 1);
        boolean same =
            TransactionId.parse(other).map(p -> p.toString().equals(other)).orElse(false);
        assertEquals(same, TransactionId.isCanonical(other), other);
        assertEquals(Optional.of(id), TransactionId.parse(text.toLowerCase(Locale.ROOT)));
      }
    }
  }

  @Test
  void sortsByTime() {
    String early = new TransactionId(1000, 4095, 0xFFFFF, TransactionId.TAG_MASK).toString();
    String late = new TransactionId(1001, 0, 0, 0).toString();
    assertTrue(early.compareTo(late) < 0);
  }

  @Test
  void otherTextIsNoId() {
    assertEquals(Optional.empty(), TransactionId.parse(""));
    assertEquals(Optional.empty(), TransactionId.parse("4jY9Sb6Dptzbyx3"));
    assertEquals(Optional.empty(), TransactionId.parse("U".repeat(26)));
    assertEquals(Optional.empty(), TransactionId.parse("0".repeat(27)));
    assertEquals(Optional.empty(), TransactionId.parse("\u0660".repeat(26)));
  }

  @Test
  void oneChangedCharacterIsForged() throws IOException {
    TransactionKeys keys = TransactionKeys.readOrCreate(directory.resolve("keys"), 3, NOW);
    TransactionId id = keys.sign(NOW.toEpochMilli() + 5, 3, 17);
    assertEquals(TransactionKeys.Check.GENUINE, keys.check(id));
    String text = id.toString();
    int forged = 0;
    for (int i = 0; i < text.length(); i++) {
      char other = text.charAt(i) == '7' ? '8' : '7';
      String changed = text.substring(0, i) + other + text.substring(i + 1);
      TransactionId invented = TransactionId.parse(changed).orElseThrow();
      assertFalse(keys.check(invented) == TransactionKeys.Check.GENUINE, changed);
      if (keys.check(invented) == TransactionKeys.Check.FORGED) {
        forged++;
      }
    }
    assertTrue(forged >= 12, "counter and tag changes are known to be forged: " + forged);
  }

  @Test
  void withoutTheKeyNobodyMayCallItForged() throws IOException {
    TransactionKeys ours = TransactionKeys.readOrCreate(directory.resolve("a"), 1, NOW);
    TransactionKeys none = TransactionKeys.read(directory.resolve("absent"));
    TransactionId id = ours.sign(NOW.toEpochMilli(), 1, 0);
    assertEquals(TransactionKeys.Check.UNVERIFIABLE, none.check(id));
    TransactionId otherNode = new TransactionId(id.millis(), 2, 0, id.tag());
    assertEquals(TransactionKeys.Check.UNVERIFIABLE, ours.check(otherNode));
    TransactionId older = new TransactionId(NOW.toEpochMilli() - 86_400_000, 1, 0, 5);
    assertEquals(TransactionKeys.Check.UNVERIFIABLE, ours.check(older));
  }

  @Test
  void idsOfARotatedKeyStayGenuine() throws IOException {
    Path keyDirectory = directory.resolve("keys");
    TransactionKeys first = TransactionKeys.readOrCreate(keyDirectory, 0, NOW);
    TransactionId old = first.sign(NOW.toEpochMilli() + 1000, 0, 0);
    Instant rotation = NOW.plusSeconds(86_400);
    TransactionKeys both = TransactionKeys.rotate(keyDirectory, 0, rotation);
    TransactionId young = both.sign(rotation.toEpochMilli() + 1000, 0, 0);
    assertEquals(TransactionKeys.Check.GENUINE, both.check(old));
    assertEquals(TransactionKeys.Check.GENUINE, both.check(young));
    assertEquals(
        TransactionKeys.Check.FORGED,
        first.check(young),
        "a process that has not seen the rotation cannot know better");
    // A thief of the old key cannot make IDs of a time at which it was no longer in force.
    TransactionId stale = first.sign(rotation.toEpochMilli() + 3_600_000, 0, 0);
    assertEquals(TransactionKeys.Check.FORGED, both.check(stale));
  }

  @Test
  void aRunningSourceTakesUpARotatedKeyWhenItIsInForce() throws IOException {
    Path keyDirectory = directory.resolve("keys");
    TransactionKeys keys = TransactionKeys.readOrCreate(keyDirectory, 0, NOW);
    AtomicLong clock = new AtomicLong(NOW.toEpochMilli());
    TransactionIdSource source =
        new TransactionIdSource(
            keys, 0, directory.resolve("mark"), () -> Instant.ofEpochMilli(clock.get()));
    List<TransactionId> ids = new ArrayList<>();
    ids.add(source.next());
    TransactionKeys.rotate(keyDirectory, 0, NOW.plusSeconds(60));
    for (int i = 0; i < 90; i++) {
      clock.addAndGet(1500);
      ids.add(source.next());
    }
    TransactionKeys all = TransactionKeys.read(keyDirectory);
    assertEquals(2, all.list().size());
    for (TransactionId id : ids) {
      assertEquals(TransactionKeys.Check.GENUINE, all.check(id), id.time().toString());
    }
    // Without the new key the late ones cannot be ours: it really is in use.
    assertEquals(TransactionKeys.Check.FORGED, keys.check(ids.getLast()));
  }

  /** Else the MSA could not read it, went on with the old key, and its IDs looked forged. */
  @Test
  void aKeyThatRootAddsIsTheDirectorysOwners() throws IOException {
    assumeTrue(System.getProperty("user.name").equals("root"), "SKIPPED: only root can");
    Files.setAttribute(directory, "unix:uid", 65534);
    Path keyDirectory = directory.resolve("keys");
    TransactionKeys.rotate(keyDirectory, 0, NOW);
    TransactionKeys.rotate(keyDirectory, 0, NOW.plusSeconds(60));
    assertEquals(65534, Files.getAttribute(keyDirectory, "unix:uid"));
    try (DirectoryStream<Path> files = Files.newDirectoryStream(keyDirectory)) {
      for (Path file : files) {
        assertEquals(65534, Files.getAttribute(file, "unix:uid"), file.toString());
      }
    }
  }

  @Test
  void keyFilesAreForTheirOwnerOnly() throws IOException {
    Path keyDirectory = directory.resolve("keys");
    TransactionKeys.readOrCreate(keyDirectory, 0, NOW);
    Path file;
    try (var files = Files.list(keyDirectory)) {
      file = files.findFirst().orElseThrow();
    }
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    IOException e = assertThrows(IOException.class, () -> TransactionKeys.read(keyDirectory));
    assertTrue(e.getMessage().contains("chmod 600"), e.getMessage());
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    Files.writeString(file, "nonsense");
    e = assertThrows(IOException.class, () -> TransactionKeys.read(keyDirectory));
    assertTrue(e.getMessage().contains("not a key file"), e.getMessage());
  }

  @Test
  void neitherRestartsNorClocksSetBackRepeatAnId() throws IOException {
    TransactionKeys keys = TransactionKeys.readOrCreate(directory.resolve("keys"), 0, NOW);
    AtomicLong clock = new AtomicLong(NOW.toEpochMilli());
    InstantSource source = () -> Instant.ofEpochMilli(clock.get());
    Path mark = directory.resolve("mark");
    List<String> ids = new ArrayList<>();
    Random random = new Random(5);
    for (int restart = 0; restart < 20; restart++) {
      TransactionIdSource idSource = new TransactionIdSource(keys, 0, mark, source);
      for (int i = 0; i < 200; i++) {
        clock.addAndGet(random.nextInt(7) - 3);
        ids.add(idSource.next().toString());
      }
      clock.addAndGet(-3_600_000L * random.nextInt(2)); // a clock set back by an hour, now and then
    }
    assertEquals(ids.stream().sorted().distinct().toList(), ids, "each is greater than the last");
  }

  /** The power fails at any place, and the clock comes back an hour slow. */
  @Test
  void norDoPowerFailures() throws IOException {
    TransactionKeys keys = TransactionKeys.readOrCreate(directory.resolve("keys"), 0, NOW);
    for (int seed = 0; seed < 40; seed++) {
      Path there = Files.createDirectories(directory.resolve("data" + seed));
      FaultyFileSystem files = new FaultyFileSystem(seed, there);
      Random random = new Random(seed);
      AtomicLong clock = new AtomicLong(NOW.toEpochMilli());
      List<String> ids = new ArrayList<>();
      for (int failure = 0; failure < 4; failure++) {
        files.failAt(random.nextInt(30), false);
        assertThrows(
            IOException.class,
            () -> {
              TransactionIdSource source =
                  new TransactionIdSource(
                      keys,
                      0,
                      files.path(there).resolve("mark"),
                      () -> Instant.ofEpochMilli(clock.get()));
              while (true) {
                clock.addAndGet(random.nextInt(3_000));
                ids.add(source.next().toString());
              }
            });
        files.restart();
        clock.addAndGet(-3_600_000);
      }
      assertEquals(ids.stream().sorted().distinct().toList(), ids, "seed " + seed);
    }
  }

  @Test
  void aMillisecondHoldsAMillionIdsAndThenTheNextIsUsed() throws IOException {
    TransactionKeys keys = TransactionKeys.readOrCreate(directory.resolve("keys"), 0, NOW);
    TransactionIdSource source =
        new TransactionIdSource(keys, 0, directory.resolve("mark"), () -> NOW);
    TransactionId last = source.next();
    for (int i = 0; i < TransactionId.MAX_COUNTER + 5; i++) {
      TransactionId next = source.next();
      assertTrue(
          next.millis() > last.millis()
              || next.millis() == last.millis() && next.counter() == last.counter() + 1);
      last = next;
    }
  }
}
