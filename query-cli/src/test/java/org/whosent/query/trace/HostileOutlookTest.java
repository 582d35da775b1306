package org.whosent.query.trace;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.function.ObjIntConsumer;
import org.junit.jupiter.api.Test;
import org.whosent.record.message.Carriers;
import org.whosent.record.message.UnreadableMessageException;

/** Outlook's files as attackers write them: an answer or one line, and never anything else. */
class HostileOutlookTest {
  private static final String MAIL =
      "Received: from a by b; Mon, 23 Nov 2026 12:00:00 +0000\nFrom: a@b.example\n"
          + "Message-ID: <1@b>\nSubject: s\n\nBuy our wonderful watches today.\n";

  private static final int SECTOR = 512;
  private static final int STREAM = 300; // sectors

  private static OutlookFile sample() {
    return OutlookFile.of(MAIL)
        .octets(OutlookFile.HTML, "<p>Buy</p>".getBytes(StandardCharsets.UTF_8))
        .number(0x3fde, 1252)
        .recipient("r@far.example")
        .attach("notes".repeat(2000).getBytes(StandardCharsets.UTF_8), "text/plain")
        .attach(OutlookFile.of(MAIL));
  }

  /** Opens it; what is refused is refused in one line. */
  private static void open(byte[] file) {
    try {
      Carriers.open(file).inside().size();
    } catch (UnreadableMessageException e) {
      assertTrue(e.getMessage().lines().count() == 1, e.getMessage());
    }
  }

  @Test
  void whatWasChangedAtRandomIsReadOrRefused() throws IOException {
    Random random = new Random(7);
    for (byte[] file : new byte[][] {sample().msg(), sample().tnef()}) {
      for (int round = 0; round < 1000; round++) {
        byte[] changed = file.clone();
        for (int i = random.nextInt(8); i >= 0; i--) {
          int at = random.nextInt(random.nextBoolean() ? 80 : changed.length - 8) + 8;
          changed[at] =
              random.nextBoolean()
                  ? (byte) random.nextInt()
                  : (byte) (changed[at] ^ 1 << random.nextInt(8));
        }
        open(
            random.nextInt(5) == 0
                ? Arrays.copyOf(changed, random.nextInt(changed.length))
                : changed);
      }
    }
  }

  @Test
  void cutAnywhereItIsReadOrRefused() throws IOException {
    for (byte[] file : new byte[][] {sample().msg(), sample().tnef()}) {
      for (int length = 0; length < file.length; length += 37) {
        if (length > 0) {
          open(Arrays.copyOf(file, length));
        }
      }
    }
  }

  /** Each directory entry is 128 octets of the last argument. */
  private static byte[] compound(int entries, ObjIntConsumer<ByteBuffer> directory) {
    int directorySectors = (entries + 3) / 4;
    int fat = 1;
    while (fat * 128 < directorySectors + STREAM + fat) {
      fat++;
    }
    int sectors = fat + directorySectors + STREAM;
    ByteBuffer file = ByteBuffer.allocate(SECTOR * (1 + sectors)).order(ByteOrder.LITTLE_ENDIAN);
    file.putLong(0, 0xE11AB1A1E011CFD0L).putShort(24, (short) 0x3e).putShort(26, (short) 3);
    file.putShort(28, (short) 0xfffe).putShort(30, (short) 9).putShort(32, (short) 6);
    file.putInt(44, fat).putInt(48, fat).putInt(56, 4096).putInt(60, -2).putInt(68, -2);
    for (int i = 0; i < 109; i++) {
      file.putInt(76 + 4 * i, i < fat ? i : -1);
    }
    for (int i = 0; i < fat * 128; i++) {
      boolean last = i == fat + directorySectors - 1 || i == sectors - 1;
      file.putInt(SECTOR + 4 * i, i < fat ? -3 : i >= sectors ? -1 : last ? -2 : i + 1);
    }
    directory.accept(
        file.slice(SECTOR * (1 + fat), SECTOR * directorySectors).order(ByteOrder.LITTLE_ENDIAN),
        fat + directorySectors);
    return file.array();
  }

  private static void entry(
      ByteBuffer directory, int n, String name, int type, int[] links, int start, int size) {
    int at = n * 128;
    byte[] octets = name.getBytes(StandardCharsets.UTF_16LE);
    directory.put(at, octets).putShort(at + 64, (short) (octets.length + 2));
    directory.put(at + 66, (byte) type).put(at + 67, (byte) 1);
    for (int i = 0; i < 3; i++) {
      directory.putInt(at + 68 + 4 * i, links[i]); // left, right, child
    }
    directory.putInt(at + 116, start).putInt(at + 120, size);
  }

  private static byte[] withRoot(int entries, ObjIntConsumer<ByteBuffer> directory) {
    return compound(
        entries,
        (d, stream) -> {
          entry(d, 0, "Root Entry", 5, new int[] {-1, -1, 1}, -2, 0);
          directory.accept(d, stream);
        });
  }

