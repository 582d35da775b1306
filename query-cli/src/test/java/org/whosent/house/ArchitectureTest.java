package org.whosent.house;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;

/** The arrows between modules, and which package may know which library. */
@AnalyzeClasses(
    packages = "org.whosent",
    importOptions = {DoNotIncludeTests.class, ArchitectureTest.NoTestJars.class})
class ArchitectureTest {
  /** In a whole build the indexer's tests, which are lent to query-cli's, come as a jar. */
  static final class NoTestJars implements ImportOption {
    @Override
    public boolean includes(Location location) {
      return !location.contains("-tests.jar");
    }
  }

  @ArchTest
  static final ArchRule recordKnowsNothingOfOurs =
      classes()
          .that()
          .resideInAPackage("org.whosent.record..")
          .should()
          .onlyDependOnClassesThat()
          .resideOutsideOfPackages(
              "org.whosent.msa..", "org.whosent.indexer..", "org.whosent.query..")
          .because("record is the contract that everybody leans on; it leans on nobody");

  @ArchTest
  static final ArchRule msaKnowsOnlyTheRecord =
      noClasses()
          .that()
          .resideInAPackage("org.whosent.msa..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.whosent.indexer..", "org.whosent.query..")
          .because("a submission server must not need an index to accept mail");

  @ArchTest
  static final ArchRule indexerKnowsOnlyTheRecord =
      noClasses()
          .that()
          .resideInAPackage("org.whosent.indexer..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.whosent.msa..", "org.whosent.query..")
          .because("a site that only runs Postfix must not ship an SMTP server");

  @ArchTest
  static final ArchRule filesBehindTheStoreOnly =
      noClasses()
          .that()
          .resideOutsideOfPackage("org.whosent.indexer.store..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.whosent.indexer.store.bytes..",
              "org.whosent.indexer.store.segment..",
              "org.whosent.indexer.store.partition.*")
          .because(
              "RecordStore says nothing of files, so that a second store can stand in its place");

  @ArchTest
  static final ArchRule partsOfTheStore =
      layeredArchitecture()
          .consideringOnlyDependenciesInAnyPackage("org.whosent.indexer.store..")
          .layer("interface")
          .definedBy("org.whosent.indexer.store")
          .layer("bytes")
          .definedBy("org.whosent.indexer.store.bytes")
          .layer("keys")
          .definedBy("org.whosent.indexer.store.segment.key")
          .layer("columns")
          .definedBy("org.whosent.indexer.store.segment.column")
          .layer("text")
          .definedBy("org.whosent.indexer.store.segment.text")
          .layer("segments")
          .definedBy("org.whosent.indexer.store.segment")
          .layer("manifest")
          .definedBy("org.whosent.indexer.store.partition.manifest")
          .layer("logins")
          .definedBy("org.whosent.indexer.store.partition.login")
          .layer("reading")
          .definedBy("org.whosent.indexer.store.partition.reading")
          .layer("renewal")
          .definedBy("org.whosent.indexer.store.partition.renewal")
          .layer("forgetting")
          .definedBy("org.whosent.indexer.store.partition.forgetting")
          .layer("store")
          .definedBy("org.whosent.indexer.store.partition")
          .ensureAllClassesAreContainedInArchitectureIgnoring(
              resideOutsideOfPackage("org.whosent.indexer.store.."))
          .whereLayer("interface")
          .mayNotAccessAnyLayer()
          .whereLayer("bytes")
          .mayNotAccessAnyLayer()
          .whereLayer("keys")
          .mayOnlyAccessLayers("bytes")
          .whereLayer("columns")
          .mayOnlyAccessLayers("bytes", "keys")
          .whereLayer("text")
          .mayOnlyAccessLayers("bytes", "keys")
          .whereLayer("segments")
          .mayOnlyAccessLayers("interface", "bytes", "keys", "columns", "text")
          .whereLayer("manifest")
          .mayOnlyAccessLayers("interface", "bytes", "keys", "segments")
          .whereLayer("logins")
          .mayOnlyAccessLayers("interface", "bytes")
          .whereLayer("reading")
          .mayOnlyAccessLayers("interface", "bytes", "keys", "segments", "manifest", "logins")
          .whereLayer("renewal")
          .mayOnlyAccessLayers("interface", "bytes", "keys", "segments", "manifest", "reading")
          .whereLayer("forgetting")
          .mayOnlyBeAccessedByLayers("store")
          .whereLayer("store")
          .mayNotBeAccessedByAnyLayer()
          .because("columns and keys are understood without files, and files without partitions");

