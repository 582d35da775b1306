package org.whosent.query.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.whosent.fixtures.peer.DovecotAuth;
import org.whosent.fixtures.peer.EximPeer;
import org.whosent.fixtures.peer.Peers;
import org.whosent.fixtures.peer.PostfixPeer;
import org.whosent.msa.tls.TlsMaterial;
import org.whosent.query.Program;
import org.whosent.query.server.OwnMsa;
import org.whosent.query.server.ScriptedServer;

/** doctor: the real program against real servers, each in good order and in bad. */
class DoctorCommandTest {
  /** Short: it holds sockets, whose paths may not be long. */
  private Path directory;

  private Path certificate;
  private Path key;
  private Path password;

  @BeforeEach
  void start() throws Exception {
    directory = Files.createTempDirectory("who");
    certificate = directory.resolve("cert.pem");
    key = directory.resolve("key.pem");
    if (Peers.program("openssl").isPresent()) {
      // GnuTLS, thus Debian's Exim, reads no EC key that lacks its public half, as the JDK's do.
      String command =
          "openssl req -x509 -newkey rsa:2048 -nodes -days 90 -subj /CN=%1$s -addext"
              + " subjectAltName=DNS:%1$s -keyout %2$s -out %3$s";
      Peers.run(
          directory.resolve("openssl"),
          command.formatted(OwnMsa.NAME, key, certificate).split(" "));
    } else {
      TlsMaterial.server(certificate, key, OwnMsa.NAME, _ -> {});
    }
    // Exim reads it as its own user.
    for (Path file : List.of(key, certificate)) {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    }
    Peers.open(directory);
    password = Files.writeString(directory.resolve("password"), "secret\n");
  }

