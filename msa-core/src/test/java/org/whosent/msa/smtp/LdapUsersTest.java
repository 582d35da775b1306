package org.whosent.msa.smtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.unboundid.ldap.listener.InMemoryDirectoryServer;
import com.unboundid.ldap.listener.InMemoryDirectoryServerConfig;
import com.unboundid.ldap.listener.InMemoryListenerConfig;
import com.unboundid.ldap.sdk.Modification;
import com.unboundid.ldap.sdk.ModificationType;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.msa.MsaConfiguration;
import org.whosent.msa.support.Dialogue;
import org.whosent.msa.support.FakeHop;
import org.whosent.msa.support.TestServer;
import org.whosent.msa.tls.TlsMaterial;
import org.whosent.record.settings.SettingsException;

/** Passwords that a directory checks, over real LDAP on loopback. */
class LdapUsersTest {
  private static final String BASE = "dc=example,dc=org";

  @TempDir Path directory;
  private FakeHop hop;
  private InMemoryDirectoryServer ldap;

  @BeforeEach
  void start() throws Exception {
    hop = new FakeHop();
    SSLContext tls =
        TlsMaterial.server(
            directory.resolve("ldap.pem"), directory.resolve("ldap.key"), "localhost", _ -> {});
    TlsMaterial.server(
        directory.resolve("other.pem"), directory.resolve("other.key"), "localhost", _ -> {});
    InMemoryDirectoryServerConfig configuration = new InMemoryDirectoryServerConfig(BASE);
    configuration.setSchema(null);
    configuration.addAdditionalBindCredentials("cn=service", "service password");
    InetAddress loopback = InetAddress.getLoopbackAddress();
    configuration.setListenerConfigs(
        InMemoryListenerConfig.createLDAPConfig("ldap", loopback, 0, tls.getSocketFactory()),
        InMemoryListenerConfig.createLDAPSConfig(
            "ldaps", loopback, 0, tls.getServerSocketFactory(), null));
    // No anonymous search, as in a well-kept directory; an anonymous bind succeeds, as in all.
    configuration.setAuthenticationRequiredOperationTypes(
        com.unboundid.ldap.sdk.OperationType.SEARCH);
    ldap = new InMemoryDirectoryServer(configuration);
    ldap.startListening();
    ldap.add("dn: " + BASE, "objectClass: domain", "dc: example");
    person("alice", "Alice@example.org", "sec ret", "staff");
    person("bob", "bob@example.org", "bob's", "staff");
    person("both1", "both@example.org", "x", "staff");
    person("both2", "both@example.org", "x", "staff");
    person("gone", "gone@example.org", "x", "left");
    ldap.modify(
        "dn: uid=bob," + BASE, "changetype: modify", "add: mail", "mail: robert@example.org");
    Files.writeString(directory.resolve("service"), "service password\n");
    Files.writeString(directory.resolve("users"), "alice@example.org:*:maxMessageBytes=5000\n");
  }

  private void person(String uid, String mail, String password, String kind) throws Exception {
    ldap.add(
        "dn: uid=" + uid + "," + BASE,
        "objectClass: inetOrgPerson",
        "uid: " + uid,
        "cn: " + uid,
        "sn: " + uid,
        "mail: " + mail,
        "employeeType: " + kind,
        "userPassword: " + password);
  }

  @AfterEach
  void stop() throws IOException {
    ldap.shutDown(true);
    hop.close();
  }

  private String settings(String url, String trust) {
    return ("userStore: ldap\nldap: {url: '%s', trust: %s, base: '%s',"
            + " filter: '(&(employeeType=staff)(|(mail={user})(uid={user})))', userAttribute: mail,"
            + " bindDn: 'cn=service', bindPasswordFile: service}\nmaxLoginFailures: 50\n"
            + "maxLoginFailuresPerAccount: 50\nmaxLoginFailuresPerNetwork: 50\n")
        .formatted(url, trust, BASE);
  }

  private String url(String scheme) {
    return scheme + "://localhost:" + ldap.getListenPort(scheme);
  }

  private TestServer server(String scheme) throws IOException {
    return new TestServer(directory, hop.uri(), settings(url(scheme), "ldap.pem"));
  }

  private static Dialogue attempt(Dialogue client, String user, String password, String expected)
      throws IOException {
    return client.send("AUTH PLAIN " + Dialogue.plain("", user, password)).expect(expected);
  }

  private static Dialogue connect(TestServer server) throws IOException {
    return server.submissions().handshake().expect("220").send("EHLO c.example").expect("250");
  }

  @Test
  void searchesAndBindsUnderEitherTls() throws Exception {
    for (String scheme : List.of("ldaps", "ldap")) {
      try (TestServer server = server(scheme);
          Dialogue client = connect(server)) {
        attempt(client, "alice", "wrong", "535");
        attempt(client, "nobody", "sec ret", "535");
        attempt(client, "gone@example.org", "x", "535");
        // Two entries are none, and an entry with two names has none.
        attempt(client, "both@example.org", "x", "535");
        attempt(client, "bob", "bob's", "535");
        // Names are data: nothing of them is a filter or a DN.
        for (String name :
            List.of("*", "al*", "alice)(uid=*", "*)(|(uid=alice", "uid=alice," + BASE, "\\2a")) {
          attempt(client, name, "sec ret", "535");
        }
        // What an LDAP server takes for no login at all, and thanks for.
        client.send("AUTH PLAIN " + Dialogue.plain("", "alice@example.org", "")).expect("535");
        attempt(client, "ALICE@EXAMPLE.ORG", "sec ret", "235");
        client.send("EHLO c.example").expect("250");
        assertTrue(client.transcript().contains("SIZE 5000"), "the user file's limit holds");
        client.send("MAIL FROM:<a@example.org>").expect("250").send("RSET").expect("250");
        Files.writeString(directory.resolve("users"), "alice@example.org:*:suspended=true\n");
        client.send("MAIL FROM:<a@example.org>").expect("421");
        Files.writeString(directory.resolve("users"), "alice@example.org:*:maxMessageBytes=5000\n");
      }
    }
  }

