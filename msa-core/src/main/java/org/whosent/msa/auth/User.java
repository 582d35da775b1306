package org.whosent.msa.auth;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One line of the user file. Immutable.
 *
 * @param name as written in the file
 * @param hash of the password
 * @param settings the {@code key=value} pairs after the hash; keys not known here are kept
 */
public record User(String name, String hash, Map<String, String> settings) {
  static final int MAX_NAME = 320;

  /** In the hash's place: logs in with a token or through another store, or not at all. */
  static final String NO_PASSWORD = "*";

  /** The hash of one that the user file does not name. */
  private static final String UNLISTED = "";

  /** What shows nothing or a blank, beside what is in the general category for it. */
  private static final Pattern UNSEEN =
      Pattern.compile(
          "[\\p{Zs}&&[^ ]]|[\\x{34f}\\x{115f}\\x{1160}\\x{17b4}\\x{17b5}\\x{180b}-\\x{180f}"
              + "\\x{2800}\\x{3164}\\x{fe00}-\\x{fe0f}\\x{ffa0}\\x{e0100}-\\x{e01ef}]");

  /** The key of the SCRAM verifier. */
  static final String SCRAM = "scram-sha-256";

  /** The keys that say something, beside those of {@link UserLimits}. */
  private static final Set<String> KEYS = Set.of("from", "suspended", SCRAM);

  public User {
    settings = java.util.Collections.unmodifiableMap(new TreeMap<>(settings));
  }

  /** True when the user may not log in. */
  public boolean suspended() {
    return "true".equals(settings.get("suspended"));
  }

  /** What the user may send as; empty when the user file says nothing of it. */
  public Optional<SenderList> senders() {
    return Optional.ofNullable(settings.get("from")).map(SenderList::parse);
  }

  /** How much the user may send, by the user file and else by the defaults. */
  public UserLimits limits(UserLimits defaults) {
    return UserLimits.of(settings, defaults);
  }

  /** One that the user file does not name: others vouch for it, and the defaults hold for it. */
  static User unlisted(String name) {
    return new User(name, UNLISTED, Map.of());
  }

  boolean isUnlisted() {
    return hash.equals(UNLISTED);
  }

  /** False for one that only a token or another store lets in. */
  public boolean hasPassword() {
    return !hash.equals(NO_PASSWORD) && !isUnlisted();
  }

  /** Empty when there is none, so that SCRAM cannot let the user in. */
  Optional<ScramVerifier> scram() {
    return Optional.ofNullable(settings.get(SCRAM)).map(ScramVerifier::parse);
  }

  /** True when neither the password nor what is beside it has changed. */
  boolean hasSameSecretsAs(User other) {
    return hash.equals(other.hash)
        && Objects.equals(settings.get(SCRAM), other.settings.get(SCRAM));
  }

  /** True for a key that says something here. */
  static boolean isKey(String key) {
    return KEYS.contains(key) || UserLimits.KEYS.contains(key);
  }

  /** The keys that say something, for people. */
  static List<String> keys() {
    return Stream.concat(Stream.of("from"), UserLimits.KEYS.stream()).toList();
  }

  /** The settings without secrets and without {@code suspended}, as {@code key=value}. */
  public List<String> visibleSettings() {
    return settings.entrySet().stream()
        .filter(e -> !e.getKey().equals(SCRAM) && !e.getKey().equals("suspended"))
        .map(e -> e.getKey() + "=" + e.getValue())
        .toList();
  }

  /** A key that says nothing here, a slip most likely; null when there is none. */
  String unknownKey() {
    for (String key : settings.keySet()) {
      if (!isKey(key)) {
        return key;
      }
    }
    return null;
  }

  /** With another password; a verifier of the old one must not stay. */
  User withSecrets(String newHash, Optional<ScramVerifier> verifier) {
    return new User(name, newHash, settings)
        .withSetting(SCRAM, verifier.map(ScramVerifier::text).orElse(null));
  }

  /** With another value for a key, or with none when it is null. */
  User withSetting(String key, String value) {
    Map<String, String> changed = new TreeMap<>(settings);
    if (value == null) {
      changed.remove(key);
    } else {
      changed.put(key, value);
    }
    return new User(name, hash, changed);
  }

  User withSuspended(boolean suspended) {
    return withSetting("suspended", suspended ? "true" : null);
  }

  /** What is wrong with a name, for the operator; null when it may be used. */
  public static String nameProblem(String name) {
    if (name.isEmpty() || name.length() > MAX_NAME) {
      return "a user name has 1 to " + MAX_NAME + " characters";
    }
    if (name.indexOf(':') >= 0) {
      return "a user name cannot contain ':'";
    }
    if (name.startsWith("#") || !name.strip().equals(name)) {
      return "a user name cannot begin with '#' or begin or end with a blank";
    }
    boolean odd =
        name.codePoints()
            .anyMatch(
                c ->
                    switch (Character.getType(c)) {
                      // These make one name look like another on a screen.
                      case Character.CONTROL,
                          Character.FORMAT,
                          Character.SURROGATE,
                          Character.UNASSIGNED,
                          Character.LINE_SEPARATOR,
                          Character.PARAGRAPH_SEPARATOR ->
                          true;
                      default -> false;
                    });
    if (odd || UNSEEN.matcher(name).find()) {
      return "a user name cannot contain control or invisible characters";
    }
    // Somebody decoded what was not UTF-8: two names would be one.
    return name.indexOf('\ufffd') < 0 ? null : "a user name cannot contain U+FFFD";
  }

  /** The line of the file, without its line feed. */
  String line() {
    StringBuilder line = new StringBuilder(name).append(':').append(hash);
    settings.forEach((key, value) -> line.append(':').append(key).append('=').append(value));
    return line.toString();
  }

  /**
   * Reads a line.
   *
   * @throws IllegalArgumentException with what is wrong with it, never with the hash
   */
  static User parse(String line) {
    String[] parts = line.split(":", -1);
    if (parts.length < 2) {
      throw new IllegalArgumentException("expected name:hash[:key=value ...]");
    }
    String problem = nameProblem(parts[0]);
    if (problem != null) {
      throw new IllegalArgumentException(problem);
    }
    if (!parts[1].equals(NO_PASSWORD) && PasswordHash.of(parts[1]) == null) {
      throw new IllegalArgumentException(
          "not a hash that is read here (argon2id, bcrypt, SHA-512-crypt within their bounds; * for"
              + " none)");
    }
    Map<String, String> settings = new TreeMap<>();
    for (int i = 2; i < parts.length; i++) {
      for (String pair : parts[i].strip().split("\\s+")) {
        if (pair.isEmpty()) {
          continue;
        }
        int equals = pair.indexOf('=');
        if (equals < 1
            || settings.put(pair.substring(0, equals), pair.substring(equals + 1)) != null) {
          throw new IllegalArgumentException(
              "expected key=value, each key once and no blank in a value, after the hash");
        }
      }
    }
    String suspended = settings.get("suspended");
    if (suspended != null && !suspended.equals("true") && !suspended.equals("false")) {
      throw new IllegalArgumentException("suspended is true or false");
    }
    User user = new User(parts[0], parts[1], settings);
    // A limit that cannot be read must not be none.
    UserLimits.of(settings, UserLimits.NONE);
    user.scram();
    if (settings.containsKey("from")) {
      SenderList.parse(settings.get("from"));
    }
    return user;
  }
}