  private static String refused(byte[] file) {
    return assertThrows(UnreadableMessageException.class, () -> Carriers.open(file)).getMessage();
  }

  @Test
  void loopsAndDepthsOfTheDirectoryAreRefused() {
    String name = "__substg1.0_007D001F";
    refused(withRoot(4, (d, s) -> entry(d, 1, name, 1, new int[] {-1, -1, 1}, -2, 0)));
    refused(withRoot(4, (d, s) -> entry(d, 1, name, 1, new int[] {-1, -1, 0}, -2, 0)));
    refused(withRoot(4, (d, s) -> entry(d, 1, name, 2, new int[] {-1, 1, -1}, s, 9000)));
    int deep = 20_000;
    open(
        withRoot(
            deep,
            (d, s) -> {
              for (int i = 1; i < deep; i++) {
                entry(d, i, name, 1, new int[] {-1, -1, i + 1 < deep ? i + 1 : -1}, -2, 0);
              }
            }));
  }

  /** Ten thousand properties that are the same octets; one of them is asked for. */
  @Test
  void streamsThatAreOneAreNotReadForEachName() {
    int many = 20_000;
    open(
        withRoot(
            many,
            (d, s) -> {
              for (int i = 1; i < many; i++) {
                String name = "__substg1.0_%04X001F".formatted(i);
                int next = i + 1 < many ? i + 1 : -1;
                entry(d, i, name, 2, new int[] {-1, next, -1}, s, STREAM * SECTOR);
              }
            }));
  }

  @Test
  void declaredSizesAreNotBelieved() throws IOException {
    for (int size : new int[] {Integer.MAX_VALUE, 1 << 30, 60 << 20, -1, 1 << 20}) {
      refused(
          withRoot(
              4,
              (d, s) -> entry(d, 1, "__substg1.0_007D001F", 2, new int[] {-1, -1, -1}, s, size)));
    }
    byte[] msg = sample().msg();
    for (int field : new int[] {44, 60, 64, 68, 72}) {
      for (int value : new int[] {3000, 0x1000000, Integer.MAX_VALUE, -5}) {
        byte[] changed = msg.clone();
        ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN).putInt(field, value);
        open(changed);
      }
    }
    byte[] tnef = sample().tnef();
    for (int at = 6; at < tnef.length - 4; at += 5) {
      byte[] changed = tnef.clone();
      ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN).putInt(at, Integer.MAX_VALUE);
      open(changed);
    }
  }

  @Test
  void messagesOneInAnotherAreOpenedSoDeep() throws IOException {
    OutlookFile file = OutlookFile.of(MAIL);
    for (int i = 0; i < 40; i++) {
      file = OutlookFile.of(MAIL).attach(file);
    }
    open(file.msg());
    open(file.tnef());
  }

  /** The same file attached many times over is more than is taken out of one. */
  @Test
  void whatIsTakenOutOfOneFileIsBounded() {
    int many = 499;
    byte[] bomb =
        withRoot(
            2 * many + 2,
            (d, s) -> {
              String top = "__substg1.0_1000001F";
              entry(d, 1, top, 2, new int[] {-1, 2, -1}, s, STREAM * SECTOR);
              for (int i = 0; i < many; i++) {
                String name = "__attach_version1.0_#%08X".formatted(i);
                int next = i + 1 < many ? 2 * i + 4 : -1;
                entry(d, 2 * i + 2, name, 1, new int[] {-1, next, 2 * i + 3}, -2, 0);
                String data = "__substg1.0_37010102";
                entry(d, 2 * i + 3, data, 2, new int[] {-1, -1, -1}, s, STREAM * SECTOR);
              }
            });
    assertTrue(bomb.length < 1 << 20);
    String refusal = refused(bomb);
    assertTrue(refusal.contains("more than 67108864 bytes in it"), refusal);
  }

  /** Each of the messages is part of all that are around it. */
  @Test
  void whatIsTakenOutOfOneWinmailDatIsBounded() throws IOException {
    byte[] text = new byte[2 << 20];
    Arrays.fill(text, (byte) 'x');
    OutlookFile file = OutlookFile.of(MAIL).octets(OutlookFile.HTML, text);
    for (int depth = 1; depth < 10; depth++) {
      file = OutlookFile.of(MAIL).octets(OutlookFile.HTML, text).attach(file);
      byte[] tnef = file.tnef();
      long all = (long) depth * (depth + 1) / 2 * text.length;
      if (all < 50 << 20) {
        open(tnef);
      } else if (all > 64 << 20) {
        assertTrue(tnef.length < 64 << 20);
        String refusal = refused(tnef);
        assertTrue(refusal.contains("more than 67108864 bytes in it"), refusal);
      }
    }
  }
}