  @Test
  void oneNameForEverySpelling() throws Exception {
    Files.writeString(directory.resolve("users"), "");
    try (TestServer server = server("ldaps")) {
      for (String spelling : List.of("alice", "ALICE", " alice", "alice@EXAMPLE.org")) {
        try (Dialogue client = connect(server)) {
          attempt(client, spelling, "sec ret", "235");
          client.send("MAIL FROM:<a@example.org>").expect("250");
          client.send("RCPT TO:<a@b.example>").expect("250");
          client.send("DATA").expect("354").send("a: b", "", ".").expect("250");
        }
      }
      assertEquals(
          List.of("Alice@example.org"),
          server.submissionRecords().stream().map(r -> r.user()).distinct().toList());
    }
  }

  /** By uid the filter finds either alone; by its mail, which records have, neither. */
  @Test
  void twoEntriesWithOneNameInRecordsAreNobody() throws Exception {
    person("mallory", "ALICE@example.org", "mallory's", "staff");
    person("carol", "carol@example.org", "x", "staff");
    person("carol-before", "carol@example.org", "y", "left");
    Files.writeString(directory.resolve("users"), "");
    try (TestServer server = server("ldaps");
        Dialogue client = connect(server)) {
      attempt(client, "mallory", "mallory's", "535");
      attempt(client, "alice", "sec ret", "535");
      attempt(client, "carol", "x", "535");
      String said = "ldap: uid=mallory," + BASE + " cannot log in: a search for its mail does";
      assertTrue(server.log().contains(said), server.log());
      ldap.modify(
          "dn: uid=mallory," + BASE,
          "changetype: modify",
          "replace: mail",
          "mail: mallory@example.org");
      attempt(client, "alice", "sec ret", "235");
    }
  }

  /** Latin-1 is not UTF-8, and must not become some sign that stands for all that is not. */
  @Test
  void aPasswordGoesToTheDirectoryAsItCame() throws Exception {
    person("lara", "lara@example.org", "x", "staff");
    byte[] password = "p\u00e4ss".getBytes(StandardCharsets.ISO_8859_1);
    ldap.modify(
        "uid=lara," + BASE, new Modification(ModificationType.REPLACE, "userPassword", password));
    byte[] login = ("\0lara\0p\u00e4ss").getBytes(StandardCharsets.ISO_8859_1);
    byte[] other = ("\0lara\0p\u00f6ss").getBytes(StandardCharsets.ISO_8859_1);
    try (TestServer server = server("ldaps");
        Dialogue client = connect(server)) {
      client.send("AUTH PLAIN " + Base64.getEncoder().encodeToString(other)).expect("535");
      client.send("AUTH PLAIN " + Base64.getEncoder().encodeToString(login)).expect("235");
    }
  }

  @Test
  void aServerThatIsNotTheOneMeantGetsNoPassword() throws Exception {
    for (String scheme : List.of("ldaps", "ldap")) {
      for (String settings :
          List.of(
              settings(url(scheme), "other.pem"),
              settings(url(scheme).replace("localhost", "127.0.0.1"), "ldap.pem"))) {
        try (TestServer server = new TestServer(directory, hop.uri(), settings);
            Dialogue client = connect(server)) {
          attempt(client, "alice", "sec ret", "454 4.7.0");
        }
      }
    }
  }

  @Test
  void aDirectoryThatIsDownIsATemporaryFailure() throws Exception {
    String url = url("ldaps");
    ldap.shutDown(true);
    try (TestServer server = new TestServer(directory, hop.uri(), settings(url, "ldap.pem"));
        Dialogue client = connect(server)) {
      attempt(client, "alice", "sec ret", "454 4.7.0");
    }
  }

  @Test
  void aServicePasswordThatWasPutRightIsReadAgain() throws Exception {
    Files.writeString(directory.resolve("service"), "last year's\n");
    String settings = settings(url("ldaps"), "ldap.pem");
    try (TestServer server = new TestServer(directory, hop.uri(), settings)) {
      try (Dialogue client = connect(server)) {
        attempt(client, "alice", "sec ret", "454 4.7.0");
      }
      Files.writeString(directory.resolve("service"), "service password\n");
      server
          .server()
          .reload(
              MsaConfiguration.parse(
                  directory.resolve("msa.yaml"), TestServer.configuration(hop.uri()) + settings));
      try (Dialogue client = connect(server)) {
        attempt(client, "alice", "sec ret", "235");
      }
    }
  }

  @Test
  void settingsAreChecked() {
    for (String more :
        List.of(
            "userStore: radius\n",
            "userStore: dovecot\n",
            "userStore: 'dovecot:run/x'\n",
            "userStore: ldap\n",
            "ldap: {url: 'ldaps://x'}\n",
            settings("ldaps://x", "t").replace("={user}", "=user"),
            settings("http://x", "t"),
            settings("ldap://x", "t").replace("trust: t", "startTls: false"),
            settings("ldaps://x", "t").replace(", bindPasswordFile: service", ""))) {
      assertThrows(
          SettingsException.class,
          () ->
              MsaConfiguration.parse(
                  directory.resolve("msa.yaml"), TestServer.configuration("maildir:x") + more),
          more);
    }
  }
}
