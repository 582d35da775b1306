package org.whosent.msa.auth.ldap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.unboundid.ldap.listener.InMemoryDirectoryServer;
import com.unboundid.ldap.listener.InMemoryDirectoryServerConfig;
import com.unboundid.ldap.listener.InMemoryListenerConfig;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.msa.auth.LoginOrigin;
import org.whosent.msa.auth.LoginResult;
import org.whosent.msa.auth.User;
import org.whosent.msa.auth.UserDirectory;

/** Whether who logged in is still there, where people log in by another name than the record's. */
class LdapSeenTest {
  private static final String BASE = "dc=example,dc=org";
  private static final LoginOrigin ORIGIN =
      new LoginOrigin("submission", InetAddress.getLoopbackAddress(), 1, true);

  @TempDir Path directory;

  @Test
  void whoLoggedInByAddressAndIsRecordedByUidStaysUntilTheFilterFindsHimNoMore() throws Exception {
    InMemoryDirectoryServerConfig configuration = new InMemoryDirectoryServerConfig(BASE);
    configuration.setSchema(null);
    configuration.setListenerConfigs(
        InMemoryListenerConfig.createLDAPConfig("ldap", InetAddress.getLoopbackAddress(), 0, null));
    InMemoryDirectoryServer ldap = new InMemoryDirectoryServer(configuration);
    ldap.startListening();
    ldap.add("dn: " + BASE, "objectClass: domain", "dc: example");
    ldap.add(
        "dn: uid=alice," + BASE,
        "objectClass: inetOrgPerson",
        "uid: alice",
        "mail: alice@example.org",
        "userPassword: secret");
    Path file = Files.writeString(directory.resolve("users"), "");
    UserDirectory listed = new UserDirectory(file, Duration.ZERO, new byte[32], _ -> {});
    LdapSettings settings =
        new LdapSettings(
            List.of(new LdapSettings.Server("127.0.0.1", ldap.getListenPort("ldap"), false)),
            false,
            null,
            BASE,
            "(mail={user})",
            "uid",
            null,
            null);
    AtomicLong now = new AtomicLong();
    try (LdapUsers users = new LdapUsers(settings, listed, _ -> {}, now::get)) {
      LoginResult result =
          users.authenticate(
              "Alice@example.org", "secret".getBytes(StandardCharsets.UTF_8), ORIGIN, _ -> {});
      User alice = assertInstanceOf(LoginResult.Authenticated.class, result).user();
      assertEquals("alice", alice.name());
      for (int minute = 0; minute < 3; minute++) {
        assertTrue(users.stillTheSame(alice).isPresent(), "in minute " + minute);
        now.addAndGet(Duration.ofSeconds(61).toNanos());
      }
      ldap.add("dn: cn=other," + BASE, "objectClass: inetOrgPerson", "cn: other", "uid: Alice");
      assertTrue(users.stillTheSame(alice).isEmpty(), "two of that name");
      ldap.delete("cn=other," + BASE);
      assertTrue(users.stillTheSame(alice).isPresent());
      now.addAndGet(Duration.ofSeconds(61).toNanos());
      ldap.delete("uid=alice," + BASE);
      assertTrue(users.stillTheSame(alice).isEmpty());
    } finally {
      ldap.shutDown(true);
    }
  }
}
