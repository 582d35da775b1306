package org.whosent.msa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which secrets lie open is said, and nothing else is. */
class ExposedFilesTest {
  @TempDir Path directory;
  private MsaConfiguration configuration;
  private Path users;
  private Path key;
  private Path ofIds;

  @BeforeEach
  void files() throws Exception {
    Path file = directory.resolve("msa.yaml");
    Files.writeString(
        file,
        "hostname: msa.example.org\ndata: data\nusers: users\n"
            + "tls: {certificate: cert.pem, key: key.pem}\n");
    configuration = MsaConfiguration.read(file);
    Path keys = Files.createDirectories(directory.resolve("data/keys"));
    users = directory.resolve("users");
    key = directory.resolve("key.pem");
    ofIds = keys.resolve("transaction-0-1.key");
    for (Path each : List.of(users, key, ofIds, keys.resolveSibling("login-secret"))) {
      Files.writeString(each, "x");
      mode(each, "rw-------");
    }
    for (Path each : List.of(keys, keys.getParent(), directory)) {
      mode(each, "rwxr-xr-x");
    }
  }

  private static void mode(Path path, String mode) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
  }

  private List<String> told() {
    List<String> lines = new ArrayList<>();
    ExposedFiles.tell(configuration, lines::add);
    return lines;
  }

  @Test
  void whatIsTheOwnersAndTheGroupsIsNoMatter() throws IOException {
    assertEquals(List.of(), told());
    mode(users, "rw-r-----");
    mode(ofIds, "rw-rw----");
    assertEquals(List.of(), told());
  }

  @Test
  void whatOthersMayReadOrChangeIsNamed() throws IOException {
    for (Path each : List.of(users, key, ofIds)) {
      mode(each, "rw-r--r--");
      assertEquals(
          List.of(each + ": every account of this machine can read it; chmod o-rwx " + each),
          told());
      mode(each, "rw-----w-");
      assertEquals(
          List.of(each + ": every account of this machine can change it; chmod o-rwx " + each),
          told());
      mode(each, "rw-------");
    }
    mode(configuration.data(), "rwxrwxrwx");
    assertTrue(told().getFirst().startsWith(configuration.data() + ": every account"));
  }

  @Test
  void behindAClosedDirectoryNothingIsOpen() throws IOException {
    mode(users, "rw-rw-rw-");
    assertEquals(1, told().size());
    mode(directory, "rwx------");
    assertEquals(List.of(), told());
  }

  @Test
  void whatIsNotThereIsNoMatter() throws IOException {
    Files.delete(users);
    Files.delete(ofIds);
    Files.delete(ofIds.getParent());
    assertEquals(List.of(), told());
  }
}
