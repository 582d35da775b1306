package org.whosent.msa;

import java.net.IDN;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.whosent.msa.hop.Introduction;
import org.whosent.msa.privilege.Privileges;
import org.whosent.msa.smtp.MailPath;
import org.whosent.record.Addresses;
import org.whosent.record.Network;
import org.whosent.record.TransactionId;
import org.whosent.record.settings.Problems;
import org.whosent.record.settings.Settings;
import org.whosent.record.settings.SettingsException;
import org.whosent.record.site.Privacy;

/**
 * What the MSA's YAML file says, checked. Immutable, thread-safe. All problems of a file are
 * reported at once; nothing is opened or written here.
 *
 * @param hostname the name in {@code by} and in the banner
 * @param data the directory of journal and keys
 * @param listeners at least one; 587 and 465 on all addresses when the key is absent
 * @param certificate PEM chain, leaf first; made self-signed when it and the key are absent
 * @param key PEM private key
 * @param users the password file
 * @param nextHops where accepted mail goes; several SMTP hops are for fail-over
 * @param hopTls how the connection to an SMTP hop is protected
 * @param introduction how an SMTP hop is told who the client is
 * @param localDomains domains whose mailboxes are the operator's own, lower case
 * @param localNetworks the operator's own networks
 * @param proxyNetworks load balancers that say by PROXY protocol who their client is
 * @param retention how long records are kept; the MSA itself deletes nothing
 * @param node which MSA of the site this is, part of every transaction ID
 * @param subject what the record keeps of the Subject field
 * @param feedbackAddress where receivers send complaints (RFC 9477), null when messages do not say
 * @param normalizeBareNewlines true to turn a bare CR or LF in message data into CRLF, false
 *     (default) to refuse the message
 * @param drain how long open transactions may take to end at shutdown
 * @param heartbeat how often the journal says that the server was there
 * @param limits the bounds of sessions and messages
 * @param rules who may send what
 * @param logins how users may log in
 * @param runAs whom the process becomes when its ports are bound; null when nothing is said
 */