  @ArchTest
  static final ArchRule publicForOthersOnly =
      classes()
          .that()
          .resideInAnyPackage(
              "org.whosent.indexer.store.bytes",
              "org.whosent.indexer.store.segment..",
              "org.whosent.indexer.store.partition..")
          .and()
          .areTopLevelClasses()
          .and()
          .arePublic()
          .and()
          // Its constants are compiled into who uses them, which leaves no trace.
          .doNotHaveFullyQualifiedName("org.whosent.indexer.store.segment.key.KeyFormat")
          .should(beUsedByOtherPackages())
          .because("what a package does not show can be changed by who knows that package alone");

  @ArchTest
  static final ArchRule formatsBehindTheirListOnly =
      noClasses()
          .that()
          .resideOutsideOfPackage("org.whosent.indexer.log..")
          .should()
          .dependOnClassesThat(
              resideInAPackage("org.whosent.indexer.log.*")
                  .and(
                      resideOutsideOfPackages(
                          "org.whosent.indexer.log.formats", "org.whosent.indexer.log.collector")))
          .because("what reads files must not know which servers there are, nor how they log");

  @ArchTest
  static final ArchRule inputKnowsNoStore =
      noClasses()
          .that()
          .resideInAPackage("org.whosent.indexer.ingest.input..")
          .should()
          .dependOnClassesThat(
              resideInAPackage("org.whosent.indexer.store..")
                  .or(resideInAPackage("org.whosent.indexer.ingest")))
          .because("how lines come out of files does not hang on what becomes of them");

  @ArchTest
  static final ArchRule luceneInOnePackageOnly =
      only("org.apache.lucene..", "org.whosent.indexer.store.segment.text")
          .because("a look-up of an ID must not load it, and a second store must not need it");

  @ArchTest
  static final ArchRule mailInOnePackageOnly =
      only("jakarta.mail..", "org.whosent.record.message..")
          .because("the MSA and the tracer must open and digest messages by the same code");

  @ArchTest
  static final ArchRule htmlInOnePackageOnly =
      only("org.jsoup..", "org.whosent.record.message..")
          .because("the visible text of a message is computed in one place");

  @ArchTest
  static final ArchRule outlookInOnePackageOnly =
      only("org.apache.poi..", "org.whosent.record.outlook..")
          .because("no trace of anything else may wait for it to be loaded");

  @ArchTest
  static final ArchRule picocliInCommandsOnly =
      only("picocli..", "org.whosent.query.command..")
          .because("what commands do must be callable without a command line");

  @ArchTest
  static final ArchRule csvInTheWriterOnly =
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName("org.whosent.query.output.RecordCsv")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.apache.commons.csv..")
          .because("a cell that skips RecordCsv may run as a formula in somebody's spreadsheet");

  @ArchTest
  static final ArchRule yamlInSettingsOnly =
      only("org.snakeyaml..", "org.whosent.record.settings..")
          .because("every settings file is checked in the same way");

  @ArchTest
  static final ArchRule passwordHashesInOnePackageOnly =
      only("org.bouncycastle..", "org.whosent.msa..", "org.whosent.record.message..")
          .because("secrets and keys stay in the MSA; of a message its S/MIME wrapping is read");

  @ArchTest
  static final ArchRule tokensInOnePackageOnly =
      only("com.nimbusds..", "org.whosent.msa.auth.oauth..")
          .because("which tokens are good is decided in one place");

  @ArchTest
  static final ArchRule ldapInOnePackageOnly =
      only("com.unboundid..", "org.whosent.msa.auth.ldap..")
          .because("a user store is one class behind UserStore, and can be left out");

  @ArchTest
  static final ArchRule saslprepInOnePackageOnly =
      only("com.ongres..", "org.whosent.msa.auth")
          .because("both sides of a login must prepare names and passwords alike");

  @ArchTest
  static final ArchRule dnsInOnePackageOnly =
      only("javax.naming..", "org.whosent.query.dns..")
          .because("nothing asks the network for anything unless the operator said so")
          .allowEmptyShould(false);

  @ArchTest
  static final ArchRule noPackageCycles =
      SlicesRuleDefinition.slices()
          .matching("org.whosent.(*).(**)")
          .should()
          .beFreeOfCycles()
          .because("what changes together stands together");

  private static ArchCondition<JavaClass> beUsedByOtherPackages() {
    return new ArchCondition<>("be used by other packages") {
      @Override
      public void check(JavaClass item, ConditionEvents events) {
        boolean used =
            item.getDirectDependenciesToSelf().stream()
                .anyMatch(d -> !d.getOriginClass().getPackageName().equals(item.getPackageName()));
        events.add(new SimpleConditionEvent(item, used, item.getName() + " is public for nobody"));
      }
    };
  }

  private static ArchRule only(String library, String... ours) {
    return noClasses()
        .that()
        .resideInAPackage("org.whosent..")
        .and()
        .resideOutsideOfPackages(ours)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(library);
  }
}
