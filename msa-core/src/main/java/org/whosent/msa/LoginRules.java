package org.whosent.msa;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.whosent.msa.auth.SaslMechanism;
import org.whosent.msa.auth.StoreSettings;
import org.whosent.record.settings.Settings;

/**
 * How users may log in. Immutable.
 *
 * @param mechanisms that may be offered
 * @param mechanismsChosen true when the configuration names them, false when they are all
 * @param store where passwords are checked; null for the user file
 * @param tokens which tokens let users in; null for none
 */
public record LoginRules(
    Set<SaslMechanism> mechanisms,
    boolean mechanismsChosen,
    StoreSettings store,
    TokenSettings tokens) {

  public LoginRules {
    mechanisms = Set.copyOf(mechanisms);
  }

  static LoginRules of(Settings settings) {
    List<String> names = settings.texts("mechanisms");
    Set<SaslMechanism> mechanisms = EnumSet.noneOf(SaslMechanism.class);
    for (String name : names) {
      Optional<SaslMechanism> mechanism = SaslMechanism.named(name.strip());
      mechanism.ifPresentOrElse(
          mechanisms::add,
          () ->
              settings.problem(
                  "mechanisms",
                  "expected some of "
                      + Stream.of(SaslMechanism.values())
                          .map(SaslMechanism::wireName)
                          .collect(Collectors.joining(", "))
                      + ", found '"
                      + name
                      + "'"));
    }
    boolean chosen = settings.has("mechanisms");
    if (chosen && names.isEmpty()) {
      settings.problem("mechanisms", "none is left; leave the key out to offer what can be");
    }
    return new LoginRules(
        chosen ? mechanisms : EnumSet.allOf(SaslMechanism.class),
        chosen,
        UserStores.of(settings),
        settings.has("oauth") ? TokenSettings.of(settings.mapping("oauth")) : null);
  }
}
