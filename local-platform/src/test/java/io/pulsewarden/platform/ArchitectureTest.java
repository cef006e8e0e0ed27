package io.pulsewarden.platform;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

  private final JavaClasses classes =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.pulsewarden.platform");

  @Test
  void shouldMarkEveryPackage() {
    JavaPackage root = classes.getPackage("io.pulsewarden.platform");

    assertThat(root.getSubpackagesInTree())
        .isNotEmpty()
        .allMatch(one -> one.isAnnotatedWith(NullMarked.class));
  }

  @Test
  void shouldHaveNoCyclesBetweenPackages() {
    slices().matching("io.pulsewarden.platform.(*)..").should().beFreeOfCycles().check(classes);
  }
}
