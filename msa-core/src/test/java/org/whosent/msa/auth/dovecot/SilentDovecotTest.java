package org.whosent.msa.auth.dovecot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.InetAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.msa.auth.LoginOrigin;
import org.whosent.msa.auth.UserDirectory;

/** What the operator reads of a Dovecot that does not do as it should. */
@Timeout(600)
class SilentDovecotTest {
  @TempDir Path directory;

  private String failure(Path socket) throws IOException {
    Path file = Files.writeString(directory.resolve("users"), "");
    UserDirectory listed = new UserDirectory(file, Duration.ZERO, new byte[32], _ -> {});
    DovecotUsers users = new DovecotUsers(socket, listed, _ -> {}, Duration.ofMillis(300));
    LoginOrigin origin =
        new LoginOrigin("submission", InetAddress.getLoopbackAddress(), 40000, true);
    return assertThrows(
            IOException.class, () -> users.authenticate("alice", new byte[] {'x'}, origin, _ -> {}))
        .getMessage();
  }

  @Test
  void oneThatDoesNotAnswer() throws Exception {
    Path socket = directory.resolve("auth");
    try (ServerSocketChannel listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      listening.bind(UnixDomainSocketAddress.of(socket));
      assertEquals("dovecot: " + socket + ": does not answer", failure(socket));
    }
  }

  @Test
  void oneThatIsNotThere() throws Exception {
    Path socket = directory.resolve("auth");
    assertEquals("dovecot: " + socket + ": No such file or directory", failure(socket));
  }
}
