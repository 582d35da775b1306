package org.whosent.msa.support;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A socket whose client has said everything already. Not thread-safe. */
public class CannedSocket extends Socket {
  private final InputStream in;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /**
   * Says these octets.
   *
   * @param atOnce no more than so many are read at one time: where a network cuts its packets must
   *     make no difference
   */
  public CannedSocket(byte[] octets, int atOnce) {
    in =
        new ByteArrayInputStream(octets) {
          @Override
          public int read(byte[] into, int offset, int length) {
            return super.read(into, offset, Math.min(length, atOnce));
          }
        };
  }

  /** What it was told. */
  public String heard() {
    return out.toString(StandardCharsets.ISO_8859_1);
  }

  @Override
  public InputStream getInputStream() {
    return in;
  }

  @Override
  public OutputStream getOutputStream() {
    return out;
  }

  @Override
  public void setSoTimeout(int timeout) {}

  @Override
  public void setTcpNoDelay(boolean on) {}

  @Override
  public boolean isConnected() {
    return true;
  }

  @Override
  public InetAddress getInetAddress() {
    return InetAddress.getLoopbackAddress();
  }

  @Override
  public int getPort() {
    return 4711;
  }
}