public record MsaConfiguration(
    String hostname,
    Path data,
    List<Listener> listeners,
    Path certificate,
    Path key,
    Path users,
    List<HopAddress> nextHops,
    HopTls hopTls,
    Introduction introduction,
    List<String> localDomains,
    List<Network> localNetworks,
    List<Network> proxyNetworks,
    Duration retention,
    int node,
    SubjectPolicy subject,
    String feedbackAddress,
    boolean normalizeBareNewlines,
    Duration drain,
    Duration heartbeat,
    Limits limits,
    SubmissionRules rules,
    LoginRules logins,
    Privileges.Identity runAs) {

  private static final Pattern ACCOUNT =
      Pattern.compile("([A-Za-z0-9_][A-Za-z0-9._-]{0,63})(?::([A-Za-z0-9_][A-Za-z0-9._-]{0,63}))?");

  /** What the record keeps of a Subject. */
  public enum SubjectPolicy {
    PLAIN,
    HASH,
    OFF
  }

  /** How a connection to an SMTP hop is protected. {@code smtps://} hops always have TLS. */
  public enum HopTls {
    /** No STARTTLS. */
    NONE,
    /** TLS where the hop offers it, without asking whose certificate it is; else in clear. */
    OPPORTUNISTIC,
    /** TLS, without asking whose certificate it is; else nothing is sent. */
    REQUIRED,
    /** TLS with a certificate that the JDK's trust store vouches for and that names the hop. */
    VERIFIED
  }

  public MsaConfiguration {
    listeners = List.copyOf(listeners);
    nextHops = List.copyOf(nextHops);
    localDomains = List.copyOf(localDomains);
    localNetworks = List.copyOf(localNetworks);
    proxyNetworks = List.copyOf(proxyNetworks);
  }

  /**
   * Reads a file.
   *
   * @throws SettingsException with every problem of the file, one line each
   */
  public static MsaConfiguration read(Path file) throws SettingsException {
    Problems problems = new Problems();
    return of(file, Settings.read(file, problems), problems);
  }

  /**
   * Reads a text as if it stood in {@code file}, from whose directory relative paths are taken.
   *
   * @throws SettingsException with every problem of the text, one line each
   */
  public static MsaConfiguration parse(Path file, String text) throws SettingsException {
    Problems problems = new Problems();
    return of(file, Settings.parse(file, text, problems), problems);
  }

  private static MsaConfiguration of(Path file, Settings settings, Problems problems)
      throws SettingsException {
    String hostname = settings.requiredText("hostname").strip();
    if (!hostname.isEmpty() && !MailPath.isDomain(hostname)) {
      settings.problem("hostname", "not a host name: '" + hostname + "'");
    }
    settings.requiredText("data");
    settings.requiredText("users");
    Path data = settings.path("data", "whosent-data");
    List<Listener> listeners = Listener.of(settings);
    Settings tls = settings.mapping("tls");
    Path certificate = tls.path("certificate", null);
    Path key = tls.path("key", null);
    tls.finish();
    if ((certificate == null) != (key == null)) {
      settings.problem("tls", "needs both 'certificate' and 'key', or neither");
    }
    MsaConfiguration configuration =
        new MsaConfiguration(
            hostname,
            data,
            listeners,
            certificate == null ? data.resolve("tls").resolve("certificate.pem") : certificate,
            key == null ? data.resolve("tls").resolve("key.pem") : key,
            settings.path("users", "users.passwd"),
            HopAddress.of(settings, file.toAbsolutePath().getParent(), data),
            choice(settings, "hopTls", HopTls.OPPORTUNISTIC, HopTls.class),
            choice(settings, "forwardClient", Introduction.AUTO, Introduction.class),
            domains(settings),
            networks(settings, "localNetworks"),
            networks(settings, "proxyNetworks"),
            Privacy.retention(settings),
            (int) settings.number("node", 0, 0, TransactionId.MAX_NODE),
            choice(settings, "subject", SubjectPolicy.PLAIN, SubjectPolicy.class),
            feedbackAddress(settings),
            choice(settings, "bareNewline", BareNewline.REJECT, BareNewline.class)
                == BareNewline.NORMALIZE,
            Duration.ofSeconds(settings.number("drainSeconds", 30, 0, 3600)),
            Duration.ofSeconds(settings.number("heartbeatSeconds", 60, 1, 3600)),
            Limits.of(settings),
            SubmissionRules.of(settings),
            LoginRules.of(settings),
            runAs(settings));
    settings.finish();
    problems.throwIfAny();
    return configuration;
  }

  /** What only a restart changes: key to value, for people. */
  Map<String, String> fixed() {
    Map<String, String> fixed = new LinkedHashMap<>();
    fixed.put("hostname", hostname);
    fixed.put("data", data.toString());
    fixed.put(
        "listeners",
        listeners.stream()
            .map(l -> l.service().word() + " " + Addresses.format(l.address()) + " " + l.port())
            .collect(Collectors.joining(", ")));
    fixed.put("runAs", runAs == null ? "" : runAs.toString());
    fixed.put("node", Integer.toString(node));
    fixed.put("heartbeatSeconds", Long.toString(heartbeat.toSeconds()));
    return fixed;
  }

  private static String feedbackAddress(Settings settings) {
    String address = settings.text("feedbackAddress", "").strip();
    if (address.isEmpty()) {
      return null;
    }
    try {
      // Written into every header: nothing but a plain address of ASCII.
      MailPath path = MailPath.forward("<" + address + ">");
      if (path.isPlain() && path.address().equals(address) && address.indexOf('@') > 0) {
        return address;
      }
    } catch (MailPath.SyntaxException e) {
      // said below
    }
    settings.problem("feedbackAddress", "not a plain mail address: '" + address + "'");
    return null;
  }

  private enum BareNewline {
    REJECT,
    NORMALIZE
  }

  private static Privileges.Identity runAs(Settings settings) {
    String text = settings.text("runAs", "").strip();
    if (text.isEmpty()) {
      return null;
    }
    Matcher m = ACCOUNT.matcher(text);
    if (!m.matches()) {
      settings.problem("runAs", "expected ACCOUNT or ACCOUNT:GROUP, found '" + text + "'");
      return null;
    }
    return new Privileges.Identity(m.group(1), m.group(2));
  }

  private static List<String> domains(Settings settings) {
    List<String> domains = new ArrayList<>();
    for (String domain : settings.texts("localDomains")) {
      if (MailPath.isDomain(domain)) {
        domains.add(domain.toLowerCase(Locale.ROOT));
      } else {
        settings.problem("localDomains", "not a domain: '" + domain + "'");
      }
    }
    return domains;
  }

  static List<Network> networks(Settings settings, String key) {
    List<Network> networks = new ArrayList<>();
    for (String text : settings.texts(key)) {
      Optional<Network> range = Network.parse(text);
      range.ifPresentOrElse(
          networks::add,
          () -> settings.problem(key, "expected ADDRESS or ADDRESS/BITS, found '" + text + "'"));
    }
    return networks;
  }

  static <E extends Enum<E>> E choice(Settings settings, String key, E byDefault, Class<E> type) {
    String text = settings.text(key, byDefault.name());
    List<String> known = new ArrayList<>();
    for (E constant : type.getEnumConstants()) {
      if (constant.name().equalsIgnoreCase(text.strip())) {
        return constant;
      }
      known.add(constant.name().toLowerCase(Locale.ROOT));
    }
    settings.problem(key, "expected one of " + String.join(", ", known) + ", found '" + text + "'");
    return byDefault;
  }

  /** True when the address's mailbox is on the operator's own servers. */
  public boolean isLocal(String address) {
    int at = address.lastIndexOf('@');
    // A bare <Postmaster> (RFC 5321 section 4.5.1) is always ours.
    return at < 0 || localDomains.contains(plain(address.substring(at + 1)));
  }

  /**
   * A domain in lower case and in ASCII. One that IDNA would change on the way there and back stays
   * as it is, and so is nobody's: others may take it for another.
   */
  private static String plain(String domain) {
    String lower = domain.toLowerCase(Locale.ROOT);
    if (lower.chars().allMatch(c -> c < 0x80)) {
      return lower;
    }
    try {
      String ascii = IDN.toASCII(lower);
      return IDN.toUnicode(ascii).equals(lower) ? ascii : lower;
    } catch (IllegalArgumentException e) {
      return lower;
    }
  }

  /** True when a password may come from there in clear. */
  public boolean mayLogInWithoutTls(InetAddress client) {
    return rules.authWithoutTls().stream().anyMatch(range -> range.contains(client));
  }

  /** True for a load balancer, which says first who its client is. */
  public boolean isProxy(InetAddress peer) {
    return proxyNetworks.stream().anyMatch(range -> range.contains(peer));
  }

  /** True when the client is in the operator's own networks. */
  public boolean isInside(InetAddress client) {
    return localNetworks.stream().anyMatch(range -> range.contains(client));
  }
}
