package org.whosent.indexer.ingest.input;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(600)
class PumpedStreamTest {
  /** One octet, and then that. */
  private static final class Failing extends InputStream {
    private final Throwable fault;
    private boolean begun;

    Failing(Throwable fault) {
      this.fault = fault;
    }

    @Override
    public int read() {
      throw new UnsupportedOperationException();
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      if (!begun) {
        begun = true;
        into[offset] = 'x';
        return 1;
      }
      switch (fault) {
        case IOException e -> throw e;
        case RuntimeException e -> throw e;
        case Error e -> throw e;
        default -> throw new AssertionError(fault);
      }
    }
  }

  /** Whatever ends the reading: who takes it for the stream's end believes to have read all. */
  @Test
  void whatFailsIsNoEnd() throws IOException {
    for (Throwable fault :
        new Throwable[] {
          new IOException("made up"),
          new IllegalStateException("made up"),
          new OutOfMemoryError("made up")
        }) {
      PumpedStream stream = new PumpedStream(new Failing(fault), () -> false, () -> {});
      byte[] read = new byte[8];
      assertEquals(1, stream.read(read, 0, 8));
      IOException failure = assertThrows(IOException.class, () -> stream.read(read, 0, 8));
      assertTrue(failure == fault || failure.getCause() == fault, fault.toString());
    }
  }
}
