package org.whosent.query.dns;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import javax.naming.Context;
import javax.naming.NameNotFoundException;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.directory.Attributes;
import javax.naming.directory.InitialDirContext;
import org.whosent.record.dkim.DkimKey;

/**
 * The keys of our own domains' DKIM signatures, asked of the DNS (RFC 6376 section 3.6.2) by the
 * resolver that the JDK has. Not thread-safe.
 *
 * <p>The selector stands in the message, so whoever writes messages chooses what is asked, below
 * {@code _domainkey} of a domain of ours and nowhere else. Each name is asked for once in a run, at
 * most {@link #MAX_NAMES} names, and after {@link #MAX_FAILURES} failures on end nothing more: a
 * dead resolver must not cost seconds for each of ten thousand complaints. What could not be asked
 * is said in {@link #unasked}; its signatures count as absent. Known weakness: answers are believed
 * without DNSSEC, so the resolver and the way to it must be trusted.
 */
public final class DnsKeys implements BiFunction<String, String, List<DkimKey>> {
  /** Names asked for in one run. */
  static final int MAX_NAMES = 100;

  /** Failures one after the other that end the asking. */
  static final int MAX_FAILURES = 3;

  /** Records of one name, and octets of one, that are looked at. */
  private static final int MAX_RECORDS = 8;

  private static final int MAX_RECORD = 4096;

  private static final Pattern SELECTOR =
      Pattern.compile("[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:[.][a-z0-9_-]{1,63}){0,5}");

  private final String server;
  private final int timeoutMillis;
  private final Map<String, List<DkimKey>> known = new HashMap<>();
  private final Map<String, String> failed = new LinkedHashMap<>();
  private int failuresOnEnd;

  /** Asks the servers that the machine is set to. */
  public DnsKeys() {
    this("dns:", 1500);
  }

  /**
   * Asks one server.
   *
   * @param server {@code dns://address:port}
   * @param timeoutMillis for the first try; the second waits twice as long
   */
  DnsKeys(String server, int timeoutMillis) {
    this.server = server;
    this.timeoutMillis = timeoutMillis;
  }

  /** The keys of a selector of a domain; none when there is none, or nobody answers. */
  @Override
  public List<DkimKey> apply(String domain, String selector) {
    String name = selector + "._domainkey." + domain;
    List<DkimKey> before = known.get(name);
    if (before != null) {
      return before;
    }
    if (!SELECTOR.matcher(selector).matches() || name.length() > 253) {
      return List.of();
    }
    if (known.size() >= MAX_NAMES || failuresOnEnd >= MAX_FAILURES) {
      if (failed.size() < MAX_NAMES) {
        failed.putIfAbsent(
            name,
            known.size() >= MAX_NAMES ? "too many names in one run" : "gave up after failures");
      }
      return List.of();
    }
    List<DkimKey> keys = List.of();
    try {
      keys = keys(domain, selector, texts(name));
      failuresOnEnd = 0;
    } catch (NameNotFoundException e) {
      failuresOnEnd = 0; // an answer: there is no such key, or no longer
    } catch (NamingException e) {
      failuresOnEnd++;
      failed.put(name, e.getExplanation() == null ? "no answer" : e.getExplanation());
    }
    known.put(name, keys);
    return keys;
  }

  /** What could not be asked, as {@code name: why}; empty when all was answered. */
  public List<String> unasked() {
    List<String> lines = new ArrayList<>();
    failed.forEach((name, why) -> lines.add(name + ": " + why));
    return lines;
  }

  private List<String> texts(String name) throws NamingException {
    Hashtable<String, String> environment = new Hashtable<>();
    environment.put(Context.INITIAL_CONTEXT_FACTORY, "com.sun.jndi.dns.DnsContextFactory");
    environment.put(Context.PROVIDER_URL, server);
    environment.put("com.sun.jndi.dns.timeout.initial", Integer.toString(timeoutMillis));
    environment.put("com.sun.jndi.dns.timeout.retries", "2");
    InitialDirContext context = new InitialDirContext(environment);
    try {
      Attributes found = context.getAttributes(name + ".", new String[] {"TXT"});
      Attribute texts = found.get("TXT");
      List<String> list = new ArrayList<>();
      for (int i = 0; texts != null && i < Math.min(texts.size(), MAX_RECORDS); i++) {
        String text = joined(texts.get(i).toString());
        if (text.length() <= MAX_RECORD) {
          list.add(text);
        }
      }
      return list;
    } finally {
      context.close();
    }
  }

  /** What stands under the name that is a key; other records may stand there too. */
  private static List<DkimKey> keys(String domain, String selector, List<String> texts) {
    List<DkimKey> keys = new ArrayList<>();
    for (String text : texts) {
      try {
        keys.add(DkimKey.parse(domain, selector, text));
      } catch (IllegalArgumentException e) {
        continue; // no key, a revoked one (p=), or one of a kind that is not verified
      }
    }
    return List.copyOf(keys);
  }

  /**
   * The character strings of a record, put together (RFC 6376 section 3.6.2.2). The JDK gives them
   * with blanks between, in quotes where a string has blanks in it.
   */
  static String joined(String text) {
    StringBuilder out = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\' && quoted && i + 1 < text.length()) {
        out.append(text.charAt(++i));
      } else if (c == '"') {
        quoted = !quoted;
      } else if (c != ' ' || quoted) {
        out.append(c);
      }
    }
    return out.toString();
  }
}
