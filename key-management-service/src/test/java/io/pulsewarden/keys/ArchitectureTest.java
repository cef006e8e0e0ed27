package io.pulsewarden.keys;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZonedDateTime;
import org.jspecify.annotations.NullMarked;

@AnalyzeClasses(packages = "io.pulsewarden.keys", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

  /**
   * Named exceptions: entities are rows, configuration and lifecycle are where it is plugged in.
   */
  private static final String TOUCHES_FRAMEWORKS =
      ".*(Resource|Consumer|Publisher|Store|Client|Entity|Configuration|Lifecycle|Health|Problem"
          + "|ProblemMapper)(\\$.*|_.*)?";

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
              "jakarta..",
              "io.quarkus..",
              "io.vertx..",
              "io.smallrye..",
              "org.hibernate..",
              "org.jboss.resteasy..",
              "org.apache.kafka..",
              "org.eclipse.microprofile..");

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
          .callMethod(LocalDateTime.class, "now")
          .orShould()
          .callMethod(ZonedDateTime.class, "now");

  @ArchTest
  static final ArchRule FEATURES_SHOW_ONE_FACE =
      ArchRuleDefinition.classes()
          .should(
              new ArchCondition<>("use only public classes of other packages") {
                @Override
                public void check(JavaClass user, ConditionEvents events) {
                  user.getDirectDependenciesFromSelf().stream()
                      .filter(
                          use -> {
                            JavaClass used = use.getTargetClass();
                            return used.getPackageName().startsWith("io.pulsewarden.keys")
                                && !used.getPackageName().equals(user.getPackageName())
                                && !used.getModifiers().contains(JavaModifier.PUBLIC);
                          })
                      .forEach(
                          use -> events.add(SimpleConditionEvent.violated(use, use.toString())));
                }
              });

  @ArchTest
  static final ArchRule EVERY_PACKAGE_IS_NULL_MARKED =
      ArchRuleDefinition.classes()
          .that(
              DescribedPredicate.describe(
                  "are ours", type -> type.getPackageName().startsWith("io.pulsewarden.keys")))
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
