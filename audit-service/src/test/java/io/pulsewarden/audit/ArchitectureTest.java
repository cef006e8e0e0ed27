package io.pulsewarden.audit;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Path;
import java.time.Instant;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.pulsewarden.audit");

  /** Beyond the usual endings: who asks, what is shown, how parameters and errors look. */
  private static final String FRAMEWORK_CLASSES =
      ".*(Resource|Consumer|Publisher|Store|Client|Configuration|Health|Lifecycle|Metrics|Mapper"
          + "|Caller|Disclosure|EntryParameters|EntryView|FindingView)(\\$.*)?";

  @Test
  void shouldTouchFrameworksInNamedClassesAlone() {
    noClasses()
        .that()
        .haveNameNotMatching(FRAMEWORK_CLASSES)
        .and(areWritten())
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.quarkus..",
            "jakarta..",
            "io.vertx..",
            "io.smallrye..",
            "org.apache.kafka..",
            "com.fasterxml..",
            "org.eclipse.microprofile..",
            "io.micrometer..")
        .check(CLASSES);
  }

  @Test
  void shouldMarkEachPackageForNullness() {
    classes()
        .should(
            new ArchCondition<>("have a package-info") {
              @Override
              public void check(JavaClass item, ConditionEvents events) {
                boolean marked = item.getPackage().isAnnotatedWith(NullMarked.class);
                events.add(
                    new SimpleConditionEvent(
                        item, marked, item.getName() + " in a package without @NullMarked"));
              }
            })
        .check(CLASSES);
  }

  @Test
  void shouldTakeTimeFromAClock() {
    noClasses()
        .should()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(Instant.class, "now")
        .check(CLASSES);
  }

  @Test
  void shouldSayWhoMayCallEachEndpoint() {
    methods()
        .that()
        .areDeclaredInClassesThat()
        .areAnnotatedWith(Path.class)
        .and()
        .arePublic()
        .should(
            new ArchCondition<>("name a role or be open to all") {
              @Override
              public void check(JavaMethod method, ConditionEvents events) {
                boolean said =
                    method.isAnnotatedWith(RolesAllowed.class)
                        || method.isAnnotatedWith(PermitAll.class)
                        || method.getOwner().isAnnotatedWith(RolesAllowed.class)
                        || method.getOwner().isAnnotatedWith(PermitAll.class);
                events.add(
                    new SimpleConditionEvent(method, said, method.getFullName() + " says nothing"));
              }
            })
        .check(CLASSES);
  }

  /** What Quarkus generates beside our classes is its own affair. */
  private static DescribedPredicate<JavaClass> areWritten() {
    return DescribedPredicate.describe(
        "are written by people", one -> !one.getSimpleName().contains("_"));
  }
}
