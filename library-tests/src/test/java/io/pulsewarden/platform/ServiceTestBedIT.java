package io.pulsewarden.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;

class ServiceTestBedIT {

  @Test
  void shouldGiveAServiceAllThatItsConfigurationLeavesOpen() throws Exception {
    try (ServiceTestBed bed = ServiceTestBed.start("audit-service")) {
      Map<String, String> config = bed.quarkusConfig();

      Path tls = Path.of(config.get("pulsewarden.tls.dir"));
      assertThat(tls.resolve("service.pem")).exists();
      assertThat(tls.resolve("service-ca.crt")).exists();
      assertThat(tls.resolve("edge.crt")).exists();
      assertThat(Files.readString(tls.resolve("edge.key"))).startsWith("-----BEGIN PRIVATE KEY");
      assertThat(config.get("quarkus.datasource.reactive.url"))
          .isEqualTo("postgresql://localhost:" + bed.postgres().port() + "/audit");
      try (Admin admin = Admin.create(bed.adminKafkaProperties())) {
        assertThat(admin.listTopics().names().get()).contains("audit.events.v1");
      }
      try (Connection connection = bed.superuserConnection()) {
        assertThat(connection.getCatalog()).isEqualTo("audit");
      }
    }
  }

  @Test
  void shouldShareTheServersBetweenServices() {
    try (ServiceTestBed audit = ServiceTestBed.start("audit-service");
        ServiceTestBed keys = ServiceTestBed.start("key-management-service")) {
      assertThat(keys.kafka()).isSameAs(audit.kafka());
      assertThat(keys.serviceTls("audit-service")).isEqualTo(audit.serviceTls("audit-service"));
    }
  }
}
