package org.whosent.msa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.whosent.record.Network;
import org.whosent.record.settings.SettingsException;

/** The example of the documentation, and everything that can be wrong with one. */
class MsaConfigurationTest {
  private static final Path FILE = Path.of("/etc/whosent/msa.yaml");

  @Test
  void documentedExample() throws Exception {
    MsaConfiguration configuration =
        MsaConfiguration.parse(
            FILE,
            """
            hostname: msa.example.org            # the name in `by` and in the banner
            data: ./whosent-data                 # journal and keys
            listeners:
              - {service: submission,  address: 127.0.0.1, port: 2587}    # STARTTLS
              - {service: submissions, address: 127.0.0.1, port: 2465}    # implicit TLS
              - {service: smtp,        address: 127.0.0.1, port: 2525}
            tls: {certificate: cert.pem, key: key.pem}
            users: users.passwd
            nextHop: smtp://127.0.0.1:2526
            localDomains: [Example.org]
            localNetworks: [10.0.0.0/8]
            retention: 30d
            """);
    assertEquals(Path.of("/etc/whosent/whosent-data"), configuration.data());
    assertEquals(Path.of("/etc/whosent/cert.pem"), configuration.certificate());
    assertEquals(Path.of("/etc/whosent/users.passwd"), configuration.users());
    assertEquals(3, configuration.listeners().size());
    assertEquals(Listener.Service.SUBMISSIONS, configuration.listeners().get(1).service());
    assertEquals(List.of(new HopAddress.Smtp("127.0.0.1", 2526, false)), configuration.nextHops());
    assertEquals(Duration.ofDays(30), configuration.retention());
    assertTrue(configuration.isLocal("x@EXAMPLE.org"));
    assertTrue(configuration.isLocal("postmaster"));
    assertTrue(!configuration.isLocal("x@sub.example.org"));
    assertTrue(configuration.isInside(InetAddress.getByName("10.255.0.1")));
    assertTrue(!configuration.isInside(InetAddress.getByName("11.0.0.1")));
  }

  @Test
  void allProblemsAtOnce() {
    SettingsException e =
        assertThrows(
            SettingsException.class,
            () ->
                MsaConfiguration.parse(
                    FILE,
                    """
                    hostname: not a name
                    date: ./whosent-data
                    listeners:
                      - {service: submision, address: 300.1.1.1, port: 70000}
                      - {service: smtp}
                    tls: {certificate: cert.pem}
                    nextHop: [ftp://x, smtp://h:99999, "maildir:m"]
                    localDomains: [ex ample]
                    localNetworks: [10.0.0.0/33]
                    retention: 0d
                    maxRecipients: 0
                    commandTimeout: soon
                    """));
    String lines = String.join("\n", e.lines());
    for (String expected :
        List.of(
            "not a host name",
            "'data' is missing",
            "did you mean 'data'",
            "'users' is missing",
            "expected one of submission, submissions, smtp",
            "no such address",
            "from 0 to 65535",
            "'listeners[2].port' is missing",
            "needs both 'certificate' and 'key'",
            "ftp://x",
            "port out of range",
            "not a domain",
            "10.0.0.0/33",
            "longer than nothing",
            "maxRecipients",
            "commandTimeout")) {
      assertTrue(lines.contains(expected), expected + " is not in\n" + lines);
    }
  }

  @Test
  void rules() throws Exception {
    String rest = "\nhostname: h\ndata: d\nusers: u\nlisteners: [{service: smtp, port: 0}]\n";
    SubmissionRules rules = MsaConfiguration.parse(FILE, rest).rules();
    assertTrue(!rules.unauthenticatedLocal() && !rules.ownSendersOnly());
    assertTrue(rules.authWithoutTls().isEmpty());
    for (String bad :
        List.of(
            "unauthenticated: local",
            "unauthenticated: any",
            "senders: mine",
            "feedbackAddress: nobody",
            "feedbackAddress: \"a@example.org\\r\\nX: y\"",
            "feedbackAddress: \u00fc@example.org",
            "userLimits: {maxPerHour: -1}",
            "userLimits: {maxPerMinute: 1}",
            "retention: 6d",
            "authWithoutTls: [everywhere]")) {
      assertThrows(SettingsException.class, () -> MsaConfiguration.parse(FILE, bad + rest), bad);
    }
    String shortOne = "retention: 1d\nallowShortRetention: true";
    assertEquals(Duration.ofDays(1), MsaConfiguration.parse(FILE, shortOne + rest).retention());
  }

  @Test
  void submissionPortsByDefault() throws Exception {
    var listeners = MsaConfiguration.parse(FILE, "hostname: h\ndata: d\nusers: u\n").listeners();
    assertEquals(587, listeners.get(0).port());
    assertEquals(Listener.Service.SUBMISSION, listeners.get(0).service());
    assertEquals(465, listeners.get(1).port());
    assertEquals(Listener.Service.SUBMISSIONS, listeners.get(1).service());
    assertTrue(listeners.get(0).address().isAnyLocalAddress());
    assertThrows(
        SettingsException.class,
        () -> MsaConfiguration.parse(FILE, "hostname: h\ndata: d\nusers: u\nlisteners: []\n"));
  }

  @Test
  void hops() throws Exception {
    String rest = "\nhostname: h\ndata: d\nusers: u\nlisteners: [{service: smtp, port: 0}]\n";
    assertEquals(
        List.of(new HopAddress.Smtp("a.example", 25, false), new HopAddress.Smtp("::1", 465, true)),
        MsaConfiguration.parse(FILE, "nextHop: [smtp://a.example, 'smtps://[::1]']" + rest)
            .nextHops());
    assertEquals(
        List.of(new HopAddress.Maildir(Path.of("/etc/whosent/mail"))),
        MsaConfiguration.parse(FILE, "nextHop: maildir:mail" + rest).nextHops());
    assertEquals(
        List.of(new HopAddress.Maildir(Path.of("/etc/whosent/d/maildir"))),
        MsaConfiguration.parse(FILE, rest).nextHops());
  }

  @Test
  void ranges() throws Exception {
    Network range = Network.parse("2001:db8::/33").orElseThrow();
    assertTrue(range.contains(InetAddress.getByName("2001:db8:7fff::1")));
    assertTrue(!range.contains(InetAddress.getByName("2001:db8:8000::1")));
    assertTrue(!range.contains(InetAddress.getByName("127.0.0.1")));
    assertTrue(
        Network.parse("192.0.2.1").orElseThrow().contains(InetAddress.getByName("192.0.2.1")));
    assertTrue(Network.parse("0.0.0.0/0").orElseThrow().contains(InetAddress.getByName("1.2.3.4")));
    for (String bad : List.of("", "/8", "10.0.0.0/", "10.0.0.0/-1", "10/8", "x/8", "::/129")) {
      assertTrue(Network.parse(bad).isEmpty(), bad);
    }
  }
}