  @AfterEach
  void stop() throws Exception {
    try (var files = Files.walk(directory)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  /** The findings by clause: result, then reason. */
  private record Findings(int status, Map<String, String> all) {
    void are(String result, String... clauses) {
      for (String clause : clauses) {
        assertTrue(
            all.getOrDefault(clause, "").startsWith(result + " "),
            () -> clause + " should be " + result + ": " + this);
      }
    }

    /** These, and no others, came out so. */
    void areExactly(String result, String... clauses) {
      assertEquals(
          new TreeSet<>(List.of(clauses)),
          all.entrySet().stream()
              .filter(e -> e.getValue().startsWith(result + " "))
              .map(Map.Entry::getKey)
              .collect(Collectors.toCollection(TreeSet::new)),
          this::toString);
    }

    @Override
    public String toString() {
      StringBuilder text = new StringBuilder("exit " + status);
      all.forEach(
          (clause, finding) -> text.append("\n").append(clause).append(": ").append(finding));
      return text.toString();
    }
  }

  private Findings doctor(int submission, int submissions, int smtp, Object... more)
      throws Exception {
    List<Object> arguments =
        new ArrayList<>(
            List.of("doctor", "127.0.0.1", "--tls-name", OwnMsa.NAME, "--output", "json"));
    arguments.addAll(List.of("--local-domain", "example.org", "--helo", "client.example"));
    arguments.addAll(List.of("--submission-port", submission, "--submissions-port", submissions));
    arguments.addAll(List.of("--smtp-port", smtp, "--timeout", "60"));
    if (!List.of(more).contains("--ca")) {
      arguments.addAll(List.of("--ca", certificate));
    }
    arguments.addAll(List.of(more));
    Program.Result result = Program.run(arguments.toArray());
    Map<String, String> all = new LinkedHashMap<>();
    for (String line : result.lines()) {
      JsonNode json = new ObjectMapper().readTree(line);
      all.put(
          json.get("clause").asText(),
          json.get("result").asText() + " " + json.get("reason").asText());
    }
    assertEquals(19, all.size(), result.err());
    return new Findings(result.status(), all);
  }

  private Object[] alice(Object... more) {
    List<Object> all =
        new ArrayList<>(List.of("--user", "alice@example.org", "--password-file", password));
    all.addAll(List.of("--to", "bob@example.org"));
    all.addAll(List.of(more));
    return all.toArray();
  }

  @Test
  void ourOwnInGoodOrder() throws Exception {
    try (OwnMsa msa = new OwnMsa(directory.resolve("msa"), "unauthenticated: local\n")) {
      Findings without =
          doctor(msa.submission(), msa.submissions(), msa.smtp(), "--ca", msa.certificate());
      without.areExactly("skipped", "login", "accepted", "traceable", "retention");
      without.areExactly("fail");
      without.areExactly("unknown");
      assertEquals(0, without.status(), without::toString);
      assertEquals(List.of(), msa.delivered(), "nothing may be handed in without an account");

      Process index =
          Program.command("index", "--data", msa.data(), "--follow", msa.data().resolve("journal"))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      try {
        Findings with =
            doctor(
                msa.submission(),
                msa.submissions(),
                msa.smtp(),
                alice("--data", msa.data(), "--wait", "60", "--ca", msa.certificate()));
        with.areExactly("fail");
        with.are("pass", "login", "accepted", "traceable", "retention");
        assertEquals(0, with.status(), with::toString);
        assertEquals(1, msa.delivered().size());
      } finally {
        index.destroy();
        index.waitFor();
      }
    }
  }

  @Test
  void ourOwnInBadOrder() throws Exception {
    try (OwnMsa msa =
        new OwnMsa(
            directory.resolve("msa"),
            "authWithoutTls: [127.0.0.0/8]\nretention: 2d\nallowShortRetention: true\n")) {
      Files.writeString(
          msa.data().resolve("site.yaml"), "retention: 2d\nallowShortRetention: true\n");
      Findings findings =
          doctor(
              msa.submission(),
              Peers.freePorts(1).getFirst(),
              0,
              alice("--data", msa.data(), "--wait", "0"));
      // The certificate is another one: whoever answers, the password is not given to them.
      findings.areExactly(
          "fail",
          "submissions-port",
          "certificate",
          "no-auth-in-clear-offered",
          "no-auth-in-clear",
          "retention");
      findings.are("unknown", "login", "accepted", "traceable", "no-interception");
      findings.are("skipped", "no-open-relay-on-smtp");
      assertEquals(1, findings.status());
      assertEquals(List.of(), msa.delivered());
    }
  }

  @Test
  void postfixInGoodOrder() throws Exception {
    assumeTrue(PostfixPeer.missing() == null, "SKIPPED: " + PostfixPeer.missing());
    assumeTrue(DovecotAuth.missing() == null, "SKIPPED: " + DovecotAuth.missing());
    List<Integer> ports = Peers.freePorts(3);
    try (DovecotAuth sasl =
            new DovecotAuth(directory.resolve("d"), "alice@example.org:{PLAIN}secret\n");
        PostfixPeer postfix =
            new PostfixPeer(
                directory.resolve("p"),
                postfixMain(sasl)
                    + """
                    smtpd_tls_auth_only = yes
                    smtpd_tls_protocols = >=TLSv1.2
                    smtpd_tls_mandatory_protocols = >=TLSv1.2
                    """,
                postfixServices(
                    ports,
                    "-o smtpd_relay_restrictions=permit_sasl_authenticated,reject",
                    "-o smtpd_tls_security_level=encrypt"),
                ports)) {
      Process index = follow(postfix.logFile());
      try {
        Findings findings =
            doctor(
                ports.get(0),
                ports.get(1),
                ports.get(2),
                alice("--data", directory.resolve("data"), "--wait", "60"));
        assertEquals(0, findings.status(), findings + postfix.log());
        findings.areExactly("skipped");
        String log = postfix.log();
        assertEquals(1, log.lines().filter(l -> l.contains("sasl_method=")).count(), log);
      } finally {
        index.destroy();
        index.waitFor();
      }
    }
  }

  private Process follow(Path log) throws IOException {
    Path data = Files.createDirectories(directory.resolve("data"));
    return Program.command("index", "--data", data, "--host", "mail.example.org", "--follow", log)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private String postfixMain(DovecotAuth sasl) {
    return """
    smtpd_tls_cert_file = %s
    smtpd_tls_key_file = %s
    smtpd_tls_security_level = may
    smtpd_sasl_type = dovecot
    smtpd_sasl_path = %s
    smtpd_sasl_auth_enable = yes
    virtual_mailbox_domains = example.org
    virtual_mailbox_maps = inline:{{postmaster@example.org = x}, {bob@example.org = x}}
    virtual_transport = discard:
    default_transport = discard:
    smtpd_error_sleep_time = 0
    """
        .formatted(certificate, key, sasl.socket());
  }

  private static String postfixServices(List<Integer> ports, String leave, String tls) {
    return """
    127.0.0.1:%d inet n - n - - smtpd
      %s
      %s
    127.0.0.1:%d inet n - n - - smtpd
      %s
      -o smtpd_tls_wrappermode=yes
    127.0.0.1:%d inet n - n - - smtpd
    """
        .formatted(ports.get(0), leave, tls, ports.get(1), leave, ports.get(2));
  }

  @Test
  void postfixInBadOrder() throws Exception {
    assumeTrue(PostfixPeer.missing() == null, "SKIPPED: " + PostfixPeer.missing());
    assumeTrue(DovecotAuth.missing() == null, "SKIPPED: " + DovecotAuth.missing());
    List<Integer> ports = Peers.freePorts(3);
    try (DovecotAuth sasl =
            new DovecotAuth(directory.resolve("d"), "alice@example.org:{PLAIN}secret\n");
        PostfixPeer postfix =
            new PostfixPeer(
                directory.resolve("p"),
                postfixMain(sasl)
                    + """
                    smtpd_tls_auth_only = no
                    smtpd_tls_protocols = >=TLSv1
                    smtpd_tls_mandatory_protocols = >=TLSv1
                    smtpd_tls_ciphers = low
                    tls_low_cipherlist = ALL:@SECLEVEL=0
                    smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination
                    mynetworks = 127.0.0.0/8
                    """,
                postfixServices(
                    ports,
                    "-o mynetworks=192.0.2.1 -o"
                        + " smtpd_relay_restrictions=permit_sasl_authenticated,reject_unauth_destination",
                    ""),
                ports)) {
      Findings findings = doctor(ports.get(0), ports.get(1), ports.get(2));
      findings.areExactly(
          "fail",
          "tls-version",
          "no-auth-in-clear-offered",
          "no-auth-in-clear",
          "auth-required-for-local-recipients",
          "no-open-relay-on-smtp");
      assertEquals(1, findings.status(), findings + postfix.log());
      assertTrue(!postfix.log().contains("message-id="), "no message may be handed in");
    }
  }

  private static final String EXIM_AUTH =
      """
      begin authenticators
      plain:
        driver = plaintext
        public_name = PLAIN
        server_prompts = :
        server_condition = ${if and{{eq{$auth2}{alice@example.org}}{eq{$auth3}{secret}}}}
        server_set_id = $auth2
        server_advertise_condition = %s
      """;

  private String eximMain(int submissions, String more) throws Exception {
    assumeTrue(Peers.program("openssl").isPresent(), "SKIPPED: openssl is not installed");
    return """
    tls_on_connect_ports = %d
    tls_advertise_hosts = *
    tls_certificate = %s
    tls_privatekey = %s
    acl_smtp_rcpt = rcpt
    acl_smtp_data = accept
    %s
    """
        .formatted(submissions, certificate, key, more);
  }

  private static final String EXIM_DELIVERY =
      """
      begin routers
      all:
        driver = redirect
        data = :blackhole:
      """;

  @Test
  void eximInGoodOrder() throws Exception {
    assumeTrue(EximPeer.missing() == null, "SKIPPED: " + EximPeer.missing());
    List<Integer> ports = Peers.freePorts(3);
    try (EximPeer exim =
        new EximPeer(
            directory.resolve("e"),
            eximMain(ports.get(1), "tls_require_ciphers = NORMAL:-VERS-TLS1.0:-VERS-TLS1.1"),
            """
            begin acl
            rcpt:
              deny message = malformed
                   domains = example.org
                   local_parts = ^[.] : ^.*[@%%!/|]
              accept authenticated = *
              deny message = authentication required
                   condition = ${if !eq{$received_port}{%d}}
              accept domains = example.org
                     local_parts = postmaster : bob
              deny message = relay not permitted
            """
                    .formatted(ports.get(2))
                + EXIM_DELIVERY
                + EXIM_AUTH.formatted("${if def:tls_in_cipher}"),
            ports)) {
      Process index = follow(exim.logFile());
      try {
        Findings findings =
            doctor(
                ports.get(0),
                ports.get(1),
                ports.get(2),
                alice("--data", directory.resolve("data"), "--wait", "60"));
        assertEquals(0, findings.status(), findings + exim.log());
        findings.areExactly("skipped");
      } finally {
        index.destroy();
        index.waitFor();
      }
    }
  }

  @Test
  void eximInBadOrder() throws Exception {
    assumeTrue(EximPeer.missing() == null, "SKIPPED: " + EximPeer.missing());
    List<Integer> ports = Peers.freePorts(3);
    try (EximPeer exim =
        new EximPeer(
            directory.resolve("e"),
            // A site that believes whoever says to be of it, and undoes the percent hack.
            eximMain(ports.get(1), "percent_hack_domains = example.org"),
            """
            begin acl
            rcpt:
              accept authenticated = *
              accept sender_domains = example.org
              accept domains = example.org : example.com
                     local_parts = postmaster : ^.*%
              deny message = relay not permitted
            """
                + EXIM_DELIVERY
                + EXIM_AUTH.formatted("*"),
            ports)) {
      Findings findings = doctor(ports.get(0), ports.get(1), ports.get(2));
      findings.areExactly(
          "fail",
          "tls-version",
          "no-auth-in-clear-offered",
          "no-auth-in-clear",
          "auth-required",
          "auth-required-for-local-recipients",
          "no-open-relay-on-submission-ports",
          "no-open-relay-on-smtp");
      assertTrue(
          findings.all().get("no-open-relay-on-smtp").contains("local sender"), findings::toString);
      assertEquals(1, findings.status(), findings + exim.log());
    }
  }

  @Test
  void whatStandsInBetweenAndWhatCannotBeReached() throws Exception {
    try (ScriptedServer masked =
        new ScriptedServer(
            "220 **************", Map.of("EHLO", "250-x\n250 XXXXXXXA", "RCPT", "450 later"))) {
      Findings findings = doctor(masked.port(), Peers.freePorts(1).getFirst(), masked.port());
      findings.are("fail", "no-interception");
      findings.are("fail", "starttls", "submissions-port");
      findings.are("unknown", "no-open-relay-on-smtp", "auth-required", "certificate");
      assertTrue(
          masked.heard().stream().noneMatch(l -> l.startsWith("DATA") || l.startsWith("BDAT")),
          () -> "" + masked.heard());
    }
    int closed = Peers.freePorts(1).getFirst();
    Findings nothing = doctor(closed, closed, closed);
    nothing.areExactly("fail", "submission-port", "submissions-port");
    nothing.areExactly("pass", "no-open-relay-on-smtp");
    Program.Result nowhere = Program.run("doctor", "no-such-host.invalid");
    assertEquals(2, nowhere.status(), nowhere.out());
    assertEquals(1, nowhere.err().lines().count(), nowhere.err());
  }

  @Test
  void aServerThatTakesEverythingAndWordsThatWouldSteerATerminal() throws Exception {
    try (ScriptedServer open =
        new ScriptedServer(
            "220 x \33[2J", Map.of("EHLO", "250-x\n250 AUTH PLAIN", "AUTH", "235 in"))) {
      Findings findings = doctor(open.port(), 0, open.port());
      findings.are(
          "fail",
          "auth-required",
          "auth-required-for-local-recipients",
          "no-open-relay-on-submission-ports",
          "no-open-relay-on-smtp",
          "no-auth-in-clear");
      assertTrue(
          open.heard().stream().noneMatch(l -> l.startsWith("DATA")), () -> "" + open.heard());
      Program.Result text =
          Program.run(
              "doctor",
              "127.0.0.1",
              "--local-domain",
              "example.org",
              "--submission-port",
              open.port(),
              "--submissions-port",
              0,
              "--smtp-port",
              0);
      assertEquals(1, text.status());
      assertTrue(!text.out().contains("\33") && text.out().contains("RFC 5068"), text.out());
    }
  }
}
