package org.whosent.msa.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/** Files on a disk that fails when told to. Thread-safe. */
public final class FaultyFiles implements JournalFiles {
  /** What goes wrong next; stays until changed. */
  public enum Fault {
    NONE,
    /** Half of the bytes are written, then the disk is full. */
    FULL,
    /** The same, and the file cannot be cut back either. */
    FULL_AND_STUCK,
    /** The force fails once for each file, and claims to succeed when tried again on it. */
    FORCE,
    /** No file can be made. */
    CREATE
  }

  public volatile Fault fault = Fault.NONE;
  public final AtomicInteger created = new AtomicInteger();
  public final AtomicInteger usedAfterFailedForce = new AtomicInteger();

  @Override
  public JournalFile create(Path path) throws IOException {
    if (fault == Fault.CREATE) {
      throw new IOException("No space left on device");
    }
    JournalFile real = DISK.create(path);
    created.incrementAndGet();
    return new JournalFile() {
      private boolean broken;

      @Override
      public void append(ByteBuffer bytes) throws IOException {
        if (broken) {
          usedAfterFailedForce.incrementAndGet();
        }
        if (fault == Fault.FULL || fault == Fault.FULL_AND_STUCK) {
          real.append(bytes.slice(0, bytes.remaining() / 2));
          throw new IOException("No space left on device");
        }
        real.append(bytes);
      }

      @Override
      public void force() throws IOException {
        if (broken) {
          usedAfterFailedForce.incrementAndGet();
        }
        if (fault == Fault.FORCE && !broken) {
          broken = true;
          throw new IOException("Input/output error");
        }
        real.force();
      }

      @Override
      public void truncate(long size) throws IOException {
        if (fault == Fault.FULL_AND_STUCK) {
          throw new IOException("Input/output error");
        }
        real.truncate(size);
      }

      @Override
      public void close() throws IOException {
        real.close();
      }
    };
  }
}
