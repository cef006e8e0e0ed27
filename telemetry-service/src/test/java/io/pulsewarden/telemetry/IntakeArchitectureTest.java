package io.pulsewarden.telemetry;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** How the intake and what it stands on are cut; ClinicalArchitectureTest has the rest. */
class IntakeArchitectureTest {

  private static final JavaClasses SERVICE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages(
              "io.pulsewarden.telemetry.bridge",
              "io.pulsewarden.telemetry.devicefeed",
              "io.pulsewarden.telemetry.intake",
              "io.pulsewarden.telemetry.keys",
              "io.pulsewarden.telemetry.receipt",
              "io.pulsewarden.telemetry.senml",
              "io.pulsewarden.telemetry.session",
              "io.pulsewarden.telemetry.traffic",
              "io.pulsewarden.telemetry.vitals",
              "io.pulsewarden.telemetry.wiring");

  private static final String[] FRAMEWORKS = {
    "io.quarkus..",
    "io.vertx..",
    "io.smallrye..",
    "io.netty..",
    "org.apache.kafka..",
    "org.eclipse.paho..",
    "org.eclipse.microprofile..",
    "org.hibernate..",
    "jakarta.persistence..",
    "jakarta.ws.rs.."
  };

  /**
   * Whose work is to touch a framework; the last speak MQTT in Netty's words, or keep its buffers.
   */
  private static final List<String> TOUCHING =
      List.of(
          "Resource",
          "Consumer",
          "Publisher",
          "Store",
          "Client",
          "Endpoint",
          "Configuration",
          "Health",
          "Lifecycle",
          "PacketProperties",
          "HeldPackets",
          "PacketSieve",
          "ReasonCodes",
          "WrapBuffers");

  @Test
  void shouldTouchFrameworksOnlyWhereTheNameSaysSo() {
    noClasses()
        .that(describe("are not made to touch frameworks", type -> !touches(type)))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(FRAMEWORKS)
        .check(SERVICE);
  }

  @Test
  void shouldHaveNoCyclesBetweenFeatures() {
    slices().matching("io.pulsewarden.telemetry.(*)..").should().beFreeOfCycles().check(SERVICE);
  }

  @Test
  void shouldTakeTimeFromTheClockAlone() {
    noClasses()
        .should()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(Instant.class, "now")
        .orShould()
        .callConstructor(Date.class)
        .check(SERVICE);
  }

  @Test
  void shouldKeepVitalsAndSenmlPlain() {
    classes()
        .that()
        .resideInAnyPackage("..telemetry.vitals..", "..telemetry.senml..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "java..",
            "org.jspecify..",
            "com.fasterxml.jackson.core..",
            "com.fasterxml.jackson.dataformat.cbor..",
            "io.pulsewarden.telemetry.vitals..",
            "io.pulsewarden.telemetry.senml..")
        .check(SERVICE);
  }

  @Test
  void shouldMarkEveryPackageForNullness() {
    assertThat(
            SERVICE.stream()
                .map(JavaClass::getPackage)
                .distinct()
                .filter(
                    found ->
                        found
                            .tryGetPackageInfo()
                            .filter(info -> info.isAnnotatedWith(NullMarked.class))
                            .isEmpty())
                .map(JavaPackage::getName))
        .isEmpty();
  }

  private static boolean touches(JavaClass type) {
    JavaClass outermost = type;
    while (outermost.getEnclosingClass().isPresent()) {
      outermost = outermost.getEnclosingClass().get();
    }
    String name = outermost.getSimpleName();
    return TOUCHING.stream().anyMatch(name::endsWith);
  }
}
