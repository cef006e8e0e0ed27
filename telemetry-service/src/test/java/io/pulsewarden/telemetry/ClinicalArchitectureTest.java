package io.pulsewarden.telemetry;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.pulsewarden.auditclient.AuditTrail;
import io.pulsewarden.telemetry.auditing.Disclosure;
import io.quarkus.security.Authenticated;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import org.jspecify.annotations.NullMarked;

/** The store and the clinical API. */
@AnalyzeClasses(
    packages = {
      "io.pulsewarden.telemetry.access",
      "io.pulsewarden.telemetry.auditing",
      "io.pulsewarden.telemetry.careteam",
      "io.pulsewarden.telemetry.compaction",
      "io.pulsewarden.telemetry.delivery",
      "io.pulsewarden.telemetry.failure",
      "io.pulsewarden.telemetry.fhir",
      "io.pulsewarden.telemetry.gap",
      "io.pulsewarden.telemetry.observation",
      "io.pulsewarden.telemetry.paging",
      "io.pulsewarden.telemetry.patient",
      "io.pulsewarden.telemetry.presence",
      "io.pulsewarden.telemetry.proof",
      "io.pulsewarden.telemetry.quarantine",
      "io.pulsewarden.telemetry.retention",
      "io.pulsewarden.telemetry.store",
      "io.pulsewarden.telemetry.wearing"
    },
    importOptions = DoNotIncludeTests.class)
class ClinicalArchitectureTest {

  /**
   * Named exceptions: sinks and their readers are given Kafka's own records; the FHIR classes read
   * a request's parameters and build its answer; ContextReturn knows Vert.x by its purpose, and a
   * Health is MicroProfile's. Mutiny and injection are not frameworks here: whatever waits is a
   * Uni.
   */
  private static final String TOUCHES_FRAMEWORKS =
      ".*(Resource|Consumer|Publisher|Store|Client|Entity|Configuration|Lifecycle|Sink"
          + "|BatchDigester|MessageReader|PartitionRecords|StoreConsumers|FhirAnswer|SearchParameters"
          + "|ContextReturn|Health)(\\$.*|_.*)?";

  @ArchTest
  static final ArchRule FRAMEWORKS_STAY_AT_THE_EDGES =
      noClasses()
          .that()
          .haveNameNotMatching(TOUCHES_FRAMEWORKS)
          .and()
          .haveSimpleNameNotEndingWith("_")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "jakarta.ws.rs..",
              "jakarta.persistence..",
              "jakarta.enterprise..",
              "io.quarkus..",
              "io.vertx..",
              "org.hibernate..",
              "org.jboss.resteasy..",
              "org.apache.kafka..",
              "org.eclipse.microprofile..");

  @ArchTest
  static final ArchRule EVERY_ENDPOINT_SAYS_WHO_MAY_CALL_IT =
      classes()
          .that()
          .areAnnotatedWith(Path.class)
          .should()
          .beAnnotatedWith(Authenticated.class)
          .orShould()
          .beAnnotatedWith(PermitAll.class);

  @ArchTest
  static final ArchRule EVERY_PROTECTED_ENDPOINT_ANSWERS_THROUGH_DISCLOSURE =
      classes()
          .that()
          .areAnnotatedWith(Path.class)
          .and()
          .areAnnotatedWith(Authenticated.class)
          .should()
          .dependOnClassesThat()
          .areAssignableTo(Disclosure.class);

  @ArchTest
  static final ArchRule NOBODY_WRITES_AUDIT_ENTRIES_OF_READS_PAST_DISCLOSURE =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.pulsewarden.telemetry.auditing")
          .should()
          .dependOnClassesThat()
          .areAssignableTo(AuditTrail.class);

  @ArchTest
  static final ArchRule TIME_COMES_FROM_A_CLOCK =
      noClasses()
          .should()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(Instant.class, "now")
          .orShould()
          .callMethod(LocalDate.class, "now")
          .orShould()
          .callMethod(LocalDateTime.class, "now");

  @ArchTest
  static final ArchRule FEATURES_SHOW_ONE_FACE =
      classes()
          .should(
              new ArchCondition<>("use only public classes of other packages") {
                @Override
                public void check(JavaClass user, ConditionEvents events) {
                  user.getDirectDependenciesFromSelf().stream()
                      .filter(
                          use -> {
                            JavaClass used = use.getTargetClass();
                            return used.getPackageName().startsWith("io.pulsewarden.telemetry")
                                && !used.getPackageName().equals(user.getPackageName())
                                && !used.getModifiers().contains(JavaModifier.PUBLIC);
                          })
                      .forEach(
                          use -> events.add(SimpleConditionEvent.violated(use, use.toString())));
                }
              });

  @ArchTest
  static final ArchRule EVERY_PACKAGE_IS_NULL_MARKED =
      classes()
          .should(
              new ArchCondition<>("be in a null-marked package") {
                @Override
                public void check(JavaClass type, ConditionEvents events) {
                  if (!type.getPackage().isAnnotatedWith(NullMarked.class)) {
                    events.add(SimpleConditionEvent.violated(type, type.getName()));
                  }
                }
              });
}
