package org.whosent.msa.smtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.whosent.fixtures.peer.SlapdPeer;
import org.whosent.msa.support.Dialogue;
import org.whosent.msa.support.FakeHop;
import org.whosent.msa.support.TestServer;

/** Passwords that a real OpenLDAP checks, where one is installed. */
class SlapdUsersTest {
  private static final String ENTRIES =
      """
      dn: uid=alice,dc=example,dc=org
      objectClass: inetOrgPerson
      uid: alice
      cn: Alice
      sn: A
      mail: Alice@example.org
      employeeType: staff
      userPassword: sec ret

      dn: uid=gone,dc=example,dc=org
      objectClass: inetOrgPerson
      uid: gone
      cn: Gone
      sn: G
      mail: gone@example.org
      employeeType: left
      userPassword: x

      dn: uid=both1,dc=example,dc=org
      objectClass: inetOrgPerson
      uid: both1
      cn: B
      sn: B
      mail: both@example.org
      employeeType: staff
      userPassword: x

      dn: uid=both2,dc=example,dc=org
      objectClass: inetOrgPerson
      uid: both2
      cn: B
      sn: B
      mail: both@example.org
      employeeType: staff
      userPassword: x
      """;

  @TempDir Path directory;

  private TestServer server(String hop, String url, Path trust, String filter) throws IOException {
    return new TestServer(
        directory,
        hop,
        "userStore: ldap\nldap: {url: '%s', trust: '%s', base: '%s',"
                .formatted(url, trust, SlapdPeer.BASE)
            + " filter: '%s', userAttribute: mail,".formatted(filter)
            + " bindDn: 'cn=service,%s', bindPasswordFile: service}\n".formatted(SlapdPeer.BASE)
            + "maxLoginFailures: 50\nmaxLoginFailuresPerAccount: 50\n"
            + "maxLoginFailuresPerNetwork: 50\n");
  }

  private static void attempt(Dialogue client, String user, String password, String expected)
      throws IOException {
    client.send("AUTH PLAIN " + Dialogue.plain("", user, password)).expect(expected);
  }

  @Test
  void searchesAndBindsUnderEitherTls() throws Exception {
    assumeTrue(SlapdPeer.missing() == null, "SKIPPED: " + SlapdPeer.missing());
    Files.writeString(directory.resolve("service"), "service password\n");
    Files.writeString(directory.resolve("users"), "");
    try (FakeHop hop = new FakeHop()) {
      String url;
      Path trust;
      String filter = "(&(employeeType=staff)(|(mail={user})(uid={user})))";
      try (SlapdPeer slapd = new SlapdPeer(directory.resolve("slapd"), ENTRIES)) {
        url = slapd.url("ldap");
        trust = slapd.certificate();
        for (String scheme : List.of("ldaps", "ldap")) {
          try (TestServer server = server(hop.uri(), slapd.url(scheme), trust, filter)) {
            try (Dialogue client = connect(server)) {
              for (String[] wrong :
                  new String[][] {
                    {"alice", "wrong"},
                    {"alice", ""},
                    {"nobody", "sec ret"},
                    {"gone", "x"},
                    {"both@example.org", "x"},
                    {"*", "sec ret"},
                    {"alice)(uid=*", "sec ret"},
                    {"uid=alice,dc=example,dc=org", "sec ret"},
                    {"service", "service password"}
                  }) {
                attempt(client, wrong[0], wrong[1], "535");
              }
              attempt(client, "ALICE@EXAMPLE.ORG", "sec ret", "235");
              client.send("MAIL FROM:<>").expect("250").send("RCPT TO:<a@b.example>").expect("250");
              client.send("DATA").expect("354").send("Subject: x", "", "y", ".").expect("250");
            }
            assertEquals("Alice@example.org", server.submissionRecords().getLast().user());
          }
        }
      }
      // What is down says nothing of the password.
      try (TestServer server = server(hop.uri(), url, trust, filter);
          Dialogue client = connect(server)) {
        attempt(client, "alice", "sec ret", "454 4.7.0");
      }
    }
  }

  private static Dialogue connect(TestServer server) throws IOException {
    return server.submissions().handshake().expect("220").send("EHLO c.example").expect("250");
  }
}
