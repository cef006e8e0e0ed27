package io.pulsewarden.simulator;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Instant;
import org.jspecify.annotations.NullMarked;

@AnalyzeClasses(
    packages = "io.pulsewarden.simulator",
    importOptions = ImportOption.DoNotIncludeTests.class)
class SimulatorArchitectureTest {

  @ArchTest
  static final ArchRule SHOULD_KNOW_NOTHING_OF_THE_SERVICES =
      noClasses()
          .should()
          .dependOnClassesThat(
              resideInAPackage("io.pulsewarden..")
                  .and(not(resideInAPackage("io.pulsewarden.simulator.."))));

  @ArchTest
  static final ArchRule SHOULD_ASK_A_CLOCK_FOR_THE_TIME =
      noClasses()
          .should()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(Instant.class, "now");

  @ArchTest
  static final ArchRule SHOULD_GET_ITS_CLOCK_FROM_OUTSIDE =
      noClasses()
          .that()
          .doNotHaveSimpleName("SimulateCommand")
          .should()
          .callMethod(Clock.class, "systemUTC");

  @ArchTest
  static final ArchRule SHOULD_USE_PAHO_IN_ONE_PLACE =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.pulsewarden.simulator.mqtt")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.eclipse.paho..");

  @ArchTest
  static final ArchRule SHOULD_BE_NULL_MARKED =
      classes()
          .should(
              new com.tngtech.archunit.lang.ArchCondition<>("be in a null-marked package") {
                @Override
                public void check(
                    com.tngtech.archunit.core.domain.JavaClass each,
                    com.tngtech.archunit.lang.ConditionEvents events) {
                  boolean marked = each.getPackage().isAnnotatedWith(NullMarked.class);
                  events.add(
                      new com.tngtech.archunit.lang.SimpleConditionEvent(
                          each, marked, each.getName()));
                }
              });
}
