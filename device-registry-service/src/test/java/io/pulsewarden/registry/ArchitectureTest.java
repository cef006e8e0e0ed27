package io.pulsewarden.registry;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Path;
import java.time.Instant;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

  /** Names of classes that may touch frameworks. */
  private static final String EDGES =
      ".*(Resource|Store|Client|Publisher|Configuration|Settings|Lifecycle|Health|Metrics|Mapper"
          + "|Entity|Consumer)(\\$.*)?";

  private static final JavaClasses SERVICE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.pulsewarden.registry");

  @Test
  void shouldTouchFrameworksAtTheEdgesOnly() {
    noClasses()
        .that()
        .haveNameNotMatching(EDGES)
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                "io.quarkus..",
                "io.vertx..",
                "jakarta.ws.rs..",
                "jakarta.persistence..",
                "org.hibernate..",
                "org.apache.kafka..",
                "io.micrometer..",
                "org.jboss.resteasy.."))
        .check(SERVICE);
  }

  @Test
  void shouldKeepFeaturesFreeOfCycles() {
    slices().matching("io.pulsewarden.registry.(*)..").should().beFreeOfCycles().check(SERVICE);
  }

  @Test
  void shouldKeepTheAuthorityApartFromTheRegistry() {
    noClasses()
        .that()
        .resideInAnyPackage("..registry.ca..", "..registry.csr..")
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("io.pulsewarden.registry..")
                .and(not(resideInAnyPackage("..registry.ca..", "..registry.csr.."))))
        .check(SERVICE);
  }

  @Test
  void shouldSayWhoMayUseEachResource() {
    classes()
        .that()
        .areAnnotatedWith(Path.class)
        .should()
        .beAnnotatedWith(RolesAllowed.class)
        .orShould()
        .beAnnotatedWith(PermitAll.class)
        .check(SERVICE);
  }

  /** Row-level security shows a transaction nothing that did not begin there. */
  @Test
  void shouldOpenSessionsBehindTheWallOnly() {
    noClasses()
        .that()
        .doNotHaveSimpleName("WallStore")
        .should()
        .dependOnClassesThat()
        .areAssignableTo(Mutiny.SessionFactory.class)
        .check(SERVICE);
  }

  @Test
  void shouldTellTimeByTheClockOnly() {
    ArchRule rule =
        noClasses()
            .should()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(Instant.class, "now");
    rule.check(SERVICE);
  }

  @Test
  void shouldMarkEveryPackageForNullness() {
    classes().should(beInANullMarkedPackage()).check(SERVICE);
  }

  @Test
  void shouldChangeEntitiesByWhatHappensAndNotBySetters() {
    methods()
        .that()
        .areDeclaredInClassesThat()
        .haveSimpleNameEndingWith("Entity")
        .should()
        .haveNameNotMatching("set[A-Z].*")
        .check(SERVICE);
  }

  private static ArchCondition<JavaClass> beInANullMarkedPackage() {
    return new ArchCondition<>("be in a @NullMarked package") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        boolean marked = type.getPackage().isAnnotatedWith(NullMarked.class);
        events.add(new SimpleConditionEvent(type, marked, type.getName() + " is not"));
      }
    };
  }
}
