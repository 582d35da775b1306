package org.whosent.msa.journal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A disk that keeps its promises and nothing more. What was forced stays. Of the rest a crash keeps
 * any part: each sector as it was after any of the writes since the last force, or torn between two
 * of them, and the file with any of the sizes that it had. Between, it fails as disks do: full
 * after a part of a write, an input/output error on a force (which drops what was not written and
 * is not said again, as Linux has it), no room for a new file.
 *
 * <p>The same seed and the same calls make the same faults. Thread-safe.
 */
public final class SimulatedDisk implements JournalFiles {
  private static final int SECTOR = 512;

  private final Random random;
  private final int oneFaultIn;
  private final Map<Path, Content> files = new LinkedHashMap<>();
  private boolean crashed;
  private int roomFor = -1;

  /**
   * An empty disk over a directory that may have files already.
   *
   * @param oneFaultIn so many calls fails, about; zero for none
   */
  public SimulatedDisk(Random random, int oneFaultIn) {
    this.random = random;
    this.oneFaultIn = oneFaultIn;
  }

  /** The next write finds room for so many bytes. */
  public synchronized void fillUp(int room) {
    roomFor = room;
  }

  /** From now on nothing is written any more: every call fails. */
  public synchronized void crash() {
    crashed = true;
  }

  /** Puts what the crash has left into the real directory. */
  public synchronized void settle() throws IOException {
    for (Map.Entry<Path, Content> file : files.entrySet()) {
      Files.write(file.getKey(), file.getValue().left());
    }
    files.clear();
  }

  private void fail(String what) throws IOException {
    if (crashed) {
      throw new IOException("crashed");
    }
    if (oneFaultIn > 0 && random.nextInt(oneFaultIn) == 0) {
      throw new IOException(what);
    }
  }

  @Override
  public synchronized JournalFile create(Path path) throws IOException {
    fail("No space left on device");
    if (Files.exists(path) || files.containsKey(path)) {
      throw new FileAlreadyExistsException(path.toString());
    }
    Content content = new Content();
    files.put(path, content);
    return new JournalFile() {
      @Override
      public void append(ByteBuffer bytes) throws IOException {
        synchronized (SimulatedDisk.this) {
          if (roomFor >= 0) {
            content.write(bytes.slice(0, Math.min(roomFor, bytes.remaining())));
            roomFor = -1;
            throw new IOException("No space left on device");
          }
          try {
            fail("No space left on device");
          } catch (IOException e) {
            if (!crashed) {
              content.write(bytes.slice(0, random.nextInt(bytes.remaining() + 1)));
            }
            throw e;
          }
          content.write(bytes);
        }
      }

      @Override
      public void force() throws IOException {
        synchronized (SimulatedDisk.this) {
          try {
            fail("Input/output error");
          } catch (IOException e) {
            if (!crashed) {
              content.dropUnforced();
            }
            throw e;
          }
          content.force();
        }
      }

      @Override
      public void truncate(long size) throws IOException {
        synchronized (SimulatedDisk.this) {
          fail("Input/output error");
          content.truncate((int) size);
        }
      }

      @Override
      public void close() {}
    };
  }

  /** A file: as the process sees it, as it surely is on disk, and what may be there instead. */
  private final class Content {
    private byte[] seen = new byte[0];
    private final Map<Integer, byte[]> durable = new HashMap<>();
    private int durableSize;
    private final Map<Integer, List<byte[]>> unforced = new HashMap<>();
    private final List<Integer> unforcedSizes = new ArrayList<>();

    void write(ByteBuffer bytes) {
      int from = seen.length;
      seen = Arrays.copyOf(seen, from + bytes.remaining());
      bytes.duplicate().get(seen, from, bytes.remaining());
      touched(from, seen.length);
    }

    void truncate(int size) {
      int before = seen.length;
      seen = Arrays.copyOf(seen, size);
      touched(size, before);
    }

    private void touched(int from, int to) {
      unforcedSizes.add(seen.length);
      for (int sector = from / SECTOR; sector * SECTOR < to; sector++) {
        int start = sector * SECTOR;
        byte[] version =
            start >= seen.length
                ? new byte[SECTOR]
                : Arrays.copyOfRange(seen, start, start + SECTOR);
        unforced.computeIfAbsent(sector, _ -> new ArrayList<>()).add(version);
      }
    }

    void force() {
      unforced.forEach((sector, versions) -> durable.put(sector, versions.getLast()));
      unforced.clear();
      durableSize = seen.length;
      unforcedSizes.clear();
    }

    /** What a failed force leaves: some of it on disk, and no memory of the rest. */
    void dropUnforced() {
      unforced.keySet().forEach(sector -> durable.put(sector, after(sector)));
      unforced.clear();
      durableSize = size();
      unforcedSizes.clear();
    }

    private int size() {
      int pick = random.nextInt(unforcedSizes.size() + 1);
      return pick == 0 ? durableSize : unforcedSizes.get(pick - 1);
    }

    /** The sector as a crash may leave it. */
    private byte[] after(int sector) {
      byte[] one = version(sector);
      byte[] other = version(sector);
      if (random.nextInt(4) > 0) {
        return one;
      }
      byte[] torn = other.clone();
      System.arraycopy(one, 0, torn, 0, random.nextInt(SECTOR));
      return torn;
    }

    private byte[] version(int sector) {
      List<byte[]> versions = unforced.getOrDefault(sector, List.of());
      int pick = random.nextInt(versions.size() + 1);
      return pick == 0 ? durable.getOrDefault(sector, new byte[SECTOR]) : versions.get(pick - 1);
    }

    byte[] left() {
      int size = size();
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      for (int sector = 0; sector * SECTOR < size; sector++) {
        out.writeBytes(after(sector));
      }
      return Arrays.copyOf(out.toByteArray(), size);
    }
  }
}
