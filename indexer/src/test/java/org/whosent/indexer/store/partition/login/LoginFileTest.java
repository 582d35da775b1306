package org.whosent.indexer.store.partition.login;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.record.FailedLogin;
import org.whosent.record.JournalEntry;
import org.whosent.record.SourceLine;

/** A file that was torn, or has a flipped bit, loses no more than what was hit. */
class LoginFileTest {
  @TempDir Path directory;

  private static List<FailedLogin> some(int from, int to) {
    List<FailedLogin> logins = new ArrayList<>();
    for (int i = from; i < to; i++) {
      logins.add(
          new FailedLogin(
              new JournalEntry.LoginFailure(
                  Instant.ofEpochSecond(i), "h", null, null, null, null, "u" + i, null, null),
              new SourceLine("f", i, "%016x".formatted(i))));
    }
    return logins;
  }

  @Test
  void whatWasCutAnywhereGoesOnBehindTheLastWholeBlock() throws IOException {
    Path whole = directory.resolve("whole");
    LoginFile.append(whole, some(0, 5));
    long firstBlock = Files.size(whole);
    LoginFile.append(whole, some(5, 10));
    byte[] bytes = Files.readAllBytes(whole);
    for (int length = 0; length <= bytes.length; length++) {
      Path torn = directory.resolve("torn");
      Files.write(torn, Arrays.copyOf(bytes, length));
      int sound = length == bytes.length ? 10 : length >= firstBlock ? 5 : 0;
      List<FailedLogin> before = new ArrayList<>();
      boolean clean = LoginFile.read(torn, before::add);
      assertEquals(some(0, sound), before, "cut at " + length);
      assertEquals(length == 0 || length == firstBlock || length == bytes.length, clean);
      assertEquals(!clean, LoginFile.isTorn(torn), "cut at " + length);
      LoginFile.append(torn, some(20, 22));
      List<FailedLogin> after = new ArrayList<>();
      assertTrue(LoginFile.read(torn, after::add), "cut at " + length);
      List<FailedLogin> expected = new ArrayList<>(some(0, sound));
      expected.addAll(some(20, 22));
      assertEquals(expected, after, "cut at " + length);
    }
  }

  @Test
  void aFlippedBitIsNoticedAndTheOtherBlocksAreRead() throws IOException {
    Path file = directory.resolve("flipped");
    long[] ends = new long[3];
    for (int i = 0; i < 3; i++) {
      LoginFile.append(file, some(5 * i, 5 * i + 5));
      ends[i] = Files.size(file);
    }
    byte[] bytes = Files.readAllBytes(file);
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      byte[] damaged = bytes.clone();
      int at = random.nextInt(bytes.length);
      damaged[at] ^= (byte) (1 << random.nextInt(8));
      Files.write(file, damaged);
      List<FailedLogin> found = new ArrayList<>();
      assertFalse(LoginFile.read(file, found::add), "seed " + seed);
      int hit = at < ends[0] ? 0 : at < ends[1] ? 1 : 2;
      assertFalse(LoginFile.isTorn(file), "seed " + seed + ", at " + at);
      List<FailedLogin> expected = new ArrayList<>(some(0, 15));
      expected.removeAll(some(5 * hit, 5 * hit + 5));
      assertEquals(expected, found, "seed " + seed);
    }
  }

  @Test
  void aLastBlockThatIsDamagedStaysAndIsNoticedLater() throws IOException {
    Path file = directory.resolve("last");
    LoginFile.append(file, some(0, 5));
    int first = (int) Files.size(file);
    LoginFile.append(file, some(5, 10));
    byte[] bytes = Files.readAllBytes(file);
    for (int bit = 8 * first; bit < 8 * bytes.length; bit++) {
      byte[] damaged = bytes.clone();
      damaged[bit / 8] ^= (byte) (1 << bit % 8);
      Files.write(file, damaged);
      LoginFile.append(file, some(20, 22));
      assertArrayEquals(damaged, Arrays.copyOf(Files.readAllBytes(file), bytes.length));
      List<FailedLogin> found = new ArrayList<>();
      assertFalse(LoginFile.read(file, found::add), "bit " + bit);
      List<FailedLogin> expected = new ArrayList<>(some(0, 5));
      expected.addAll(some(20, 22));
      assertEquals(expected, found, "bit " + bit);
    }
  }

  /** As a power failure leaves it. */
  @Test
  void aLastBlockWhosePagesWereLostIsCutOff() throws IOException {
    Path file = directory.resolve("lost");
    LoginFile.append(file, some(0, 5));
    int first = (int) Files.size(file);
    LoginFile.append(file, some(5, 10));
    byte[] bytes = Files.readAllBytes(file);
    for (int from = first; from < bytes.length; from++) {
      byte[] lost = bytes.clone();
      Arrays.fill(lost, from, lost.length, (byte) 0);
      Files.write(file, lost);
      assertTrue(LoginFile.isTorn(file), "from " + from);
      LoginFile.append(file, some(20, 22));
      List<FailedLogin> found = new ArrayList<>();
      assertTrue(LoginFile.read(file, found::add), "from " + from);
      List<FailedLogin> expected = new ArrayList<>(some(0, 5));
      expected.addAll(some(20, 22));
      assertEquals(expected, found, "from " + from);
    }
  }

  @Test
  void aTornEndIsCutOffWithoutTheSoundBlocksBehindAnEarlierDamage() throws IOException {
    Path file = directory.resolve("twice");
    long[] ends = new long[4];
    for (int i = 0; i < 4; i++) {
      LoginFile.append(file, some(5 * i, 5 * i + 5));
      ends[i] = Files.size(file);
    }
    byte[] bytes = Files.readAllBytes(file);
    for (int at = 0; at < ends[1]; at++) {
      int hit = at < ends[0] ? 0 : 1;
      byte[] damaged = Arrays.copyOf(bytes, (int) ends[2] + at % (int) (ends[3] - ends[2]));
      damaged[at] ^= 1;
      Files.write(file, damaged);
      assertFalse(LoginFile.isTorn(file), "damaged at " + at);
      LoginFile.append(file, some(20, 22));
      List<FailedLogin> found = new ArrayList<>();
      assertFalse(LoginFile.read(file, found::add), "damaged at " + at);
      List<FailedLogin> expected = new ArrayList<>(some(0, 15));
      expected.removeAll(some(5 * hit, 5 * hit + 5));
      expected.addAll(some(20, 22));
      assertEquals(expected, found, "damaged at " + at);
    }
  }

  @Test
  void longOnesAreReadAgainHoweverMany() throws IOException {
    List<FailedLogin> logins = new ArrayList<>();
    for (int i = 0; i < LoginFile.MOST_OF_A_BLOCK; i++) {
      String helo = Integer.toString(i).repeat(9000).substring(0, 9000);
      logins.add(
          new FailedLogin(
              new JournalEntry.LoginFailure(
                  Instant.ofEpochSecond(i), "h", null, null, null, helo, "u", null, null),
              new SourceLine("f", i, "%016x".formatted(i))));
    }
    Path appended = directory.resolve("appended");
    LoginFile.append(appended, logins);
    LoginFile.append(appended, some(0, 1));
    Path replaced = directory.resolve("replaced");
    LoginFile.replace(replaced, logins);
    logins.addAll(some(0, 1));
    LoginFile.append(replaced, some(0, 1));
    for (Path file : List.of(appended, replaced)) {
      List<FailedLogin> found = new ArrayList<>();
      assertTrue(LoginFile.read(file, found::add));
      assertEquals(logins, found);
    }
  }
}
